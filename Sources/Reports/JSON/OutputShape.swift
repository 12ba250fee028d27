package import Values

/// The shape of a value that a command prints as JSON.
package indirect enum OutputShape: Sendable {
  /// A text; one of `values`, unless the list is empty.
  case text(values: [String] = [])
  case integer
  case number
  case boolean
  /// A value whose form something else defines, such as a profile's setting.
  case any
  case list(OutputShape)
  /// An object whose names are data, such as variables, with values of one shape.
  case map(OutputShape)
  /// An object with declared members.
  case object([Member])

  /// A member of an object.
  package struct Member: Sendable {
    /// Its name.
    package let name: String
    /// The shape of its value.
    package let shape: OutputShape
    /// Whether it can be missing.
    package let isOptional: Bool
    /// A description in one sentence, with the unit.
    package let meaning: String
  }

  /// Text with any value.
  package static let text = OutputShape.text()

  /// A list of texts.
  package static let texts = OutputShape.list(.text)
}

extension OutputShape.Member {
  /// Returns a member that is always present.
  static func always(_ name: String, _ shape: OutputShape, _ meaning: String) -> Self {
    Self(name: name, shape: shape, isOptional: false, meaning: meaning)
  }

  /// Returns a member that can be missing.
  static func sometimes(_ name: String, _ shape: OutputShape, _ meaning: String) -> Self {
    Self(name: name, shape: shape, isOptional: true, meaning: meaning)
  }
}

extension OutputShape {
  /// The shape as JSON Schema.
  ///
  /// Objects are open: a later version of amm can add members.
  package var schema: Value {
    switch self {
    case .text(let values):
      .set(["type": "string", "enum": values.isEmpty ? nil : .texts(values)])
    case .integer: .set(["type": "integer"])
    case .number: .set(["type": "number"])
    case .boolean: .set(["type": "boolean"])
    case .any: .set([Value.Member]())
    case .list(let item): .set(["type": "array", "items": item.schema])
    case .map(let item): .set(["type": "object", "additionalProperties": item.schema])
    case .object(let members): .set(Self.schema(of: members))
    }
  }

  /// Returns the members of an object's schema.
  static func schema(of members: [Member]) -> [Value.Member] {
    [
      .init("type", "object"),
      .init(
        "properties",
        .set(
          members.map { member in
            guard case .set(let schema) = member.shape.schema else {
              preconditionFailure("a schema is a set")
            }
            return .init(
              member.name, .set([.init("description", .text(member.meaning))] + schema))
          })),
      .init("required", .texts(members.filter { !$0.isOptional }.map(\.name))),
    ]
  }
}
