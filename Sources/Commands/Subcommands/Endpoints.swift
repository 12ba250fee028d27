import ArgumentParser
import CommandSupport
import Deployments
import Diagnostics
import Operations
import Profiles
import Reports
import Schema
import Text
import Values
import Workspaces

extension Client: ExpressibleByArgument {}

struct Endpoints: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "endpoints",
    abstract: "Print the address of each instance and the name of its model.",
    discussion: """
      With this, programs do not need to know ports. '--env' prints variables that a shell, a \
      container or a service can read: AMM_MAIN_URL, AMM_MAIN_OPENAI_URL and AMM_MAIN_MODEL for \
      the instance 'main'. If a server requires a key, AMM_MAIN_KEY_SECRET or AMM_MAIN_KEY_FILE \
      names the place where the key is stored. The key itself is never printed. A shell passes the \
      variables on to the programs that it starts only if 'set -a' precedes 'eval'.

      '--for' prints what a client program needs to use the servers, for its own file. '--through' \
      uses the address of a companion that leads to all of them, such as llama-swap.

      Examples:
        amm endpoints
        amm endpoints --json
        amm endpoints --for opencode
        amm endpoints main --for curl
        amm endpoints --for zed --through router
        eval "$(amm endpoints --env)"; curl "$AMM_MAIN_URL/health"
        set -a; eval "$(amm endpoints --env)"; set +a
      """)

  @ArgumentParser.Argument(help: "Print only this instance.", completion: Completion.instances)
  var instance: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print variables, one per line.")
  var env = false

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "Print the configuration of a client: \(Client.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "client"))
  var client: Client?

  @Option(
    help: ArgumentHelp(
      "With '--for', the companion through which the client reaches the servers.",
      valueName: "companion"))
  var through: String?

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    let forms = [json, env, client != nil].count { $0 }
    guard forms < 2 else {
      throw ValidationError("'--json', '--env' and '--for' cannot be combined.")
    }
    guard through == nil || client != nil else {
      throw ValidationError("'--through' needs '--for'.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try requireWorkspace(folder)
      let outcome = try WorkspaceLoader(folder).load()
      guard let workspace = outcome.value else {
        Console.report(outcome.diagnostics)
        throw ExitStatus.invalid
      }
      let address = workspace.urls(on: folder.machine)
      var endpoints = workspace.deployment.workloads.map { workload in
        InstanceEndpoint(workload, at: address(workload))
      }
      if let instance {
        let names = endpoints.map(\.instance)
        endpoints = endpoints.filter { $0.instance == instance }
        guard !endpoints.isEmpty else {
          Console.fail(
            "no instance '\(instance)' serves a model",
            help: Suggestion.help(
              for: instance, among: names,
              otherwise: "the instances that do are \(Phrase.allOf(names))"))
          throw ExitStatus.invalid
        }
      }
      if let client {
        let shown = Set(endpoints.map(\.instance))
        let workloads = workspace.deployment.workloads.filter { shown.contains($0.name.text) }
        return try configure(
          client, workloads, workspace.deployment.companions, addresses: address)
      }
      if json {
        Console.write(Shown(json: .document(["endpoints": .list(endpoints.map(\.value))])))
      } else if env {
        try printVariables(endpoints)
      } else {
        printTable(endpoints)
      }
    }
  }

  /// Prints the configuration of a client to standard output, and what the user has to do with it to
  /// standard error.
  private func configure(
    _ client: Client, _ workloads: [Workload], _ companions: [Companion],
    addresses address: (Workload) -> String
  ) throws {
    let router = try through.map { (name) throws in try self.router(named: name, among: companions)
    }
    var models: [ClientModel] = []
    for workload in workloads where router?.companion.uses.contains(workload.name) ?? true {
      // A router knows the main model of each instance.
      let all = ClientModel.all(of: workload, at: address(workload)).prefix(
        router == nil ? .max : 1)
      for model in all where client.takes(model) {
        models.append(router.map { model.behind($0.companion, $0.route) } ?? model)
      }
    }
    guard let first = models.first else {
      if let router, !workloads.contains(where: { router.companion.uses.contains($0.name) }) {
        Console.fail(
          "'\(router.companion.name.text)' does not use \(Phrase.oneOf(workloads.map { "'\($0.name.text)'" }))",
          help: "add it under 'for' of the companion, or leave '--through' out")
        throw ExitStatus.invalid
      }
      Console.fail(
        "no instance has a model for '\(client.rawValue)'",
        help: "it uses servers with OpenAI's protocol that write text"
          + (client.tasks.count > 1 ? ", embed or rank" : ""))
      throw ExitStatus.invalid
    }
    for (index, model) in models.enumerated() {
      guard let other = models[..<index].first(where: { $0.identifier == model.identifier }) else {
        continue
      }
      Console.fail(
        "'\(other.instance)' and '\(model.instance)' would have the same name in the client's file",
        help: "rename one of the two instances, or name one of them")
      throw ExitStatus.invalid
    }
    if client.usesOneModel, models.count > 1 {
      Console.say(
        "\(client.rawValue) uses one model: this is for '\(first.instance)'; name another instance to choose it"
      )
      models = [first]
    }
    Console.write(Shown(lines: client.text(for: models)))
    if let file = client.file { Console.say("for \(file)") }
    for model in models { explain(model, to: client) }
  }

  /// Prints what a client's configuration for a model needs from the user.
  private func explain(_ model: ClientModel, to client: Client) {
    let variable = client.keyVariable(of: model)
    if let key = model.key {
      let place = place(of: key)
      Console.say(
        variable.map { "\($0) must contain the key of '\(model.keyOwner)': \(place)" }
          ?? "\(client.rawValue) prompts for the key of '\(model.keyOwner)': \(place)")
    } else if client.requiresKey, client != .env, let variable {
      Console.say("\(variable) must be set, to any text: '\(model.instance)' requires no key")
    }
    if client.requiresContext, model.context == nil {
      Console.say(
        "the profile of '\(model.instance)' sets no context, so \(Client.assumedContext) tokens are assumed"
      )
    }
  }

  private func place(of key: SecretReference) -> String {
    switch key.source {
    case .stored(let name, _): "the secret '\(name.text)'"
    case .environmentFile(let path): "in the file '\(path.text)'"
    }
  }

  private func router(
    named name: String, among companions: [Companion]
  ) throws -> (companion: Companion, route: Companion.Route) {
    let routers = companions.compactMap { companion in companion.route.map { (companion, $0) } }
    if let found = routers.first(where: { $0.0.name.text == name }) { return found }
    let names = routers.map(\.0.name.text)
    Console.fail(
      "no companion '\(name)' leads to servers",
      help: names.isEmpty
        ? "add one: 'companions: {router: {kind: llama-swap, port: 9292}}'"
        : Suggestion.help(
          for: name, among: names, otherwise: "there is \(Phrase.allOf(names.map { "'\($0)'" }))"))
    throw ExitStatus.invalid
  }

  private func printTable(_ endpoints: [InstanceEndpoint]) {
    let style = Style.ofOutput
    var table = Table()
    for endpoint in endpoints {
      table.add(
        endpoint.instance, endpoint.openAI ?? endpoint.url, endpoint.models.joined(separator: ", "),
        endpoint.keyInWords)
    }
    for line in table.lines({ $0 == 0 ? style.bold($1) : $1 }) { Console.print(line) }
  }

  private func printVariables(_ endpoints: [InstanceEndpoint]) throws {
    for (index, endpoint) in endpoints.enumerated() {
      if let other = endpoints[..<index].first(where: { $0.variable == endpoint.variable }) {
        Console.fail(
          "the variables of '\(other.instance)' and '\(endpoint.instance)' have the same names",
          help: "rename one of the two instances, or use '--json'")
        throw ExitStatus.invalid
      }
    }
    for endpoint in endpoints {
      for (name, value) in [
        ("URL", endpoint.url), ("OPENAI_URL", endpoint.openAI), ("MODEL", endpoint.model),
        ("KEY_SECRET", endpoint.keySecret), ("KEY_FILE", endpoint.keyFile),
      ] {
        if let value { Console.print("\(endpoint.variable)_\(name)=\(value.shellWord)") }
      }
    }
  }
}

