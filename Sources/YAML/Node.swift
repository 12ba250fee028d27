public import Diagnostics

/// A piece of a YAML document and its place.
@usableFromInline package struct Node: Sendable {
  /// The kind of a node and its content.
  @usableFromInline package enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  /// The text of a scalar, before it is read as a number or anything else.
  @usableFromInline package struct Scalar: Sendable {
    /// The text, with escapes and line folding resolved.
    @usableFromInline package let text: String
    /// Whether it was written without quotes, so that it can be a number, a boolean or null.
    package let isPlain: Bool

    package init(text: String, isPlain: Bool) {
      self.text = text
      self.isPlain = isPlain
    }

    /// Whether YAML's core schema resolves it to null: empty, `~` or `null`.
    package var isNull: Bool {
      guard isPlain, text.utf8.count <= 4 else { return false }
      guard let first = text.utf8.first else { return true }
      guard first == 0x7E || first == 0x6E || first == 0x4E else { return false }
      switch text {
      case "~", "null", "Null", "NULL": return true
      default: return false
      }
    }
  }

  /// A key of a mapping with its value.
  ///
  /// In amm's formats, all keys are text.
  @usableFromInline package struct Entry: Sendable {
    /// The key's text.
    @usableFromInline package let key: String
    /// The place of the key.
    @usableFromInline package let keyRange: SourceRange
    /// The key's value.
    @usableFromInline package let value: Node

    package init(key: String, keyRange: SourceRange, value: Node) {
      self.key = key
      self.keyRange = keyRange
      self.value = value
    }

    /// The key as a scalar, for code that reads keys like values.
    @usableFromInline package var keyNode: Node {
      Node(.scalar(Scalar(text: key, isPlain: false)), keyRange)
    }
  }

  /// The node's content.
  package let content: Content
  /// The node's place.
  @usableFromInline package let range: SourceRange

  package init(_ content: Content, _ range: SourceRange) {
    self.content = content
    self.range = range
  }

  /// The scalar; nil if the node is not one.
  package var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

  /// The items of the list; nil if the node is not one.
  package var items: [Node]? { if case .sequence(let items) = content { items } else { nil } }

  /// The entries of the mapping; nil if the node is not one.
  package var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

  /// The node as messages name it: "'text'", "a list", "nothing".
  package var kind: String {
    switch content {
    case .scalar(let scalar): scalar.isNull ? "nothing" : "'\(scalar.text.abbreviated)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

extension String {
  /// The text on one line of at most 40 characters, for quoting in a message.
  @usableFromInline package var abbreviated: String {
    if utf8.count <= 40, utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
      return Secrets.redacted(self)
    }
    let line = Secrets.redacted(self).withoutControls.unicodeScalars
    return line.count > 40 ? String(line.prefix(37)) + "..." : String(line)
  }
}
