/// The statistics of a set of measurements, and the claims that follow from them.
package struct Analysis: Sendable {
  /// The values of one metric on each side, and their ratio.
  package struct Row: Sendable {
    /// The metric.
    package let metric: Metric
    /// The sample of each side, in the order of the sides.
    package let sides: [Sample]
    /// How many times better the first side is; nil for one side or too few pairs.
    package let ratio: Ratio?
  }

  /// A ratio of the first side to the second; above 1, the first is better.
  package struct Ratio: Sendable {
    /// The geometric mean of the ratios of the pairs, after winsorizing.
    package let value: Double
    /// The confidence interval of the true ratio.
    package let interval: Interval
    /// The probability that chance by itself makes a ratio at least as far from 1.
    package let probability: Double
    /// The number of blocks that the ratio is computed from.
    package let pairs: Int
  }

  /// The scores of each side, item by item.
  package struct Scores: Sendable {
    /// The mean score of each item that all sides were asked, by side, sorted by the item's id; a
    /// failure scores 0.
    package let items: [[Double]]
    /// The mean score of each side, from 0 to 1.
    package let means: [Double]
    /// The confidence interval of each side's mean score; nil for too few items.
    package let intervals: [Interval?]
    /// The confidence interval of the first side's mean score minus the second's; nil for one side
    /// or too few items.
    package let difference: Interval?
    /// The probability that chance by itself makes a difference at least as large, from 0 to 1.
    package let probability: Double
  }

  /// The metrics, in the order of the report.
  package let rows: [Row]
  /// The scores; nil if the task has no scores.
  package let scores: Scores?
  /// The failures of each side by kind, with the most frequent kind first.
  package let failures: [[(kind: Measurement.Kind, count: Int)]]
  /// The number of requests that were sent to each side.
  package let requests: [Int]
  /// The supported claims about the sides.
  package let claims: [Claim]
  /// The confidence level of each interval, such as 0.95; higher if there are two claims, so that both
  /// hold together with ``level``.
  package let intervalLevel: Double

  /// The smallest ratio that counts as a difference: two runs of the same server differ by as much.
  static let smallestRatio = 1.02
  /// The largest share of failures; if a side has more, no side is called faster.
  static let mostFailures = 0.1

  /// The confidence level: the share of intervals that contain the true value, for all claims
  /// together.
  package static let level = 0.95

  /// - Parameters:
  ///   - names: The names of the sides.
  ///   - kind: The kind of the task.
  ///   - isScored: Whether answers were scored.
  ///   - seed: The seed of the bootstrap's random numbers.
  package init(
    _ measurements: [Measurement], names: [String], kind: TaskDocument.Kind, isScored: Bool,
    seed: Int
  ) {
    let bySide = names.indices.map { side in measurements.filter { $0.side == side } }
    requests = bySide.map(\.count)
    failures = bySide.map(Self.failures)
    // The level is for both claims together.
    let level = isScored ? 1 - (1 - Self.level) / 2 : Self.level
    intervalLevel = level
    let primary: Metric = isScored ? .latency : .throughput
    let pairs = names.count == 2 ? Self.pairs(bySide) : []
    rows = Metric.allCases.compactMap { metric in
      if metric == .throughput, isScored { return nil }
      let sides = bySide.map { Self.sample(metric, $0, kind) }
      guard sides.contains(where: { $0.count > 0 }) else { return nil }
      return Row(
        metric: metric, sides: sides,
        ratio: Self.ratio(metric, pairs, kind, level: level, seed: seed))
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
    // There are no times to compare if another program scored the answers.
    if !isScored || rows.contains(where: { $0.metric == primary }) {
      claims.append(
        Claim(
          speed: rows.first { $0.metric == primary }?.ratio, names: names, failures: shares,
          alpha: alpha))
    }
    if let scores { claims.append(Claim(scores: scores, names: names, alpha: alpha)) }
    self.claims = claims
  }

  /// Returns the requests of both sides for each block that was sent to both.
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
    // An item counts once, even if it was asked under several conditions.
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
