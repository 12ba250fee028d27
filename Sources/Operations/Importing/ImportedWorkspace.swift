import Deployments
package import Diagnostics
package import Host
package import Imports
import Profiles
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
  /// The profiles of an earlier import that differ from this one, and are kept.
  package let kept: [Change]
  /// The links to add: the instance, and the link's target.
  package let links: [(instance: String, target: String)]
  /// Links of imported servers that point elsewhere, and are kept: the path, and the target.
  package let otherLinks: [(path: String, target: String)]
  /// The names of the instances to add.
  package let added: [String]
  /// The names of the companions to add.
  package let addedCompanions: [String]
  /// The errors that the workspace would get.
  package let conflicts: [Diagnostic]
  /// Whether there is nothing to write: no server, and in a new workspace no companion either, because it
  /// needs an instance.
  package let isEmpty: Bool
  private let folder: WorkspaceFolder

  static let file = "instances.yaml"

  /// Determines the changes, without writing anything.
  ///
  /// What was imported from the same file before is found again, so a second import changes nothing.
  ///
  /// - Throws: An ``OperationError`` if instances cannot be added to `instances.yaml`.
  package init(_ file: ImportFile, into folder: WorkspaceFolder) throws {
    self.folder = folder
    let content = try folder.read(Self.file, limit: Composer.InstanceLimits.bytes)
    let source = content.map { SourceFile(path: folder.file(Self.file), bytes: $0.bytes) }
    var taken = TakenPlaces()
    if let source, let node = Composer.compose(instances: source).value {
      taken = Workspace.taken(node, from: source)
    }
    taken.workloads = Self.workloads(of: folder)
    let known = (instances: taken.instances, companions: taken.companions)
    let mark = "# " + Import.mark(of: file.name)
    let earlier = content.map { Self.companions(of: $0.bytes, folder.file(Self.file), under: mark) }
    imported = try Self.read(file, besides: taken, earlier ?? [], in: folder)
    var (changes, kept): ([Change], [Change]) = ([], [])
    var (links, others): ([(String, String)], [(String, String)]) = ([], [])
    for server in imported.servers {
      let path = Self.path(of: server.name)
      let old = try folder.text(of: path)
      let change = Change(path: path, old: old, new: server.profile.text)
      if old == nil {
        changes.append(change)
      } else if old != server.profile.text {
        // The user may have edited it.
        kept.append(change)
      }
      let (link, target) = (Self.link(of: server.name), "../\(path)")
      if try folder.kind(of: link) == nil {
        links.append((server.name, target))
      } else if let other = try folder.destination(of: link), other != target {
        others.append((link, other))
      }
    }
    isEmpty = imported.servers.isEmpty && (imported.companions.isEmpty || content == nil)
    let new = imported.servers.filter { !known.instances.contains($0.name) }
    let newCompanions = imported.companions.filter { !known.companions.contains($0.name) }
    let isNew = !new.isEmpty || !newCompanions.isEmpty
    if isNew {
      let text = try Self.adding(
        new.map(\.instance.text), companions: newCompanions.map(\.text.text), to: content?.bytes,
        of: folder.file(Self.file))
      let old = content.map { String(decoding: $0.bytes, as: UTF8.self) }
      changes.append(Change(path: Self.file, old: old, new: text))
    }
    added = new.map(\.name)
    addedCompanions = newCompanions.map(\.name)
    conflicts =
      !isNew || content == nil
      ? [] : try Self.conflicts(of: changes, links.map(\.0), with: imported, in: folder)
    (self.changes, self.kept, self.links, otherLinks) = (changes, kept, links, others)
  }

  /// Returns the instances that companions of the file can use: none if the workspace has errors.
  private static func workloads(of folder: WorkspaceFolder) -> [Workload] {
    guard let loader = try? WorkspaceLoader(folder), let outcome = try? loader.load() else {
      return []
    }
    return outcome.value?.deployment.workloads ?? []
  }

  /// Reads the file again besides what the workspace has, except what was imported from the file before.
  ///
  /// - Parameter companions: The companions of an earlier import of the file.
  private static func read(
    _ file: ImportFile, besides workspace: TakenPlaces, _ companions: Set<String>,
    in folder: WorkspaceFolder
  ) throws -> Import {
    var taken = workspace
    var first = TakenPlaces()
    first.workloads = workspace.workloads
    let preview = file.read(besides: first)
    // A profile of the same origin is that of an earlier import.
    let head = "# " + Import.mark(of: file.name)
    var earlier: Set<String> = []
    for name in taken.names.union(preview.servers.map(\.name)) {
      let path = path(of: name)
      if let profile = try folder.text(of: path) {
        if profile.hasPrefix(head) { earlier.insert(name) } else { taken.names.insert(name) }
      } else if try folder.destination(of: link(of: name)) == "../" + path {
        // The user removed the profile, to import it again.
        earlier.insert(name)
      }
    }
    taken.names.subtract(earlier)
    taken.companions.subtract(companions)
    // What an earlier import made keeps its port, unless the file no longer has it.
    let found = earlier.filter { name in
      preview.servers.contains { isName(name, madeFrom: $0.name) }
    }
    let foundCompanions = companions.filter { name in
      preview.companions.contains { isName(name, madeFrom: $0.name) }
    }
    return file.read(besides: taken.without(portsOf: found.union(foundCompanions)))
  }

  private static func path(of name: String) -> String { "profiles/imported/\(name).yaml" }

  private static func link(of name: String) -> String { "active/\(name).yaml" }

  /// Whether a name is another one, or that with a number: `chat-2`.
  private static func isName(_ name: String, madeFrom other: String) -> Bool {
    name == other
      || name.hasPrefix(other + "-") && Int(name.dropFirst(other.count + 1)) != nil
  }

  /// Returns the errors that the workspace has with the changes and not without them.
  private static func conflicts(
    of changes: [Change], _ linked: [String], with imported: Import, in folder: WorkspaceFolder
  ) throws(HostError) -> [Diagnostic] {
    func errors(_ loader: WorkspaceLoader) throws(HostError) -> [Diagnostic] {
      try loader.load().diagnostics.filter { $0.severity == .error }
    }
    var loader = try WorkspaceLoader(folder)
    let before = Set(try errors(loader).map { $0.rule.code + $0.message })
    loader.instances = changes.last.map {
      FileContent(bytes: Array($0.new.utf8), isQuotable: true)
    }
    let written = Set(changes.map(\.path))
    loader.added = try imported.servers.filter { linked.contains($0.name) }.map {
      (server) throws(HostError) in
      // A profile that is kept is the one that is served.
      let path = path(of: server.name)
      let own = try written.contains(path) ? nil : folder.text(of: path)
      let profile =
        own.map { Profile.read(SourceFile(path: folder.file(path), text: $0)).value }
        ?? server.document
      let id = "imported/" + server.name
      return ActiveLink(
        instance: server.name, path: folder.file(Self.link(of: server.name)),
        state: .profile(id, profile.map { ActiveProfile(id: id, profile: $0) }))
    }
    return try errors(loader).filter { !before.contains($0.rule.code + $0.message) }
  }

  /// Writes the files, all or none of them: profiles and links first, so that `instances.yaml` never
  /// names what is missing.
  package func write() throws(HostError) {
    var made: [String] = []
    do throws(HostError) {
      for change in changes where change.path != Self.file {
        try folder.write(change.new, to: change.path)
        made.append(change.path)
      }
      for (instance, target) in links {
        _ = try folder.writable.makeFolder("active")
        let path = Self.link(of: instance)
        try folder.replaceLink(path, with: target)
        made.append(path)
      }
      for change in changes where change.path == Self.file {
        try folder.write(change.new, to: change.path)
      }
    } catch {
      // All of these are new.
      for path in made.reversed() { try? folder.remove(path) }
      throw error
    }
  }
}

extension WorkspaceFolder {
  /// Returns the text of a profile; nil if there is none.
  fileprivate func text(of relative: String) throws(HostError) -> String? {
    try read(relative, limit: 1 << 20).map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
