import ArgumentParser
import Comparison
import Experiments
import Profiles
import Schema
import Values
import Workspaces

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of a file format.",
    discussion: """
      Examples:
        amm schema profile > profile.schema.json
        amm schema instances
        amm schema experiment
        amm schema task
      """)

  @Argument(help: "The format: profile, instances, experiment or task.")
  var format: SchemaFile = .profile

  @OptionGroup var color: ColorOption

  func run() throws { Console.write(Shown(json: format.value)) }
}

/// A file format of a workspace, as editors want it described.
enum SchemaFile: String, CaseIterable, ExpressibleByArgument {
  case profile, instances, experiment, task

  var value: Value {
    switch self {
    case .profile: ProfileDocument.jsonSchema
    case .instances:
      InstancesDocument.fields.document(title: "amm instances", id: "urn:amm:schema:instances")
    case .experiment: Experiment.jsonSchema
    case .task: TaskDocument.jsonSchema
    }
  }

  /// Where a workspace keeps it.
  var path: String { "schemas/\(rawValue).json" }

  /// The line that tells an editor's YAML language server which schema a file has.
  ///
  /// - Parameter file: The file's path in the workspace.
  func comment(at file: String) -> String {
    let up = String(repeating: "../", count: file.utf8.count { $0 == UInt8(ascii: "/") })
    return "# yaml-language-server: $schema=\(up)\(path)\n"
  }
}
