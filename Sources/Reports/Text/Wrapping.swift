extension String {
  /// Returns the words on lines of at most `width` columns; a longer word gets its own line.
  ///
  /// - Parameter width: The columns of a terminal.
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

  /// Returns the text with lines of at most `width` columns.
  ///
  /// Lines are broken only between words, so that longer words, such as paths, are kept. The rest
  /// of a line is indented by two more columns.
  ///
  /// - Parameter width: The columns of a terminal; below 20, lines are not broken.
  package func fitted(to width: Int) -> String {
    guard width >= 20 else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.utf8.count <= width ? String($0) : String($0).brokenLine(at: width) }
      .joined(separator: "\n")
  }

  /// Returns one line, broken between words.
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

  /// The text without terminal codes for colours, which have no width.
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

  /// Returns paragraphs wrapped to `width` columns; indented lines are not changed.
  package func filled(to width: Int?) -> String {
    guard let width else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { $0.hasPrefix(" ") ? [String($0)] : String($0).wrapped(to: width) }
      .joined(separator: "\n")
  }
}
