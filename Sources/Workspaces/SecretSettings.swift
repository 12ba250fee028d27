package import Deployments
import Profiles
import Schema
import Values
import YAML

/// Where a secret is kept, as an instance writes it; never the secret itself.
package struct SecretChoice: Sendable {
  /// Where it is kept.
  let source: SecretReference.Source

  /// The file that holds it; nil where the engine keeps it.
  package var file: HostPath? {
    if case .environmentFile(let path) = source { path } else { nil }
  }
}

/// A reference that is written as a mapping.
private struct SecretSection: Record {
  var secret: Located<ResourceName>?
  var environmentFile: Located<HostPath>?

  static let fields = FieldTable<SecretSection, Never>([
    Field(
      "secret", \.secret, .resourceName("a secret's name"),
      "The name of a Podman secret ('podman secret create NAME FILE')."),
    Field(
      "environment_file", \.environmentFile, .hostPath,
      "A file of NAME=value lines, outside the workspace, readable by you alone."),
  ])
}

extension ValueType where Value == SecretChoice {
  /// The name of a Podman secret, or a mapping that names a file.
  static let secret = ValueType(
    name: "the name of a Podman secret, or a mapping",
    schema: [
      .init(
        "anyOf",
        [
          .set(ValueType<ResourceName>.resourceName("a secret's name").schema),
          .set(ValueType<SecretSection>.record(SecretSection.self).schema),
        ])
    ],
    plain: { choice in
      switch choice.source {
      case .stored(let name, _): .text(name.text)
      case .environmentFile(let path): .set(["environment_file": .text(path.text)])
      }
    },
    read: { node, reading in
      guard let entries = node.entries else {
        return ValueType<ResourceName>.resourceName("a secret's name").read(node, reading)
          .map { SecretChoice(source: .stored($0)) }
      }
      guard let section = SecretSection.fields.read(node, reading) else { return nil }
      switch (section.secret, section.environmentFile) {
      case (let name?, nil): return SecretChoice(source: .stored(name.value))
      case (nil, let path?) where path.value.text.hasSuffix("/"):
        reading.refuse(node, Refusal("names a folder", help: "name the file in it"))
      case (nil, let path?): return SecretChoice(source: .environmentFile(path.value))
      case (nil, nil) where entries.isEmpty:
        reading.refuse(
          node, Refusal("names no place", help: "write 'secret: NAME' or 'environment_file: PATH'"))
      case (nil, nil): break  // What is there was refused.
      case (_?, _?):
        reading.refuse(node, Refusal("names two places", help: "remove one of the two"))
      }
      return nil
    })
}
