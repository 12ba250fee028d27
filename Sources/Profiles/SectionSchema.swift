package import Catalogues
import Schema
import Values

extension Runtime {
  /// The JSON Schema of its section: amm's own fields, and every option of every version with a
  /// table, under each of its names.
  static var sectionSchema: [Value.Member] {
    let own = Options.fields.schema
    let releases = Catalogue.releases(of: name).compactMap { Catalogue.of(name, $0) }
    guard !releases.isEmpty else { return own }
    return own.map { member in
      guard member.name == "properties", case .set(let fields) = member.value else { return member }
      let words = closedWords(in: releases)
      let sizes = Set(
        releases.flatMap(\.options).filter { $0.kind == .size }.flatMap(\.names).map(\.asKey))
      let own = fields.map { field in
        sizes.contains(field.name)
          ? field.withSizes : words[field.name].map { field.closed(to: $0) } ?? field
      }
      return .init("properties", .set(own + others(beside: Set(fields.map(\.name)), in: releases)))
    } + [.init("patternProperties", .set(["-": true]))]
  }

  /// Returns the words that amm's own text fields may have in any version, by key.
  private static func closedWords(in releases: [Catalogue]) -> [String: [String]] {
    var words: [String: [String]] = [:]
    for field in Options.fields.all {
      guard let name = field.destination?.optionName, wordPlugins[name] == nil,
        !field.schema.contains(where: { $0.name == "enum" })
      else { continue }
      let found = Set(releases.flatMap { $0[name]?.closedWords ?? [] })
      let isClosed = releases.allSatisfy { $0[name].map { !$0.closedWords.isEmpty } ?? true }
      if isClosed, !found.isEmpty { words[field.key] = found.sorted() }
    }
    return words
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
        if !isOff, let sentence = sentence(of: option) { merged[key]?.sentence = sentence }
      }
    }
    return order.sorted().compactMap { key in merged[key].map { .init(key, $0.value) } }
  }
}

extension Runtime {
  /// Returns the description of an option that amm has no field for; nil if there is none.
  package static func sentence(of option: CatalogueOption) -> String? {
    option.names.lazy.compactMap { sentences[$0] }.first
  }
}

extension Value.Member {
  /// The schema of a number that may also have a suffix, such as `32k`.
  fileprivate var withSizes: Value.Member {
    guard case .set(let members) = value else { return self }
    let limits: Set = ["type", "minimum", "maximum"]
    let short: Value = .set(["type": "string", "pattern": "^[0-9.]+[kKmMgGtT]$"])
    let number: Value = .set(members.filter { limits.contains($0.name) })
    return .init(
      name,
      .set([.init("anyOf", .list([number, short]))] + members.filter { !limits.contains($0.name) }))
  }

  /// Returns the schema of a field that accepts only some words.
  fileprivate func closed(to words: [String]) -> Value.Member {
    guard case .set(let members) = value else { return self }
    let rest = members.filter { !["type", "pattern", "maxLength"].contains($0.name) }
    return .init(name, .set([.init("enum", .texts(words))] + rest))
  }
}

/// The values that an option may have in any version.
private struct SchemaOfOption {
  private var types: Set<String> = []
  private var words: Set<String> = []
  private var isClosed = true
  /// The description of the option, if there is one.
  var sentence: String?

  mutating func add(_ option: CatalogueOption, isOff: Bool) {
    if isOff { return types.formUnion(["boolean"]) }
    words.formUnion(option.choices)
    if option.kind == .text && option.closedWords.isEmpty { types.insert("object") }
    switch option.kind {
    case .flag: types.insert("boolean")
    case .integer: types.formUnion(["integer"])
    case .number: types.formUnion(["number"])
    case .size: types.formUnion(["integer", "string"])
    case .json: types.formUnion(["object", "array", "string", "number", "boolean"])
    case .text: types.formUnion(option.choices.isEmpty ? ["string", "number", "boolean"] : [])
    }
    if option.count == .optional { types.insert("boolean") }
    if option.count != .one && option.count != .none || option.kind == .text {
      types.insert("array")
    }
  }

  var value: Value {
    guard let sentence, case .set(let members) = type else { return type }
    return .set([.init("description", .text(sentence))] + members)
  }

  private var type: Value {
    let type: Value.Member = .init(
      "type", types.count == 1 ? .text(types.first ?? "") : .texts(types.sorted()))
    // JSON numbers lose digits beyond these values, and amm rejects them.
    let limits: [Value.Member] =
      types == ["integer"]
      ? [.init("minimum", -9_007_199_254_740_991), .init("maximum", 9_007_199_254_740_991)] : []
    guard !words.isEmpty, !types.contains("string") else { return .set([type] + limits) }
    let numbers = words.compactMap(Int.init).sorted()
    if numbers.count == words.count, types == ["integer"] {
      return .set(["enum": .list(numbers.map(Value.integer))])
    }
    let list: Value = .set(["enum": .texts(words.sorted())])
    return types.isEmpty ? list : .set(["anyOf": [.set([type]), list]])
  }
}
