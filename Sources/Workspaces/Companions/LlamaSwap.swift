import Deployments
import Diagnostics
import Schema
import Values

/// llama-swap: one address for all models, which starts the server that a request names and stops the
/// others of its group (llama-swap v250).
///
/// It runs on the machine itself, because it starts servers with 'amm start'. systemd still starts and
/// stops them.
enum LlamaSwap: CompanionKind {
  static let name = "llama-swap"
  static let summary = "one address that starts the server of the model that a request names"
  static let unused = [
    "api_key", "image", "container_port", "arguments", "environment", "secrets", "volumes",
    "health_command", "gpus",
  ]
  static let startsServers = true
  static let isContainer = false
  static let getsKeys = false

  static let foreign: CompanionWords = {
    var words = CompanionWords()
    words.images = ["llama-swap"]
    words.refusal = "amm runs llama-swap on the machine itself: import its configuration file"
    return words
  }()

  static func program(of draft: CompanionDraft, using servers: UsedServers) -> Companion.Program? {
    guard let port = draft.section.port,
      let listen = Argument("\(draft.bind.bracketed):\(port.value)"),
      let description = draft.section.description?.value
        ?? PlainText("llama-swap \(draft.name.value.text)")
    else { return nil }
    let file = draft.name.value.text + ".yaml"
    let idle = draft.section.stopAfterIdle?.value.seconds ?? 0
    let grace = servers.servers.compactMap(\.workload.server.lifecycle.grace).max() ?? 0
    return .hosted(
      HostedProgram(
        name: draft.name.value, description: description,
        program: Argument(literal: "llama-swap"),
        arguments: [
          .argument(Argument(literal: "--config")), .configuration,
          .argument(Argument(literal: "--listen")), .argument(listen),
        ],
        file: file, text: YAMLPrinter.text(configuration(of: servers, idle: idle)),
        isAutomatic: draft.section.start?.value != .manual, grace: grace + 15))
  }

  static func route(through program: Companion.Program) -> Companion.Route? { .keyOfServer }

  /// Returns the configuration (llama-swap v250, config-schema.json).
  private static func configuration(of servers: UsedServers, idle: Int) -> Value {
    let names = Set(servers.servers.map(\.name))
    let counts = Dictionary(grouping: servers.servers, by: \.model).mapValues(\.count)
    let models = servers.servers.map { server in
      // The instance's name stays the same after a switch. A model's name must not mean two servers,
      // and '${' would be replaced.
      let isAlias =
        counts[server.model] == 1 && !names.contains(server.model) && !server.model.contains("${")
      return Value.Member(
        server.name, model(server, aliases: isAlias ? [server.model] : [], idle: idle))
    }
    return .set([
      // Seconds, for the slowest server.
      "healthCheckTimeout": .integer(servers.servers.map(\.limit).max() ?? 120),
      "includeAliasesInList": true,
      "models": .set(models),
      "groups": .set(groups(of: servers)),
    ])
  }

  private static func model(
    _ server: UsedServers.Server, aliases: [String], idle: Int
  ) -> Value {
    .set([
      "cmd": .text("amm start \(server.name) --foreground --wait \(server.limit)"),
      "proxy": .text(server.workload.url),
      "checkEndpoint": .text(server.workload.endpoint.health ?? "/"),
      // Requests name the model as llama-swap lists it, and the server has its own name for it.
      "useModelName": server.model.contains("${") ? nil : .text(server.model),
      "aliases": aliases.isEmpty ? nil : .texts(aliases),
      // A server that starts with the session is not for llama-swap to stop.
      "ttl": .integer(server.workload.server.lifecycle.isAutomatic ? 0 : idle),
      // 0 means 10; the server queues requests itself.
      "concurrencyLimit": 1000,
    ])
  }

  /// Returns a group for each exclusive group, and one for all other servers, which may run together.
  ///
  /// Without a group, a model would stop all others.
  private static func groups(of servers: UsedServers) -> [Value.Member] {
    let byGroup = Dictionary(grouping: servers.servers) { $0.workload.group }
    return byGroup.sorted { ($0.key?.text ?? "") < ($1.key?.text ?? "") }.map { group, members in
      .init(
        // No exclusive group can have this name.
        group?.text ?? "(others)",
        .set([
          "swap": .boolean(group != nil), "exclusive": false,
          "persistent": group == nil ? true : nil,
          "members": .texts(members.map(\.name)),
        ]))
    }
  }
}

extension UsedServers.Server {
  /// The seconds that its start may take: for the image, and for the model.
  fileprivate var limit: Int {
    workload.server.lifecycle.startBudget.map { $0 * 2 } ?? 1800
  }
}
