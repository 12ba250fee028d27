import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

extension ValueType where Value == String {
  /// A task's name, which is used in file names and tables.
  static var taskName: Self {
    parsed(
      "a name", limit: 64, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$", numeric: true,
      examples: ["coding"], plain: { .text($0) }
    ) { (text) throws(Refusal) in
      guard TaskName.isLegal(text) else {
        throw Refusal(
          "must consist of letters, digits, '.', '_' and '-', and begin with a letter or digit")
      }
      return text
    }
  }
}

/// The rule for task names, in files and on the command line.
package enum TaskName {
  /// Returns whether a text consists of 1 to 64 letters, digits, `.`, `_` and `-`, and begins with
  /// a letter or digit.
  ///
  /// Such a name cannot point outside a folder.
  package static func isLegal(_ text: some StringProtocol) -> Bool {
    guard (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
    return first.isASCIIAlphanumeric
      && text.utf8.allSatisfy {
        $0.isASCIIAlphanumeric || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: "-")
      }
  }

}

extension ValueType where Value == JSONValue {
  /// Any JSON value; plain scalars follow YAML's core schema.
  static var data: Self {
    ValueType(name: "a value", schema: [], plain: { Values.Value($0) }) { node, reading in
      let value = JSONValue(node)
      if value == .null {
        reading.missingValue(node)
        return nil
      }
      return value
    }
  }
}

extension JSONValue {
  /// The JSON value of a YAML node.
  fileprivate init(_ node: Node) {
    switch node.content {
    case .scalar(let scalar):
      if scalar.isNull {
        self = .null
      } else if scalar.isPlain, scalar.text == "true" || scalar.text == "false" {
        self = .boolean(scalar.text == "true")
      } else if scalar.isPlain, let number = JSONValue(parsing: scalar.text)?.number {
        self = .number(number)
      } else {
        self = .text(scalar.text)
      }
    case .sequence(let nodes): self = .list(nodes.map(JSONValue.init))
    case .mapping(let entries):
      self = .object(
        Dictionary(entries.map { ($0.key, JSONValue($0.value)) }, uniquingKeysWith: { $1 }))
    }
  }
}

extension Values.Value {
  /// A JSON value with members sorted by name; null, which amm does not have, is the text `null`.
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .text("null")
    case .boolean(let flag): self = .boolean(flag)
    case .number(let number): self = Int(exactly: number).map(Self.integer) ?? .number(number)
    case .text(let text): self = .text(text)
    case .list(let items): self = .list(items.map(Self.init))
    case .object(let members):
      self = .set(members.sorted { $0.key < $1.key }.map { .init($0.key, Self($0.value)) })
    }
  }
}

extension ValueType where Value == String {
  /// The name of an image; it becomes an argument of Podman, so it must not look like an option.
  static let sandboxImage = parsed(
    "a container image", limit: 500, pattern: "^[A-Za-z0-9][^\\s]*$", plain: { .text($0) }
  ) { (text) throws(Refusal) in
    guard ImageReference(text) != nil else {
      throw Refusal(
        "must be an image such as 'docker.io/library/python:3.13-slim', found '\(text.abbreviated)'"
      )
    }
    return text
  }
}
