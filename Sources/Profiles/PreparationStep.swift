package import Deployments

/// What a runtime runs beside its server, once that has started: in a container of the same image.
package struct PreparationStep: Sendable {
  /// What its name has after the instance's.
  package let suffix: StaticString
  /// What its description has before the instance's name.
  package let title: StaticString
  /// The program that is run.
  package let entrypoint: PlainText
  /// Its arguments.
  package let arguments: [Argument]
  /// Its variables.
  package let environment: [EnvironmentVariable]
  /// The variable that is to hold the server's address, `http://HOST:PORT`.
  package let address: StaticString
  /// What it sees of the machine.
  package let mounts: [Mount]

  package init(
    suffix: StaticString, title: StaticString, entrypoint: PlainText, arguments: [Argument],
    environment: [EnvironmentVariable], address: StaticString, mounts: [Mount]
  ) {
    self.suffix = suffix
    self.title = title
    self.entrypoint = entrypoint
    self.arguments = arguments
    self.environment = environment
    self.address = address
    self.mounts = mounts
  }
}

extension Launch {
  /// Everything of the host that its containers see.
  var allMounts: [Mount] { mounts + preparation.flatMap(\.mounts) }
}
