import Deployments
import Diagnostics
package import Host
package import Profiles
import Schema
import Targets
import Values
package import Workspaces

/// A switch that is checked completely before anything is changed, and can be undone completely.
package struct SwitchTransaction {
  /// The workspace.
  package let folder: WorkspaceFolder
  /// The instance that is switched.
  package let instance: String
  /// The ID of the profile that is served now; nil if there is none.
  package let from: String?
  /// The ID of the new profile.
  package let to: String
  private let profile: ProfileFile
  /// The workspace after the switch.
  package let workspace: Workspace
  /// The old and new targets of the link.
  private let old: String?
  private let new: String

  /// Checks a switch; the caller has the lock of `active/`, except for a dry run.
  ///
  /// - Parameters:
  ///   - profile: A profile of the workspace, or of the library, from which it is copied.
  ///   - isDryRun: Whether nothing will be committed, so that an interrupted switch stays as it is.
  ///   - isSilent: Whether the diagnostics of the workspace were reported before.
  /// - Returns: Nil if the workspace would have errors, which have been reported.
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
    new = "../" + profile.pathInWorkspace
  }

  private static func finishInterrupted(in folder: WorkspaceFolder) throws(HostError) {
    switch try SwitchJournal.find(in: folder) {
    case .own(let journal):
      if let done = try journal.finish(in: folder, isLocked: true) {
        folder.machine.tell(.note("amm: \(done)"))
      }
    case .foreign(let reason):
      throw HostError(
        "complete the switch in", folder.file(SwitchJournal.name),
        reason: "your amm on this machine did not write it (\(reason)); "
          + "run 'amm recover --adopt' to complete it, or remove the file")
    case nil: break
    }
  }

  /// The part of the workspace that runs on this machine, after the switch.
  var deployment: Deployment { workspace.deployment(on: folder.machine) }

  /// The changes in `generated/`.
  package var changes: [OutputChanges.Change] {
    get throws(HostError) {
      try OutputFolder(of: folder).changes(for: workspace).changed
    }
  }

  /// The instances with changed generated files.
  ///
  /// If no units are generated, this is the switched instance.
  var changedInstances: [Workload] {
    get throws(HostError) {
      let paths = try Set(changes.map(\.path))
      guard let target = workspace.target(on: folder.machine) else { return [] }
      return target.deployment.workloads.filter { candidate in
        candidate.containers.compactMap(target.unitPath).contains(where: paths.contains)
          || (candidate.name.text == instance && from != to)
      }
    }
  }

  private var link: String { "active/\(instance).yaml" }

  /// Replaces the link and the generated files; after a crash, the next command completes this.
  package func commit() throws(HostError) {
    if profile.isFromLibrary { try profile.copy(into: folder) }
    do throws(HostError) {
      try commit(link: new, workspace)
    } catch {
      removeCopy()
      throw error
    }
  }

  /// Removes the copy of a library profile that is not used.
  private func removeCopy() {
    if profile.isFromLibrary { try? folder.remove("profiles/\(to).yaml") }
  }

  /// Restores the link and the files that are generated from it.
  ///
  /// - Returns: The restored workspace; nil if there was none.
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
    // Throws before anything is changed if a link or another file is in the way.
    try OutputFolder(of: folder).requireRoom(for: workspace)
    do throws(HostError) {
      try SwitchJournal(instance: instance, old: current, new: destination).write(in: folder)
      try folder.replaceLink(link, with: destination)
      try OutputFolder(of: folder).write(workspace)
      try SwitchJournal.remove(in: folder)
    } catch {
      // If this fails, too, the journal remains, and the next command completes it.
      try? restore(link: current)
      throw error
    }
  }

  /// Undoes a partial commit: the files may already be those of the new link.
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

  /// Returns the ID of a link's profile, such as `../profiles/coding/starcoder2.yaml` or
  /// `../custom/mine.yaml`.
  private static func profile(_ destination: String) -> String? {
    guard destination.hasSuffix(".yaml") else { return nil }
    let path = destination.dropLast(5)
    if path.hasPrefix("../profiles/") { return String(path.dropFirst("../profiles/".count)) }
    return path.hasPrefix("../custom/") ? String(path.dropFirst(3)) : nil
  }
}

extension SwitchTransaction {
  /// The paths below the workspace that a switch changes.
  package var files: [String] {
    ["instances.yaml", "active/\(instance).yaml", profile.pathInWorkspace, "generated"]
  }

  /// The SHA-256 of the profile's file, in hexadecimal digits.
  package var profileHash: String {
    workspace.profile(of: instance).map {
      SHA256.digest(of: String(decoding: $0.source.bytes, as: UTF8.self))
    } ?? ""
  }

  var generatedHash: String {
    let lists = workspace.files(as: [Podman.nix])
    let files = lists.count == 1 ? lists : workspace.files()
    return SHA256.digest(of: files.map(\.text).joined())
  }
}

extension Workspace {
  /// Returns the profile that an instance serves; nil if there is no such instance.
  package func profile(of instance: String) -> Profile? {
    self.instance(named: instance)?.active?.profile
  }
}
