package import Deployments
import Diagnostics
import Profiles
package import Schema

/// The section `apply`: how generated files are applied to the machine.
package struct ApplySettings: Record {
  /// How a switch is applied to the machine.
  ///
  /// The raw value is the text in `apply:`.
  package enum Method: String, Sendable, CaseIterable {
    /// `home-manager switch`.
    case homeManager = "home-manager"
    /// Quadlet files under `~/.config/containers/systemd`, and systemd.
    case quadlet
    /// A command that the user defines.
    case command
    /// Nothing: the user applies the files.
    case none
  }

  package var method: Located<Method>?
  package var arguments: Located<[Located<Argument>]>?
  package var command: Located<[Located<Argument>]>?

  package init() {}

  package static func section(meantBy text: String) -> String? {
    let method = Suggestion.nearest(to: text, among: Method.allCases.map(\.rawValue))
    return "{method: \(method ?? Method.quadlet.rawValue)}"
  }

  package static let fields = FieldTable<ApplySettings, Never>([
    Field(
      "method", \.method, .choice(),
      default: "home-manager if its configuration contains amm's module, else quadlet",
      "The method: home-manager, quadlet, command or none."),
    Field(
      "arguments", \.arguments, .list(of: .argument),
      "The arguments of 'home-manager switch', such as '--flake' and '.#me'."),
    Field(
      "command", \.command, .list(of: .argument),
      "The program and its arguments for the method 'command', run in the workspace."),
  ])
}
