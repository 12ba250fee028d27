import Catalogues
import Schema
import Values

extension Runtime {
  /// The JSON Schema of its section: amm's own fields, and every option of every release that amm has
  /// a table of, under each of its names.
  static var sectionSchema: [Value.Member] {
    let own = Options.fields.schema
    let releases = Catalogue.releases(of: name).compactMap { Catalogue.of(name, $0) }
    guard !releases.isEmpty else { return own }
    return own.map { member in
      guard member.name == "properties", case .set(let fields) = member.value else { return member }
      return .init("properties", .set(fields + others(beside: Set(fields.map(\.name)), in: releases)))
    } + [.init("patternProperties", .set(["-": true]))]
  }

  private static func others(
    beside known: Set<String>, in releases: [Catalogue]
  ) -> [Value.Member] {
    var merged: [String: SchemaOfOption] = [:]
    var order: [String] = []
    for option in releases.flatMap(\.options) {
      for name in option.names + option.off {
        let key = name.asKey
        guard !known.contains(key) else { continue }
        if merged[key] == nil { order.append(key) }
        let isOff = option.off.contains(name)
        merged[key, default: SchemaOfOption()].add(option, isOff: isOff)
      }
    }
    return order.sorted().compactMap { key in merged[key].map { .init(key, $0.value) } }
  }
}

/// What an option may be in any release.
private struct SchemaOfOption {
  private var types: Set<String> = []
  private var words: Set<String> = []
  private var isClosed = true

  mutating func add(_ option: CatalogueOption, isOff: Bool) {
    if isOff { return types.formUnion(["boolean"]) }
    words.formUnion(option.choices)
    switch option.kind {
    case .flag: types.insert("boolean")
    case .integer: types.formUnion(["integer"])
    case .number: types.formUnion(["number"])
    case .size: types.formUnion(["integer", "string"])
    case .json: types.formUnion(["object", "array", "string", "number", "boolean"])
    case .text: types.formUnion(option.choices.isEmpty ? ["string", "number", "boolean"] : [])
    }
    if option.count == .optional { types.insert("boolean") }
    if option.count != .one && option.count != .none || option.kind == .text { types.insert("array") }
  }

  var value: Value {
    let type: Value.Member = .init("type", .texts(types.sorted()))
    guard !words.isEmpty, !types.contains("string") else { return .set([type]) }
    let list: Value = .set(["enum": .texts(words.sorted())])
    return types.isEmpty ? list : .set(["anyOf": [.set([type]), list]])
  }
}
