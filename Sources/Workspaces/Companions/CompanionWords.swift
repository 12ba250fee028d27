package import Deployments

/// How files of other tools name a kind of companion, and what their words for it mean.
///
/// A companion says this once, next to what amm writes for it, as a runtime does in `foreign`.
package struct CompanionWords: Sendable {
  /// Variables with the addresses of servers, and those that only belong to them.
  package struct Connection: Sendable {
    /// The task of the servers, for which amm sets the variables itself.
    package let task: ServedTask
    /// The variables with addresses; a semicolon separates several.
    package let addresses: [String]
    /// The variable that turns the connection off with `false`; nil if there is none.
    package var toggle: String?
    /// The variables with keys for the servers.
    package var keys: [String] = []
    /// The other variables.
    package var others: [String] = []
    /// The address that is used if there is a key and no address; nil if none is.
    package var standard: String?
    /// The variable with the protocol; nil if there is one protocol only.
    package var engine: String?
    /// The values of ``engine`` for which the program sends requests to servers.
    package var protocols: Set<String> = []

    /// All variables of the connection.
    package var variables: [String] {
      addresses + keys + others + [toggle, engine].compactMap { $0 }
    }
  }

  /// The last parts of the names of images, such as `open-webui`.
  package var images: [String] = []
  /// Parts of the tags of images with another server, which amm's container does not start.
  package var tagsWithServer: [String] = []
  /// The words that start the program as its image does, before its arguments.
  package var programs: [[String]] = []
  /// The variables about servers.
  package var connections: [Connection] = []
  /// The variables that amm sets to fixed values, unless the section sets them.
  package var settings: [(name: String, value: String)] = []
  /// The variables and options with the port in the container.
  package var ports: Set<String> = []
  /// The variable with the folder for data, and the only folder that amm supports.
  package var data: (variable: String, folder: String)?
  /// The variable with the key for clients, which `api_key` sets; nil if there is none.
  package var keyVariable: String?
  /// The variables with a configuration that lists the servers.
  package var configurations: Set<String> = []
  /// The variables and options with the path of such a configuration.
  package var configurationPaths: Set<String> = []
  /// The variables with the address of a provider, by the first part of a model's name: `ollama/…`.
  package var providers: [String: [String]] = [:]
  /// The option with a model.
  package var model: String?
  /// The option with the model's address.
  package var address: String?
  /// The other options with a value.
  package var options: Set<String> = []
  /// Why a container of the program cannot become a companion; nil if it can.
  package var refusal: String?

  package init() {}

  /// The beginning of the names of variables by which amm passes on the keys of servers.
  package static let keyPrefix = "AMM_KEY_"
}

/// A kind of companion, for importers.
package struct KnownCompanion: Sendable {
  private let kind: any CompanionKind.Type

  /// The value of `kind:`.
  package var name: String { kind.name }
  /// How files of other tools name it.
  package var foreign: CompanionWords { kind.foreign }
  /// The keys of its section that have no effect on it.
  package var unused: [String] { kind.unused }
  /// The port that it listens on in its container; nil if its section names it.
  package var containerPort: Int? { kind.containerPort?.number }
  /// The variables that its section must not set.
  package var reserved: [String] { kind.reserved }
  /// The name of the image that amm uses by default; nil if there is none.
  package var image: String? { kind.image?.text }
  /// The command that checks it by default, without which nothing does.
  package var health: String? { kind.health }

  /// Whether it starts the servers that it uses.
  package var startsServers: Bool { kind.startsServers }

  /// Whether it has the protocol of a server.
  package func canUse(_ workload: Workload) -> Bool { kind.canUse(workload) }

  /// All kinds.
  package static let all = CompanionKinds.all.map { KnownCompanion(kind: $0) }

  /// Returns the kind with a name; nil if there is none.
  package static func named(_ name: String) -> KnownCompanion? { all.first { $0.name == name } }
}
