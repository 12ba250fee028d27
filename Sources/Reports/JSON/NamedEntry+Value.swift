package import Deployments
import Locks
package import Operations
import Profiles
import Schema
package import Values
package import Workspaces

extension NamedEntry {
  /// The instance or profile as `amm info` shows it.
  package func value(in folder: WorkspaceFolder) -> Value {
    switch self {
    case .instance(let workload, let workspace):
      let url = workspace.url(of: workload, on: folder.machine)
      return workload.value(at: url, of: workspace, in: folder)
    case .profile(let file, let profile):
      var members: [Value.Member] = [
        .init("id", .text(file.id)), .init("path", .text(file.path)),
        .init("profile", ProfileDocument.fields.plain(profile.document)),
        .init("launch", profile.launchValue),
      ]
      if let name = profile.lockName, let locked = profile.locked {
        members.append(.init("locked", locked.value(of: name, in: folder)))
      }
      // The plan is for no specific card, so it has no verdict.
      let plan = MemoryPlan(file.id, profile, on: folder.machine)
      if plan.estimate != nil { members.append(.init("memory", plan.brief)) }
      return .set(members)
    }
  }
}

extension Workload {
  /// The instance as it would be deployed, with the memory that its server needs.
  ///
  /// - Parameter url: The address where clients reach it.
  package func value(
    at url: String, of workspace: Workspace, in folder: WorkspaceFolder
  ) -> Value {
    let value = value(at: url)
    guard case .set(let members) = value,
      let plan = MemoryPlan.largest(of: name.text, in: workspace, on: folder.machine)
    else { return value }
    return .set(members + [.init("memory", plan.brief)])
  }
}

extension LockedModel {
  /// The lock's entry, and whether this user's amm read it from the hub.
  fileprivate func value(of name: ModelName, in folder: WorkspaceFolder) -> Value {
    .set([
      "commit": .text(commit), "origin": .text(origin), "license": license.map(Value.text),
      "gated": .text(gating.rawValue), "files": .integer(files.count),
      "bytes": size.map(Value.integer),
      "verified": .boolean(VerifiedEntries(folder).has(name, self)),
    ])
  }
}

extension Profile {
  /// How the profile is started, independent of an instance.
  fileprivate var launchValue: Value {
    let launch = Launch.of(self)
    let images =
      image.map { [Value.Member("image", .text($0.value.text))] }
      ?? Processor.allCases.compactMap { processor in
        runtime.value.image(for: processor).map { .init(processor.rawValue, .text($0.text)) }
      }
    let interface = runtime.value.interface(of: self)
    let endpoint = interface.endpoint
    return .set([
      "image": image == nil ? .set(images) : images[0].value,
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
