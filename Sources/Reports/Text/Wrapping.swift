extension String {
  /// The text's words on lines of at most so many columns; a longer word has a line of its own.
  ///
  /// - Parameter width: Columns of a terminal.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.displayWidth + 1 + String(word).displayWidth > width {
        lines.append(line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return lines + [line]
  }

  /// Lines of at most so many columns, broken between words only: a word that is longer, such as a path, stays
  /// whole. What follows is indented by two columns more than the line.
  ///
  /// - Parameter width: Columns of a terminal; below 20 nothing is broken.
  package func fitted(to width: Int) -> String {
    guard width >= 20 else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.utf8.count <= width ? String($0) : String($0).brokenLine(at: width) }
      .joined(separator: "\n")
  }

  /// One line, broken between words.
  private func brokenLine(at width: Int) -> String {
    let indent = prefix { $0 == " " }
    let margin = String(repeating: " ", count: min(indent.count + 2, width / 2))
    var out = String(indent)
    var column = indent.count
    var gap = ""
    for word in dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false) {
      let columns = String(word).withoutColors.displayWidth
      if column > margin.count, column + gap.count + columns > width, columns > 0 {
        while out.hasSuffix(" ") { out.removeLast() }
        out += "\n" + margin
        column = margin.count
      } else {
        out += gap
        column += gap.count
      }
      out += word
      column += columns
      gap = " "
    }
    return out
  }

  /// Without a terminal's codes for colours, which take no columns.
  private var withoutColors: String {
    guard utf8.contains(0x1B) else { return self }
    var out = ""
    var isCode = false
    for scalar in unicodeScalars {
      if scalar == "\u{1B}" { isCode = true }
      if !isCode { out.unicodeScalars.append(scalar) }
      if isCode, scalar == "m" { isCode = false }
    }
    return out
  }

  /// Paragraphs filled to so many columns; lines that are indented stay as they are.
  package func filled(to width: Int?) -> String {
    guard let width else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { $0.hasPrefix(" ") ? [String($0)] : String($0).wrapped(to: width) }
      .joined(separator: "\n")
  }
}
