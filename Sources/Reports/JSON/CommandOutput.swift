package import Values

/// What a command prints with `--json`: the contract with programs.
///
/// Every output is an object with the member `version`. Adding a member keeps the version. Renaming
/// or removing a member, or changing its meaning, increases it.
package struct CommandOutput: Sendable {
  /// The name of the output: the command, then a dash and the variant.
  package let name: String
  /// The command lines that print it.
  package let commands: [String]
  /// The value of `version`.
  package let version = 1
  /// The members besides `version`.
  package let members: [OutputShape.Member]

  init(_ name: String, _ commands: [String], _ members: [OutputShape.Member]) {
    self.name = name
    self.commands = commands
    self.members = members
  }

  /// The command lines as one text.
  package var command: String { commands.joined(separator: ", ") }

  /// All members, `version` first.
  package var allMembers: [OutputShape.Member] {
    [.always("version", .integer, "The version of this format, \(version).")] + members
  }

  /// The format as JSON Schema (2020-12).
  package var schema: Value {
    .set(
      [
        .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
        .init("$id", .text("urn:amm:schema:output:\(name)")),
        .init("title", .text(command)),
      ] + OutputShape.schema(of: allMembers))
  }

  /// All outputs, in the order of the commands.
  package static let all: [CommandOutput] =
    profiles + servers + workspaces + [plan, planOfWorkspace, planAgainstLog]

  /// Returns the output with a name; nil if there is none.
  package static func named(_ name: String) -> CommandOutput? { all.first { $0.name == name } }
}
