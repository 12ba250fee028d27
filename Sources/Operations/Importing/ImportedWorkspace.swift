import Deployments
import Diagnostics
package import Host
package import Imports
import Workspaces
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
    let content = try folder.read(Self.file, limit: Composer.Limits.bytes).map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
    let known = try folder.instancePorts
    let entries = InstancesText(content ?? "", path: folder.file(Self.file))
    let workloads = Self.workloads(of: folder)
    let preview = file.read(using: workloads)
    let mark = "# " + Import.mark(of: file.name)
    var taken = Set(known.keys)
    // A profile of the same origin is that of an earlier import.
    for name in taken.union(preview.servers.map(\.name)) {
      guard let profile = try folder.read(Self.path(of: name), limit: 1 << 20) else { continue }
      if String(decoding: profile.bytes, as: UTF8.self).hasPrefix(mark + "\n") {
        taken.remove(name)
      } else {
        taken.insert(name)
      }
    }
    // So is a companion under the same comment.
    let companions = entries.companions
    taken.formUnion(companions.filter { $0.comment != mark }.map(\.name))
    // What an earlier import made keeps its port.
    let ports =
      known.filter { taken.contains($0.key) }.values.compactMap(\.self)
      + companions.filter { taken.contains($0.name) }.compactMap(\.port)
    imported = file.read(
      besides: taken, ports: Set(ports), using: workloads, forCluster: entries.isForCluster)
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
    let others = imported.companions.filter { one in !companions.contains { $0.name == one.name } }
    if !added.isEmpty || !others.isEmpty {
      let new = try entries.adding(
        instances: added.map(\.instance.text), companions: others.map(\.text.text))
      changes.append(Change(path: Self.file, old: content, new: new))
    }
    self.changes = changes
    self.links = links
  }

  /// Returns the instances that companions of the file can use: none if the workspace has errors.
  private static func workloads(of folder: WorkspaceFolder) -> [Workload] {
    guard let loader = try? WorkspaceLoader(folder), let outcome = try? loader.load() else {
      return []
    }
    return outcome.value?.deployment.workloads ?? []
  }

  private static func path(of name: String) -> String { "profiles/imported/\(name).yaml" }

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
