import ArgumentParser
import CommandSupport
import Deployments
import Diagnostics
import Host
import Operations
import Profiles
import Reports
import Schema
import Text
import Values
import Workspaces

struct Endpoints: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "endpoints",
    abstract: "Print the address of each instance and the name of its model.",
    discussion: """
      With this, programs do not need to know ports. '--env' prints variables that a shell, a \
      container or a service can read: AMM_TGI_PRIMARY_URL, AMM_TGI_PRIMARY_OPENAI_URL and \
      AMM_TGI_PRIMARY_MODEL for the instance 'tgi-primary'. If a server requires a key, \
      AMM_TGI_PRIMARY_KEY_SECRET or AMM_TGI_PRIMARY_KEY_FILE names the place where the key is \
      stored. The key itself is never printed.

      Examples:
        amm endpoints
        amm endpoints --json
        eval "$(amm endpoints --env)"; curl "$AMM_TGI_PRIMARY_URL/health"
      """)

  @ArgumentParser.Argument(help: "Print only this instance.", completion: Completion.instances)
  var instance: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print variables, one per line.")
  var env = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !(json && env) else { throw ValidationError("'--json' cannot be combined with '--env'.") }
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
      var endpoints = workspace.deployment.workloads.map(InstanceEndpoint.init)
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
      if json {
        Console.write(Shown(json: .document(["endpoints": .list(endpoints.map(\.value))])))
      } else if env {
        try printVariables(endpoints)
      } else {
        printTable(endpoints)
      }
    }
  }

  private func printTable(_ endpoints: [InstanceEndpoint]) {
    let style = Style(for: .output)
    var table = Table()
    for endpoint in endpoints {
      table.add(
        endpoint.instance, endpoint.openAI ?? endpoint.url, endpoint.model, endpoint.keyInWords)
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
  let url: String
  /// The base URL of the OpenAI protocol; nil if the server does not support it.
  let openAI: String?
  /// Where the key that clients must send is stored; nil if the server requires none.
  let key: SecretReference?
  /// The URL that answers once the model is loaded; nil if none is known.
  let health: String?

  init(_ workload: Workload) {
    instance = workload.name.text
    profile = workload.provenance.profile
    runtime = workload.provenance.runtime
    model = workload.provenance.model
    let url = workload.url
    self.url = url
    openAI = workload.endpoint.openAI == nil ? nil : url + "/v1"
    health = workload.endpoint.health.map { url + $0 }
    key = workload.key
  }

  var value: Value {
    .set([
      "instance": .text(instance), "profile": .text(profile), "runtime": .text(runtime),
      "model": .text(model), "url": .text(url), "openai_url": openAI.map(Value.text),
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

  /// The prefix of the instance's variables: `AMM_TGI_PRIMARY`.
  var variable: String {
    "AMM_"
      + instance.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }
      .joined()
  }
}
