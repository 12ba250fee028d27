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

  /// Paragraphs filled to so many columns; lines that are indented stay as they are.
  package func filled(to width: Int?) -> String {
    guard let width else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { $0.hasPrefix(" ") ? [String($0)] : String($0).wrapped(to: width) }
      .joined(separator: "\n")
  }
}
