import Values

/// The mapping of numbers to positions on an axis.
struct Scale {
  private let low: Double
  private let high: Double
  private let start: Double
  private let end: Double
  let isLogarithmic: Bool

  /// Creates an axis between two positions.
  ///
  /// - Parameter values: The values to show; the axis is logarithmic if they span more than a
  ///   factor of 12.
  init(
    _ values: [Double], from start: Double, to end: Double, logarithmic: Bool? = nil,
    fromZero: Bool = false
  ) {
    let positive = values.filter { $0 > 0 }
    let least = positive.min() ?? 1
    let most = max(positive.max() ?? 1, least * 1.001)
    isLogarithmic = logarithmic ?? (most / least > 12)
    if isLogarithmic {
      low = Logarithm.of(least / 1.1)
      high = Logarithm.of(most * 1.1)
    } else {
      let margin = (most - least) * 0.08
      low = fromZero ? 0 : max(0, least - margin)
      high = most + margin
    }
    self.start = start
    self.end = end
  }

  /// Creates a linear axis with given ends.
  init(low: Double, high: Double, from start: Double, to end: Double) {
    self.low = low
    self.high = high
    self.start = start
    self.end = end
    isLogarithmic = false
  }

  func place(_ value: Double) -> Double {
    let position = isLogarithmic ? Logarithm.of(max(value, 1e-12)) : value
    let share = high > low ? (position - low) / (high - low) : 0.5
    return start + min(1, max(0, share)) * (end - start)
  }

  /// Returns round numbers on the axis, at most about `count`.
  func ticks(_ count: Int) -> [Double] {
    if isLogarithmic {
      let all = Self.rounds(from: Logarithm.undo(low), to: Logarithm.undo(high), [1, 2, 5])
      if all.count <= count { return all }
      let few = Self.rounds(from: Logarithm.undo(low), to: Logarithm.undo(high), [1])
      return few.count >= 2 ? few : Array(all.prefix(count))
    }
    let raw = (high - low) / Double(max(1, count - 1))
    guard raw > 0, raw.isFinite else { return [low] }
    var unit = 1.0
    while unit > raw { unit /= 10 }
    while unit * 10 <= raw { unit *= 10 }
    let step = [1.0, 2, 5, 10].map { $0 * unit }.first { $0 >= raw } ?? unit * 10
    let first = (low / step).rounded(.up)
    return stride(from: first, through: (high / step).rounded(.down), by: 1).map { $0 * step }
  }

  private static func rounds(from low: Double, to high: Double, _ digits: [Double]) -> [Double] {
    guard low > 0, high.isFinite else { return [] }
    var power = 1.0
    while power > low { power /= 10 }
    while power * 10 <= low { power *= 10 }
    var found: [Double] = []
    while power <= high, found.count < 40 {
      found += digits.map { $0 * power }.filter { $0 >= low && $0 <= high }
      power *= 10
    }
    return found
  }

  /// Returns a tick's label: `0.5`, `20`, `2000`.
  static func label(_ value: Double) -> String {
    if value >= 10_000 { return Number.fixed(value / 1000, digits: 0) + "k" }
    if value == value.rounded() { return Number.fixed(value, digits: 0) }
    let digits = value < 0.01 ? 4 : value < 0.1 ? 3 : value < 1 ? 2 : 1
    var text = Number.fixed(value, digits: digits)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
