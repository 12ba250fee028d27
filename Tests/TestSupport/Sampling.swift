import Foundation

/// The part of a large set of cases to try: all with `AMM_EXHAUSTIVE`, which `make exhaustive`
/// sets, otherwise a fixed part that is the same each time.
package enum Sampling {
  /// Whether to try all cases.
  package static let isExhaustive = ProcessInfo.processInfo.environment["AMM_EXHAUSTIVE"] != nil

  /// Returns the distance between two cases to try: 1 if all are tried.
  package static func every(_ distance: Int) -> Int { isExhaustive ? 1 : distance }
}
