import Values

extension ComparisonReport {
  /// The measurements as CSV (RFC 4180), without the answers; each request is a line.
  package var csv: String {
    let head = [
      "side", "block", "item", "prompt_tokens_wished", "depth", "clients", "started_ms",
      "first_token_ms", "latency_ms", "prompt_tokens", "completion_tokens", "tokens_per_second",
      "server_tokens_per_second", "score", "failure", "detail",
    ]
    let rows = measurements.map(cells)
    return ([head] + rows).map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
  }

  private func cells(_ measurement: Measurement) -> [String] {
    func number(_ value: Double?, times factor: Double = 1) -> String {
      value.map { Number.fixed($0 * factor, digits: 3) } ?? ""
    }
    func count(_ value: Int?) -> String { value.map(String.init) ?? "" }
    let condition = measurement.condition
    var cells = [names[measurement.side], String(measurement.block), measurement.item ?? ""]
    cells += [
      count(condition.promptTokens), count(condition.depth), String(condition.clients),
      number(measurement.started, times: 1000), number(measurement.firstToken, times: 1000),
      number(measurement.latency, times: 1000), count(measurement.promptTokens),
      count(measurement.completionTokens), number(measurement.rate),
      number(measurement.serverRate), number(measurement.score?.value),
    ]
    cells += [measurement.failure?.kind.rawValue ?? "", measurement.failure?.detail ?? ""]
    return cells
  }

  private static func cell(_ text: String) -> String {
    // The apostrophe prevents a spreadsheet from running text of a server as a formula.
    let text =
      text.first.map({ "=+-@\t\r".contains($0) }) == true && Double(text) == nil ? "'" + text : text
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
