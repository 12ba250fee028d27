#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Measurements of one thing, sorted.
package struct Sample: Sendable {
  /// The values, the smallest first.
  package let sorted: [Double]

  /// The sample of some values, in any order.
  package init(_ values: some Sequence<Double>) { sorted = values.sorted() }

  /// How many values there are.
  package var count: Int { sorted.count }
  /// The middle value; the mean of two where there is none.
  package var median: Double { percentile(50) }
  /// The arithmetic mean; 0 of no values.
  package var mean: Double { sorted.reduce(0, +) / Double(max(1, count)) }

  /// Between the two measurements nearest to a share (type 7 of Hyndman and Fan, which spreadsheets
  /// and NumPy use, too); 0 without any.
  package func percentile(_ percent: Double) -> Double {
    guard let last = sorted.indices.last else { return 0 }
    let position = Double(last) * percent / 100
    let below = Int(position)
    guard below < last else { return sorted[last] }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}

/// Natural logarithms, in which a ratio is a difference.
enum Logarithm {
  static func of(_ value: Double) -> Double { log(value) }
  static func undo(_ value: Double) -> Double { exp(value) }
}
