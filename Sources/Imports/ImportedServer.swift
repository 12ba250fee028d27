package import Diagnostics
package import Profiles
import Schema

/// A server of another tool's file as a profile and an instance.
package struct ImportedServer: Sendable {
  /// The name of the profile and the instance.
  package let name: String
  /// The place of the server in the source.
  package let range: SourceRange
  /// The runtime's name.
  package let runtime: String
  /// The profile.
  package let profile: ImportedText
  /// The profile as it is read; nil if it has errors.
  package let document: Profile?
  /// The lines of the instance below `instances:`.
  package let instance: ImportedText
  /// The secrets that the user has to create.
  package let secrets: [String]
  /// What became of each key of the source.
  package internal(set) var fates: [Fate]
  /// Whether the file shows which GPUs it uses.
  let showsGPUs: Bool
  /// Problems that only the source shows.
  package let findings: [Diagnostic]

  /// Returns the same server with the number of its nodes, whose GPUs it has together.
  func spanning(_ nodes: Located<Int>?) -> ImportedServer {
    let line = "    span: "
    guard let nodes, !instance.written.contains(where: { $0.text.hasPrefix(line) }) else {
      return self
    }
    var instance = instance
    instance.add(line + String(nodes.value), at: nodes.range)
    return ImportedServer(
      name: name, range: range, runtime: runtime, profile: profile, document: document,
      instance: instance, secrets: secrets, fates: fates, showsGPUs: showsGPUs, findings: findings)
  }

  /// The same server on a port of the machine that every user can open.
  var onFreePort: ImportedServer {
    ImportedServer(
      name: name, range: range, runtime: runtime, profile: profile, document: document,
      instance: instance.replacing("    port: ", with: "    port: 10000"), secrets: secrets,
      fates: fates, showsGPUs: showsGPUs, findings: findings)
  }
}
