import Diagnostics
import Targets
import YAML

/// The text of `instances.yaml`, to which an import adds instances and companions.
struct InstancesText {
  /// A companion that the text has.
  struct Companion {
    let name: String
    let port: Int?
    /// The comment in the line above it; nil if there is none.
    let comment: String?
  }

  private let text: String
  private let path: String
  private let root: Node?

  /// - Parameter text: The text; empty if there is no such file.
  init(_ text: String, path: String) {
    self.text = text
    self.path = path
    root = text.isEmpty ? nil : Composer.compose(SourceFile(path: path, text: text)).value
  }

  private func entry(_ key: String) -> Node.Entry? { root?.entries?.first { $0.key == key } }

  /// Whether all targets are clusters.
  var isForCluster: Bool {
    let targets = entry("targets")?.value.entries ?? []
    return !targets.isEmpty
      && targets.allSatisfy { target in
        target.value.entries?.first { $0.key == "kind" }?.value.scalar?.text == Kubernetes.kind
      }
  }

  /// The companions, in the order of the text.
  var companions: [Companion] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return (entry("companions")?.value.entries ?? []).map { one in
      let above = one.keyRange.start.line - 2
      let line = lines.indices.contains(above) ? lines[above].drop { $0 == " " } : ""
      let port = one.value.entries?.first { $0.key == "port" }?.value.scalar?.text
      return Companion(
        name: one.key, port: port.flatMap { Int($0) },
        comment: line.hasPrefix("#") ? String(line) : nil)
    }
  }

  /// Returns the text with further instances and companions, each indented by two spaces.
  ///
  /// - Throws: An ``OperationError`` if the text is written so that nothing can be added.
  func adding(instances: [String], companions: [String]) throws -> String {
    guard !text.isEmpty else {
      return "version: 1\ninstances:\n" + instances.joined()
        + (companions.isEmpty ? "" : "companions:\n" + companions.joined())
    }
    guard entry("instances") != nil else {
      throw OperationError(
        .invalid, "'\(path)' has no 'instances' to add to", help: "run 'amm validate'")
    }
    var result = self
    if !instances.isEmpty {
      result = InstancesText(try result.adding(instances, to: "instances"), path: path)
    }
    if !companions.isEmpty {
      result = InstancesText(try result.adding(companions, to: "companions"), path: path)
    }
    return result.text
  }

  private func adding(_ items: [String], to key: String) throws -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    guard let entry = entry(key) else {
      // After the instances, before what is separated from them.
      let end = end(of: "instances", in: lines)
      lines.insert(contentsOf: ["\(key):"] + Self.split(items, indent: 2), at: end)
      return lines.joined(separator: "\n") + "\n"
    }
    let isEmpty = entry.value.entries?.isEmpty ?? true
    let first = entry.value.entries?.first?.keyRange.start
    if isEmpty {
      // `instances: {}` or `instances:` on one line.
      let line = entry.keyRange.start.line - 1
      lines[line] = "\(key):"
      lines.insert(contentsOf: Self.split(items, indent: 2), at: line + 1)
      return lines.joined(separator: "\n") + "\n"
    }
    guard let first, first.line > entry.keyRange.start.line else {
      throw OperationError(
        .invalid,
        "the \(key) of '\(path)' are on one line, and amm does not rewrite them",
        help: "write each \(key.dropLast()) on its own line, and import again")
    }
    lines.insert(
      contentsOf: Self.split(items, indent: first.column - 1), at: end(of: key, in: lines))
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns the index of the line after a key's value.
  private func end(of key: String, in lines: [String]) -> Int {
    guard let entry = entry(key) else { return lines.count }
    let start = entry.keyRange.start.line
    let next = root?.entries?.map(\.keyRange.start.line).filter { $0 > start }.min()
    var end = (next ?? lines.count + 1) - 1
    // Empty lines and comments before the next key stay with it.
    while end > start, Self.isSpace(lines[end - 1]) { end -= 1 }
    return end
  }

  private static func isSpace(_ line: String) -> Bool {
    line.allSatisfy { $0 == " " || $0 == "\t" } || line.hasPrefix("#")
  }

  private static func split(_ items: [String], indent: Int) -> [String] {
    items.flatMap { $0.split(separator: "\n").map(String.init) }.map { line in
      String(repeating: " ", count: indent) + line.dropFirst(2)
    }
  }
}
