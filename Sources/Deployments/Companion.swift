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

  /// What kind of program it is, as `instances.yaml` names it: `open-webui`.
  package let kind: String
  /// How the program runs.
  package let program: Program
  /// The host port for clients, which leads to the program.
  package let exposure: Exposure
  /// The instances that it uses, sorted by name.
  package let uses: [ResourceName]

  /// Creates a companion; its container publishes the port for clients.
  package init(kind: String, _ program: Program, exposure: Exposure, uses: [ResourceName]) {
    self.kind = kind
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
  package let name: ResourceName
  package let description: PlainText
  /// The program, as it is found on the search path, and its arguments before and after the path of
  /// the configuration file.
  package let command: (before: [Argument], after: [Argument])
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
  /// - Parameter command: The arguments before and after the path of the configuration file.
  package init(
    name: ResourceName, description: PlainText, command: (before: [Argument], after: [Argument]),
    file: String, text: String, isAutomatic: Bool, grace: Int
  ) {
    self.name = name
    self.description = description
    self.command = command
    self.file = file
    self.text = text
    self.isAutomatic = isAutomatic
    self.grace = grace
  }

  package static func == (left: HostedProgram, right: HostedProgram) -> Bool {
    left.name == right.name && left.description == right.description
      && left.command == right.command && left.file == right.file && left.text == right.text
      && left.isAutomatic == right.isAutomatic && left.grace == right.grace
  }
}
