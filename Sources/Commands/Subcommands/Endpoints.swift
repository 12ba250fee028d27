import ArgumentParser
import CommandSupport
import Deployments
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
      let workspace = try folder.loaded()
      let address = workspace.urls(on: folder.machine)
      workspace.warning(ofClosed: instance, on: folder.machine).map(Console.tell)
      var endpoints = workspace.deployment.workloads.map { workload in
        InstanceEndpoint(workload, at: address(workload))
      }
      if let instance { endpoints = try endpoints.only(instance) }
      if let client {
        let shown = Set(endpoints.map(\.instance))
        let workloads = workspace.deployment.workloads.filter { shown.contains($0.name.text) }
        let configuration = try ClientConfiguration(
          for: client, of: workloads, through: through, among: workspace.deployment.companions,
          addresses: address, ofCompanions: workspace.companionURLs(on: folder.machine))
        configuration.choice.map { Console.say($0) }
        Console.write(configuration.text)
        return configuration.notes.forEach { Console.say($0) }
      }
      if json {
        Console.write(Shown(json: .document(["endpoints": .list(endpoints.map(\.value))])))
      } else {
        Console.write(try env ? endpoints.variables() : endpoints.shown(in: .ofOutput))
      }
    }
  }
}
