public import Diagnostics
public import Values
public import YAML

/// A mapping with known keys: a section of a file as its author wrote it.
@usableFromInline package protocol Record: Sendable {
  /// Where a field's value goes, in the terms of the code that uses it.
  associatedtype Destination: Sendable = Never
  /// All keys. Reading, checks, the JSON Schema, the reference and completion all come from this
  /// declaration.
  static var fields: FieldTable<Self, Destination> { get }
  /// Returns the help for a key that other programs have; nil for a key with no known meaning.
  static func meant(by key: String) -> String?
  /// Returns the mapping to write, in braces, for an author who wrote a text in its place; nil if
  /// it is not known.
  static func section(meantBy text: String) -> String?
  /// A set that includes all fields that were written; all fields, for a type that does not track
  /// them.
  ///
  /// A record with many fields, of which a file sets few, tracks them so that loops can skip the
  /// rest.
  var written: FieldSet { get set }
  /// Creates the record of an empty mapping.
  init()
}

extension Record {
  package static func meant(by key: String) -> String? { nil }
  package static func section(meantBy text: String) -> String? { nil }

  /// Returns the mapping to write in place of a node; nil if it is not known.
  @usableFromInline static func section(inPlaceOf node: Node) -> String? {
    node.scalar.flatMap { section(meantBy: $0.text) }
  }

  @inlinable package var written: FieldSet {
    get { .all }
    set {}
  }
}

/// One key of a record, declared once.
///
/// The code that reads values is inlinable, here and in `ValueType`, so that the compiler
/// specializes it for the field types of each module. Generic code queried the runtime for types
/// ten times per field and took a third of the time of `validate`.
///
/// A class, because tables pass fields around all the time and fields never change. `Owner` is not
/// restricted to `Record`, because instantiating such a type makes Swift search all conformances.
@usableFromInline package final class Field<Owner: Sendable, Destination: Sendable>: Sendable {
  /// The key as it is written.
  @usableFromInline package let key: String
  /// One sentence for the reference.
  @usableFromInline package let summary: String
  /// The unit of a number, such as "tokens"; nil if it has none.
  @usableFromInline package let unit: String?
  /// The default in words; nil if there is none.
  @usableFromInline package let defaultText: String?
  /// Whether a record without this key is refused.
  @usableFromInline package let isRequired: Bool
  /// The version of the program that introduced the setting; nil if every version amm knows has it.
  @usableFromInline package let since: Release?
  /// The version that removed the setting.
  @usableFromInline package let until: Release?
  /// Where the value goes; nil if code decides.
  @usableFromInline package let destination: Destination?
  /// The name of the type, for messages and the reference.
  package var typeName: String { makeTypeName() }
  /// The members of the field's JSON Schema.
  package var schema: [Value.Member] { makeSchema() }
  @usableFromInline let makeTypeName: @Sendable () -> String
  @usableFromInline let makeSchema: @Sendable () -> [Value.Member]
  /// The keys of the mapping below, if the field is a section.
  @usableFromInline package let keysBelow: @Sendable () -> [String]

  /// Reads a node into the owner and reports errors to the reading.
  @usableFromInline package let read: @Sendable (Node, Reading, inout Owner) -> Void
  /// The field's value in a record as plain data, and its place; nil if absent.
  @usableFromInline package let value: @Sendable (Owner) -> Located<Value>?

  /// Creates a field of a type.
  ///
  /// The other initializers define how its value is stored.
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

  /// Calls `read` from a separate function, in which the field is known to stay alive.
  @inlinable @inline(never) func take(_ node: Node, _ reading: Reading, into owner: inout Owner) {
    read(node, reading, &owner)
  }

  /// Creates a field for a single value.
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

  /// Creates a section that exists even if it is not written.
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

  /// Creates a section that records whether it was written.
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

  /// Creates a section whose type only its setter knows, such as a runtime's section.
  @inlinable @inline(__always) package convenience init<Section: Record>(
    _ key: String, section: Section.Type, _ summary: String,
    set: @escaping @Sendable (inout Owner, Located<Section>) -> Void,
    get: @escaping @Sendable (Owner) -> Located<Section>?
  ) {
    self.init(
      key, .record(Section.self), unit: nil, default: nil, required: false, to: nil,
      summary: summary, keysBelow: { Section.fields.keys }, set: set, get: get)
  }

  /// Creates a field of a record from a field of one of its parts.
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
  /// Returns this table's fields as fields of a record that contains `Owner` as a part.
  package func fields<Whole: Sendable>(
    of path: WritableKeyPath<Whole, Owner>
  ) -> [Field<Whole, Destination>] {
    all.map { Field<Whole, Destination>($0, at: path) }
  }
}
