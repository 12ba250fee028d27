package import Deployments

/// A step that a runtime runs after its server has started, in another container of the same image.
package struct PreparationStep: Sendable {
  /// The part of its name after the instance's name.
  package var suffix: String
  /// The part of its description before the instance's name.
  package let title: StaticString
  /// The program to run.
  package let entrypoint: PlainText
  /// Its arguments.
  package internal(set) var arguments: [Argument]
  /// Its variables.
  package internal(set) var environment: [EnvironmentVariable]
  /// The variable for the server's address, `http://HOST:PORT`.
  package let address: StaticString
  /// The shell command that starts the server, for targets on which the step runs before it.
  package let serve: StaticString
  /// The shell command that succeeds when the server answers.
  package let ready: StaticString
  /// Its mounts.
  package let mounts: [Mount]

  package init(
    suffix: String, title: StaticString, entrypoint: PlainText, arguments: [Argument],
    environment: [EnvironmentVariable], address: StaticString, serve: StaticString,
    ready: StaticString, mounts: [Mount]
  ) {
    self.suffix = suffix
    self.title = title
    self.entrypoint = entrypoint
    self.arguments = arguments
    self.environment = environment
    self.address = address
    self.serve = serve
    self.ready = ready
    self.mounts = mounts
  }

  /// Returns how the step can run before the server.
  ///
  /// - Parameter port: The port that the server listens on.
  package func temporaryServer(at port: Port) -> TemporaryServer? {
    guard let url = Argument("http://127.0.0.1:\(port.number)") else { return nil }
    return TemporaryServer(
      command: PlainText(literal: serve), ready: PlainText(literal: ready),
      address: EnvironmentVariable(address, url))
  }
}

extension Launch {
  /// The mounts of all its containers.
  var allMounts: [Mount] { mounts + preparation.flatMap(\.mounts) }
}
