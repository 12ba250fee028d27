import Diagnostics
import YAML

/// Adding instances and companions to the text of `instances.yaml`, of which everything else is kept.
extension ImportedWorkspace {
  /// Returns the text of `instances.yaml` with further instances and companions.
  ///
  /// - Parameters:
  ///   - instances: The lines of each instance, below `instances:`.
  ///   - companions: The lines of each companion, below `companions:`.
  ///   - old: The file; nil if there is none.
  ///   - path: Its path for messages.
  /// - Throws: An ``OperationError`` if the file has no place for them.
  static func adding(
    _ instances: [String], companions: [String], to old: [UInt8]?, of path: String
  ) throws(OperationError) -> String {
    guard let old else {
      return "version: 1\ninstances:\n" + instances.joined()
        + (companions.isEmpty ? "" : "companions:\n" + companions.joined())
    }
    var bytes = old
    if !instances.isEmpty {
      bytes = Array(try adding(instances, to: "instances", bytes, path).utf8)
    }
    if !companions.isEmpty {
      bytes = Array(try adding(companions, to: "companions", bytes, path).utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func adding(
    _ items: [String], to key: String, _ old: [UInt8], _ path: String
  ) throws(OperationError) -> String {
    let source = SourceFile(path: path, bytes: old)
    guard let root = Composer.compose(instances: source).value,
      let instances = root.entries?.first(where: { $0.key == "instances" })
    else {
      throw OperationError(
        .invalid, "'\(path)' has no 'instances' to add to", help: "run 'amm validate'")
    }
    var text = InstancesText(source)
    guard let entry = root.entries?.first(where: { $0.key == key }) else {
      guard instances.keyRange.start.column == 1, !text.isFlow(root) else {
        throw oneLine("instances", path)
      }
      let end = text.end(of: instances, in: root)
      text.lines.insert("\(key):", at: end)
      text.insert(items, indent: 2, after: end + 1)
      return text.joined
    }
    let line = entry.keyRange.start.line
    if let flow = text.flow(of: entry) {
      text.lines.replaceSubrange((line - 1)...(line - 1), with: flow)
      text.insert(items, indent: 2, after: line - 1 + flow.count)
      return text.joined
    }
    guard let first = entry.value.entries?.first?.keyRange.start else {
      guard entry.value.scalar?.isNull ?? false else { throw oneLine(key, path) }
      text.insert(items, indent: 2, after: line)
      return text.joined
    }
    guard first.line > line, entry.keyRange.start.column == 1, !text.isFlow(entry.value) else {
      throw oneLine(key, path)
    }
    text.insert(items, indent: first.column - 1, after: text.end(of: entry, in: root))
    return text.joined
  }

  private static func oneLine(_ key: String, _ path: String) -> OperationError {
    OperationError(
      .invalid, "the \(key) of '\(path)' are in braces, and amm does not rewrite them",
      help: "write each \(key.dropLast()) on its own line, and import again")
  }

  /// Returns the names of the companions of a file under a comment, by which they are found again.
  static func companions(of old: [UInt8], _ path: String, under comment: String) -> Set<String> {
    let source = SourceFile(path: path, bytes: old)
    let section = Composer.compose(instances: source).value?.entries?.first {
      $0.key == "companions"
    }
    guard let entries = section?.value.entries else { return [] }
    let lines = InstancesText(source).lines
    return Set(
      entries.filter { entry in
        let above = entry.keyRange.start.line - 2
        return lines.indices.contains(above) && lines[above].drop { $0 == " " } == comment
      }.map(\.key))
  }
}

/// The lines of `instances.yaml`, without their ends.
private struct InstancesText {
  var lines: [String]
  private let end: String
  private let hasMark: Bool

  init(_ source: SourceFile) {
    // CR LF is one character of a `String`, so bytes are compared.
    var found = source.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if found.last?.isEmpty ?? false { found.removeLast() }
    let isWindows = found.first?.last == 0x0D
    end = isWindows ? "\r\n" : "\n"
    lines = found.map { line in
      String(decoding: isWindows && line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
    hasMark = source.textStart > 0
  }

  var joined: String { lines.joined(separator: end) + end }

  /// Adds lines, which are indented by two spaces, after some lines.
  mutating func insert(_ instances: [String], indent: Int, after count: Int) {
    let new = instances.flatMap { $0.split(separator: "\n").map(String.init) }.map { line in
      String(repeating: " ", count: indent) + line.dropFirst(2)
    }
    lines.insert(contentsOf: new, at: min(count, lines.count))
  }

  /// Returns the number of lines up to the end of a key's value.
  ///
  /// Empty lines and comments before the next key stay with it.
  func end(of entry: Node.Entry, in root: Node) -> Int {
    let start = entry.keyRange.start.line
    let next = root.entries?.filter { $0.keyRange.start.line > start }.map(\.keyRange.start.line)
    var end = (next?.min() ?? lines.count + 1) - 1
    while end > start, Self.isSpace(lines[end - 1]) { end -= 1 }
    return end
  }

  private static func isSpace(_ line: String) -> Bool {
    line.allSatisfy { $0 == " " || $0 == "\t" } || line.hasPrefix("#")
  }

  /// Whether a mapping is in braces.
  func isFlow(_ node: Node) -> Bool {
    let start = node.range.start
    let scalars = Array(lines[start.line - 1].unicodeScalars)
    let column = start.column - 1 + (hasMark && start.line == 1 ? 1 : 0)
    return scalars.indices.contains(column) && scalars[column] == "{"
  }

  /// Returns the lines for `instances: {a: …, b: …}` on one line, with a line for each instance; nil
  /// for other forms.
  func flow(of entry: Node.Entry) -> [String]? {
    let (start, close) = (entry.value.range.start, entry.value.range.end)
    guard let entries = entry.value.entries, entry.keyRange.start.column == 1,
      start.line == entry.keyRange.start.line, close.line == start.line, isFlow(entry.value)
    else { return nil }
    let scalars = Array(lines[start.line - 1].unicodeScalars)
    let shift = hasMark && start.line == 1 ? 1 : 0
    let (open, after) = (start.column - 1 + shift, close.column - 1 + shift)
    guard open < after, after <= scalars.count, scalars[after - 1] == "}" else { return nil }
    func text(_ range: Range<Int>) -> String {
      var part = scalars[range]
      while let last = part.last, last == " " || last == "," { part.removeLast() }
      return String(String.UnicodeScalarView(part))
    }
    let begins = entries.map { $0.keyRange.start.column - 1 + shift }
    let ends = begins.dropFirst() + [after - 1]
    let rest = String(String.UnicodeScalarView(scalars[after...]))
    return [text(0..<open) + rest] + zip(begins, ends).map { "  " + text($0..<max($0, $1)) }
  }
}
