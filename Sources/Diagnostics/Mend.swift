/// A change of a file's text that puts a mistake right.
package enum Mend: Sendable {
  /// What stands at a place becomes another text.
  case replace(SourceRange, with: String)
  /// What is passed on as it stands becomes a field.
  case move(Move)

  /// A variable or an argument that becomes a field.
  package struct Move: Sendable {
    /// The words that go.
    package let words: [SourceRange]
    /// The section that the field stands in: `parameters`.
    package let section: String
    /// The field's key.
    package let key: String
    /// The field's value, as YAML.
    package let value: String

    /// A move of words to a field.
    package init(_ words: [SourceRange], to section: String, _ key: String, _ value: String) {
      self.words = words
      self.section = section
      self.key = key
      self.value = value
    }
  }
}
