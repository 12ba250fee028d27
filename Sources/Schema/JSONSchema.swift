public import Values

extension FieldTable {
  /// The record as JSON Schema keywords: its keys, the required ones, and no others.
  @usableFromInline package var schema: [Value.Member] {
    let properties = all.map { field in
      Value.Member(field.key, .set(field.schema + field.annotations))
    }
    let required = all.filter(\.isRequired).map(\.key)
    var members: [Value.Member] = [
      .init("type", "object"), .init("properties", .set(properties)),
    ]
    if !required.isEmpty { members.append(.init("required", .texts(required))) }
    members.append(.init("additionalProperties", false))
    return members
  }

  /// Returns a complete JSON Schema (2020-12) for files that contain this record.
  package func document(title: String, id: String) -> Value {
    .set(
      [
        .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
        .init("$id", .text(id)), .init("title", .text(title)),
      ] + schema)
  }
}

extension Field {
  fileprivate var annotations: [Value.Member] {
    var text = summary
    if let unit { text += " Unit: \(unit)." }
    if let defaultText { text += " Default: \(defaultText)." }
    if let since { text += " Since version \(since.text)." }
    if let until { text += " Removed in version \(until.text)." }
    var members: [Value.Member] = [
      .init("title", .text(key)), .init("description", .text(text)),
    ]
    if let value = defaultValue { members.append(.init("default", value)) }
    return members
  }

  /// The default as a value; nil if it is a description.
  private var defaultValue: Value? {
    guard let defaultText else { return nil }
    switch schema.first(where: { $0.name == "type" })?.value {
    case "boolean": return Bool(defaultText).map(Value.boolean)
    case "integer": return Int(defaultText).map(Value.integer)
    case "number": return Double(defaultText).map(Value.number)
    default: break
    }
    if case .list(let words)? = schema.first(where: { $0.name == "enum" })?.value,
      words.contains(.text(defaultText))
    {
      return .text(defaultText)
    }
    return nil
  }
}
