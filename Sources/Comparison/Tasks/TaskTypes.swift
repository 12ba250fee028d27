import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

extension ValueType where Value == String {
  /// A name that stands in file names and tables.
  static var taskName: Self {
    parsed(
      "a name", limit: 64, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$", numeric: true,
      examples: ["coding"], plain: { .text($0) }
    ) { (text) throws(Refusal) in
      guard TaskName.isLegal(text) else {
        throw Refusal("is no such name: letters, digits, '.', '_' and '-'")
      }
      return text
    }
  }
}

/// What may stand for a task's name, a command line's included.
package enum TaskName {
  /// Letters, digits, `.`, `_` and `-`, at most 64, the first a letter or digit: nothing that leads
  /// out of a folder.
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
  /// Anything that JSON can say, with YAML's core schema for plain scalars.
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
  /// The data that a piece of YAML stands for.
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
  /// As amm writes it: members by name; null, which amm has not, as the text `null`.
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
  /// An image's name, which stands among Podman's arguments and so must be no option.
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
