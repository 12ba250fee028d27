package import Values

extension FieldTable {
  /// The record as JSON Schema keywords: its keys, which it needs, and no others.
  var schema: [Value.Member] {
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

  /// A whole JSON Schema (2020-12) for files that hold this record.
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
    return [.init("description", .text(text))]
  }
}