/// The address of an instance, with its model and key.
private struct InstanceEndpoint {
  let instance: String
  let profile: String
  let runtime: String
  /// The name that requests use for the model.
  let model: String
  /// The names of all models of the server.
  let models: [String]
  /// The address for containers in the servers' network.
  let networkURL: String
  let url: String
  /// The base URL of the OpenAI protocol; nil if the server does not support it.
  let openAI: String?
  /// Where the key that clients must send is stored; nil if the server requires none.
  let key: SecretReference?
  /// The URL that answers once the model is loaded; nil if none is known.
  let health: String?

  /// - Parameter url: The address of the server for its clients.
  init(_ workload: Workload, at url: String) {
    instance = workload.name.text
    profile = workload.provenance.profile
    runtime = workload.provenance.runtime
    model = workload.provenance.model
    models = workload.provenance.models.map(\.name)
    networkURL = "http://\(workload.name.text):\(workload.exposure.container.number)"
    self.url = url
    openAI = workload.endpoint.openAI == nil ? nil : url + "/v1"
    health = workload.endpoint.health.map { url + $0 }
    key = workload.key
  }

  var value: Value {
    .set([
      "instance": .text(instance), "profile": .text(profile), "runtime": .text(runtime),
      "model": .text(model), "models": .texts(models), "url": .text(url),
      "network_url": .text(networkURL), "openai_url": openAI.map(Value.text),
      "health_url": health.map(Value.text), "key": key.map(\.reference),
    ])
  }

  /// The name of the engine's secret; nil if the key is in a file, or there is no key.
  var keySecret: String? {
    if case .stored(let name, _)? = key?.source { name.text } else { nil }
  }

  /// The file of variables; nil if the engine stores the key, or there is no key.
  var keyFile: String? {
    if case .environmentFile(let path)? = key?.source { path.text } else { nil }
  }

  /// The place of the key as text; empty if the server requires none.
  var keyInWords: String {
    keySecret.map { "key: secret \($0)" } ?? keyFile.map { "key: file \($0)" } ?? ""
  }

  /// The prefix of the instance's variables: `AMM_MAIN`.
  var variable: String {
    "AMM_"
      + instance.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }
      .joined()
  }
}
