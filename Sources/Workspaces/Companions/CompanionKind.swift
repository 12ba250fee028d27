import Deployments
import Diagnostics
import Profiles
import Schema

/// A kind of program that runs with the servers.
///
/// To add one, add a file next to this one and a line to `CompanionKinds.all`.
protocol CompanionKind: Sendable {
  /// The value of `kind:`.
  static var name: String { get }
  /// What it is, in a few words.
  static var summary: String { get }
  /// The keys of its section that have no effect on it.
  static var unused: [String] { get }
  /// Whether it is a container in the servers' network, not a program on the machine itself.
  static var isContainer: Bool { get }
  /// Whether it has nothing to do without a server.
  static var needsServers: Bool { get }
  /// Returns whether it has the protocol of a server.
  ///
  /// - Parameters:
  ///   - task: The task of the server's main model.
  ///   - runtime: The runtime's name.
  ///   - isOpenAI: Whether the server has OpenAI's protocol.
  static func canUse(_ task: ServedTask, _ runtime: String, isOpenAI: Bool) -> Bool
  /// The variables that amm's ports, mounts and checks depend on.
  static var reserved: [String] { get }
  /// The variable that turns logins off with 'false', or nil if there is none.
  static var login: String? { get }
  /// The folders of the image with the program.
  static var programFolders: [String] { get }
  /// The image, or nil if its section names it or it has none.
  static var image: ImageReference? { get }
  /// The command in the image that checks the program, or nil if there is none.
  static var health: String? { get }
  /// How files of other tools name it.
  static var foreign: CompanionWords { get }
  /// The port that it listens on in its container, or nil if its section names it.
  static var containerPort: Port? { get }
  /// Whether it gets the keys of the servers that it uses.
  static var getsKeys: Bool { get }
  /// Whether it starts the servers that it uses, so that they may be stopped.
  static var startsServers: Bool { get }
  /// Returns the problem with a section, its place and a way to fix it; nil if there is none.
  static func problem(with draft: CompanionDraft) -> CompanionProblem?
  /// Returns the program, or nil if the section is not valid.
  static func program(of draft: CompanionDraft, using servers: UsedServers) -> Companion.Program?
  /// Returns how clients reach the models of the servers through the program, or nil if it does not
  /// lead to them.
  static func route(through program: Companion.Program) -> Companion.Route?
}

/// A problem with a companion's section.
struct CompanionProblem {
  let range: SourceRange
  let message: String
  let help: String
  /// The help for a companion that a cluster runs; nil if it is the same.
  var helpOnCluster: String?
}

extension CompanionKind {
  static var startsServers: Bool { false }
  static var isContainer: Bool { true }
  static func canUse(_ task: ServedTask, _ runtime: String, isOpenAI: Bool) -> Bool {
    true
  }
  static var needsServers: Bool { true }
  static var reserved: [String] { [] }
  static var login: String? { nil }
  static var programFolders: [String] { [] }
  static var getsKeys: Bool { true }
  static var image: ImageReference? { nil }
  static var health: String? { nil }
  static var foreign: CompanionWords { CompanionWords() }
  static var containerPort: Port? { nil }
  static func problem(with draft: CompanionDraft) -> CompanionProblem? { nil }
  static func route(through program: Companion.Program) -> Companion.Route? { nil }
}

extension CompanionKind {
  /// Returns whether it has the protocol of a server.
  static func canUse(_ workload: Workload) -> Bool {
    canUse(
      workload.provenance.task, workload.provenance.runtime,
      isOpenAI: workload.endpoint.openAI != nil)
  }

  /// Returns whether it has the protocol of an instance's server.
  static func canUse(_ instance: Instance) -> Bool {
    guard let profile = instance.active?.profile else { return false }
    let runtime = profile.runtime.value
    return canUse(
      profile.task, runtime.name, isOpenAI: runtime.interface(of: profile).endpoint.openAI != nil)
  }
}

/// The kinds of programs, one line each.
enum CompanionKinds {
  static let all: [any CompanionKind.Type] = [
    OpenWebUI.self, LiteLLM.self, LlamaSwap.self, CustomCompanion.self,
  ]

  /// Returns the kind with a name, or nil if there is none.
  static func named(_ name: String) -> (any CompanionKind.Type)? { all.first { $0.name == name } }
}

/// The servers that a companion uses, sorted by name, with what it needs to reach them.
struct UsedServers {
  /// A server as seen from its network.
  struct Server {
    let workload: Workload
    /// The variable in the companion that holds the server's key, or nil if it requires none.
    let keyVariable: EnvironmentVariable.Name?

