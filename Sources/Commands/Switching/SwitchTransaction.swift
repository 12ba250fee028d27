import Deployments
import Diagnostics
import Host
import Rendering
import Workspaces

/// A switch, checked as a whole before anything is touched, and taken back as a whole.
struct SwitchTransaction {
  let folder: WorkspaceFolder
  let instance: String
  /// The profile that is served now, by its id; nil where the link leads nowhere.
  let from: String?
  let to: String
  private let profile: ProfileFile
  /// The deployment as it will be.
  let plan: Deployment
  let workspace: Workspace
  /// Where the link leads now, and where it will.
  private let old: String?
  private let new: String

  /// The caller has the lock of `active/`.
  ///
  /// - Parameter profile: One of the workspace, or of the library, which is copied then.
  /// - Returns: Nothing where the workspace would not be right; what is wrong has been said.
  init?(
    _ folder: WorkspaceFolder, _ instance: String, to profile: ProfileFile
  ) throws(HostError) {
    try SwitchJournal.recover(folder, isLocked: true)
    let loader = try WorkspaceLoader(recovering: folder)
    let link = folder.file("active/\(instance).yaml")
    let outcome = try loader.load(replacing: (instance, profile))
    Console.report(outcome.diagnostics)
    guard let workspace = outcome.value, let plan = workspace.plan() as Deployment? else {
      return nil
    }
    self.folder = folder
    self.instance = instance
    self.profile = profile
    to = profile.id
    self.plan = plan
    self.workspace = workspace
    old = try Files.destination(of: link)
    from = old.flatMap(Self.profile)
    new = Self.destination(of: profile.id)
  }

  /// What would change in `generated/`.
  var changes: [OutputChanges.Change] {
    get throws(HostError) { try OutputChanges(of: plan.render(), in: generated).changed }
  }

  private var generated: String { folder.file("generated") }
  private var link: String { folder.file("active/\(instance).yaml") }

  /// Replaces the link and what is generated; a crash in between is completed by the next command.
  func commit() throws(HostError) {
    if profile.isFromLibrary { try profile.copy(into: folder) }
    do throws(HostError) {
      try commit(link: new, plan)
    } catch {
      removeCopy()
      throw error
    }
  }

  /// What was copied from the library goes again where nothing leads to it.
  private func removeCopy() {
    if profile.isFromLibrary { try? Links.remove(folder.file("profiles/\(to).yaml")) }
  }

  /// Brings back the link and what was generated from it.
  ///
  /// - Returns: The deployment that is in place again, and where its server tells that it answers;
  ///   nil where there was none.
  func takeBack() throws(HostError) -> (plan: Deployment, healthPath: String?)? {
    guard let old, let from else { return nil }
    let loader = try WorkspaceLoader(recovering: folder)
    guard let file = loader.files.first(where: { $0.id == from }),
      let workspace = try loader.load(replacing: (instance, file)).value
    else { return nil }
    let plan = workspace.plan()
    try commit(link: old, plan)
    removeCopy()
    return (plan, workspace.healthPath(of: instance))
  }

  private func commit(link destination: String, _ plan: Deployment) throws(HostError) {
    let current = try Files.destination(of: link)
    do throws(HostError) {
      try SwitchJournal(instance: instance, old: current, new: destination).write(in: folder)
      try Links.replace(link, with: destination)
      try plan.write(to: generated)
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
      try Links.replace(link, with: destination)
    } else {
      try Links.remove(link)
    }
    try WorkspaceLoader(recovering: folder).load().value?.plan().write(to: generated)
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
