import Values

extension ComparisonReport {
  /// A line of the report for a terminal.
  package struct Line: Sendable {
    /// The emphasis of a line.
    package enum Weight: Sendable { case strong, plain, faint }

    /// The line, without a line feed.
    package let text: String
    /// The emphasis of the line.
    package let weight: Weight

    init(_ text: String, _ weight: Weight = .plain) {
      self.text = text
      self.weight = weight
    }
  }

  /// Returns the lines of the report for a terminal.
  ///
  /// - Parameter analysis: The analysis of this report.
  package func lines(_ analysis: Analysis) -> [Line] {
    var out = analysis.claims.map { Line($0.sentence, .strong) }
    if !analysis.claims.isEmpty { out.append(Line("")) }
    let isPair = names.count == 2
    var table = AlignedTable(columns: [.left, .left, .right, .right, .right, .left, .left])
    let percent = Number.trimmed(analysis.intervalLevel * 100)
    table.add(
      "", "", "median", "p95", "p99", "",
      isPair ? "\(names[0]) is better by (\(percent) % interval)" : "")
    for row in analysis.rows {
      let largest = row.sides.map(\.median).max() ?? 0
      for (side, sample) in row.sides.enumerated() {
        guard sample.count > 0 else { continue }
        let isHigher = row.metric.isBetterHigher
        // 95 % and 99 % of the values are better than p95 and p99, also if higher is better.
        let numbers = [50.0, isHigher ? 5 : 95, isHigher ? 1 : 99]
          .map { Number.short(row.metric.scaled(sample.percentile($0))) }
        table.add(
          side == 0 ? row.metric.title : "", names[side],
          numbers[0] + " " + row.metric.unit(of: task.kind), numbers[1], numbers[2],
          Bar.text(sample.median, of: largest), side == 0 ? row.ratio.map(Self.text) ?? "" : "")
      }
    }
    if let scores = analysis.scores {
      for (side, mean) in scores.means.enumerated() {
        table.add(
          side == 0 ? "score" : "", names[side], Number.score(mean), "", "", Bar.text(mean, of: 1),
          "")
      }
    }
    for (side, failures) in analysis.failures.enumerated() {
      let count = failures.reduce(0) { $0 + $1.count }
      let reasons = failures.map { "\($0.kind.text) \($0.count)" }.joined(separator: ", ")
      table.add(
        side == 0 ? "failures" : "", names[side], "\(count) of \(analysis.requests[side])", "", "",
        reasons, "")
    }
    let lines = table.lines
    out += lines.prefix(1).map { Line($0, .faint) } + lines.dropFirst().map { Line($0) }
    return out + notes.map { Line("note: \($0)") }
  }

  private static func text(_ ratio: Analysis.Ratio) -> String {
    "\(Number.ratio(ratio.value)) times, \(Number.ratio(ratio.interval.lower)) to "
      + Number.ratio(ratio.interval.upper)
  }
}

/// A bar that represents a number.
enum Bar {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// Returns a bar of at most 16 columns.
  static func text(_ value: Double, of largest: Double) -> String {
    guard largest > 0, value > 0 else { return "" }
    let length = Int((value / largest * 16 * 8).rounded())
    return String(repeating: "█", count: length / 8) + eighths[length % 8]
  }
}

/// A table of text with aligned columns.
struct AlignedTable {
  enum Alignment { case left, right }
  private let columns: [Alignment]
  private var rows: [[String]] = []

  init(columns: [Alignment]) { self.columns = columns }

  mutating func add(_ cells: String...) { rows.append(cells) }

  var lines: [String] {
    let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        line +=
          (column > 0 ? "  " : "") + (columns[column] == .right ? blanks + cell : cell + blanks)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
