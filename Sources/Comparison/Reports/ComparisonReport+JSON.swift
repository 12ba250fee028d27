package import Values

extension ComparisonReport {
  /// The value of the member `format` in every report.
  private static let format = "amm comparison"

  /// The measurements and their analysis, as JSON.
  package var value: Value {
    let analysis = analysis
    return .set([
      "format": .text(Self.format), "version": 1, "amm": .text(amm), "time": .text(time),
      "task": task.value, "interleaved": .boolean(isInterleaved), "notes": .texts(notes),
      "claims": .list(analysis.claims.map(\.value)),
      "sides": .list(
        sides.enumerated().map { index, side in
          .set([
            "name": .text(side.name), "requests": .integer(analysis.requests[index]),
            "failures": .set(
              analysis.failures[index].map { .init($0.kind.rawValue, .integer($0.count)) }),
            "score": analysis.scores.map { .finite($0.means[index]) },
            "metrics": .set(
              analysis.rows.map { row in
                .init(row.metric.rawValue, row.sides[index].value(row.metric, task.kind))
              }),
            "serverMetrics": .set(side.serverMetrics.map { .init($0.name, .finite($0.value)) }),
            "configuration": side.configuration,
          ])
        }),
      "ratios": sides.count < 2
        ? nil
        : .set(
          analysis.rows.compactMap { row in
            row.ratio.map { .init(row.metric.rawValue, $0.value(level: analysis.intervalLevel)) }
          }),
      "method": .set([
        "pairs": "both sides get the same requests; metrics are compared by logarithms of ratios",
        "interval":
          "studentized bootstrap for speeds, percentiles for scores; 95 % for all claims together",
        "level": .number(Analysis.level), "resamples": .integer(Bootstrap.resamples),
        "smallestRatio": .number(Analysis.smallestRatio), "seed": .integer(task.seed),
      ]),
      "measurements": .list(measurements.map(\.value)),
    ])
  }

  /// Reads a report from the JSON that amm printed.
  ///
  /// - Throws: The reason why it is not a report.
  package static func read(_ bytes: [UInt8]) throws(Unreadable) -> ComparisonReport {
    guard let json = JSONValue(parsing: bytes) else { throw Unreadable("it is not JSON") }
    guard json["format"]?.text == format else {
      throw Unreadable("it is not a report of 'amm compare --json'")
    }
    guard json["version"]?.integer == 1 else {
      throw Unreadable("it is a report of a later version of amm")
    }
    guard let task = json["task"].flatMap(TaskFacts.init) else { throw Unreadable.lacks("task") }
    let sides = (json["sides"]?.list ?? []).compactMap { side -> Side? in
      guard let name = side["name"]?.text, let configuration = side["configuration"] else {
        return nil
      }
      var metrics: [(name: String, value: Double)] = []
      if case .object(let members)? = side["serverMetrics"] {
        metrics = members.compactMap { name, value in value.number.map { (name, $0) } }
          .sorted { $0.name < $1.name }
      }
      return Side(name: name, configuration: Value(configuration), serverMetrics: metrics)
    }
    guard (1...2).contains(sides.count) else { throw Unreadable.lacks("sides") }
    guard let list = json["measurements"]?.list else { throw Unreadable.lacks("measurements") }
    let measurements = list.compactMap(Measurement.init)
    guard measurements.count == list.count,
      measurements.allSatisfy({ sides.indices.contains($0.side) })
    else { throw Unreadable.lacks("measurements") }
    return ComparisonReport(
      amm: json["amm"]?.text ?? "", time: json["time"]?.text ?? "", task: task, sides: sides,
      measurements: measurements, isInterleaved: json["interleaved"]?.boolean ?? false,
      notes: (json["notes"]?.list ?? []).compactMap(\.text))
  }

  /// The reason why a file is not a report.
  package struct Unreadable: Error {
    /// The reason, in one line.
    package let reason: String

    init(_ reason: String) { self.reason = reason }

    fileprivate static func lacks(_ name: String) -> Unreadable {
      Unreadable("the value of '\(name)' is not valid")
    }
  }

