/// The version of amm, for reports and for records of measurements.
package enum Release {
  /// The version of all of amm's programs, by Semantic Versioning 2.0.0.
  package static let version = "0.1.0"
}