    var name: String { workload.name.text }
    var model: String { workload.provenance.model }
    /// All models of the server.
    var models: [ModelOfServer] { workload.provenance.models }
    var task: ServedTask { workload.provenance.task }
    /// The address in the network: `http://chat:8000`.
    var address: String { "http://\(name):\(workload.exposure.container.number)" }
  }

  let servers: [Server]
  /// The references that give the companion the keys.
  let keys: [SecretReference]
  let network: ResourceName

  /// - Returns: Nil if two servers keep their keys in different files under the same variable.
  ///
  /// - Parameter getsKeys: Whether the companion gets the keys.
  init?(_ workloads: [Workload], network: ResourceName, getsKeys: Bool) {
    self.network = network
    var keys: [SecretReference] = []
    servers = workloads.map { workload in
      guard getsKeys, let key = workload.key else {
        return Server(workload: workload, keyVariable: nil)
      }
      let reference =
        switch key.source {
        // A file contains the server's own variable.
        case .environmentFile: key
        case .stored:
          SecretReference(
            EnvironmentVariable.Name("\(CompanionWords.keyPrefix)\(keys.count + 1)")
              ?? key.variable, from: key.source)
        }
      let isFile = if case .environmentFile = key.source { true } else { false }
      // A file may contain the variables of several servers; a stored secret has one value.
      let known = keys.first {
        $0.source == reference.source && (!isFile || $0.variable == reference.variable)
      }
      if known == nil { keys.append(reference) }
      return Server(workload: workload, keyVariable: (known ?? reference).variable)
    }
    self.keys = keys
    guard Set(keys.map(\.variable)).count == keys.count else { return nil }
  }

  /// The first model with a task and its server, or nil if there is none.
  func first(_ task: ServedTask) -> (server: Server, model: String)? {
    for server in servers {
      if let model = server.models.first(where: { $0.task == task }) { return (server, model.name) }
    }
    return nil
  }
}

extension CompanionDraft {
  /// The names of the variables that the author sets, which replace those of amm.
  var ownVariables: Set<String> {
    Set(
      (section.environment?.value ?? []).map(\.name.value.text)
        + (section.secrets?.value ?? []).map(\.name.value.text))
  }

  /// Returns a container with the settings that all kinds share.
  ///
  /// - Parameters:
  ///   - variables: The variables that the kind sets.
  func container(
    variables: [(name: String, value: String)], using servers: UsedServers
  ) -> Container? {
    let text = "\(section.kind?.value ?? "") \(name.value.text)"
    guard let image,
      let description = section.description?.value ?? PlainText(text)
    else { return nil }
    let (budget, grace) = (1800, 10)
    var container = Container(
      name: name.value, description: description, image: image, network: servers.network,
      lifecycle: .server(
        start: section.start?.value == .manual ? .manual : .boot, startBudget: budget, grace: grace),
      restart: .ofServer(startBudget: budget, grace: grace))
    let own = section.environment?.value ?? []
    let set = ownVariables
    let isShort = variables.allSatisfy { $0.value.utf8.count < Argument.limit - $0.name.utf8.count }
    guard isShort else { return nil }
    container.environment =
      (variables.filter { !set.contains($0.name) }.compactMap { variable in
        EnvironmentVariable.Name(variable.name).flatMap { EnvironmentVariable($0, variable.value) }
      } + own.compactMap { EnvironmentVariable($0.name.value, $0.item.value) })
      .sorted { $0.name.text < $1.name.text }
    // A variable that the author sets replaces one of amm's.
    container.secrets =
      servers.keys.filter { !set.contains($0.variable.text) }
      + (section.secrets?.value ?? []).map {
        SecretReference($0.name.value, from: $0.item.value.source)
      }
    let instance = instance
    container.security = instance.security
    container.accelerators = instance.devices.map(\.value)
    container.mounts = instance.volumes.map {
      $0.value.mount.labelled(instance.label(of: $0.value))
    }
    container.after = servers.servers.map(\.workload.name)
    container.health = (section.healthCommand?.value ?? kind?.health.flatMap { PlainText($0) }).map
    {
      HealthCheck(.command($0), startPeriod: 300)
    }
    return container
  }

  /// Returns the name of the program's store for its data, or nil if it would be too long.
  var store: ResourceName? { name.value.suffixed("-data") }
}
