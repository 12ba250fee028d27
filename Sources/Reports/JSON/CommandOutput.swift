package import Values

/// What a command prints with `--json`: the contract with programs.
///
/// Every output is an object with the member `version`. A member can be added without a new version;
/// one that is renamed, removed or changes its meaning takes a new one.
package struct CommandOutput: Sendable {
  /// The name of the output: the command, and after a dash the form of its output.
  package let name: String
  /// The command line that prints it.
  package let command: String
  /// The value of `version`.
  package let version = 1
  /// The members besides `version`.
  package let members: [OutputShape.Member]

  init(_ name: String, _ command: String, _ members: [OutputShape.Member]) {
    self.name = name
    self.command = command
    self.members = members
  }

  /// All members, `version` first.
  package var allMembers: [OutputShape.Member] {
    [.always("version", .integer, "The version of this form, \(version).")] + members
  }

  /// The form as JSON Schema (2020-12).
  package var schema: Value {
    .set(
      [
        .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
        .init("$id", .text("urn:amm:schema:output:\(name)")),
        .init("title", .text(command)),
      ] + OutputShape.schema(of: allMembers))
  }

  /// Every output, by the order of the commands.
  package static let all: [CommandOutput] =
    profiles + servers + workspaces + [plan, planOfWorkspace, planAgainstLog]

  /// The output of a name; nil if there is none.
  package static func named(_ name: String) -> CommandOutput? { all.first { $0.name == name } }
}
