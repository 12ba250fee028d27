/// What follows from measurements.
package struct Analysis: Sendable {
  /// A metric of each side, and how they compare.
  package struct Row: Sendable {
    /// What was measured.
    package let metric: Metric
    /// The values of each side, in order.
    package let sides: [Sample]
    /// How many times better the first side is; nil with one side or too few pairs.
    package let ratio: Ratio?
  }

  /// A ratio of the first side to the second; above 1, the first is better.
  package struct Ratio: Sendable {
    /// The second side's median by the first's.
    package let value: Double
    /// Where the true ratio lies, at the confidence of the report.
    package let interval: Interval
    /// How often chance alone makes a ratio as far from 1.
    package let probability: Double
    /// How many blocks it is of.
    package let pairs: Int
  }

  /// The scores of each side, item by item.
  package struct Scores: Sendable {
    /// The mean score of each item that was asked, in the task's order; a failure scores 0.
    package let items: [[Double]]
    /// The mean score of each side, 0 to 1.
    package let means: [Double]
    /// Of each side's mean score; nil with too few items.
    package let intervals: [Interval?]
    /// Of the first side's mean score less the second's; nil with one side or too few items.
    package let difference: Interval?
    /// That a difference so large comes by chance, 0 to 1.
    package let probability: Double
  }

  /// What was measured, in the order of the report.
  package let rows: [Row]
  /// The scores; nil where the task scores nothing.
  package let scores: Scores?
  /// Failures of each side, by kind, the most frequent first.
  package let failures: [[(kind: Measurement.Kind, count: Int)]]
  /// How many requests each side answered.
  package let requests: [Int]
  /// What may be said of the sides.
  package let claims: [Claim]

  /// Ratios nearer to 1 count as none: it is what two runs of one server differ by.
  static let smallestRatio = 1.02
  /// A side with a larger share of failures is not called faster.
  static let mostFailures = 0.1

  /// The share of intervals that hold what is true: 95 % of all claims together.
  package static let level = 0.95

  /// - Parameters:
  ///   - kind: How the models were asked.
  ///   - isScored: Whether answers were scored.
  ///   - names: The sides'.
  ///   - seed: Where the bootstrap's random numbers begin.
  package init(
    _ measurements: [Measurement], names: [String], kind: TaskDocument.Kind, isScored: Bool,
    seed: Int
  ) {
    let bySide = names.indices.map { side in measurements.filter { $0.side == side } }
    requests = bySide.map(\.count)
    failures = bySide.map(Self.failures)
    // Both claims are to hold together.
    let level = isScored ? 1 - (1 - Self.level) / 2 : Self.level
    let primary: Metric = isScored ? .latency : .throughput
    let pairs = names.count == 2 ? Self.pairs(bySide) : []
    rows = Metric.allCases.compactMap { metric in
      if metric == .throughput, isScored { return nil }
      let sides = bySide.map { Self.sample(metric, $0, kind) }
      guard sides.contains(where: { $0.count > 0 }) else { return nil }
      let rowLevel = metric == primary ? level : Self.level
      return Row(
        metric: metric, sides: sides,
        ratio: Self.ratio(metric, pairs, kind, level: rowLevel, seed: seed))
    }
    scores = isScored ? Self.scores(bySide, level: level, seed: seed) : nil
    guard names.count == 2 else {
      claims = []
      return
    }
    let alpha = 1 - level
    let shares = zip(failures, requests).map { failures, count in
      Double(failures.reduce(0) { $0 + $1.count }) / Double(max(1, count))
    }
    var claims: [Claim] = []
    // Where another program scored, there are no times to compare.
    if !isScored || rows.contains(where: { $0.metric == primary }) {
      claims.append(
        Claim(
          speed: rows.first { $0.metric == primary }?.ratio, names: names, failures: shares,
          alpha: alpha))
    }
    if let scores { claims.append(Claim(scores: scores, names: names, alpha: alpha)) }
    self.claims = claims
  }

  /// The requests of both sides in the blocks that both have answered.
  private static func pairs(_ bySide: [[Measurement]]) -> [([Measurement], [Measurement])] {
    let blocks = bySide.map { Dictionary(grouping: $0, by: \.block) }
    return blocks[0].keys.sorted().compactMap { number in
      guard let first = blocks[0][number], let second = blocks[1][number] else { return nil }
      return (first, second)
    }
  }

  private static func sample(
    _ metric: Metric, _ measurements: [Measurement], _ kind: TaskDocument.Kind
  ) -> Sample {
    guard metric == .throughput else { return Sample(measurements.compactMap(metric.value)) }
    return Sample(
      Dictionary(grouping: measurements, by: \.block).values.compactMap {
        metric.value(ofBlock: $0, kind: kind)
      })
  }

  private static func ratio(
    _ metric: Metric, _ pairs: [([Measurement], [Measurement])], _ kind: TaskDocument.Kind,
    level: Double, seed: Int
  ) -> Ratio? {
    let logarithms = pairs.compactMap { first, second -> Double? in
      guard let left = metric.value(ofBlock: first, kind: kind),
        let right = metric.value(ofBlock: second, kind: kind), left > 0, right > 0
      else { return nil }
      let logarithm = Logarithm.of(left / right)
      return metric.isBetterHigher ? logarithm : -logarithm
    }
    let usual = Bootstrap.winsorized(logarithms)
    guard let interval = Bootstrap.mean(of: usual, level: level, seed: seed) else { return nil }
    return Ratio(
      value: Logarithm.undo(usual.reduce(0, +) / Double(usual.count)),
      interval: interval.map(Logarithm.undo),
      probability: SignFlip.probability(of: SignFlip.capped(logarithms), seed: seed),
      pairs: logarithms.count)
  }

  private static func scores(_ bySide: [[Measurement]], level: Double, seed: Int) -> Scores {
    // An item under each condition is one: its answers are to one question.
    let means = bySide.map { measurements in
      Dictionary(grouping: measurements.filter { $0.item != nil }, by: { $0.item ?? "" })
        .mapValues { group in
          group.reduce(0) { $0 + ($1.score?.value ?? 0) } / Double(group.count)
        }
    }
    let ids = Set(means.flatMap(\.keys)).sorted()
    let shared = ids.filter { id in means.allSatisfy { $0[id] != nil } }
    let items = means.map { side in shared.map { side[$0] ?? 0 } }
    let intervals = items.map { Bootstrap.meanOfScores(of: $0, level: Self.level, seed: seed) }
    let averages = items.map { $0.isEmpty ? 0 : $0.reduce(0, +) / Double($0.count) }
    guard items.count == 2 else {
      return Scores(
        items: items, means: averages, intervals: intervals, difference: nil, probability: 1)
    }
    let differences = zip(items[0], items[1]).map { $0 - $1 }
    return Scores(
      items: items, means: averages, intervals: intervals,
      difference: Bootstrap.meanOfScores(of: differences, level: level, seed: seed),
      probability: SignFlip.probability(of: differences, seed: seed))
  }

  private static func failures(
    _ measurements: [Measurement]
  ) -> [(kind: Measurement.Kind, count: Int)] {
    Measurement.Kind.allCases.map { kind in
      (kind, measurements.count { $0.failure?.kind == kind })
    }.filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }.map { (kind: $0.0, count: $0.1) }
  }
}
