public import Diagnostics
public import Values
public import YAML

/// A mapping with known keys: a section of a file, as its author wrote it.
@usableFromInline package protocol Record: Sendable {
  /// Where a field's value goes, in the words of those who put it there.
  associatedtype Destination: Sendable = Never
  /// Every key there is: the one declaration that reading, checks, JSON Schema, reference and
  /// completion all come from.
  static var fields: FieldTable<Self, Destination> { get }
  /// What to write in place of a key that other programs have; nil for one that nobody means.
  static func meant(by key: String) -> String?
  /// Those of its fields that were written, and perhaps others; every field for a type that does not
  /// keep them.
  ///
  /// One with many fields, of which a file has few, keeps them for those who go through all.
  var written: FieldSet { get set }
  /// The record of an empty mapping.
  init()
}

extension Record {
  package static func meant(by key: String) -> String? { nil }

  @inlinable package var written: FieldSet {
    get { .all }
    set {}
  }
}

/// One key of a record, declared once.
///
/// What reads values is inlinable, here and in `ValueType`, so that the compiler makes it for the
/// types of each module's own fields; generic code asked the runtime for types ten times a field
/// and took a third of the time of `validate`.
///
/// A class because tables hand fields around all the time and none of their parts ever changes. Of any
/// owner, since to make a type of a `Record` only, Swift looks through all that conforms to anything.
@usableFromInline package final class Field<Owner: Sendable, Destination: Sendable>: Sendable {
  /// The key, as it is written.
  @usableFromInline package let key: String
  /// One sentence for the reference.
  @usableFromInline package let summary: String
  /// What a number counts, such as "tokens"; nil for what has no unit.
  @usableFromInline package let unit: String?
  /// What holds when the key is absent, in words; nil when nothing does.
  @usableFromInline package let defaultText: String?
  /// Whether a record without it is refused.
  @usableFromInline package let isRequired: Bool
  /// The release of its program that brought it; nil where every release amm knows has it.
  @usableFromInline package let since: Release?
  /// The release that no longer had it.
  @usableFromInline package let until: Release?
  /// Where the value goes; nil where code decides.
  @usableFromInline package let destination: Destination?
  /// The name of its type, for messages and reference.
  package var typeName: String { makeTypeName() }
  /// The members of its JSON Schema.
  package var schema: [Value.Member] { makeSchema() }
  @usableFromInline let makeTypeName: @Sendable () -> String
  @usableFromInline let makeSchema: @Sendable () -> [Value.Member]
  /// The keys of the mapping below, when the field is one with known keys.
  @usableFromInline package let keysBelow: @Sendable () -> [String]

  /// Reads a node into the owner; what is wrong goes to the reading.
  @usableFromInline package let read: @Sendable (Node, Reading, inout Owner) -> Void
  /// The field's value in a record as plain data, and where it was read; nil when absent.
  @usableFromInline package let value: @Sendable (Owner) -> Located<Value>?

  /// A field of a type; the other initializers say how its value is kept.
  @inlinable package init<Item: Sendable>(
    _ key: String, _ type: ValueType<Item>, unit: String?, default defaultText: String?,
    required: Bool, since: Release? = nil, until: Release? = nil,
    to destination: Destination?, summary: String,
    keysBelow: @escaping @Sendable () -> [String] = { [] },
    set: @escaping @Sendable (inout Owner, Located<Item>) -> Void,
    get: @escaping @Sendable (Owner) -> Located<Item>?
  ) {
    self.key = key
    self.summary = summary
    self.unit = unit
    self.defaultText = defaultText
    isRequired = required
    self.since = since
    self.until = until
    self.destination = destination
    makeTypeName = type.makeName
    makeSchema = type.makeSchema
    self.keysBelow = keysBelow
    read = { node, reading, owner in
      if let value = type.read(node, reading) { set(&owner, Located(value, node.range)) }
    }
    value = { owner in get(owner).map { Located(type.plain($0.value), $0.range) } }
  }

  /// Calls `read`; a call of its own, in which the field, and so what it calls, is known to live.
  @inlinable @inline(never) func take(_ node: Node, _ reading: Reading, into owner: inout Owner) {
    read(node, reading, &owner)
  }

  /// A single value.
  @inlinable @inline(__always) package convenience init<Item: Sendable>(
    _ key: String, _ path: WritableKeyPath<Owner, Located<Item>?>,
    _ type: ValueType<Item>, unit: String? = nil, default defaultText: String? = nil,
    required: Bool = false, since: Release? = nil, until: Release? = nil,
    to destination: Destination? = nil, _ summary: String
  ) {
    let property = StoredProperty(path)
    self.init(
      key, type, unit: unit, default: defaultText, required: required, since: since, until: until,
      to: destination, summary: summary, set: { property.set(&$0, $1) },
      get: { property.isNil($0) ? nil : property.get($0) }
    )
  }

  /// A section that is there even when it is not written.
  @inlinable @inline(__always) package convenience init<Section: Record>(
    section key: String, _ path: WritableKeyPath<Owner, Section>, _ summary: String
  ) {
    let property = StoredProperty(path)
    self.init(
      key, .record(Section.self), unit: nil, default: nil, required: false, to: nil,
      summary: summary, keysBelow: { Section.fields.keys },
      set: { property.set(&$0, $1.value) },
      get: { owner in
        let section = property.get(owner)
        let isEmpty = Section.fields.all.allSatisfy { $0.value(section) == nil }
        return isEmpty ? nil : Located(section, .fileStart)
      })
  }

  /// A section of which it matters whether it is written.
  @inlinable @inline(__always) package convenience init<Section: Record>(
    _ key: String, _ path: WritableKeyPath<Owner, Located<Section>?>,
    section: Section.Type, required: Bool = false, _ summary: String
  ) {
    let property = StoredProperty(path)
    self.init(
      key, .record(Section.self), unit: nil, default: nil, required: required, to: nil,
      summary: summary, keysBelow: { Section.fields.keys },
      set: { property.set(&$0, $1) }, get: { property.isNil($0) ? nil : property.get($0) })
  }

  /// A section whose type is known to its setter only, such as a runtime's own.
  @inlinable @inline(__always) package convenience init<Section: Record>(
    _ key: String, section: Section.Type, _ summary: String,
    set: @escaping @Sendable (inout Owner, Located<Section>) -> Void,
    get: @escaping @Sendable (Owner) -> Located<Section>?
  ) {
    self.init(
      key, .record(Section.self), unit: nil, default: nil, required: false, to: nil,
      summary: summary, keysBelow: { Section.fields.keys }, set: set, get: get)
  }

  /// A field of a part, as a field of the whole.
  init<Part: Sendable>(_ field: Field<Part, Destination>, at path: WritableKeyPath<Owner, Part>) {
    key = field.key
    summary = field.summary
    unit = field.unit
    defaultText = field.defaultText
    isRequired = field.isRequired
    since = field.since
    until = field.until
    destination = field.destination
    makeTypeName = field.makeTypeName
    makeSchema = field.makeSchema
    keysBelow = field.keysBelow
    let part = StoredProperty(path)
    read = { node, reading, owner in part.update(&owner) { field.read(node, reading, &$0) } }
    value = { owner in field.value(part.get(owner)) }
  }
}

extension FieldTable {
  /// This table's fields as fields of a record that has `Owner` as a part.
  package func fields<Whole: Sendable>(
    of path: WritableKeyPath<Whole, Owner>
  ) -> [Field<Whole, Destination>] {
    all.map { Field<Whole, Destination>($0, at: path) }
  }
}
