package import Deployments
import Profiles
package import Schema
import Values
import YAML

/// A reference to a secret, as it is written in an instance, never the secret itself.
package struct SecretChoice: Sendable {
  /// The place that holds the secret.
  let source: SecretReference.Source

  /// The name of a value in a secret that holds several, or nil for a secret with a single value.
  var key: SecretKey? { if case .stored(_, let key) = source { key } else { nil } }

  /// The file that holds the secret, or nil if the engine stores it.
  package var file: HostPath? {
    if case .environmentFile(let path) = source { path } else { nil }
  }
}

/// A reference to a secret that is written as a mapping: `token`, `api_key`, or an item of
/// `secrets`.
package struct SecretSection: Record {
  var secret: Located<SecretName>?
  var key: Located<SecretKey>?
  var environmentFile: Located<HostPath>?

  package init() {}

  package static let fields = FieldTable<SecretSection, Never>([
    Field(
      "secret", \.secret, .secretName,
      "The name of a Podman secret ('podman secret create NAME FILE')."),
    Field(
      "key", \.key, .secretKey,
      "The value in the secret, for targets with secrets that hold several. Podman's hold one."),
    Field(
      "environment_file", \.environmentFile, .hostPath,
      "A file of NAME=value lines outside the workspace, readable only by you."),
  ])
}

/// The schema's constraint that a mapping has either `secret` or `environment_file`.
private let onePlace = Value.Member(
  "oneOf",
  [
    .set(["required": ["secret"]]),
    .set(["required": ["environment_file"], "not": .set(["required": ["key"]])]),
  ])

extension ValueType where Value == SecretChoice {
  /// The name of a Podman secret, or a mapping that names a file.
  static let secret = ValueType(
    name: "the name of a Podman secret, or a mapping",
    schema: [
      .init(
        "anyOf",
        [
          .set(ValueType<SecretName>.secretName.schema),
          .set(ValueType<SecretSection>.record(SecretSection.self).schema + [onePlace]),
        ])
    ],
    plain: { choice in
      switch choice.source {
      case .stored(let name, nil): .text(name.text)
      case .stored(let name, let key?):
        .set(["secret": .text(name.text), "key": .text(key.text)])
      case .environmentFile(let path): .set(["environment_file": .text(path.text)])
      }
    },
    read: { node, reading in
      guard let entries = node.entries else {
        return ValueType<SecretName>.secretName.read(node, reading)
          .map { SecretChoice(source: .stored($0)) }
      }
      guard let section = SecretSection.fields.read(node, reading) else { return nil }
      switch (section.secret, section.environmentFile) {
      case (let name?, nil):
        return SecretChoice(source: .stored(name.value, key: section.key?.value))
      case (nil, _?) where section.key != nil:
        reading.refuse(
          node,
          Refusal(
            "has 'key' together with 'environment_file', whose lines have their own names",
            help: "remove 'key'"))
      case (nil, let path?) where path.value.text.hasSuffix("/"):
        reading.refuse(node, Refusal("names a folder", help: "write the path of a file in it"))
      case (nil, let path?): return SecretChoice(source: .environmentFile(path.value))
      case (nil, nil) where entries.isEmpty || section.key != nil:
        reading.refuse(
          node,
          Refusal(
            "has neither 'secret' nor 'environment_file'",
            help: "write 'secret: NAME' or 'environment_file: PATH'"))
      case (nil, nil): break  // The existing entries were already refused.
      case (_?, _?):
        reading.refuse(
          node, Refusal("has both 'secret' and 'environment_file'", help: "remove one of them"))
      }
      return nil
    })
}

extension ValueType where Value == SecretName {
  /// The name of a secret.
  fileprivate static let secretName = parsed(
    "a secret's name", limit: 253, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$", numeric: true,
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let name = SecretName(text) else {
      // The text may be the secret itself, so it is not shown.
      throw Refusal(
        "must be a secret's name: at most 253 letters, digits, '-', '_' and '.'",
        help: "store a secret with 'podman secret create NAME FILE', and write its name here",
        isQuotable: false)
    }
    return name
  }
}

extension ValueType where Value == SecretKey {
  /// The name of a value in a secret.
  fileprivate static let secretKey = parsed(
    "the name of a value", limit: 253, pattern: "^[A-Za-z0-9._-]{1,253}$", plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let key = SecretKey(text) else {
      throw Refusal(
        "must be the name of a value: letters, digits, '.', '_' and '-'",
        help: "write the name, and never the value itself", isQuotable: false)
    }
    return key
  }
}
