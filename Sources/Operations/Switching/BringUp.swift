package import Deployments
import Diagnostics
import Host
import Locks
import Profiles
import Workspaces

/// Starts a server for a model's name: creates what is missing, and uses what exists.
///
/// Each step is complete by itself, so that a second run continues where the first one ended.
package struct BringUp {
  private let machine: Machine
  private let workspace: String?

  /// - Parameter workspace: The folder as the user typed it; nil to find the workspace.
  package init(in workspace: String?, on machine: Machine) {
    self.workspace = workspace
    self.machine = machine
  }

  /// Serves a model or a profile.
  ///
  /// - Parameters:
  ///   - request: The model, or the profile by its path, file name or name; and the instance, nil
  ///     for `main` or the first by name.
  ///   - switching: The options of the switch; amm waits for the server.
  /// - Returns: The server.
  package func run(
    _ request: AddedProfile.Request, _ switching: SwitchRequest
  ) throws -> Workload {
    let folder = try madeWorkspace()
    guard let instance = try request.instance ?? folder.firstInstance else {
      throw OperationError(
        .invalid, "the workspace has no instance",
        help: "add one under 'instances:' in \(folder.file("instances.yaml"))")
    }
    let file = try profile(request, in: folder)
    try lock(file, for: instance, in: folder)
    try Switcher(folder, switching).run(instance, to: file)
    let outcome = try WorkspaceLoader(folder).load()
    guard let served = outcome.value?.deployment(on: machine).workload(named: instance) else {
      machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    }
    return served
  }

  private func madeWorkspace() throws -> WorkspaceFolder {
    let folder = try WorkspaceFolder.find(workspace, on: machine)
    for done in try Leftovers(in: folder).finish() { machine.tell(.note(done)) }
    guard try !folder.exists else { return folder }
    let made = try NewWorkspace.create(at: folder.path, on: machine)
    machine.tell(.result("\(made.path): created for this machine"))
    return try WorkspaceFolder.find(made.path, on: machine)
  }

  /// Throws if a word that names no profile starts with a category: it is no owner on the hub.
  private func refuseTypo(
    _ word: String, _ suggestion: String?, among files: [ProfileFile]
  ) throws {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let suggestion else { return }
    let category = parts[0] + "/"
    guard files.contains(where: { $0.id.hasPrefix(category) }) else { return }
    throw OperationError(
      .invalid, "there is no profile '\(word)'",
      help: "\(suggestion) For a model of the hub, write 'hf.co/\(word)'")
  }

  /// Returns the profile that a word names, or a new one for the model that it names.
  private func profile(
    _ request: AddedProfile.Request, in folder: WorkspaceFolder
  ) throws -> ProfileFile {
    let catalog = try ProfileCatalog(folder)
    switch catalog.find(request.source) {
    case .one(let file): return file
    case .several(let files):
      throw OperationError(
        .usage, "'\(request.source)' could be \(Phrase.oneOf(files.map(\.id)))",
        help: "write the full path")
    case .none(let suggestion): try refuseTypo(request.source, suggestion, among: catalog.files)
    }
    let added = try AddedProfile(request, in: folder)
    if let warning = added.warning { machine.tell(.warning(warning, help: nil)) }
    if let failure = added.failure {
      throw OperationError(
        .refused, "cannot identify '\(request.source)': \(failure.message)",
        help: failure.help)
    }
    if let file = try WorkspaceLoader(folder).files.first(where: { $0.id == added.id }) {
      let isSame =
        try file.content(limit: 1 << 20)?.bytes == Array(added.text.utf8)
        || (!request.isSpecific
          && file.read().value.map {
            $0.lockName == added.lockName
              && $0.model.text == added.model
          } ?? false)
      guard isSame else {
        throw OperationError(
          .invalid, "'\(file.path)' already exists, for another model or with other settings",
          help: "'amm up \(file.id)' serves it as it is; '--as NAME' writes another one")
      }
      machine.tell(.note("'\(file.path)' already exists for the model"))
      return file
    }
    try added.write()
    machine.tell(.result("\(added.path): written"))
    guard let file = try WorkspaceLoader(folder).files.first(where: { $0.id == added.id }) else {
      throw HostError("read", added.path, reason: "it no longer exists")
    }
    return file
  }

  /// Pins the model and its image; in a workspace without a lock, those of all instances.
  ///
  /// - Throws: If the model does not exist. If the hub cannot be queried, the model is not pinned,
  ///   and amm reports a warning.
  private func lock(
    _ file: ProfileFile, for instance: String, in folder: WorkspaceFolder
  ) throws {
    guard !file.isFromLibrary, !machine.isOffline else { return }
    let hasLock = try folder.kind(of: ModelLock.fileName) != nil
    let loader = try WorkspaceLoader(folder)
    let served = try hasLock ? [:] : loader.activeProfiles().filter { $0.key != instance }
    let others = Set(served.values).intersection(loader.files.map(\.id)).subtracting([file.id])
    let lock = try WorkspaceLock(folder, for: [file.id] + others.sorted())
    var missing: Fetcher.Failure?
    try lock.update(askingAgain: false) { key, change in
      guard case .failed(let failure) = change else {
        machine.tell(.note("locked \(key)"))
        return
      }
      let isOwn = lock.wanted.first { $0.key == key }?.users.contains(file.id) ?? false
      if failure.kind == "missing", isOwn { missing = failure }
      machine.tell(.warning("\(key) is not locked: \(failure.message)", help: failure.help))
    }
    if let missing { throw OperationError(.invalid, missing.message, help: missing.help) }
  }
}

extension WorkspaceFolder {
  /// The instance `main`, or the first by name; nil if there is none.
  fileprivate var firstInstance: String? {
    get throws(HostError) {
      let names = try instanceNames
      return names.contains("main") ? "main" : names.first
    }
  }
}
