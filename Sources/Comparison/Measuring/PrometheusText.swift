/// A reader of the metrics that servers export to Prometheus (text format 0.0.4).
package enum PrometheusText {
  /// Returns the values by metric name; values with different labels are added up.
  package static func numbers(in text: String) -> [String: Double] {
    var numbers: [String: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let name = line.prefix { $0 != "{" && $0 != " " }
      guard let last = line.lastIndex(of: "}") ?? line.firstIndex(of: " ") else { continue }
      let rest = line[line.index(after: last)...].split(separator: " ")
      guard let value = rest.first.flatMap({ Double($0) }), value.isFinite else { continue }
      numbers[String(name), default: 0] += value
    }
    return numbers
  }

  /// Returns the means of histograms and summaries between two readings, sorted by name.
  ///
  /// They have a `<name>_sum` and a `<name>_count` in every runtime.
  package static func means(
    from before: [String: Double], to after: [String: Double]
  ) -> [(name: String, value: Double)] {
    after.compactMap { name, sum -> (name: String, value: Double)? in
      guard name.hasSuffix("_sum") else { return nil }
      let base = String(name.dropLast(4))
      guard let count = after[base + "_count"] else { return nil }
      let counted = count - (before[base + "_count"] ?? 0)
      guard counted > 0 else { return nil }
      return (base, (sum - (before[name] ?? 0)) / counted)
    }.sorted { $0.name < $1.name }
  }
}
