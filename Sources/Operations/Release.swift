/// The release of amm, which stands in what it writes and reports.
package enum Release {
  /// Of both programs, by Semantic Versioning 2.0.0.
  package static let version = "0.1.0"
}
