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

/// Reads a workspace from the disk.
package struct WorkspaceLoader {
  /// The workspace that is read.
  package let folder: WorkspaceFolder
  /// The workspace's profiles, `custom/` first.
  package let files: [ProfileFile]
  /// What its lock says; nil where there is none.
  package let lock: ModelLock?
  private var diagnostics: [Diagnostic]

  package init(_ folder: WorkspaceFolder) throws(HostError) {
    self.folder = folder
    let custom = try ProfileFolder(folder.folder("custom"), prefix: "custom")
    let profiles = try ProfileFolder(folder.folder("profiles"))
    files = custom.files + profiles.files
    let lock = folder.modelLock
    self.lock = lock.value
    diagnostics = custom.diagnostics + profiles.diagnostics + lock.diagnostics
  }

  /// The workspace with its active profiles.
  ///
  /// - Parameters:
  ///   - change: An instance and the profile that it is to serve instead; one of the library counts
  ///     as if it were in the workspace.
  ///   - isWhole: Whether profiles are checked that no link names, too.
  ///   - podman: The release to write for where the workspace says none; nil for the oldest.
  ///   - policy: What instances and the profiles that they serve are judged by, too; nil for nothing.
  package func load(
    replacing change: (instance: String, profile: ProfileFile)? = nil,
    checkingAll isWhole: Bool = false, podman: PodmanVersion? = nil, policy: PolicyFile? = nil
  ) throws(HostError) -> Outcome<Workspace> {
    let (links, said) = try readLinks(
      replacing: change, checkingAll: isWhole, judging: policy?.judge)
    let location = WorkspaceLocation(
      activeFolder: folder.file("active"), folder: Files.canonical(folder.path),
      home: folder.machine.variable("HOME"), canonical: Files.canonical)
    let outcome = SourceFile.read("instances.yaml", in: folder).then { source in
      Composer.compose(source).then { node in
        Workspace.read(
          node, from: source, links: links, location: location, podman: podman,
          lock: lock)
      }
    }
    // What a damaged lock would have pinned is not known.
    let isDamaged = diagnostics.contains { LockRules.all.contains($0.rule) }
    return Outcome(
      isDamaged ? nil : outcome.value,
      diagnostics + said + outcome.diagnostics + (policy?.judge(outcome.value) ?? []))
  }

  /// The instances with what they serve and run on, whatever else is wrong; what is wrong with the file that
  /// names them, or with their profiles, is told.
  func placed() throws(HostError) -> Outcome<[PlacedInstance]> {
    let (links, said) = try readLinks(replacing: nil, checkingAll: false)
    let outcome = SourceFile.read("instances.yaml", in: folder).then { source in
      Composer.compose(source).then { node in
        Outcome(Workspace.placed(node, from: source, links: links), [])
      }
    }
    return Outcome(outcome.value, said + outcome.diagnostics)
  }

  /// The cards of the first instance, as `host.gpus` describes them; nil where that cannot be told.
  package func firstCards() throws(HostError) -> [GPU]? {
    SourceFile.read("instances.yaml", in: folder).then { source in
      Composer.compose(source).then { node in
        Outcome(Workspace.cards(node, from: source, of: nil).map(\.gpu), [])
      }
    }.value
  }

  /// The ids of the profiles that active links lead to, by the names of instances.
  package func activeProfiles() throws(HostError) -> [String: String] {
    guard let active = try folder.folder("active") else { return [:] }
    var found: [String: String] = [:]
    for entry in try active.entries()
    where entry.name.hasSuffix(".yaml") && !entry.name.hasPrefix(".") {
      if case .profile(let id, _) = try target(of: entry, in: active) {
        found[String(entry.name.dropLast(5))] = id
      }
    }
    return found
  }

  private func readLinks(
    replacing change: (instance: String, profile: ProfileFile)?, checkingAll isWhole: Bool,
    judging judge: (@Sendable (Profile) -> [Diagnostic])? = nil
  ) throws(HostError) -> ([ActiveLink], [Diagnostic]) {
    var links: [ActiveLink] = []
    if let active = try folder.folder("active") {
      for entry in try active.entries()
      where entry.name.hasSuffix(".yaml") && !entry.name.hasPrefix(".") {
        links.append(
          ActiveLink(
            instance: String(entry.name.dropLast(5)), path: active.shown(entry.name),
            state: try target(of: entry, in: active)))
      }
    }
    if let change {
      links.removeAll { $0.instance == change.instance }
      links.append(
        ActiveLink(
          instance: change.instance, path: folder.file("active/\(change.instance).yaml"),
          state: .profile(change.profile.id, nil)))
    }
    let wanted = Set(links.compactMap(\.profile))
    let copied = change.map { $0.profile.isFromLibrary ? [$0.profile] : [] } ?? []
    let read = (isWhole ? files : files.filter { wanted.contains($0.id) }) + copied
    let checked = Parallel.map(count: read.count) { index in
      let outcome = read[index].read(lock)
      // What no link names is only checked: ten thousand profiles need not be held.
      let isWanted = wanted.contains(read[index].id)
      let active =
        isWanted ? outcome.value.map { ActiveProfile(id: read[index].id, profile: $0) } : nil
      // What nobody serves does no harm, and a library is large.
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
    return (links, checked.flatMap(\.diagnostics))
  }

  /// Where a link leads, by its text alone: what it is in the repository, not on this machine.
  private func target(
    of entry: Files.Entry, in active: Folder
  ) throws(HostError) -> ActiveLink.State {
    guard entry.kind == .link, let written = try active.destination(of: entry.name) else {
      return .notALink
    }
    if written.hasPrefix("/") { return .absolute(written) }
    var parts: [Substring] = ["active"]
    for part in written.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        return .outside(written)
      }
    }
    let relative = parts.joined(separator: "/")
    guard exists(relative) else { return .dangling(written) }
    guard let root = parts.first, root == "profiles" || root == "custom",
      parts.last?.hasSuffix(".yaml") == true
    else { return .notAProfile(written) }
    let id = root == "profiles" ? parts.dropFirst().joined(separator: "/") : relative
    return .profile(String(id.dropLast(5)), nil)
  }

  /// Whether a profile stands there; one that cannot be read says so itself when it is read.
  private func exists(_ relative: String) -> Bool {
    do throws(HostError) {
      return try folder.read(relative, limit: 0) != nil
    } catch {
      return true
    }
  }
}

extension WorkspaceFolder {
  /// The names under `instances:`, whatever else is wrong with the file; sorted.
  ///
  /// - Throws: Where the file cannot be read: nothing is known then, not even that there are none.
  package var instanceNames: [String] {
    get throws(HostError) {
      let name = "instances.yaml"
      guard let content = try read(name, limit: Composer.Limits.bytes) else { return [] }
      let source = SourceFile(path: file(name), bytes: content.bytes)
      return Composer.compose(source).then { node in
        Outcome(InstancesDocument.read(node, DiagnosticCollector(source)), [])
      }.value?.instances?.value.map(\.name.value.text).sorted() ?? []
    }
  }
}
