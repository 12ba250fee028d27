import Memory
package import Operations
package import Values
import Workspaces

extension MemoryPlan {
  /// The plan for programs, with terms by name.
  package var value: Value { .set(members) }

  /// The members of ``value``.
  package var members: [Value.Member] {
    var members: [Value.Member] = [
      .init("name", .text(name)), .init("model", .text(model)), .init("runtime", .text(runtime)),
    ]
    if let release { members.append(.init("release", .text(release))) }
    members.append(
      .init(
        "gpus",
        .list(
          gpus.map { gpu in
            .set(
              (gpu.card.map { [.init("name", .text($0.name))] } ?? [])
                + [.init("memory", .integer(gpu.memory))])
          })))
    if let origin { members.append(.init("read_from", .text(origin))) }
    guard let estimate else {
      return members + [.init("verdict", "unknown"), .init("reason", .text(reason ?? ""))]
    }
    if let solved {
      members.append(
        .init(
          "solved",
          .set(
            [.init("context_length", .integer(solved))]
              + (fittingType.map { [.init("quant", .text($0))] } ?? []))))
    }
    if let remedy {
      members.append(
        .init(
          "remedy",
          .set([
            .init("setting", .text(remedy.words)), .init("tokens", .integer(remedy.tokens)),
            .init("bytes", .integer(remedy.bytes)),
          ])))
    }
    return members + estimate.members
  }
}

extension MemoryEstimate {
  fileprivate var members: [Value.Member] {
    // A term that exists only in main memory is listed in "terms", too.
    let alone = host.filter { self[$0.name] == nil }
    var members: [Value.Member] = [
      .init("gpu_count", .integer(gpuCount)),
      .init(
        "terms",
        .set(
          terms.map { .init($0.name.rawValue, $0.value(at: "gpu")) }
            + alone.map { .init($0.name.rawValue, $0.value(at: "host")) })),
      .init(
        "host_terms", .set(host.map { .init($0.name.rawValue, $0.value(at: "host")) })),
      .init("bytes_per_gpu", .integer(bytes)),
      .init("bytes_per_gpu_low", .integer(range.lowerBound)),
      .init("bytes_per_gpu_high", .integer(range.upperBound)),
    ]
    if let least { members.append(.init("bytes_needed_per_gpu", .integer(least))) }
    if let budget { members.append(.init("budget_per_gpu", .integer(budget))) }
    if let capacity {
      members += [
        .init("context", .integer(capacity.context)), .init("kv_tokens", .integer(capacity.tokens)),
        .init("kv_tokens_low", .integer(capacity.range.lowerBound)),
        .init("kv_tokens_high", .integer(capacity.range.upperBound)),
        .init("max_concurrency", .number(capacity.requests)),
        .init("longest_request", .integer(capacity.longest)),
        .init("longest_request_low", .integer(capacity.safest)),
      ]
    }
    return members + verdict.members + [.init("notes", .texts(notes))]
  }
}

extension MemoryEstimate.Verdict {
  fileprivate var members: [Value.Member] {
    switch self {
    case .fits(let spare): [.init("verdict", "fits"), .init("spare", .integer(spare))]
    case .unsure(let missing, let spare):
      [.init("verdict", "unsure")] + (missing.map { [.init("missing", .integer($0))] } ?? [])
        + (spare.map { [.init("spare", .integer($0))] } ?? [])
    case .fails(let missing): [.init("verdict", "fails"), .init("missing", .integer(missing))]
    case .refuses(let reason), .lacks(let reason):
      [.init("verdict", "fails"), .init("reason", .text(reason))]
    case .unknown: [.init("verdict", "unknown")]
    }
  }
}

extension MemoryTerm {
  fileprivate func value(at place: String) -> Value {
    .set([
      .init("bytes", .integer(bytes)), .init("low", .integer(range.lowerBound)),
      .init("high", .integer(range.upperBound)), .init("certainty", .text(certainty.rawValue)),
      .init("place", .text(place)), .init("formula", .text(formula)),
      .init(
        "inputs",
        .list(
          inputs.map {
            .set([
              .init("name", .text($0.name)), .init("value", .text($0.value)),
              .init("origin", .text($0.origin.rawValue)),
            ])
          })),
      .init("source", .text(source)),
    ])
  }
}

extension WorkspacePlan {
  /// The plans and the shared GPUs, for programs.
  package var value: Value {
    let plans = plans.map { plan -> Value in
      let beside = objection(to: plan).map { $0.isSure ? "fails" : "unsure" }
      return .set(plan.members + (beside.map { [.init("beside_others", .text($0))] } ?? []))
    }
    return .document(["plans": .list(plans), "cards": .list(cards.map(\.value))])
  }
}

extension SharedCard {
  fileprivate var value: Value {
    let servers = zip(shared.servers, shared.outcomes).map { server, outcome -> Value in
      var members: [Value.Member] = [.init("name", .text(server.name))]
      switch outcome {
      case .runs(let holding):
        members += [.init("starts", true), .init("bytes", .integer(holding))]
      case .mayStop(let holding, let missing):
        members += [
          .init("starts", true), .init("bytes", .integer(holding)),
          .init("missing", .integer(missing)),
        ]
      case .stops(let free, let wanted):
        members += [
          .init("starts", false), .init("free", .integer(free)), .init("wanted", .integer(wanted)),
        ]
      }
      return .set(members)
    }
    var members: [Value.Member] = [
      .init("device", .text(device)), .init("memory", .integer(gpu.memory)),
      .init("servers", .list(servers)), .init("free", .integer(shared.free)),
      .init("unknown", .texts(unknown)), .init("failing", .texts(failing)),
    ]
    if case .mends(let mends) = shared.advice {
      let shares = mends.first { !$0.shares.isEmpty }?.shares ?? []
      if shares.count == 1 { members.append(.init("fitting_share", .number(shares[0].share))) }
      if let order = mends.lazy.compactMap(\.order).first {
        members.append(.init("working_order", .texts(order)))
      }
    }
    if !helps.isEmpty { members.append(.init("helps", .texts(helps))) }
    return .set(members)
  }
}
