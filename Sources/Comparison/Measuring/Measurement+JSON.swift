package import Values

extension Measurement {
  /// The measurement as JSON; times are in milliseconds.
  package var value: Value {
    .set([
      "side": .integer(side), "block": .integer(block), "item": item.map(Value.text),
      "promptTokensWished": condition.promptTokens.map(Value.integer),
      "depth": condition.depth.map(Value.integer), "clients": .integer(condition.clients),
      "startedMs": .milliseconds(started), "firstTokenMs": firstToken.map(Value.milliseconds),
      "latencyMs": .milliseconds(latency),
      "gapsMs": gaps.isEmpty ? nil : .list(gaps.map(Value.milliseconds)),
      "promptTokens": promptTokens.map(Value.integer),
      "completionTokens": completionTokens.map(Value.integer),
      "serverTokensPerSecond": serverRate.map(Value.finite),
      "serverPromptMs": serverPromptTime.map(Value.milliseconds),
      "answer": answer.isEmpty ? nil : .text(answer),
      "failure": failure.map {
        .set(["kind": .text($0.kind.rawValue), "detail": .text($0.detail)])
      },
      "score": score.map { .number($0.value) },
      "scoreReason": score.flatMap { $0.reason.isEmpty ? nil : .text($0.reason) },
    ])
  }

  /// Reads a measurement from JSON; nil if the JSON is not a valid measurement.
  package init?(_ json: JSONValue) {
    guard let side = json["side"]?.integer, let block = json["block"]?.integer, side >= 0,
      let clients = json["clients"]?.integer, let latency = json.seconds("latencyMs"),
      let started = json.seconds("startedMs")
    else { return nil }
    var failure: Failure?
    if let object = json["failure"] {
      guard let kind = object["kind"]?.text.flatMap(Kind.init) else { return nil }
      failure = Failure(kind, object["detail"]?.text ?? "")
    }
    self.init(
      side: side, block: block, item: json["item"]?.text,
      condition: Condition(
        promptTokens: json["promptTokensWished"]?.integer, depth: json["depth"]?.integer,
        clients: clients),
      started: started, firstToken: json.seconds("firstTokenMs"), latency: latency,
      gaps: (json["gapsMs"]?.list ?? []).compactMap { $0.number.map { $0 / 1000 } },
      promptTokens: json["promptTokens"]?.integer,
      completionTokens: json["completionTokens"]?.integer,
      serverRate: json["serverTokensPerSecond"]?.number,
      serverPromptTime: json.seconds("serverPromptMs"), answer: json["answer"]?.text ?? "",
      failure: failure,
      score: json["score"]?.number.map { Score($0, json["scoreReason"]?.text ?? "") })
  }
}

extension Value {
  /// Converts seconds to milliseconds.
  static func milliseconds(_ seconds: Double) -> Value {
    .finite((seconds * 1_000_000).rounded() / 1000)
  }

  /// Returns the number, or 0 for infinity and NaN, which JSON cannot represent.
  static func finite(_ number: Double) -> Value { .number(number.isFinite ? number : 0) }
}

extension JSONValue {
  fileprivate func seconds(_ name: String) -> Double? { self[name]?.number.map { $0 / 1000 } }
}
