/// Where a true value probably lies.
package struct Interval: Sendable, Equatable {
  /// The lower end, within the interval.
  package let lower: Double
  /// The upper end, within the interval.
  package let upper: Double

  init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether a value lies within, the ends included.
  package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// Both ends after a change that does not turn their order.
  package func map(_ change: (Double) -> Double) -> Interval {
    Interval(lower: change(lower), upper: change(upper))
  }
}

/// Confidence intervals by drawing from what was measured (Efron and Tibshirani, "An Introduction to
/// the Bootstrap", 1993).
package enum Bootstrap {
  /// Fewer independent differences than this say nothing about how they scatter.
  static let leastCount = 6
  static let resamples = 4000

  /// The share of differences at each end that count as the next ones do (winsorizing): a hiccup of
  /// the machine is no property of a server.
  static let outer = 0.1

  /// The differences in order, those at the ends drawn in.
  static func winsorized(_ differences: [Double]) -> [Double] {
    let sorted = differences.sorted()
    let count = Int(Double(sorted.count) * outer)
    guard count > 0 else { return sorted }
    let (low, high) = (sorted[count], sorted[sorted.count - 1 - count])
    return sorted.map { min(max($0, low), high) }
  }

  /// The interval of a mean, studentized (chapter 12): of the simple ones that which keeps its
  /// promise with few and skewed measurements.
  ///
  /// - Parameters:
  ///   - differences: Independent ones, such as logarithms of the ratios of pairs.
  ///   - level: The share of such intervals that hold the true mean, such as 0.95.
  /// - Returns: Nil below `leastCount` differences.
  package static func mean(
    of differences: [Double], level: Double, seed: Int
  ) -> Interval? {
    let count = differences.count
    guard count >= leastCount else { return nil }
    let (center, error) = meanAndError(differences)
    guard error > 0 else { return Interval(lower: center, upper: center) }
    var random = SeededGenerator(seed: seed)
    var pivots: [Double] = []
    pivots.reserveCapacity(resamples)
    var draw = differences
    for _ in 0..<resamples {
      for index in 0..<count { draw[index] = differences[random.index(below: count)] }
      let (mean, itsError) = meanAndError(draw)
      // A draw of one measurement alone does not scatter, and divides by nothing.
      if itsError > 0 { pivots.append((mean - center) / itsError) }
    }
    let sample = Sample(pivots)
    guard sample.count > 0 else { return nil }
    let tail = (1 - level) / 2 * 100
    return Interval(
      lower: center - sample.percentile(100 - tail) * error,
      upper: center - sample.percentile(tail) * error)
  }

  /// The interval of a mean of values from -1 to 1 of which many are equal, such as differences of
  /// scores: by percentiles (chapter 13), since a draw may not scatter at all.
  ///
  /// Widened by `sqrt(n / (n - 1))`, which percentiles lack with few values (Hesterberg, "What
  /// Teachers Should Know About the Bootstrap", 2015).
  package static func meanOfScores(
    of differences: [Double], level: Double, seed: Int
  ) -> Interval? {
    let count = differences.count
    guard count >= leastCount else { return nil }
    let center = differences.reduce(0, +) / Double(count)
    var random = SeededGenerator(seed: seed)
    let means = Sample(
      (0..<resamples).map { _ in
        var sum = 0.0
        for _ in 0..<count { sum += differences[random.index(below: count)] }
        return sum / Double(count)
      })
    let tail = (1 - level) / 2 * 100
    let factor = (Double(count) / Double(count - 1)).squareRoot()
    return Interval(
      lower: max(-1, center + (means.percentile(tail) - center) * factor),
      upper: min(1, center + (means.percentile(100 - tail) - center) * factor))
  }

  private static func meanAndError(_ values: [Double]) -> (mean: Double, error: Double) {
    let count = Double(values.count)
    var sum = 0.0
    for value in values { sum += value }
    let mean = sum / count
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    return (mean, (squares / (count - 1) / count).squareRoot())
  }
}

/// How often chance alone makes a difference as large as the one that was measured.
package enum SignFlip {
  /// The differences, those that are farthest from 0 drawn in: by size alone, so that signs stay as
  /// likely as they were.
  static func capped(_ differences: [Double]) -> [Double] {
    let limit = Sample(differences.map(abs)).percentile(100 * (1 - Bootstrap.outer))
    return differences.map { max(-limit, min(limit, $0)) }
  }

  /// The share of random signs under which the mean is at least as far from 0: exact for pairs whose
  /// order was drawn, whatever they scatter like (Fisher, "The Design of Experiments", 1935,
  /// section 21).
  package static func probability(of differences: [Double], seed: Int) -> Double {
    let wanted = abs(differences.reduce(0, +)) * (1 - 1e-12)
    var random = SeededGenerator(seed: seed)
    var asFar = 1
    for _ in 0..<Bootstrap.resamples {
      var sum = 0.0
      var bits: UInt64 = 0
      for (index, difference) in differences.enumerated() {
        if index % 64 == 0 { bits = random.next() }
        sum += bits & 1 == 0 ? difference : -difference
        bits >>= 1
      }
      if abs(sum) >= wanted { asFar += 1 }
    }
    return Double(asFar) / Double(Bootstrap.resamples + 1)
  }
}
