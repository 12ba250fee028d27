/// Rows in aligned columns.
package struct Table {
  /// The rows as they are shown, so that widths are correct.
  private var rows: [[String]] = []

  package init() {}

  /// Creates a table from rows.
  package init(_ rows: [[String]]) {
    for row in rows { add(row) }
  }

  /// Adds a row; each cell is foreign text and becomes one harmless line.
  package mutating func add(_ cells: String...) { add(cells) }

  /// Adds a row from a list of cells.
  package mutating func add(_ cells: [String]) { rows.append(cells.map { Shown(line: $0).text }) }

  /// The number of terminal columns of the widest row.
  package var width: Int {
    let widths = self.widths
    return widths.reduce(0, +) + 2 * max(0, widths.count - 1)
  }

  /// The width of each column, in terminal columns.
  private var widths: [Int] {
    (0..<(rows.map(\.count).max() ?? 0)).map { column in
      rows.map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0
    }
  }

  /// Returns the rows, with two spaces between columns and none at the ends of lines.
  ///
  /// If the last column does not fit the terminal, it continues on the next lines: in the column,
  /// or below the row if the column is too narrow.
  ///
  /// - Parameters:
  ///   - limit: The terminal's columns; nil for no limit.
  ///   - titles: The style of the first row if it has titles; nil if it does not.
  ///   - style: The style of the cells of a column; it does not change their width.
  package func lines(
    within limit: Int?, titles: Style? = nil,
    style body: (Int, Shown) -> Shown = { $1 }
  ) -> [Shown] {
    let widths = self.widths
    let count = widths.count
    let indent = widths.dropLast().reduce(0) { $0 + $1 + 2 }
    return rows.enumerated().flatMap { index, row -> [Shown] in
      func style(_ column: Int, _ cell: Shown) -> Shown {
        if index == 0, let titles { titles.faint(cell) } else { body(column, cell) }
      }
      guard let limit, row.count == count, let last = row.last,
        indent + last.displayWidth > limit, limit > 10
      else { return [line(row, widths, style)] }
      let isBelow = limit - indent < 20
      let margin = Shown(line: String(repeating: " ", count: isBelow ? 2 : indent))
      let parts = last.wrapped(to: limit - (isBelow ? 2 : indent))
      let words = parts.map { style(count - 1, Shown(line: $0)) }
      let head = line(row.dropLast(), widths, style)
      guard !isBelow else { return [head] + words.map { margin + $0 } }
      return [line(row.dropLast() + [parts[0]], widths, style)]
        + words.dropFirst().map { margin + $0 }
    }
  }

  private func line(
    _ row: some Sequence<String>, _ widths: [Int], _ style: (Int, Shown) -> Shown
  ) -> Shown {
    var line: Shown = ""
    var pending = 0
    for (column, cell) in row.enumerated() {
      if !cell.isEmpty {
        line += Shown(line: String(repeating: " ", count: pending))
        line += style(column, Shown(line: cell))
        pending = 0
      }
      pending += widths[column] - cell.displayWidth + 2
    }
    return line
  }
}
