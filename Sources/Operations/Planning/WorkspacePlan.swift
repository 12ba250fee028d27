import Deployments
import Diagnostics
import Host
import Memory
import Models
import Profiles
import Text
package import Workspaces

/// The plans of the named instances, profiles, folders and files.
package struct WorkspacePlan {
  /// The plans, in the order of the names, or of the workspace.
  package let plans: [MemoryPlan]
  /// The GPUs that several instances share, if all instances are planned.
  package let cards: [SharedCard]

  /// Creates the plans.
  ///
  /// - Parameter names: Instances, profiles or paths; empty for all instances.
  /// - Throws: An ``OperationError`` for an unknown name.
  package init(_ names: [String], _ request: PlanRequest, in workspace: WorkspaceFolder) throws {
    var plans: [MemoryPlan] = []
    var servers: [String: MemoryPlan] = [:]
    let needsWorkspace = names.isEmpty || names.contains { !Self.isPath($0) }
    let loader = needsWorkspace ? try WorkspaceLoader(workspace) : nil
    // A workspace with errors elsewhere can still be planned.
    let outcome = try workspace.exists ? loader?.placed() : nil
    let instances = outcome?.value ?? []
    if !names.isEmpty, outcome?.value == nil, let said = outcome?.diagnostics, !said.isEmpty {
      workspace.machine.tell(.diagnostics(said))
    }
    func plan(_ instance: PlacedInstance) throws -> [MemoryPlan] {
      if instance.gpus == nil, try request.gpus == nil, let loader {
        try Self.refuseErrors(of: loader)
      }
      var request = request
      request.sharesCard = instance.sharesCard(with: instances)
      return try Self.plans(of: instance, request, workspace)
    }
    for name in names {
      if Self.isPath(name) {
        plans += try Self.plans(ofPath: name, request, on: workspace.machine)
        continue
      }
      try Self.refuseSettings(request, of: name)
      if let instance = instances.first(where: { $0.name == name }) {
        plans += try plan(instance)
        continue
      }
      guard let loader else { continue }
      let profile = try Self.profile(name, loader, or: instances.map(\.name))
      let gpus = try request.gpus ?? instances.first?.gpus ?? []
      plans.append(
        MemoryPlan(
          name, profile, KnownModel(of: profile, on: workspace.machine), on: gpus, request))
    }
    if names.isEmpty {
      if let said = outcome?.diagnostics, !said.isEmpty {
        workspace.machine.tell(.diagnostics(said))
      }
      guard outcome?.value != nil else { throw OperationError.told(.invalid) }
      for instance in instances where instance.profile != nil {
        let found = try plan(instance)
        servers[instance.name] = MemoryPlan.largest(of: found)
        plans += found
      }
    }
    self.plans = plans
    let planned = instances.filter { servers[$0.name] != nil }
    cards =
      names.isEmpty
      ? SharedCard.all(
        of: planned.map { SharedCard.User($0, servers[$0.name]?.estimate) })
      : []
  }

  /// Returns the plan of a folder or file.
  ///
  /// For a folder with several files, returns the plan of the largest file that certainly fits if
  /// requested, otherwise those of all files.
  private static func plans(
    ofPath path: String, _ request: PlanRequest, on machine: Machine
  ) throws -> [MemoryPlan] {
    let gpus = try request.gpus ?? []
    func plan(_ path: String) throws -> MemoryPlan {
      let folder = try PlannedFolder(path, request, on: machine)
      return MemoryPlan(path, folder.profile, folder.model, on: gpus, request)
    }
    let files = PlannedFolder.files(in: path)
    guard !files.isEmpty else { return [try plan(path)] }
    let plans = try files.map(plan)
    guard request.solves else { return plans }
    let fitting = plans.first { plan in
      if case .fits? = plan.estimate?.verdict { true } else { false }
    }
    return fitting.map { [$0] } ?? plans
  }

  /// Refuses a plan if the GPUs are unknown because `instances.yaml` has errors.
  private static func refuseErrors(of loader: WorkspaceLoader) throws {
    let errors = loader.errorsOfInstances().filter { $0.severity == .error }
    guard !errors.isEmpty else { return }
    loader.folder.machine.tell(.diagnostics(errors))
    throw OperationError.told(.invalid)
  }

  private static func isPath(_ name: String) -> Bool {
    name.hasPrefix("/") || name.hasPrefix("./") || name.hasPrefix("../") || name.hasPrefix("~/")
      || name == "." || name.hasSuffix(".gguf")
      || (try? Files.kind(of: name + "/config.json")) ?? nil != nil
  }

  private static func refuseSettings(
    _ request: PlanRequest, of name: String
  ) throws(OperationError) {
    guard !request.settings.isEmpty || request.runtime != nil || request.release != nil else {
      return
    }
    throw OperationError(
      .usage,
      "'--set', '--runtime' and '--release' only apply to a folder or a file, not to '\(name)'",
      help: "write the settings into the profile, or use the model's folder")
  }

  /// Returns the plans of a server's main model and of its further models.
  private static func plans(
    of instance: PlacedInstance, _ request: PlanRequest, _ folder: WorkspaceFolder
  ) throws -> [MemoryPlan] {
    guard let profile = instance.profile else {
      throw OperationError(
        .invalid, "the instance '\(instance.name)' serves nothing, or a profile with errors",
        help: "'amm validate' shows the errors; 'amm switch \(instance.name) PROFILE' changes it")
    }
    let gpus = try request.gpus ?? instance.gpus
    return instance.models(profile).map { name, profile in
      MemoryPlan(name, profile, KnownModel(of: profile, on: folder.machine), on: gpus, request)
    }
  }

  /// - Parameter instances: The names of the instances, for a suggestion.
  private static func profile(
    _ name: String, _ loader: WorkspaceLoader, or instances: [String]
  ) throws -> Profile {
    let catalog = try ProfileCatalog(loader)
    switch catalog.find(name) {
    case .one(let file):
      let outcome = file.read(catalog.lock)
      if let profile = outcome.value { return profile }
      loader.folder.machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    case .several(let files):
      throw OperationError(
        .invalid, "'\(name)' could be \(Phrase.oneOf(files.map(\.id)))",
        help: "write the full path")
    case .none(let suggestion):
      let nearest = Suggestion.nearest(to: name, among: instances)
      let help = [
        nearest.map { "did you mean '\($0)'?" } ?? suggestion,
        catalog.namesModel(name)
          ? "'amm add \(name.shellWord)' writes a profile for a model on the hub" : nil,
      ].compactMap { $0 }
      throw OperationError(
        .invalid, "there is no instance, profile or model folder '\(name)'",
        help: help.isEmpty
          ? "'amm list' lists the profiles, 'amm status' the instances"
          : help.joined(separator: " "))
    }
  }
}

extension PlacedInstance {
  /// Whether another instance uses one of its cards at the same time.
  fileprivate func sharesCard(with others: [PlacedInstance]) -> Bool {
    let devices = Set(cards.map(\.device))
    return others.contains { other in
      other.name != name && other.profile != nil && (group == nil || other.group != group)
        && other.cards.contains { devices.contains($0.device) }
    }
  }
}
