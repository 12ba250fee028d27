public import Diagnostics
public import Values
public import YAML

/// How a value is written in YAML, what it may be, and how it is shown: everything about a
/// field's type but the field.
///
/// What only messages and documents need is made when they ask: a command that reads profiles
/// starts without it.
@usableFromInline package struct ValueType<Value: Sendable>: Sendable {
  /// What a message calls it: "an integer", "one of …".
  @usableFromInline package var name: String { makeName() }
  @usableFromInline let makeName: @Sendable () -> String
  /// Takes the value from a node, or says in `Reading` why not and gives nil.
  @usableFromInline package let read: @Sendable (Node, Reading) -> Value?
  /// The same limits as JSON Schema 2020-12 keywords.
  @usableFromInline package var schema: [Values.Value.Member] { makeSchema() }
  @usableFromInline let makeSchema: @Sendable () -> [Values.Value.Member]
  /// The value as plain data.
  @usableFromInline package let plain: @Sendable (Value) -> Values.Value

  @inlinable package init(
    name: @autoclosure @escaping @Sendable () -> String,
    schema: @autoclosure @escaping @Sendable () -> [Values.Value.Member],
    plain: @escaping @Sendable (Value) -> Values.Value,
    read: @escaping @Sendable (Node, Reading) -> Value?
  ) {
    makeName = name
    makeSchema = schema
    self.plain = plain
    self.read = read
  }
}

/// What readers of values share: where to complain, and about which key.
///
/// A class, one for each mapping, so that going on to the next key costs nothing but that key.
@usableFromInline package final class Reading {
  /// Where what is wrong goes.
  @usableFromInline package let collector: DiagnosticCollector
  /// That of the mapping above.
  private let outer: Reading?
  private var inner: String
  /// Where the key stands that was entered last; nil for one without a place.
  @usableFromInline package private(set) var keyRange: SourceRange?
  /// Whether the author chose the last key, which may then be anything.
  private var isChosen = false

  /// Reads the value of a key.
  @usableFromInline package init(_ collector: DiagnosticCollector, key: String) {
    self.collector = collector
    outer = nil
    inner = key
  }

  private init(inside outer: Reading) {
    collector = outer.collector
    self.outer = outer
    inner = ""
  }

  /// The key whose value is read, as the author knows it: `parameters.top_p`.
  @usableFromInline package var key: String {
    let above = outer?.key ?? ""
    let inner = isChosen ? inner.abbreviated : inner
    return above.isEmpty ? inner : above + "." + inner
  }

  /// A reading for what stands below this one's key, of which none is entered yet.
  @usableFromInline package func inside() -> Reading { Reading(inside: self) }

  /// Goes on to a key beside the last one.
  @usableFromInline package func enter(_ key: String, at range: SourceRange) {
    inner = key
    keyRange = range
  }

  /// Goes on to a key that the author chose.
  @usableFromInline package func enter(chosen key: String) {
    inner = key
    isChosen = true
  }

  /// The text of a scalar, or nil after saying that something else stands here.
  @usableFromInline package func scalar(
    _ node: Node, expecting name: @autoclosure () -> String
  ) -> Node.Scalar? {
    guard let scalar = node.scalar else {
      wrongKind(node, expecting: name())
      return nil
    }
    guard !scalar.isNull else {
      missingValue(node)
      return nil
    }
    return scalar
  }

  /// Reports a node without a value.
  package func missingValue(_ node: Node) {
    collector.emit(
      SchemaRules.missingValue, node.range, "'\(key)' has no value",
      help: "give it one, or remove the line")
  }

  func wrongKind(_ node: Node, expecting name: String, help: String? = nil) {
    collector.emit(
      Diagnostic(
        SchemaRules.wrongKind, at: SourceLocation(collector.source, node.range),
        "'\(key)' must be \(name), found \(node.kind)", help: help.map { [$0] } ?? []))
  }

  /// - Parameter meant: What was certainly meant, where that is known.
  func badValue(
    _ node: Node, expecting name: String, help: String? = nil, meaning meant: String? = nil
  ) {
    collector.emit(
      Diagnostic(
        SchemaRules.badValue, at: SourceLocation(collector.source, node.range),
        "'\(key)' must be \(name), found \(node.kind)", help: help.map { [$0] } ?? [],
        mend: meant.map { .replace(node.range, with: $0) }))
  }
}
