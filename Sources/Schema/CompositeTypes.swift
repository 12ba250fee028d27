import Diagnostics
package import Values
package import YAML

extension ValueType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One word of a closed set.
  package static func choice(_ type: Value.Type = Value.self) -> Self {
    let words = type.allCases.map(\.rawValue)
    return .word(among: words, plain: { .text($0.rawValue) }, find: { Value(rawValue: $0) })
  }
}

extension ValueType {
  /// One of the words that `find` knows.
  package static func word(
    among words: [String], plain: @escaping @Sendable (Value) -> Values.Value,
    find: @escaping @Sendable (String) -> Value?
  ) -> Self {
    let name = words.count > 12 ? "a known word" : Phrase.oneOf(words)
    let schema: [Values.Value.Member] = [.init("enum", .texts(words))]
    return ValueType(name: name, schema: schema, plain: plain) { node, reading in
      guard let scalar = reading.scalar(node, expecting: name) else { return nil }
      if let value = find(scalar.text) { return value }
      let help =
        Suggestion.nearest(to: scalar.text, among: words).map { "did you mean '\($0)'?" }
        ?? "the known ones are \(Phrase.allOf(words))"
      reading.badValue(node, expecting: name, help: help)
      return nil
    }
  }

  /// A list of values of one type, in the order written.
  ///
  /// - Parameter distinct: A second equal item is a warning and dropped.
  package static func list<Item: Sendable>(
    of item: ValueType<Item>, distinct: Bool = false
  ) -> Self where Value == [Located<Item>] {
    var schema: [Values.Value.Member] = [.init("type", "array"), .init("items", .set(item.schema))]
    if distinct { schema.append(.init("uniqueItems", true)) }
    return ValueType(
      name: "a list", schema: schema, plain: { .list($0.map { item.plain($0.value) }) }
    ) { node, reading in
      guard case .sequence(let nodes) = node.content else {
        if case .scalar(let scalar) = node.content, scalar.isNull {
          reading.missingValue(node)
        } else {
          reading.wrongKind(node, expecting: "a list")
        }
        return nil
      }
      var items: [Located<Item>] = []
      items.reserveCapacity(nodes.count)
      var seen: [Values.Value] = []
      var isWhole = true
      for node in nodes {
        guard let value = item.read(node, reading) else {
          isWhole = false
          continue
        }
        if distinct {
          let plain = item.plain(value)
          guard !seen.contains(plain) else {
            reading.collector.emit(
              SchemaRules.duplicateItem, node.range,
              "'\(reading.key)' has \(node.kind) twice", help: "remove one of the two")
            continue
          }
          seen.append(plain)
        }
        items.append(Located(value, node.range))
      }
      // A list with a hole would say something else than what was written.
      return isWhole ? items : nil
    }
  }

  /// A mapping from names that the author chooses to values of one type, in the order written.
  package static func map<Name: Sendable, Item: Sendable>(
    from name: ValueType<Name>, to item: ValueType<Item>
  ) -> Self where Value == [Pair<Name, Item>] {
    let pattern = name.schema.first { $0.name == "pattern" }.map {
      Values.Value.Member("pattern", $0.value)
    }
    var schema: [Values.Value.Member] = [.init("type", "object")]
    if let pattern { schema.append(.init("propertyNames", .set([pattern]))) }
    schema.append(.init("additionalProperties", .set(item.schema)))
    return ValueType(
      name: "a mapping", schema: schema,
      plain: { pairs in
        .set(
          pairs.map { pair in
            guard case .text(let text) = name.plain(pair.name.value) else {
              preconditionFailure("names are text")
            }
            return .init(text, item.plain(pair.item.value))
          })
      }
    ) { node, reading in
      guard let entries = reading.mapping(node) else { return nil }
      return entries.compactMap { entry in
        let key = Node(
          .scalar(Node.Scalar(text: entry.key, isPlain: false)), entry.keyRange)
        let readName = name.read(key, reading)
        let readItem = item.read(entry.value, reading.inside(entry.key.abbreviated))
        guard let readName, let readItem else { return nil }
        return Pair(Located(readName, entry.keyRange), Located(readItem, entry.value.range))
      }
    }
  }
}

/// A name that the author chose, and what it stands for.
package struct Pair<Name: Sendable, Item: Sendable>: Sendable {
  package let name: Located<Name>
  package let item: Located<Item>

  package init(_ name: Located<Name>, _ item: Located<Item>) {
    self.name = name
    self.item = item
  }
}

extension Reading {
  /// The entries of a mapping, or nil after saying that something else stands here.
  package func mapping(_ node: Node) -> [Node.Entry]? {
    switch node.content {
    case .mapping(let entries): return entries
    case .scalar(let scalar) where scalar.isNull && !key.isEmpty:
      missingValue(node)
      return nil
    case .scalar, .sequence:
      collector.emit(
        SchemaRules.wrongKind, node.range,
        key.isEmpty
          ? "the file must hold a mapping, found \(node.kind)"
          : "'\(key)' must be a mapping, found \(node.kind)")
      return nil
    }
  }
}
