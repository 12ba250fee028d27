public import Diagnostics
public import Values
public import YAML

/// The fields of a record: defines how to read, describe and print it.
@safe @usableFromInline
package struct FieldTable<Owner: Sendable, Destination: Sendable>: Sendable {
  /// The fields, in the order of the reference.
  @usableFromInline package let all: [Field<Owner, Destination>]
  /// The same fields without reference counting: all threads share a table for the life of the
  /// process, and updating a shared count takes as long as reading a number.
  @usableFromInline let references: [Unmanaged<Field<Owner, Destination>>]
  @usableFromInline let indexOfKey: KeyIndex
  /// The required fields.
  @usableFromInline let required: FieldSet

  /// Creates a table of fields, in the order of the reference.
  package init(_ fields: [Field<Owner, Destination>]) {
    precondition(fields.count <= FieldSet.capacity, "a table has at most \(FieldSet.capacity) keys")
    all = fields
    unsafe references = fields.map { unsafe Unmanaged.passUnretained($0) }
    indexOfKey = KeyIndex(fields.map(\.key))
    required = fields.indices.reduce(into: FieldSet()) { required, index in
      if fields[index].isRequired { required.insert(index) }
    }
  }

  /// The keys of the fields, in order.
  @inlinable package var keys: [String] { all.map(\.key) }

  @inlinable func withField<Result>(
    at index: Int, _ body: (Field<Owner, Destination>) -> Result
  ) -> Result {
    unsafe references[index]._withUnsafeGuaranteedRef(body)
  }
}

extension FieldTable where Owner: Record {
  /// Reads a record from a node.
  ///
  /// All errors are reported; valid values are kept.
  ///
  /// - Returns: Nil only if the node is not a mapping.
  @inlinable package func read(_ node: Node, _ reading: Reading) -> Owner? {
    read(node, reading) { refuse($0, reading) }
  }

  /// Reads a record from a node that may have more keys than the table.
  ///
  /// - Parameter other: Receives each entry with an unknown key and returns the key that was meant.
  /// - Returns: Nil only if the node is not a mapping.
  @inlinable package func read(
    _ node: Node, _ reading: Reading, other: (Node.Entry) -> String?
  ) -> Owner? {
    guard let entries = reading.mapping(node, meaning: Owner.section(inPlaceOf: node)) else {
      return nil
    }
    var record = Owner()
    var written = FieldSet()
    var missing = required
    let inside = reading.inside()
    for entry in entries {
      if let index = indexOfKey[entry.key] {
        missing.remove(index)
        written.insert(index)
        inside.enter(entry.key, at: entry.keyRange)
        withField(at: index) { $0.take(entry.value, inside, into: &record) }
      } else if let meant = other(entry), let index = indexOfKey[meant] {
        // Report one mistake once: a misspelt key is not also missing.
        missing.remove(index)
      }
    }
    record.written = written
    while let index = missing.popFirst() { reportMissing(all[index], node, reading) }
    return record
  }

  /// Reads one field from a node that is elsewhere, or under another key.
  ///
  /// - Parameter key: A key of the table.
  package func take(
    _ key: String, from node: Node, _ reading: Reading, into record: inout Owner
  ) {
    guard let index = indexOfKey[key] else { preconditionFailure("no field has the key '\(key)'") }
    var written = record.written
    written.insert(index)
    record.written = written
    withField(at: index) { $0.take(node, reading, into: &record) }
  }

  /// Returns a record's value for a key; nil if there is no value or no such key.
  package func value(of key: String, in record: Owner) -> Located<Value>? {
    indexOfKey[key].flatMap { all[$0].value(record) }
  }

  /// Calls a function for each field that a record has, with its value as plain data, in table
  /// order.
  @inlinable package func forEachWritten(
    in record: Owner, _ body: (Field<Owner, Destination>, Located<Value>) -> Void
  ) {
    var left = record.written
    while let index = left.popFirst(), index < all.count {
      withField(at: index) { field in
        if let value = field.value(record) { body(field, value) }
      }
    }
  }

  /// Reports an unknown key with a suggestion.
  ///
  /// - Returns: The key that the author meant.
  @usableFromInline func refuse(_ entry: Node.Entry, _ reading: Reading) -> String? {
    let place = reading.key.isEmpty ? "" : " in '\(reading.key)'"
    guard !reading.collector.isFull else { return nil }
    let name = entry.key.abbreviated
    let nearest = Suggestion.nearest(to: entry.key, among: keys)
    let home = all.first { $0.keysBelow().contains(entry.key) }
    let help: String
    if let meant = Owner.meant(by: entry.key) {
      help = meant
    } else if let nearest {
      help = "did you mean '\(nearest)'?"
    } else if let home {
      help = "it belongs in '\(home.key)'"
    } else {
      help = "the known keys are \(Phrase.allOf(keys))"
    }
    reading.collector.emit(
      Diagnostic(
        SchemaRules.unknownKey, at: SourceLocation(reading.collector.source, entry.keyRange),
        "unknown key '\(name)'\(place)", help: [help],
        mend: help.hasPrefix("did you mean")
          ? nearest.map { .replace(entry.keyRange, with: $0) } : nil))
    return nearest
  }

  @usableFromInline func reportMissing(
    _ field: Field<Owner, Destination>, _ node: Node, _ reading: Reading
  ) {
    // Underline the first key, not the entire mapping, which may be the entire file.
    let range: SourceRange =
      if let first = node.entries?.first {
        first.keyRange
      } else {
        node.range
      }
    let place = reading.key.isEmpty ? "" : " in '\(reading.key)'"
    reading.collector.emit(
      SchemaRules.missingKey, range, "'\(field.key)' is missing\(place)",
      help: "'\(field.key)' must be \(field.typeName) (\(Phrase.clause(field.summary)))")
  }

  /// Returns a record as plain data: the fields it has, in table order.
  @usableFromInline package func plain(_ record: Owner) -> Value {
    var members: [Value.Member] = []
    forEachWritten(in: record) { members.append(.init($0.key, $1.value)) }
    return .set(members)
  }
}

extension ValueType where Value: Record {
  /// A mapping with the keys of a record.
  @inlinable package static func record(_ type: Value.Type) -> Self {
    ValueType(
      name: "a mapping", schema: type.fields.schema, plain: { type.fields.plain($0) },
      read: { node, reading in type.fields.read(node, reading) })
  }
}

extension Record {
  /// Reads a record from a file's root node.
  @inlinable package static func read(_ node: Node, _ collector: DiagnosticCollector) -> Self? {
    fields.read(node, Reading(collector, key: ""))
  }
}
