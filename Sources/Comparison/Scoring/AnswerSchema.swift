import Schema
package import Values

/// The supported subset of JSON Schema (2020-12) that answers are validated against.
///
/// A task with any other keyword is rejected. There is no maintained JSON Schema validator in
/// Swift.
package struct AnswerSchema: Sendable, Equatable {
  private let schema: JSONValue

  init(_ schema: JSONValue) { self.schema = schema }

  private static let types = [
    "object", "array", "string", "number", "integer", "boolean", "null",
  ]
  private static let counts = ["minItems", "maxItems", "minLength", "maxLength"]
  private static let bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]

  /// Returns why a value is not a supported schema, or nil if it is one.
  static func problem(_ schema: JSONValue, at path: String = "schema") -> String? {
    guard case .object(let members) = schema else { return "'\(path)' must be a mapping" }
    for (keyword, value) in members.sorted(by: { $0.key < $1.key }) {
      let place = path + "." + keyword
      switch keyword {
      case "title", "description": continue
      case "type":
        let words = value.list ?? [value]
        let areTypes = words.allSatisfy { $0.text.map(types.contains) ?? false }
        guard !words.isEmpty, areTypes else {
          return "'\(place)' must be one of \(types.joined(separator: ", ")), or a list of them"
        }
      case "enum":
        guard value.list?.isEmpty == false else { return "'\(place)' must be a list" }
      case "const": continue
      case "properties":
        guard case .object(let properties) = value else { return "'\(place)' must be a mapping" }
        for (name, below) in properties.sorted(by: { $0.key < $1.key }) {
          if let problem = problem(below, at: place + "." + name) { return problem }
        }
      case "required":
        guard value.list?.allSatisfy({ $0.text != nil }) == true else {
          return "'\(place)' must be a list of names"
        }
      case "additionalProperties":
        guard value.boolean != nil else { return "'\(place)' must be true or false" }
      case "items":
        if let problem = problem(value, at: place) { return problem }
      case _ where counts.contains(keyword):
        guard let count = value.integer, count >= 0 else {
          return "'\(place)' must be an integer of at least 0"
        }
      case _ where bounds.contains(keyword):
        guard value.number != nil else { return "'\(place)' must be a number" }
      default: return "'\(place)' is not a supported keyword"
      }
    }
    return nil
  }

  /// Returns why a value does not match the schema, or nil if it does.
  package func refusal(of value: JSONValue) -> String? {
    Self.refusal(of: value, schema, at: "answer")
  }

  private static func refusal(
    of value: JSONValue, _ schema: JSONValue, at path: String
  ) -> String? {
    if let wanted = schema["type"] {
      let words = (wanted.list ?? [wanted]).compactMap(\.text)
      guard words.contains(where: { isType(value, $0) }) else {
        return "\(path) is not of type \(words.joined(separator: " or "))"
      }
    }
    if let values = schema["enum"]?.list, !values.contains(value) {
      return "\(path) is not one of the allowed values"
    }
    if let wanted = schema["const"], wanted != value { return "\(path) is not the required value" }
    switch value {
    case .number(let number): return refusal(of: number, schema, at: path)
    case .text(let text):
      let count = text.unicodeScalars.count
      if let least = schema["minLength"]?.integer, count < least { return "\(path) is too short" }
      if let most = schema["maxLength"]?.integer, count > most { return "\(path) is too long" }
      return nil
    case .list(let items):
      if let least = schema["minItems"]?.integer, items.count < least {
        return "\(path) has too few items"
      }
      if let most = schema["maxItems"]?.integer, items.count > most {
        return "\(path) has too many items"
      }
      guard let below = schema["items"] else { return nil }
      return items.enumerated().lazy.compactMap { index, item in
        refusal(of: item, below, at: "\(path)[\(index)]")
      }.first
    case .object(let members): return refusal(of: members, schema, at: path)
    case .null, .boolean: return nil
    }
  }

  private static func refusal(
    of number: Double, _ schema: JSONValue, at path: String
  ) -> String? {
    if let bound = schema["minimum"]?.number, number < bound { return "\(path) is too small" }
    if let bound = schema["maximum"]?.number, number > bound { return "\(path) is too large" }
    if let bound = schema["exclusiveMinimum"]?.number, number <= bound {
      return "\(path) is too small"
    }
    if let bound = schema["exclusiveMaximum"]?.number, number >= bound {
      return "\(path) is too large"
    }
    return nil
  }

  private static func refusal(
    of members: [String: JSONValue], _ schema: JSONValue, at path: String
  ) -> String? {
    for name in (schema["required"]?.list ?? []).compactMap(\.text) where members[name] == nil {
      return "\(path).\(name) is missing"
    }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      if let below = schema["properties"]?[name] {
        if let refusal = refusal(of: value, below, at: "\(path).\(name)") { return refusal }
      } else if schema["additionalProperties"] == .boolean(false) {
        return "\(path) has a member that is not allowed"
      }
    }
    return nil
  }

  private static func isType(_ value: JSONValue, _ name: String) -> Bool {
    switch (value, name) {
    case (.object, "object"), (.list, "array"), (.text, "string"), (.number, "number"),
      (.boolean, "boolean"), (.null, "null"):
      true
    case (.number(let number), "integer"): number.rounded() == number
    default: false
    }
  }
}
