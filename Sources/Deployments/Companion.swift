/// A program that runs with the servers of a workspace and serves no model itself, such as a web page
/// for chats, or a router.
package struct Companion: Sendable, Equatable {
  /// How the program runs.
  package enum Program: Sendable, Equatable {
    /// In a container, in the servers' network.
    case container(Container)
    /// On the machine itself, because it starts and stops servers.
    case hosted(HostedProgram)
  }

  /// Whose key a client sends to a program that leads to the models of servers.
  package enum Route: Sendable, Equatable {
    /// The server's own, which the program passes on.
    case keyOfServer
    /// The program's, or none.
    case ownKey(SecretReference?)
  }

  /// What kind of program it is, as `instances.yaml` names it: `open-webui`.
  package let kind: String
  /// How the program runs.
  package let program: Program
  /// How clients reach the models of the servers through it, or nil if it does not lead to them.
  package let route: Route?
  /// The host port for clients, which leads to the program.
  package let exposure: Exposure
  /// The instances that it uses, sorted by name.
  package let uses: [ResourceName]

  /// Creates a companion; its container publishes the port for clients.
  package init(
    kind: String, _ program: Program, route: Route? = nil, exposure: Exposure, uses: [ResourceName]
  ) {
    self.kind = kind
    self.route = route
    self.exposure = exposure
    self.uses = uses
    if case .container(var container) = program {
      container.exposure = exposure
      self.program = .container(container)
    } else {
      self.program = program
    }
  }

  package var name: ResourceName {
    switch program {
    case .container(let container): container.name
    case .hosted(let program): program.name
    }
  }

  /// The container, or nil for a program that runs on the machine itself.
  package var container: Container? {
    if case .container(let container) = program { container } else { nil }
  }

  /// Whether it starts with the user's session.
  package var isAutomatic: Bool {
    switch program {
    case .container(let container): container.lifecycle.isAutomatic
    case .hosted(let program): program.isAutomatic
    }
  }

  /// The URL at which programs on the host reach it: `http://127.0.0.1:3000`.
  package var url: String {
    "http://\(exposure.address.reachable.bracketed):\(exposure.host.number)"
  }
}

/// A program that runs on the machine itself, as the user, with a configuration file.
package struct HostedProgram: Sendable, Equatable {
  /// A word of the command.
  package enum Word: Sendable, Equatable {
    /// An argument as it is.
    case argument(Argument)
    /// The path of the configuration file, which depends on where it is installed.
    case configuration
  }

  package let name: ResourceName
  package let description: PlainText
  /// The program, as it is found on the search path.
  package let program: Argument
  /// The program's arguments.
  package let arguments: [Word]
  /// The name of the configuration file.
  package let file: String
  /// The configuration file's content.
  package let text: String
  /// Whether it starts with the user's session.
  package let isAutomatic: Bool
  /// The time to end the programs that it started, in seconds.
  package let grace: Int

  /// Creates a program.
  ///
  /// - Parameters:
  ///   - program: The program, as it is found on the search path.
  ///   - arguments: The program's arguments.
  ///   - file: The name of the configuration file.
  ///   - text: The configuration file's content.
  ///   - grace: The time to end the programs that it started, in seconds.
  package init(
    name: ResourceName, description: PlainText, program: Argument, arguments: [Word],
    file: String, text: String, isAutomatic: Bool, grace: Int
  ) {
    self.name = name
    self.description = description
    self.program = program
    self.arguments = arguments
    self.file = file
    self.text = text
    self.isAutomatic = isAutomatic
    self.grace = grace
  }
}
