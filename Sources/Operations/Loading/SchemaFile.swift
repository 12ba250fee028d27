import Comparison
import Experiments
import Policies
import Profiles
import Schema
package import Values
import Workspaces

/// The schema of a file format, for editors.
package enum SchemaFile: String, CaseIterable, Sendable {
  case profile, instances, experiment, task, policy

  /// The schemas of files in a workspace; a policy is outside the workspace.
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

  /// The path of the schema in a workspace.
  package var path: String { "schemas/\(rawValue).json" }

  /// Returns the comment that names a file's schema for the YAML language server of an editor.
  ///
  /// - Parameter file: The file's path in the workspace.
  package func comment(at file: String) -> String {
    let up = String(repeating: "../", count: file.utf8.count { $0 == UInt8(ascii: "/") })
    return "# yaml-language-server: $schema=\(up)\(path)\n"
  }
}