  /// Returns a report with one side of this report.
  package func side(_ index: Int) -> ComparisonReport {
    ComparisonReport(
      amm: amm, time: time, task: task, sides: [sides[index]],
      measurements: measurements.filter { $0.side == index }.map { measurement in
        var measurement = measurement
        measurement.side = 0
        return measurement
      }, isInterleaved: false, notes: notes)
  }

  /// Joins two reports of one side each, which were measured at different times.
  ///
  /// - Returns: Nil if the tasks or their seeds are different.
  package static func joining(_ first: ComparisonReport, _ second: ComparisonReport)
    -> ComparisonReport?
  {
    guard first.task.hash == second.task.hash, first.task.seed == second.task.seed else {
      return nil
    }
    let isSameName = first.names == second.names
    let sides = [first, second].enumerated().map { index, report in
      Side(
        name: report.names[0] + (isSameName ? "/\(index + 1)" : ""),
        configuration: report.sides[0].configuration,
        serverMetrics: report.sides[0].serverMetrics)
    }
    let moved = second.measurements.map { measurement in
      var measurement = measurement
      measurement.side = 1
      return measurement
    }
    var notes = first.notes
    notes += second.notes.filter { !notes.contains($0) }
    notes.append(
      "the sides were not measured in turns (\(first.time), \(second.time)): any other change on "
        + "the machine also counts as a difference")
    return ComparisonReport(
      amm: first.amm, time: second.time, task: first.task, sides: sides,
      measurements: first.measurements + moved, isInterleaved: false, notes: notes)
  }
}

extension ComparisonReport.TaskFacts {
  fileprivate var value: Value {
    .set([
      "name": .text(name), "description": .text(description), "kind": .text(kind.rawValue),
      "scored": .boolean(isScored), "sha256": .text(hash), "seed": .integer(seed),
      "prompts": .set(prompts.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) }),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let name = json["name"]?.text, let hash = json["sha256"]?.text,
      let kind = json["kind"]?.text.flatMap(TaskDocument.Kind.init),
      let isScored = json["scored"]?.boolean, let seed = json["seed"]?.integer
    else { return nil }
    var prompts: [String: String] = [:]
    if case .object(let members)? = json["prompts"] { prompts = members.compactMapValues(\.text) }
    self.init(
      name: name, description: json["description"]?.text ?? "", kind: kind, isScored: isScored,
      hash: hash, seed: seed, prompts: prompts)
  }
}

extension Claim {
  fileprivate var value: Value {
    let outcome: (String, Int?) =
      switch outcome {
      case .better(let side): ("better", side)
      case .noDifference: ("no difference", nil)
      case .unknown: ("unknown", nil)
      }
    return .set([
      "subject": .text(subject.rawValue), "outcome": .text(outcome.0),
      "side": outcome.1.map(Value.integer), "sentence": .text(sentence),
    ])
  }
}

extension Analysis.Ratio {
  fileprivate func value(level: Double) -> Value {
    .set([
      "value": .finite(value),
      "interval": .list([.finite(interval.lower), .finite(interval.upper)]),
      "probability": .finite(probability), "pairs": .integer(pairs),
    ])
  }
}

extension Sample {
  fileprivate func value(_ metric: Metric, _ kind: TaskDocument.Kind) -> Value {
    // 95 % or 99 % of the values are better than this one, whether higher or lower is better.
    let tail = { (percent: Double) in
      metric.scaled(percentile(metric.isBetterHigher ? 100 - percent : percent))
    }
    return .set([
      "unit": .text(metric.unit(of: kind)), "count": .integer(count),
      "mean": .finite(metric.scaled(mean)), "median": .finite(metric.scaled(median)),
      "p95": .finite(tail(95)), "p99": .finite(tail(99)),
    ])
  }
}
