import Foundation

/// How much of a large set of cases is tried: all with `AMM_EXHAUSTIVE`, as `make exhaustive` sets it, else a
/// fixed part, the same each time.
package enum Sampling {
  /// Whether everything is tried.
  package static let isExhaustive = ProcessInfo.processInfo.environment["AMM_EXHAUSTIVE"] != nil

  /// The distance between two cases that are tried: 1 where all are.
  package static func every(_ distance: Int) -> Int { isExhaustive ? 1 : distance }
}
