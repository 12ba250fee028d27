package import Deployments
import Profiles
package import Schema

/// `apply`: how what was generated reaches the machine.
package struct ApplySettings: Record {
  /// How a switch is brought to the machine; the word is that of `apply:`.
  package enum Method: String, Sendable, CaseIterable {
    /// `home-manager switch`.
    case homeManager = "home-manager"
    /// Quadlet files under `~/.config/containers/systemd`, and systemd.
    case quadlet
    /// A command of the user's own.
    case command
    /// Nothing: the user does it.
    case none
  }

  package var method: Located<Method>?
  package var arguments: Located<[Located<Argument>]>?
  package var command: Located<[Located<Argument>]>?

  package init() {}

  package static let fields = FieldTable<ApplySettings, Never>([
    Field(
      "method", \.method, .choice(),
      default: "home-manager where its configuration holds amm's module, else quadlet",
      "What is done: home-manager, quadlet, command or none."),
    Field(
      "arguments", \.arguments, .list(of: .argument),
      "What 'home-manager switch' is given, such as '--flake' and '.#me'."),
    Field(
      "command", \.command, .list(of: .argument),
      "The program and its arguments, for the method 'command'; run in the workspace."),
  ])
}
