/// A confidence interval.
package struct Interval: Sendable, Equatable {
  /// The lower end, which is part of the interval.
  package let lower: Double
  /// The upper end, which is part of the interval.
  package let upper: Double

  init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Returns whether a value is in the interval, including both ends.
  package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// Applies a monotonically increasing function to both ends.
  package func map(_ change: (Double) -> Double) -> Interval {
    Interval(lower: change(lower), upper: change(upper))
  }
}

/// Confidence intervals by resampling the measurements (Efron and Tibshirani, "An Introduction to
/// the Bootstrap", 1993).
package enum Bootstrap {
  /// The smallest number of independent differences that an interval is computed from.
  static let leastCount = 6
  static let resamples = 4000

  /// The share of differences at each end that are replaced with the next value (winsorizing),
  /// because an outlier may come from the machine instead of the server.
  static let outer = 0.1

  /// Returns the differences in ascending order, winsorized.
  static func winsorized(_ differences: [Double]) -> [Double] {
    let sorted = differences.sorted()
    let count = Int(Double(sorted.count) * outer)
    guard count > 0 else { return sorted }
    let (low, high) = (sorted[count], sorted[sorted.count - 1 - count])
    return sorted.map { min(max($0, low), high) }
  }

  /// Returns the studentized interval of a mean (chapter 12).
  ///
  /// Of the simple intervals, it is the one that keeps its level with few and skewed measurements.
  ///
  /// - Parameters:
  ///   - differences: Independent differences, such as logarithms of the ratios of pairs.
  ///   - level: The share of such intervals that contain the true mean, such as 0.95.
  /// - Returns: Nil for fewer than `leastCount` differences.
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
      // A draw of equal values has no error to divide by.
      if itsError > 0 { pivots.append((mean - center) / itsError) }
    }
    let sample = Sample(pivots)
    guard sample.count > 0 else { return nil }
    let tail = (1 - level) / 2 * 100
    return Interval(
      lower: center - sample.percentile(100 - tail) * error,
      upper: center - sample.percentile(tail) * error)
  }

  /// Returns the percentile interval of a mean of values from -1 to 1, such as score differences.
  ///
  /// It uses percentiles (chapter 13) because many of these values are equal, and all values of a
  /// draw may be. It is widened by `sqrt(n / (n - 1))`, because percentile intervals of few values
  /// are too narrow by this factor (Hesterberg, "What Teachers Should Know About the Bootstrap",
  /// 2015).
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

/// The probability that chance by itself makes a difference as large as the measured one.
package enum SignFlip {
  /// Returns the differences with capped absolute values, so that each sign stays equally likely.
  static func capped(_ differences: [Double]) -> [Double] {
    let limit = Sample(differences.map(abs)).percentile(100 * (1 - Bootstrap.outer))
    return differences.map { max(-limit, min(limit, $0)) }
  }

  /// Returns the share of random sign changes under which the mean is at least as far from 0.
  ///
  /// The test is exact for pairs in random order, whatever their distribution (Fisher, "The Design
  /// of Experiments", 1935, section 21).
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
