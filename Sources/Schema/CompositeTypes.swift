import Diagnostics
public import Values
public import YAML

extension ValueType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// A value of a closed set.
  ///
  /// - Parameter synonyms: Words of other programs in small letters, and the values that they mean.
  @inlinable package static func choice(
    _ type: Value.Type = Value.self, synonyms: [String: String] = [:]
  ) -> Self {
    .word(
      among: type.allCases.map(\.rawValue), synonyms: synonyms, plain: { .text($0.rawValue) },
      find: { Value(rawValue: $0) })
  }
}

extension ValueType {
  /// One of the values that `find` knows.
  ///
  /// - Parameter synonyms: Words of other programs in small letters, and the values that they mean.
  @inlinable package static func word(
    among words: @autoclosure @escaping @Sendable () -> [String],
    synonyms: [String: String] = [:],
    plain: @escaping @Sendable (Value) -> Values.Value,
    find: @escaping @Sendable (String) -> Value?
  ) -> Self {
    ValueType(name: wordName(words()), schema: wordSchema(words()), plain: plain) {
      node, reading in
      guard let scalar = reading.scalar(node, expecting: wordName(words())) else { return nil }
      if let value = find(scalar.text) { return value }
      reading.refuse(node, unknown: scalar.text, among: words(), synonyms: synonyms)
      return nil
    }
  }

  /// A list of values of one type, in the order written.
  ///
  /// - Parameter distinct: Whether an item that equals an earlier one is dropped with a warning.
  @inlinable package static func list<Item: Sendable>(
    of item: ValueType<Item>, distinct: Bool = false
  ) -> Self where Value == [Located<Item>] {
    ValueType(
      name: "a list", schema: listSchema(item.schema),
      plain: { .list($0.map { item.plain($0.value) }) }
    ) { node, reading in
      guard let nodes = reading.sequence(node, reading: { _ = item.read($0, $1) }) else {
        return nil
      }
      var items: [Located<Item>] = []
      items.reserveCapacity(nodes.count)
      var seen = DistinctValues(capacity: distinct ? nodes.count : 0)
      var isWhole = true
      for node in nodes {
        guard let value = item.read(node, reading) else {
          isWhole = false
          continue
        }
        if distinct {
          guard seen.insert(item.plain(value)) else {
            reading.warnOfSecond(node)
            continue
          }
        }
        items.append(Located(value, node.range))
      }
      // If an item is invalid, a list without it would not be what was written.
      return isWhole ? items : nil
    }
  }

  /// One value, or a list of them; a single value is read as a list of one.
  package static func oneOrMore<Item: Sendable>(
    of item: ValueType<Item>
  ) -> Self where Value == [Located<Item>] {
    let list = ValueType.list(of: item)
    return ValueType(
      name: item.name + ", or a list",
      schema: [.init("anyOf", .list([.set(item.schema), .set(list.schema)]))],
      plain: { $0.count == 1 ? item.plain($0[0].value) : list.plain($0) }
    ) { node, reading in
      guard node.items == nil else { return list.read(node, reading) }
      return item.read(node, reading).map { [Located($0, node.range)] }
    }
  }

  /// A mapping from names that the author chooses to values of one type, in the order written.
  @inlinable package static func map<Name: Sendable, Item: Sendable>(
    from name: ValueType<Name>, to item: ValueType<Item>
  ) -> Self where Value == [Pair<Name, Item>] {
    ValueType(
      name: "a mapping", schema: mapSchema(from: name.schema, to: item.schema),
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
      let inside = reading.inside()
      var pairs: [Pair<Name, Item>] = []
      pairs.reserveCapacity(entries.count)
      for entry in entries {
        let readName = name.read(entry.keyNode, reading)
        inside.enter(chosen: entry.key)
        let readItem = item.read(entry.value, inside)
        guard let readName, let readItem else { continue }
        pairs.append(
          Pair(Located(readName, entry.keyRange), Located(readItem, entry.value.range)))
      }
      return pairs
    }
  }
}

/// A set of distinct values: compared one by one while they are few, hashed when there are many.
@usableFromInline struct DistinctValues {
  private var few: [Value] = []
  private var many: Set<Value> = []

  @usableFromInline init(capacity: Int) { few.reserveCapacity(min(capacity, 16)) }

  /// Inserts a value.
  ///
  /// - Returns: Whether the value is new.
  @usableFromInline mutating func insert(_ value: Value) -> Bool {
    if many.isEmpty {
      guard !few.contains(value) else { return false }
      few.append(value)
      if few.count == 16 { many = Set(few) }
      return true
    }
    return many.insert(value).inserted
  }
}

@usableFromInline func listSchema(_ item: [Value.Member]) -> [Value.Member] {
  [.init("type", "array"), .init("items", .set(item))]
}

