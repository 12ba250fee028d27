import Deployments
import Diagnostics
package import Host
package import Profiles
import Schema
import Targets
import Values
package import Workspaces

/// A switch, checked as a whole before anything is touched, and taken back as a whole.
package struct SwitchTransaction {
  /// The workspace.
  package let folder: WorkspaceFolder
  /// The instance that is switched.
  package let instance: String
  /// The profile that is served now, by its id; nil where the link leads nowhere.
  package let from: String?
  /// The path of the profile that is served from then on.
  package let to: String
  private let profile: ProfileFile
  /// The workspace as it will be.
  package let workspace: Workspace
  /// Where the link leads now, and where it will.
  private let old: String?
  private let new: String

  /// The caller has the lock of `active/`, unless nothing is to be committed.
  ///
  /// - Parameters:
  ///   - profile: One of the workspace, or of the library, which is copied then.
  ///   - isDryRun: Whether nothing will be committed, so that an interrupted switch stays as it is.
  ///   - isSilent: Whether what there is to say of the workspace was said before.
  /// - Returns: Nothing where the workspace would not be right; what is wrong has been said.
  init?(
    _ folder: WorkspaceFolder, _ instance: String, to profile: ProfileFile, dryRun isDryRun: Bool,
    isSilent: Bool = false
  ) throws(HostError) {
    if !isDryRun { try Self.finishInterrupted(in: folder) }
    let loader = try WorkspaceLoader(folder)
    let outcome = try loader.load(replacing: (instance, profile))
    if !isSilent { folder.machine.tell(.diagnostics(outcome.diagnostics)) }
    guard let workspace = outcome.value else { return nil }
    self.folder = folder
    self.instance = instance
    self.profile = profile
    to = profile.id
    self.workspace = workspace
    old = try folder.destination(of: "active/\(instance).yaml")
    from = old.flatMap(Self.profile)
    new = Self.destination(of: profile.id)
  }

  private static func finishInterrupted(in folder: WorkspaceFolder) throws(HostError) {
    switch try SwitchJournal.find(in: folder) {
    case .own(let journal):
      if let done = try journal.finish(in: folder, isLocked: true) {
        folder.machine.tell(.note("amm: \(done)"))
      }
    case .foreign(let reason):
      throw HostError(
        "switch beside", folder.file(SwitchJournal.name),
        reason: "this user's amm on this machine did not write it (\(reason)); "
          + "'amm recover --adopt' takes it over, or remove it")
    case nil: break
    }
  }

  /// What would change in `generated/`.
  package var changes: [OutputChanges.Change] {
    get throws(HostError) {
      try OutputFolder(of: folder).changes(for: workspace).changed
    }
  }

  /// The instances of which something generated is new.
  ///
  /// Where no units are generated, that is the one that is switched.
  var changedInstances: [Workload] {
    get throws(HostError) {
      let paths = try Set(changes.map(\.path))
      return workspace.deployment.workloads.filter { candidate in
        candidate.containers.flatMap(workspace.targets.unitPaths).contains(where: paths.contains)
          || (candidate.name.text == instance && from != to)
      }
    }
  }

  private var link: String { "active/\(instance).yaml" }

  /// Replaces the link and what is generated; a crash in between is completed by the next command.
  package func commit() throws(HostError) {
    if profile.isFromLibrary { try profile.copy(into: folder) }
    do throws(HostError) {
      try commit(link: new, workspace)
    } catch {
      removeCopy()
      throw error
    }
  }

  /// What was copied from the library goes again where nothing leads to it.
  private func removeCopy() {
    if profile.isFromLibrary { try? folder.remove("profiles/\(to).yaml") }
  }

  /// Brings back the link and what was generated from it.
  ///
  /// - Returns: The workspace that is in place again; nil where there was none.
  func takeBack() throws(HostError) -> Workspace? {
    guard let old, let from else { return nil }
    let loader = try WorkspaceLoader(folder)
    guard let file = loader.files.first(where: { $0.id == from }),
      let workspace = try loader.load(replacing: (instance, file)).value
    else { return nil }
    try commit(link: old, workspace)
    removeCopy()
    return workspace
  }

  private func commit(
    link destination: String, _ workspace: Workspace
  ) throws(HostError) {
    let current = try folder.destination(of: link)
    // Refused, where a link or somebody's file stands in the way, before anything is touched.
    try OutputFolder(of: folder).requireRoom(for: workspace)
    do throws(HostError) {
      try SwitchJournal(instance: instance, old: current, new: destination).write(in: folder)
      try folder.replaceLink(link, with: destination)
      try OutputFolder(of: folder).write(workspace)
      try SwitchJournal.remove(in: folder)
    } catch {
      // Where this fails, too, the journal stays, and the next command sees to it.
      try? restore(link: current)
      throw error
    }
  }

  /// Undoes a commit that failed half-way: files may be those of the new link already.
  private func restore(link destination: String?) throws(HostError) {
    if let destination {
      try folder.replaceLink(link, with: destination)
    } else {
      try folder.remove(link)
    }
    if let workspace = try WorkspaceLoader(folder).load().value {
      try OutputFolder(of: folder).write(workspace)
    }
    try SwitchJournal.remove(in: folder)
  }

  /// `../profiles/coding/starcoder2.yaml`, `../custom/mine.yaml`.
  private static func destination(of id: String) -> String {
    id.hasPrefix("custom/") ? "../\(id).yaml" : "../profiles/\(id).yaml"
  }

  private static func profile(_ destination: String) -> String? {
    guard destination.hasSuffix(".yaml") else { return nil }
    let path = destination.dropLast(5)
    if path.hasPrefix("../profiles/") { return String(path.dropFirst("../profiles/".count)) }
    return path.hasPrefix("../custom/") ? String(path.dropFirst(3)) : nil
  }
}

extension SwitchTransaction {
  /// What a switch touches below the workspace.
  package var files: [String] {
    let profile = to.hasPrefix("custom/") ? to : "profiles/" + to
    return ["instances.yaml", "active/\(instance).yaml", profile + ".yaml", "generated"]
  }

  /// The SHA-256 of the profile's file, in hexadecimal digits.
  package var profileHash: String {
    workspace.profile(of: instance).map {
      SHA256.digest(of: String(decoding: $0.source.bytes, as: UTF8.self))
    } ?? ""
  }

  var generatedHash: String {
    workspace.files(as: [Podman.nix]).first.map { SHA256.digest(of: $0.text) } ?? ""
  }
}

extension Workspace {
  /// The profile that an instance serves; nil where there is no such instance.
  package func profile(of instance: String) -> Profile? {
    self.instance(named: instance)?.active?.profile
  }
}
