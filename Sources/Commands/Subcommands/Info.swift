import ArgumentParser
import CommandSupport
import Deployments
import Diagnostics
import Locks
import Operations
import Profiles
import Reports
import Schema
import Values
import Workspaces

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show the settings of a profile, or what an instance runs.",
    discussion: """
      Examples:
        amm info chat/qwen3.5-4b
        amm info main
        amm info --json                show every instance as it is deployed
        amm info main --yaml
      """)

  @ArgumentParser.Argument(
    help: "A profile (path, file name or name) or an instance; by default every instance.",
    completion: Completion.profilesAndInstances)
  var name: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print YAML with the members of '--json'.")
  var yaml = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !(json && yaml) else {
      throw ValidationError("'--json' cannot be combined with '--yaml'.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try requireNamed(folder, workspace)
      guard let name else { return try showDeployment(folder) }
      let loader = try WorkspaceLoader(folder)
      if try folder.exists, let value = try instance(name, loader) { return show(value) }
      try show(profile(name, loader))
    }
  }

  /// Prints a list of instances, or one instance or profile, in the requested format.
  private func show(_ value: Value) {
    guard json || yaml else { return Console.write(Outline.shown(value)) }
    let document: Value =
      if case .set(let members) = value { .document(members) } else {
        .document(["instances": value])
      }
    Console.write(json ? Shown(json: document) : Shown(yaml: document))
  }

  private func showDeployment(_ folder: WorkspaceFolder) throws {
    try requireWorkspace(folder)
    let outcome = try WorkspaceLoader(folder).load()
    guard let found = outcome.value else {
      Console.report(outcome.diagnostics)
      throw ExitStatus.invalid
    }
    let address = found.urls(on: folder.machine)
    let values = found.deployment.workloads.lazy.map {
      value(of: $0, at: address($0), found, folder)
    }
    if json || yaml {
      show(.list(Array(values)))
    } else {
      Console.write(Outline.shown(each: values))
    }
  }

  /// Returns an instance of the workspace as it would be deployed; nil if no instance has the name.
  private func instance(_ name: String, _ loader: WorkspaceLoader) throws -> Value? {
    let outcome = try loader.load()
    if let found = outcome.value {
      return found.deployment.workload(named: name).map { workload in
        value(
          of: workload, at: found.url(of: workload, on: loader.folder.machine), found,
          loader.folder)
      }
    }
    let named = outcome.diagnostics.filter {
      $0.location.path.hasSuffix("instances.yaml") || $0.location.path.contains("/\(name).yaml")
    }
    guard !named.isEmpty, (try? profile(name, loader, quietly: true)) == nil else { return nil }
    Console.report(outcome.diagnostics)
    throw ExitStatus.invalid
  }

  private func profile(
    _ name: String, _ loader: WorkspaceLoader, quietly: Bool = false
  ) throws -> Value {
    let catalog = try ProfileCatalog(loader)
    switch catalog.find(name) {
    case .one(let file):
      let outcome = file.read(catalog.lock)
      guard let profile = outcome.value else {
        if !quietly { Console.report(outcome.diagnostics) }
        throw ExitStatus.invalid
      }
      let head: [Value.Member] = [
        .init("id", .text(file.id)), .init("path", .text(file.path)),
      ]
      let locked = profile.lockName.flatMap { name in
        profile.locked.map { Value.Member("locked", value(of: name, $0, loader.folder)) }
      }
      // The plan is for no specific card, so it has no verdict.
      let plan = MemoryPlan(file.id, profile, on: loader.folder.machine)
      return .set(
        head + [
          .init("profile", ProfileDocument.fields.plain(profile.document)),
          .init("launch", launch(of: profile)),
        ] + (locked.map { [$0] } ?? [])
          + (plan.estimate == nil ? [] : [.init("memory", plan.brief)]))
    case .several(let files):
      if !quietly {
        Console.fail(
          "'\(name)' could be \(Phrase.oneOf(files.map(\.id)))", help: "write the full path"
        )
      }
    case .none(let suggestion):
      if !quietly {
        Console.fail(
          "there is no profile or instance '\(name)'",
          help: suggestion
            ?? "'amm list' lists the profiles, 'amm status' the instances")
      }
    }
    throw ExitStatus.invalid
  }

  /// Returns an instance as it would be deployed, with the memory that its server needs.
  private func value(
    of workload: Workload, at url: String, _ workspace: Workspace, _ folder: WorkspaceFolder
  ) -> Value {
    let value = workload.value(at: url)
    guard case .set(let members) = value,
      let plan = MemoryPlan.largest(of: workload.name.text, in: workspace, on: folder.machine)
    else { return value }
    return .set(members + [.init("memory", plan.brief)])
  }

  /// Returns the lock's entry of a model, and whether this user's amm read it from the hub.
  private func value(
    of name: ModelName, _ model: LockedModel, _ folder: WorkspaceFolder
  ) -> Value {
    .set([
      "commit": .text(model.commit), "origin": .text(model.origin),
      "license": model.license.map(Value.text), "gated": .text(model.gating.rawValue),
      "files": .integer(model.files.count), "bytes": model.size.map(Value.integer),
      "verified": .boolean(VerifiedEntries(folder).has(name, model)),
    ])
  }

  /// Returns how a profile is started, independent of an instance.
  private func launch(of profile: Profile) -> Value {
    let launch = Launch.of(profile)
    let runtime = profile.runtime.value
    let images =
      profile.image.map { [Value.Member("image", .text($0.value.text))] }
      ?? Processor.allCases.compactMap { processor in
        runtime.image(for: processor).map { .init(processor.rawValue, .text($0.text)) }
      }
    let interface = runtime.interface(of: profile)
    let endpoint = interface.endpoint
    return .set([
      "image": profile.image == nil ? .set(images) : images[0].value,
      "port": .integer(interface.port.number),
      "endpoints": .set([
        "health": endpoint.health.map(Value.text), "info": endpoint.info.map(Value.text),
        "metrics": endpoint.metrics.map(Value.text),
        "openai": endpoint.openAI == nil ? nil : "/v1",
      ]),
      "environment": .set(launch.environment.map { .init($0.name.text, .text($0.value)) }),
      "arguments": .texts(launch.arguments.map(\.text)),
      "model": .text(launch.model),
      "modelfile": launch.modelFile.map { .text($0.text) },
    ])
  }
}
