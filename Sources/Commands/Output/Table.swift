/// Rows in aligned columns.
struct Table {
  private var rows: [[String]] = []

  mutating func add(_ cells: String...) { rows.append(cells) }

  /// The rows, two blanks between columns, none at the ends of lines.
  ///
  /// - Parameter style: How the cells of a column are shown, after they were measured.
  func lines(_ style: (Int, String) -> String = { $1 }) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      var pending = 0
      for (column, cell) in row.enumerated() {
        if !cell.isEmpty {
          line += String(repeating: " ", count: pending) + style(column, cell)
          pending = 0
        }
        pending += widths[column] - cell.displayWidth + 2
      }
      return line
    }
  }
}
