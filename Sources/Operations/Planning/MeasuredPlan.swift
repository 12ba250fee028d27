import Host
package import Memory
package import Values

/// A plan beside what its server says of its memory.
package struct MeasuredPlan: Sendable {
  /// What was planned.
  package let plan: MemoryPlan
  /// What the server says.
  package let measured: MeasuredMemory
  /// Each term as it was planned, and as the server says it.
  package let terms: [ComparedTerm]

  /// - Parameter log: What the server printed while it started.
  /// - Returns: Nil where that says nothing of memory, and for a plan without an estimate.
  package init?(_ plan: MemoryPlan, log: String) {
    guard let estimate = plan.estimate, let measured = MeasuredMemory(log: log) else { return nil }
    self.plan = plan
    self.measured = measured
    terms = estimate.compared(to: measured)
  }

  /// Where the lines of a server are.
  package enum LogPlace: Sendable {
    /// A file; nil for the standard input.
    case file(String?)
    /// The journal of the instance's service.
    case journal
  }

  /// Bytes of a log that are read.
  private static let limit = 64 << 20

  /// Reads what a server printed while it started.
  ///
  /// - Parameter name: The instance's name.
  /// - Throws: An ``OperationError`` or `HostError`.
  package static func log(
    _ place: LogPlace, of name: String, on machine: Machine
  ) throws -> String {
    switch place {
    case .file(let path):
      return String(decoding: try Files.readLog(path, limit: limit), as: UTF8.self)
    case .journal:
      guard let service = machine.services.state(of: name)?.name else {
        throw OperationError(
          .refused, "systemd knows no service of '\(name)', so it has no journal",
          help: "name a file: '--against FILE', or '--against -' for the standard input")
      }
      return machine.services.startOfJournal(of: service)
    }
  }

  /// For programs and the history: planned and measured bytes by the names of terms.
  package var value: Value {
    var members: [Value.Member] = []
    if let release = measured.release { members.append(.init("release", .text(release))) }
    for (place, isOnHost) in [("terms", false), ("host_terms", true)] {
      let rows = terms.filter { $0.isOnHost == isOnHost }
      guard !rows.isEmpty else { continue }
      members.append(.init(place, .set(rows.map { .init($0.name.rawValue, $0.value) })))
    }
    if let tokens = measured.tokens {
      var pair: [Value.Member] = [.init("measured", .integer(tokens))]
      if let capacity = plan.estimate?.capacity {
        pair += [
          .init("planned", .integer(capacity.tokens)),
          .init("low", .integer(capacity.range.lowerBound)),
          .init("high", .integer(capacity.range.upperBound)),
        ]
      }
      members.append(.init("kv_tokens", .set(pair)))
    }
    return .set(members)
  }
}

extension ComparedTerm {
  fileprivate var value: Value {
    var members: [Value.Member] = []
    if let planned {
      members += [
        .init("planned", .integer(planned.bytes)), .init("low", .integer(planned.range.lowerBound)),
        .init("high", .integer(planned.range.upperBound)),
      ]
    }
    if let measured { members.append(.init("measured", .integer(measured))) }
    return .set(members)
  }
}
