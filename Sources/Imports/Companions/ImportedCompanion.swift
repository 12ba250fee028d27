package import Diagnostics

/// A program of another tool's file that becomes a companion.
package struct ImportedCompanion: Sendable {
  /// The name of the companion.
  package let name: String
  /// The place of the program in the source.
  package let range: SourceRange
  /// The value of `kind:`.
  package let kind: String
  /// The lines below `companions:`.
  package let text: ImportedText
  /// The secrets that the user has to create.
  package let secrets: [String]
  /// What became of each key of the source.
  package internal(set) var fates: [Fate]
  /// The instances that it uses.
  package let uses: [String]
}
