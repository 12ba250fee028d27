import Deployments
import Diagnostics
import Host
import Memory
import Models
import Profiles
import Schema
import Workspaces

/// The plans of what a person names: instances, profiles, folders and files.
package struct WorkspacePlan {
  /// In the order in which they were named, or that of the workspace.
  package let plans: [MemoryPlan]
  /// The GPUs that several instances share, where all were asked for.
  package let cards: [SharedCard]

  /// - Parameters:
  ///   - names: Instances, profiles, or paths; empty for all instances.
  /// - Throws: An ``OperationError`` for a name that nothing has.
  package init(_ names: [String], _ request: PlanRequest, in workspace: WorkspaceFolder) throws {
    var plans: [MemoryPlan] = []
    let needsWorkspace = names.isEmpty || names.contains { !Self.isPath($0) }
    let loader = needsWorkspace ? try WorkspaceLoader(workspace) : nil
    let outcome = try workspace.exists ? loader?.load() : nil
    // A workspace that is wrong elsewhere still has profiles.
    let deployed = outcome?.value
    for name in names {
      if Self.isPath(name) {
        let folder = try PlannedFolder(name, request, on: workspace.machine)
        plans.append(
          MemoryPlan(name, folder.profile, folder.model, on: try request.gpus ?? [], request))
        continue
      }
      try Self.refuseSettings(request, of: name)
      if let instance = deployed?.instance(named: name) {
        plans.append(try Self.plan(instance, of: deployed, request, workspace))
        continue
      }
      guard let loader else { continue }
      let profile = try Self.profile(name, loader)
      let gpus =
        try request.gpus ?? deployed.flatMap { Self.gpus($0.instances.first, of: $0) } ?? []
      plans.append(
        MemoryPlan(
          name, profile, KnownModel(of: profile, on: workspace.machine), on: gpus, request))
    }
    if names.isEmpty {
      guard let found = deployed else {
        workspace.machine.tell(.diagnostics(outcome?.diagnostics ?? []))
        throw OperationError.told(.invalid)
      }
      for instance in found.instances where instance.active != nil {
        plans.append(try Self.plan(instance, of: found, request, workspace))
      }
    }
    self.plans = plans
    cards = names.isEmpty ? deployed.map { SharedCard.all(of: $0, plans) } ?? [] : []
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
      "'--set', '--runtime' and '--release' go with a folder or a file, and not with '\(name)'",
      help: "write the settings into the profile, or name the model's folder")
  }

  private static func plan(
    _ instance: Instance, of workspace: Workspace?, _ request: PlanRequest,
    _ folder: WorkspaceFolder
  ) throws -> MemoryPlan {
    let name = instance.name.value.text
    guard let profile = instance.active?.profile else {
      throw OperationError(
        .invalid, "the instance '\(name)' serves nothing", help: "'amm switch \(name) PROFILE'")
    }
    let gpus = try request.gpus ?? workspace.map { Self.gpus(instance, of: $0) } ?? []
    return MemoryPlan(
      name, profile, KnownModel(of: profile, on: folder.machine), on: gpus, request)
  }

  /// An instance's GPUs, as far as `host.gpus` describes them.
  private static func gpus(_ instance: Instance?, of workspace: Workspace) -> [GPU] {
    guard let instance else { return [] }
    return workspace.cards(of: instance).map(\.gpu)
  }

  private static func profile(_ name: String, _ loader: WorkspaceLoader) throws -> Profile {
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
        help: "write the whole path")
    case .none(let nearest):
      throw OperationError(
        .invalid, "there is no instance, profile or model's folder '\(name)'",
        help: nearest.map { "did you mean '\($0)'?" })
    }
  }
}
