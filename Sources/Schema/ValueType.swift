public import Diagnostics
public import Values
public import YAML

/// The type of a field: how a value is written in YAML, what is valid, and how it is shown.
///
/// Names and schemas are created only when messages and documents need them, so that a command that
/// reads profiles starts faster.
@usableFromInline package struct ValueType<Value: Sendable>: Sendable {
  /// The type's name in messages: "an integer", "one of …".
  @usableFromInline package var name: String { makeName() }
  @usableFromInline let makeName: @Sendable () -> String
  /// Reads the value from a node; if it is invalid, reports the reason and returns nil.
  @usableFromInline package let read: @Sendable (Node, Reading) -> Value?
  /// The same limits as JSON Schema 2020-12 keywords.
  @usableFromInline package var schema: [Values.Value.Member] { makeSchema() }
  @usableFromInline let makeSchema: @Sendable () -> [Values.Value.Member]
  /// Returns the value as plain data.
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

/// The context that readers of values share: where to report errors, and for which key.
///
/// A class, one for each mapping, so that advancing to the next key costs nothing more.
@usableFromInline package final class Reading {
  /// The collector for errors.
  @usableFromInline package let collector: DiagnosticCollector
  /// The reading of the mapping above.
  private let outer: Reading?
  private var inner: String
  /// The place of the current key; nil for a key without a place.
  @usableFromInline package private(set) var keyRange: SourceRange?
  /// Whether the author chose the current key, which may then be any text.
  private var isChosen = false

  /// Creates a reading for the value of a key.
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

  /// The full key of the value, as the author knows it: `parameters.top_p`.
  @usableFromInline package var key: String {
    let above = outer?.key ?? ""
    let inner = isChosen ? inner.abbreviated : inner
    return above.isEmpty ? inner : above + "." + inner
  }

  /// Returns a reading for the mapping below this key, without a current key.
  @usableFromInline package func inside() -> Reading { Reading(inside: self) }

  /// Advances to the next known key.
  @usableFromInline package func enter(_ key: String, at range: SourceRange) {
    inner = key
    keyRange = range
  }

  /// Advances to a key that the author chose.
  @usableFromInline package func enter(chosen key: String) {
    inner = key
    isChosen = true
  }

  /// Returns the text of a scalar; otherwise reports an error and returns nil.
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
      help: "add a value, or remove the line")
  }

  func wrongKind(_ node: Node, expecting name: String, help: String? = nil) {
    collector.emit(
      Diagnostic(
        SchemaRules.wrongKind, at: SourceLocation(collector.source, node.range),
        "'\(key)' must be \(name), found \(node.kind)", help: help.map { [$0] } ?? []))
  }

  /// - Parameter meant: The value that was certainly meant, if known.
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
