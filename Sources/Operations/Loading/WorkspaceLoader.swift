import Deployments
package import Diagnostics
package import Host
package import Locks
package import Memory
import Profiles
import Schema
package import Targets
package import Workspaces
import YAML

/// Reads a workspace from disk.
package struct WorkspaceLoader {
  /// The workspace's folder.
  package let folder: WorkspaceFolder
  /// The workspace's profiles, `custom/` first.
  package let files: [ProfileFile]
  /// The workspace's lock; nil if there is none.
  package let lock: ModelLock?
  private var diagnostics: [Diagnostic]
  /// The content that replaces that of `instances.yaml`, such as an editor's; nil to read the file.
  package var instances: FileContent?
  /// Links that are not there yet, with their profiles.
  package var added: [ActiveLink] = []

  package init(_ folder: WorkspaceFolder) throws(HostError) {
    self.folder = folder
    let custom = try ProfileFolder(folder.folder("custom"), prefix: "custom")
    let profiles = try ProfileFolder(folder.folder("profiles"))
    files = custom.files + profiles.files
    let lock = folder.modelLock
    self.lock = lock.value
    diagnostics = custom.diagnostics + profiles.diagnostics + lock.diagnostics
  }

  /// Reads the workspace with its active profiles.
  ///
  /// - Parameters:
  ///   - change: An instance and the profile that it serves instead; a profile of the library is
  ///     treated as part of the workspace.
  ///   - isWhole: Whether to also check profiles that no link selects.
  ///   - podman: The version to write for if the workspace sets none; nil for the oldest.
  ///   - policy: The policy for instances and the profiles that they serve; nil for none.
  package func load(
    replacing change: (instance: String, profile: ProfileFile)? = nil,
    checkingAll isWhole: Bool = false, podman: PodmanVersion? = nil, policy: PolicyFile? = nil
  ) throws(HostError) -> Outcome<Workspace> {
    let file = instancesFile
    let listed = file.value.map { Workspace.listedProfiles(in: $0.node) } ?? []
    let (links, profiles, said) = try readLinks(
      replacing: change, checkingAll: isWhole, and: listed, judging: policy?.judge)
    let location = WorkspaceLocation(
      activeFolder: folder.file("active"), folder: Files.canonical(folder.path),
      home: folder.machine.variable("HOME"), canonical: Files.canonical)
    let outcome = file.then { source, node in
      Workspace.read(
        node, from: source, links: links, location: location, podman: podman, lock: lock,
        profiles: profiles)
    }
    // The content of a damaged lock is not known, so neither is what it pins.
    let isDamaged = diagnostics.contains { LockRules.all.contains($0.rule) }
    return Outcome(
      isDamaged ? nil : outcome.value,
      diagnostics + said + outcome.diagnostics + (policy?.judge(outcome.value) ?? []))
  }

  /// The parsed tree of `instances.yaml`.
  private var instancesFile: Outcome<(source: SourceFile, node: Node)> {
    SourceFile.read(folder.file("instances.yaml"), limit: Composer.InstanceLimits.bytes) {
      (limit) throws(HostError) in
      if let instances { return instances }
      return try folder.read("instances.yaml", limit: limit)
    }.then { source in
      Composer.compose(instances: source).then { node in Outcome((source, node), []) }
    }
  }

  /// Reads the instances with their profiles and devices, even if the workspace has other errors.
  ///
  /// The diagnostics are those of instances.yaml and of the profiles.
  func placed() throws(HostError) -> Outcome<[PlacedInstance]> {
    let file = instancesFile
    let listed = file.value.map { Workspace.listedProfiles(in: $0.node) } ?? []
    let (links, profiles, said) = try readLinks(replacing: nil, checkingAll: false, and: listed)
    let outcome = file.then { source, node in
      Outcome(Workspace.placed(node, from: source, links: links, profiles: profiles), [])
    }
    return Outcome(outcome.value, said + outcome.diagnostics)
  }

  /// Returns the problems of `instances.yaml` itself, without those of its links.
  func errorsOfInstances() -> [Diagnostic] {
    instancesFile.then { source, node in
      let collector = DiagnosticCollector(source)
      _ = InstancesDocument.read(node, collector)
      return Outcome((), collector.diagnostics)
    }.diagnostics
  }

  /// Returns what `host` says about the machine, for the first instance: its GPUs and the main memory
  /// in bytes; each nil if it is not known.
  package func hostFacts() -> (cards: [GPU]?, memory: Int?) {
    let facts = SourceFile.read("instances.yaml", in: folder).then { source in
      Composer.compose(instances: source).then { node in
        Outcome(
          (
            cards: Workspace.cards(node, from: source, of: nil).map(\.gpu),
            memory: InstancesDocument.read(node, DiagnosticCollector(source))?
              .host?.value.ram?.value.bytes
          ), [])
      }
    }.value
    return (facts?.cards, facts?.memory)
  }

  /// Reads the links, the profiles that they select, and those that instances list.
  ///
  /// - Parameter listed: The IDs that instances list; the result has an entry for each that exists,
  ///   nil if the profile has errors.
  private func readLinks(
    replacing change: (instance: String, profile: ProfileFile)?, checkingAll isWhole: Bool,
    and listed: [String] = [], judging judge: (@Sendable (Profile) -> [Diagnostic])? = nil
  ) throws(HostError) -> ([ActiveLink], [String: ActiveProfile?], [Diagnostic]) {
    var links = try activeLinks()
    if let change {
      links.removeAll { $0.instance == change.instance }
      links.append(
        ActiveLink(
          instance: change.instance, path: folder.file("active/\(change.instance).yaml"),
          state: .profile(change.profile.id, nil)))
    }
    let wanted = Set(links.compactMap(\.profile) + listed)
    let copied = change.map { $0.profile.isFromLibrary ? [$0.profile] : [] } ?? []
    let read = (isWhole ? files : files.filter { wanted.contains($0.id) }) + copied
    let checked = Parallel.map(count: read.count) { index in
      let outcome = read[index].read(lock)
      // Profiles that no link selects are only checked, to avoid keeping ten thousand in memory.
      let isWanted = wanted.contains(read[index].id)
      let active =
        isWanted ? outcome.value.map { ActiveProfile(id: read[index].id, profile: $0) } : nil
      // Only served profiles are judged: others do no harm, and a library is large.
      let judged = isWanted ? judge.flatMap { judge in outcome.value.map(judge) } ?? [] : []
      return (diagnostics: outcome.diagnostics + judged, active: active)
    }
    var profiles: [String: ActiveProfile] = [:]
    for profile in checked.compactMap(\.active) { profiles[profile.id] = profile }
    links = links.map { link in
      guard let id = link.profile else { return link }
      return ActiveLink(
        instance: link.instance, path: link.path, state: .profile(id, profiles[id]))
    }
    var more: [String: ActiveProfile?] = [:]
    links += added.filter { new in !links.contains { $0.instance == new.instance } }
    let known = Set(read.map(\.id))
    for id in listed where known.contains(id) {
      more.updateValue(profiles[id], forKey: id)
    }
    return (links, more, checked.flatMap(\.diagnostics))
  }
}

extension WorkspaceFolder {
  /// The names under `instances:`, sorted, even if the file has other errors.
  ///
  /// - Throws: If the file cannot be read, because its instances are not known then.
  package var instanceNames: [String] {
    get throws(HostError) {
      let name = "instances.yaml"
      guard let content = try read(name, limit: Composer.InstanceLimits.bytes) else { return [] }
      let source = SourceFile(path: file(name), bytes: content.bytes)
      return Composer.compose(instances: source).then { node in
        Outcome(InstancesDocument.read(node, DiagnosticCollector(source)), [])
      }.value?.instances?.value.map(\.name.value.text).sorted() ?? []
    }
  }

  /// Rejects a name that is not an instance, and suggests the nearest one.
  ///
  /// - Throws: An ``OperationError``, or a ``HostError`` if the instances cannot be read.
  package func requireInstance(_ name: String) throws {
    let names = try instanceNames
    guard !names.contains(name) else { return }
    throw OperationError(
      .invalid, "there is no instance '\(name)'",
      help: Suggestion.help(
        for: name, among: names, otherwise: "the instances are \(Phrase.allOf(names))"))
  }
}
