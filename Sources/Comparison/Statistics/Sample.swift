#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sorted values of one metric.
package struct Sample: Sendable {
  /// The values, in ascending order.
  package let sorted: [Double]

  /// Creates a sample of values in any order.
  package init(_ values: some Sequence<Double>) { sorted = values.sorted() }

  /// The number of values.
  package var count: Int { sorted.count }
  /// The median; the mean of the two middle values if their number is even.
  package var median: Double { percentile(50) }
  /// The arithmetic mean; 0 if there are no values.
  package var mean: Double { sorted.reduce(0, +) / Double(max(1, count)) }

  /// Returns a percentile, interpolated between two values (type 7 of Hyndman and Fan, which
  /// spreadsheets and NumPy also use); 0 if there are no values.
  package func percentile(_ percent: Double) -> Double {
    guard let last = sorted.indices.last else { return 0 }
    let position = Double(last) * percent / 100
    let below = Int(position)
    guard below < last else { return sorted[last] }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}

/// Natural logarithms, which turn ratios into differences.
enum Logarithm {
  static func of(_ value: Double) -> Double { log(value) }
  static func undo(_ value: Double) -> Double { exp(value) }
}
