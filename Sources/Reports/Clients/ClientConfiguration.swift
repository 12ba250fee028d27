package import Deployments
import Diagnostics
package import Operations

/// What a client program needs to use the servers of a workspace: a part of its own file.
package struct ClientConfiguration {
  /// The text for the client's file.
  package let text: Shown
  /// Which instance was chosen, if the client uses one model and there are several; nil otherwise.
  package let choice: Shown?
  /// What the user has to do with it, in lines.
  package let notes: [Shown]

  /// - Parameters:
  ///   - workloads: The instances that the client shall use.
  ///   - name: The companion through which it reaches them; nil for the servers themselves.
  ///   - companions: The companions of the workspace.
  ///   - address: Returns the address of an instance for its clients.
  ///   - addressOfCompanion: Returns that of a companion.
  /// - Throws: If there is nothing that the client can use, or no such companion.
  package init(
    for client: Client, of workloads: [Workload], through name: String?,
    among companions: [Companion], addresses address: (Workload) -> String,
    ofCompanions addressOfCompanion: (Companion) -> String
  ) throws(OperationError) {
    var router: Router?
    if let name {
      let found = try Self.router(named: name, among: companions)
      router = (found.companion, found.route, addressOfCompanion(found.companion))
    }
    var models = Self.models(for: client, of: workloads, behind: router, addresses: address)
    guard let first = models.first else {
      throw Self.nothing(for: client, of: workloads, behind: router)
    }
    for (index, model) in models.enumerated() {
      guard let other = models[..<index].first(where: { $0.identifier == model.identifier }) else {
        continue
      }
      throw OperationError(
        .invalid,
        "'\(other.instance)' and '\(model.instance)' would have the same name in the client's file",
        help: "rename one of the two instances, or name one of them")
    }
    let isChosen = client.usesOneModel && models.count > 1
    if isChosen { models = [first] }
    choice =
      isChosen
      ? "\(client.rawValue) uses one model: this is for '\(first.instance)'; name another instance to choose it"
      : nil
    text = Shown(lines: client.text(for: models))
    notes = (client.file.map { ["for \($0)"] } ?? []) + models.flatMap { client.notes(on: $0) }
  }

  private typealias Router = (companion: Companion, route: Companion.Route, address: String)

  private static func models(
    for client: Client, of workloads: [Workload], behind router: Router?,
    addresses address: (Workload) -> String
  ) -> [ClientModel] {
    workloads.filter { router?.companion.uses.contains($0.name) ?? true }.flatMap { workload in
      // A router knows the main model of each instance.
      ClientModel.all(of: workload, at: address(workload)).prefix(router == nil ? .max : 1)
        .filter(client.takes)
        .map { model in router.map { model.behind($0.companion, $0.route, at: $0.address) } ?? model
        }
    }
  }

  /// Returns why there is no model for a client.
  private static func nothing(
    for client: Client, of workloads: [Workload], behind router: Router?
  ) -> OperationError {
    if let router, !workloads.contains(where: { router.companion.uses.contains($0.name) }) {
      let names = workloads.map { "'\($0.name.text)'" }
      return OperationError(
        .invalid, "'\(router.companion.name.text)' does not use \(Phrase.oneOf(names))",
        help: "add it under 'for' of the companion, or leave '--through' out")
    }
    return OperationError(
      .invalid, "no instance has a model for '\(client.rawValue)'",
      help: "it uses servers with OpenAI's protocol that write text"
        + (client.tasks.count > 1 ? ", embed or rank" : ""))
  }

  private static func router(
    named name: String, among companions: [Companion]
  ) throws(OperationError) -> (companion: Companion, route: Companion.Route) {
    let routers = companions.compactMap { companion in companion.route.map { (companion, $0) } }
    if let found = routers.first(where: { $0.0.name.text == name }) { return found }
    let names = routers.map(\.0.name.text)
    throw OperationError(
      .invalid, "no companion '\(name)' leads to servers",
      help: names.isEmpty
        ? "add one: 'companions: {router: {kind: llama-swap, port: 9292}}'"
        : Suggestion.help(
          for: name, among: names, otherwise: "there is \(Phrase.allOf(names.map { "'\($0)'" }))"))
  }
}

extension Client {
  /// Returns what the configuration for a model needs from the user.
  fileprivate func notes(on model: ClientModel) -> [Shown] {
    var notes: [Shown] = []
    let variable = keyVariable(of: model)
    if let key = model.key {
      notes.append(
        variable.map { "\($0) must contain the key of '\(model.keyOwner)': \(key.place)" }
          ?? "\(rawValue) prompts for the key of '\(model.keyOwner)': \(key.place)")
    } else if requiresKey, self != .env, let variable {
      notes.append("\(variable) must be set, to any text: '\(model.instance)' requires no key")
    }
    if requiresContext, model.context == nil {
      notes.append(
        "the profile of '\(model.instance)' sets no context, so \(Self.assumedContext) tokens are assumed"
      )
    }
    return notes
  }
}

extension SecretReference {
  fileprivate var place: String {
    switch source {
    case .stored(let name, _): "the secret '\(name.text)'"
    case .environmentFile(let path): "in the file '\(path.text)'"
    }
  }
}