@usableFromInline func mapSchema(
  from name: [Value.Member], to item: [Value.Member]
) -> [Value.Member] {
  var schema: [Value.Member] = [.init("type", "object")]
  if let pattern = name.first(where: { $0.name == "pattern" }) {
    schema.append(.init("propertyNames", .set([pattern])))
  }
  return schema + [.init("additionalProperties", .set(item))]
}

@usableFromInline func wordName(_ words: [String]) -> String {
  words.count > 12 ? "a known value" : Phrase.oneOf(words)
}

@usableFromInline func wordSchema(_ words: [String]) -> [Value.Member] {
  [.init("enum", .texts(words))]
}

/// Switches that are strings: `flash_attn: true` means `on`.
private let switches = ["true": "on", "yes": "on", "false": "off", "no": "off"]

extension Reading {
  @usableFromInline func refuse(
    _ node: Node, unknown word: String, among words: [String], synonyms: [String: String]
  ) {
    let switched = (synonyms[word.lowercased()] ?? switches[word.lowercased()])
      .flatMap { words.contains($0) ? $0 : nil }
    let meant = switched ?? Suggestion.nearest(to: word, among: words)
    let help =
      switched.map { "write '\($0)'" }
      ?? meant.map { "did you mean '\($0)'?" }
      ?? "the known values are \(Phrase.allOf(words))"
    badValue(node, expecting: wordName(words), help: help, meaning: meant)
  }
}

/// A name that the author chose, and its value.
@usableFromInline package struct Pair<Name: Sendable, Item: Sendable>: Sendable {
  @usableFromInline package let name: Located<Name>
  @usableFromInline package let item: Located<Item>

  @inlinable package init(_ name: Located<Name>, _ item: Located<Item>) {
    self.name = name
    self.item = item
  }
}

extension Reading {
  /// Returns the items of a list; otherwise reports an error and returns nil.
  ///
  /// - Parameter item: Reads an item, and reports an error if it is not valid.
  @usableFromInline func sequence(_ node: Node, reading item: (Node, Reading) -> Void) -> [Node]? {
    if let items = node.items { return items }
    if node.scalar?.isNull == true {
      missingValue(node)
    } else {
      var help = "write each item on its own line after '- '"
      if let text = node.scalar?.text { help = Self.bracketed(text, node.range, reading: item) }
      wrongKind(node, expecting: "a list", help: help)
    }
    return nil
  }

  /// Help for a text in place of a list: its words as items if they are valid, else what an item
  /// must be.
  private static func bracketed(
    _ text: String, _ range: SourceRange, reading item: (Node, Reading) -> Void
  ) -> String {
    let words = text.split(separator: " ").map(String.init)
    let isSimple =
      (1...20).contains(words.count) && text.utf8.count <= 200
      && !text.contains { "\"'[]{},#:".contains($0) }
    for word in isSimple ? words : [text] {
      let node = Node(.scalar(Node.Scalar(text: word, isPlain: true)), range)
      let collector = DiagnosticCollector(SourceFile(path: "", text: ""))
      item(node, Reading(collector, key: "item"))
      guard let problem = collector.diagnostics.first(where: { $0.severity == .error }) else {
        continue
      }
      let reason = problem.message.replacing("'item' ", with: "")
      let fact = reason.firstRange(of: ", found ").map { reason[..<$0.lowerBound] } ?? reason[...]
      let help = problem.help.first.map { ": \($0)" } ?? ""
      return "write a list in which each item \(fact)\(help)"
    }
    return isSimple ? "write '[\(words.joined(separator: ", "))]'" : "write it in brackets: '[…]'"
  }

  @usableFromInline func warnOfSecond(_ node: Node) {
    collector.emit(
      SchemaRules.duplicateItem, node.range, "'\(key)' contains \(node.kind) twice",
      help: "remove one of the two")
  }

  /// Returns the entries of a mapping; otherwise reports an error and returns nil.
  ///
  /// - Parameter section: The mapping to write in place of a text; nil if it is not known.
  @usableFromInline package func mapping(
    _ node: Node, meaning section: @autoclosure () -> String? = nil
  ) -> [Node.Entry]? {
    if let entries = node.entries { return entries }
    if node.scalar?.isNull == true, !key.isEmpty {
      missingValue(node)
    } else {
      let message =
        key.isEmpty
        ? "the file must contain a mapping, found \(node.kind)"
        : "'\(key)' must be a mapping, found \(node.kind)"
      let hasEquals = node.items?.contains { $0.scalar?.text.contains("=") ?? false } ?? false
      let help =
        node.items == nil
        ? section().map { ["write '\($0)'"] } ?? []
        : ["write 'NAME: VALUE' lines, without '-'" + (hasEquals ? " and '='" : "")]
      collector.emit(
        Diagnostic(
          SchemaRules.wrongKind, at: SourceLocation(collector.source, node.range), message,
          help: help))
    }
    return nil
  }
}
