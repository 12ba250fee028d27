import Deployments
import Diagnostics
import Host
package import Locks
import Profiles
import Workspaces
import YAML

/// The lock of a workspace: the entries it has and the entries it needs.
package struct WorkspaceLock {
  let folder: WorkspaceFolder
  var machine: Machine { folder.machine }
  /// The content of the file; empty if there is none.
  package let lock: ModelLock
  /// Whether the file exists.
  package let exists: Bool
  /// The entries that the workspace needs, by their keys in the lock (images as `image:NAME:TAG`),
  /// with the profiles and companions that need them.
  package let wanted: [(key: String, users: [String])]

  /// The keys of entries that instances serve or that were named in the request.
  ///
  /// The others are less urgent.
  private let needed: Set<String>
  /// Whether all requested profiles could be read.
  package let isComplete: Bool
  /// Whether the request covers the entire workspace.
  let isWhole: Bool

  /// Reads the lock and determines what the workspace needs.
  ///
  /// - Parameters:
  ///   - names: Profiles (path or file name) and instances; empty for the entire workspace.
  ///   - isMending: Whether a damaged lock counts as an empty one.
  /// - Throws: An ``OperationError`` if the lock is damaged or a name is unknown. Problems with
  ///   profiles are reported.
  package init(
    _ folder: WorkspaceFolder, for names: [String] = [], replacingDamaged isMending: Bool = false
  ) throws {
    self.folder = folder
    let found = folder.modelLock
    let isNewer = found.diagnostics.contains { $0.rule == LockRules.version }
    if found.diagnostics.hasErrors, isMending, !isNewer {
      folder.machine.tell(
        .warning("the lock is damaged and is written again", help: "restore the old one from git"))
    }
    if found.diagnostics.hasErrors, !isMending || isNewer {
      folder.machine.tell(.diagnostics(found.diagnostics))
      throw OperationError.told(.invalid)
    }
    exists = try folder.kind(of: ModelLock.fileName) != nil
    lock = found.value ?? ModelLock()
    let loader = try WorkspaceLoader(folder)
    let files = try Self.files(names, in: loader)
    let read = Parallel.map(count: files.count) { index in
      (files[index].id, files[index].read())
    }
    let broken = read.flatMap { $0.1.value == nil ? $0.1.diagnostics : [] }
    if !broken.isEmpty { folder.machine.tell(.diagnostics(broken)) }
    var users: [String: [String]] = [:]
    var keys: [String] = []
    var ofCompanions: Set<String> = []
    func want(_ key: String, _ user: String) {
      if users[key] == nil { keys.append(key) }
      users[key, default: []].append(user)
    }
    let profiles = read.compactMap { id, outcome in outcome.value.map { (id: id, profile: $0) } }
    for (id, profile) in profiles { if let name = profile.lockName { want(name.key, id) } }
    if let source = SourceFile.read("instances.yaml", in: folder).value,
      let node = Composer.compose(instances: source).value
    {
      let images = Workspace.images(node, from: source, serving: profiles.map(\.profile))
      for (profile, images) in zip(profiles, images.ofProfiles) {
        for image in images { want("image:" + image.text, profile.id) }
      }
      // A request that names profiles is not about companions.
      for (name, image) in names.isEmpty ? images.ofCompanions : [] {
        want("image:" + image.text, name)
        ofCompanions.insert("image:" + image.text)
      }
    }
    wanted = keys.sorted().map { ($0, users[$0] ?? []) }
    let served = try Set(loader.activeProfiles().values)
    needed = ofCompanions.union(
      users.filter { !names.isEmpty || !served.isDisjoint(with: $0.value) }.map(\.key))
    isComplete = broken.isEmpty
    isWhole = names.isEmpty
  }

  /// Returns whether an instance serves what an entry locks, or the request named it.
  package func isNeeded(_ key: String) -> Bool { needed.contains(key) }

  private static func files(
    _ names: [String], in loader: WorkspaceLoader
  ) throws -> [ProfileFile] {
    guard !names.isEmpty else { return loader.files }
    let links = try loader.activeProfiles()
    var files: [ProfileFile] = []
    for name in names {
      let id = links[name] ?? name
      let found =
        loader.files.filter { $0.id == id }
        + (loader.files.contains { $0.id == id } ? [] : loader.files.filter { $0.stem == id })
      guard !found.isEmpty else {
        let words = loader.files.map(\.id) + links.keys.sorted()
        throw OperationError(
          .invalid, "the workspace has no profile or instance '\(name)'",
          help: Suggestion.help(
            for: name, among: words, otherwise: "'amm list' shows all profiles"))
      }
      files += found.filter { file in !files.contains { $0.id == file.id } }
    }
    return files
  }

  /// Returns whether the lock has an entry for a key.
  func has(_ key: String) -> Bool {
    if let image = key.afterImage { return lock.images[image] != nil }
    return ModelName(key: key).map { lock.models[$0] != nil } ?? false
  }

  /// The keys of all entries.
  package var keys: [String] {
    (lock.models.keys.map(\.key) + lock.images.keys.map { "image:" + $0 }).sorted()
  }

  /// Changes the current file under a lock, so that entries that another amm adds meanwhile are
  /// kept.
  func change(_ body: (inout ModelLock) -> Void) throws(HostError) {
    let held = try folder.lock(".")
    defer { withExtendedLifetime(held) {} }
    var now = folder.modelLock.value ?? ModelLock()
    let before = now
    body(&now)
    let text = now.text
    let written = try folder.read(ModelLock.fileName, limit: ModelLock.limit)?.bytes
    guard now != before || written != Array(text.utf8) else { return }
    try folder.write(text, to: ModelLock.fileName)
  }
}

extension String {
  /// The text after `image:`; nil for the key of a model.
  var afterImage: String? { hasPrefix("image:") ? String(dropFirst(6)) : nil }
}
