package import Diagnostics

/// The text of a YAML file, which can be changed in places while the rest remains as written.
package struct EditableText {
  private var lines: [[Unicode.Scalar]]

  /// Nil if the text starts with a byte order mark or is not valid UTF-8.
  package init?(_ source: SourceFile) {
    guard source.textStart == 0, let text = String(validating: source.bytes, as: UTF8.self) else {
      return nil
    }
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map(Array.init)
  }

  /// The current text.
  package var text: String {
    lines.map { line in
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: line)
      return String(scalars)
    }.joined(separator: "\n")
  }

  /// Replaces the text in a range.
  ///
  /// - Returns: False if the range spans several lines; the text is then unchanged.
  package mutating func replace(_ range: SourceRange, with text: String) -> Bool {
    guard let (line, columns) = place(range) else { return false }
    lines[line].replaceSubrange(columns, with: Array(text.unicodeScalars))
    return true
  }

  /// Removes items of a list, or entries of a mapping.
  ///
  /// - Parameter ranges: The ranges of the items, each on one line.
  package mutating func remove(_ ranges: [SourceRange]) -> Bool {
    let sorted = ranges.sorted { $1.start < $0.start }
    for range in sorted {
      guard let (line, columns) = place(range) else { return false }
      let before = lines[line][..<columns.lowerBound].drop { $0 == " " }
      let after = lines[line][columns.upperBound...].drop { $0 == " " }
      // A comment must not get lost.
      let isAlone = after.isEmpty
      if before.isEmpty || (before.elementsEqual(["-", " "]) && isAlone) {
        guard isAlone else { return false }
        lines.remove(at: line)
      } else {
        removeFlowItem(columns, in: line)
      }
    }
    return true
  }

  /// Removes an item from `[a, b]`, with the comma after it or before it.
  private mutating func removeFlowItem(_ columns: Range<Int>, in line: Int) {
    let text = lines[line]
    var end = columns.upperBound
    while end < text.count, text[end] == " " { end += 1 }
    if end < text.count, text[end] == "," {
      end += 1
      while end < text.count, text[end] == " " { end += 1 }
      lines[line].removeSubrange(columns.lowerBound..<end)
      return
    }
    var start = columns.lowerBound
    while start > 0, text[start - 1] == " " { start -= 1 }
    if start > 0, text[start - 1] == "," { start -= 1 }
    lines[line].removeSubrange(start..<columns.upperBound)
  }

  /// Removes a top-level key if its list or mapping is now empty.
  package mutating func removeEmpty(_ key: String) {
    guard let line = lines.firstIndex(where: { String($0).hasPrefix(key + ":") }) else { return }
    let rest = String(lines[line]).dropFirst(key.count + 1).filter { $0 != " " && $0 != "\r" }
    let next = line + 1 < lines.count ? lines[line + 1] : []
    let continues = next.first == " " || next.first == "-"
    if rest == "[]" || rest == "{}" || (rest.isEmpty && !continues) { lines.remove(at: line) }
  }

  /// Adds a key to a section of the file, or creates the section.
  ///
  /// - Parameter root: The tree of the current text.
  package mutating func insert(
    _ key: String, _ value: String, in section: String, of root: Node
  ) -> Bool {
    let entry = "\(key): \(value)"
    guard let found = root.entries?.first(where: { $0.key == section }) else {
      while lines.last?.isEmpty == true { lines.removeLast() }
      lines += ["\(section):", "  \(entry)", ""].map { Array($0.unicodeScalars) }
      return true
    }
    guard let first = found.value.entries?.first else { return false }
    let line = first.keyRange.start.line - 1
    guard lines.indices.contains(line) else { return false }
    if line + 1 == found.keyRange.start.line {
      // `section: {a: 1}`
      lines[line].insert(
        contentsOf: Array((entry + ", ").unicodeScalars), at: first.keyRange.start.column - 1)
    } else {
      let indent = String(repeating: " ", count: first.keyRange.start.column - 1)
      lines.insert(Array((indent + entry).unicodeScalars), at: line)
    }
    return true
  }

  private func place(_ range: SourceRange) -> (line: Int, columns: Range<Int>)? {
    let line = range.start.line - 1
    guard range.start.line == range.end.line, lines.indices.contains(line),
      range.end.column - 1 <= lines[line].count
    else { return nil }
    return (line, (range.start.column - 1)..<(range.end.column - 1))
  }
}

extension String {
  fileprivate init(_ scalars: [Unicode.Scalar]) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}
