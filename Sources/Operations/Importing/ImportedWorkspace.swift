import Diagnostics
package import Host
package import Imports
import YAML

/// The files that an import writes into a workspace.
package struct ImportedWorkspace {
  /// A file before and after the import.
  package struct Change {
    /// The path below the workspace.
    package let path: String
    /// The text before; nil if there is no such file.
    package let old: String?
    /// The text after.
    package let new: String
  }

  /// What was imported.
  package let imported: Import
  /// The files that change, profiles first.
  package let changes: [Change]
  /// The links to add: the instance, and the link's target.
  package let links: [(instance: String, target: String)]
  private let folder: WorkspaceFolder

  private static let file = "instances.yaml"

  /// Determines the changes, without writing anything.
  ///
  /// What was imported from the same file before is found again, so a second import changes nothing.
  ///
  /// - Throws: An ``OperationError`` if instances cannot be added to `instances.yaml`.
  package init(_ file: ImportFile, into folder: WorkspaceFolder) throws {
    self.folder = folder
    let content = try folder.read(Self.file, limit: Composer.Limits.bytes)
    let known = try folder.instancePorts
    let preview = file.read()
    var taken = Set(known.keys)
    // A profile of the same origin is that of an earlier import.
    let head = preview.servers.first?.profile.text.prefix { !$0.isNewline } ?? ""
    for name in taken.union(preview.servers.map(\.name)) {
      guard let profile = try folder.read(Self.path(of: name), limit: 1 << 20) else { continue }
      if String(decoding: profile.bytes, as: UTF8.self).hasPrefix(head) {
        taken.remove(name)
      } else {
        taken.insert(name)
      }
    }
    // An instance of an earlier import keeps its port.
    let ports = known.filter { taken.contains($0.key) }.values.compactMap(\.self)
    imported =
      taken.isEmpty && ports.isEmpty ? preview : file.read(besides: taken, ports: Set(ports))
    var changes: [Change] = []
    var links: [(String, String)] = []
    for server in imported.servers {
      let path = Self.path(of: server.name)
      let old = try folder.read(path, limit: 1 << 20).map {
        String(decoding: $0.bytes, as: UTF8.self)
      }
      if old != server.profile.text {
        changes.append(Change(path: path, old: old, new: server.profile.text))
      }
      if try folder.kind(of: "active/\(server.name).yaml") == nil {
        links.append((server.name, "../\(path)"))
      }
    }
    let added = imported.servers.filter { !known.keys.contains($0.name) }
    if !added.isEmpty {
      let old = content.map { String(decoding: $0.bytes, as: UTF8.self) }
      let new = try Self.adding(added.map(\.instance.text), to: old, in: folder)
      changes.append(Change(path: Self.file, old: old, new: new))
    }
    self.changes = changes
    self.links = links
  }

  private static func path(of name: String) -> String { "profiles/imported/\(name).yaml" }

  /// Returns `instances.yaml` with further instances.
  private static func adding(
    _ instances: [String], to old: String?, in folder: WorkspaceFolder
  ) throws -> String {
    guard let old else { return "version: 1\ninstances:\n" + instances.joined() }
    let source = SourceFile(path: folder.file(file), text: old)
    guard let root = Composer.compose(source).value,
      let entry = root.entries?.first(where: { $0.key == "instances" })
    else {
      throw OperationError(
        .invalid, "'\(folder.file(file))' has no 'instances' to add to", help: "run 'amm validate'")
    }
    var lines = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    let isEmpty = entry.value.entries?.isEmpty ?? true
    let first = entry.value.entries?.first?.keyRange.start
    if isEmpty {
      // `instances: {}` or `instances:` on one line.
      let line = entry.keyRange.start.line - 1
      lines[line] = "instances:"
      lines.insert(contentsOf: split(instances, indent: 2), at: line + 1)
      return lines.joined(separator: "\n") + "\n"
    }
    guard let first, first.line > entry.keyRange.start.line else {
      throw OperationError(
        .invalid,
        "the instances of '\(folder.file(file))' are on one line, and amm does not rewrite them",
        help: "write each instance on its own line, and import again")
    }
    let next = root.entries?.filter { $0.keyRange.start.line > entry.keyRange.start.line }
      .map(\.keyRange.start.line).min()
    var end = (next ?? lines.count + 1) - 1
    // Blank lines and comments before the next key stay with it.
    while end > first.line, isSpace(lines[end - 1]) { end -= 1 }
    lines.insert(contentsOf: split(instances, indent: first.column - 1), at: end)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func isSpace(_ line: String) -> Bool {
    line.allSatisfy { $0 == " " || $0 == "\t" } || line.hasPrefix("#")
  }

  private static func split(_ instances: [String], indent: Int) -> [String] {
    instances.flatMap { $0.split(separator: "\n").map(String.init) }.map { line in
      String(repeating: " ", count: indent) + line.dropFirst(2)
    }
  }

  /// Writes the files: profiles and links first, so that `instances.yaml` never names what is missing.
  package func write() throws(HostError) {
    for change in changes where change.path != Self.file {
      try folder.write(change.new, to: change.path)
    }
    for (instance, target) in links {
      _ = try folder.writable.makeFolder("active")
      try folder.replaceLink("active/\(instance).yaml", with: target)
    }
    for change in changes where change.path == Self.file {
      try folder.write(change.new, to: change.path)
    }
  }
}
