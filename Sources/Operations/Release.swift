/// The release of amm, which stands in what it writes and reports.
package enum Release {
  package static let version = "0.1.0"
}
