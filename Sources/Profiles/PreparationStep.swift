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
  /// Its mounts.
  package let mounts: [Mount]

  package init(
    suffix: String, title: StaticString, entrypoint: PlainText, arguments: [Argument],
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
  /// The mounts of all its containers.
  var allMounts: [Mount] { mounts + preparation.flatMap(\.mounts) }
}
