/// A change to a file's text that fixes a problem.
package enum Mend: Sendable {
  /// Replaces the text at a place.
  case replace(SourceRange, with: String)
  /// Moves an option that is passed on unchanged to a field.
  case move(Move)

  /// The move of a variable or an argument to a field.
  package struct Move: Sendable {
    /// The text to remove.
    package let words: [SourceRange]
    /// The section to put the field in: `parameters`.
    package let section: String
    /// The field's key.
    package let key: String
    /// The field's value, as YAML.
    package let value: String

    /// Creates a move of text to a field.
    package init(_ words: [SourceRange], to section: String, _ key: String, _ value: String) {
      self.words = words
      self.section = section
      self.key = key
      self.value = value
    }
  }
}
