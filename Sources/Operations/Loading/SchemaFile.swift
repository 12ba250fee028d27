import Comparison
import Experiments
import Policies
import Profiles
import Schema
package import Values
import Workspaces

/// A file format of a workspace, as editors want it described.
package enum SchemaFile: String, CaseIterable, Sendable {
  case profile, instances, experiment, task, policy

  /// Those of files that a workspace holds: a policy lies outside of it.
  package static let ofWorkspace = allCases.filter { $0 != .policy }

  /// The JSON Schema.
  package var value: Value {
    switch self {
    case .profile: ProfileDocument.jsonSchema
    case .instances:
      InstancesDocument.fields.document(title: "amm instances", id: "urn:amm:schema:instances")
    case .experiment: Experiment.jsonSchema
    case .task: TaskDocument.jsonSchema
    case .policy: Policy.jsonSchema
    }
  }

  /// Where a workspace keeps it.
  package var path: String { "schemas/\(rawValue).json" }

  /// The line that tells an editor's YAML language server which schema a file has.
  ///
  /// - Parameter file: The file's path in the workspace.
  package func comment(at file: String) -> String {
    let up = String(repeating: "../", count: file.utf8.count { $0 == UInt8(ascii: "/") })
    return "# yaml-language-server: $schema=\(up)\(path)\n"
  }
}
