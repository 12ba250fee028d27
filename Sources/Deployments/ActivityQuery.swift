/// How to query how many requests a server has under way.
package struct ActivityQuery: Sendable, Equatable {
  /// The format of the answer.
  package enum Form: Sendable, Equatable {
    /// Prometheus metrics, of which gauges with these names are added.
    case gauges([String])
    /// A JSON list of slots, of which those that compute are counted: `[{"is_processing": true}]`
    /// (llama.cpp b10135, tools/server/README.md, `GET /slots`).
    case slots
  }

  /// The path to query.
  package let path: String
  /// The format of the answer.
  package let form: Form

  package init(path: String, _ form: Form) {
    self.path = path
    self.form = form
  }

  /// Returns the sum of the gauges in an answer, or nil if it has none of them.
  ///
  /// A gauge is a line with the name, optional labels in braces, and a number
  /// (prometheus.io/docs/instrumenting/exposition_formats).
  package static func sum(of gauges: [String], in answer: String) -> Double? {
    var sum: Double?
    for line in answer.split(separator: "\n") {
      let name = line.prefix { $0 != "{" && $0 != " " }
      guard gauges.contains(where: { $0 == name }), let last = line.split(separator: " ").last,
        let value = Double(last), value.isFinite
      else { continue }
      sum = (sum ?? 0) + value
    }
    return sum
  }
}
