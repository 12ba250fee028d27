public import Diagnostics

/// A piece of a YAML document with the place it was read from.
@usableFromInline package struct Node: Sendable {
  /// What a node is.
  @usableFromInline package enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  /// The text of a scalar, not yet taken for a number or anything else.
  @usableFromInline package struct Scalar: Sendable {
    /// The text, with escapes and folds undone.
    @usableFromInline package let text: String
    /// Written without quotes, so that it could be a number, a boolean or null.
    package let isPlain: Bool

    package init(text: String, isPlain: Bool) {
      self.text = text
      self.isPlain = isPlain
    }

    /// Nothing, `~` or `null`: what YAML's core schema resolves to null.
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

  /// One key of a mapping with its value; amm's formats have text keys only.
  @usableFromInline package struct Entry: Sendable {
    /// The key's text.
    @usableFromInline package let key: String
    /// Where the key stands.
    @usableFromInline package let keyRange: SourceRange
    /// What the key has.
    @usableFromInline package let value: Node

    package init(key: String, keyRange: SourceRange, value: Node) {
      self.key = key
      self.keyRange = keyRange
      self.value = value
    }

    /// The key as a scalar of its own, for what reads keys like values.
    @usableFromInline package var keyNode: Node {
      Node(.scalar(Scalar(text: key, isPlain: false)), keyRange)
    }
  }

  /// What it is.
  package let content: Content
  /// Where it stands.
  @usableFromInline package let range: SourceRange

  package init(_ content: Content, _ range: SourceRange) {
    self.content = content
    self.range = range
  }

  /// The scalar that stands here; nil where something else does.
  package var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

  /// The items of the list that stands here; nil where something else does.
  package var items: [Node]? { if case .sequence(let items) = content { items } else { nil } }

  /// The entries of the mapping that stands here; nil where something else does.
  package var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

  /// What stands here, as a message says it: "text", "a list", "nothing".
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
