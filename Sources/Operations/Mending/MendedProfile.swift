package import Diagnostics
import Profiles
import YAML

/// A profile's text with all mistakes fixed that have a certain fix: misspelt keys and values, and
/// variables and arguments that have a field.
package struct MendedProfile: Sendable {
  /// The original file.
  package let before: SourceFile
  /// The fixed text; equal to the original if nothing could be fixed.
  package let text: String
  /// The number of fixed mistakes.
  package let count: Int

  /// Fixes a copy of a file.
  ///
  /// A change is kept only if it reduces the number of problems and does not add errors.
  package init(_ source: SourceFile) {
    before = source
    var current = source
    var count = 0
    var failed: Set<String> = []
    var diagnostics = Self.diagnostics(of: current)
    while count < 200,
      let next = diagnostics.sorted().first(where: { $0.mend != nil && !failed.contains($0.key) })
    {
      failed.insert(next.key)
      guard let mend = next.mend, let text = Self.mended(current, mend) else { continue }
      let changed = SourceFile(path: source.path, text: text)
      let left = Self.diagnostics(of: changed)
      guard left.count < diagnostics.count, left.errors <= diagnostics.errors else { continue }
      (current, diagnostics) = (changed, left)
      count += 1
    }
    text = String(decoding: current.bytes, as: UTF8.self)
    self.count = count
  }

  private static func diagnostics(of source: SourceFile) -> [Diagnostic] {
    Profile.read(source).diagnostics
  }

  /// Returns a file's text with one change; nil if the change would affect other parts.
  private static func mended(_ source: SourceFile, _ mend: Mend) -> String? {
    guard var text = EditableText(source) else { return nil }
    switch mend {
    case .replace(let range, let word):
      return text.replace(range, with: word) ? text.text : nil
    case .move(let move):
      guard text.remove(move.words) else { return nil }
      for key in ["arguments", "environment"] { text.removeEmpty(key) }
      let rest = SourceFile(path: source.path, text: text.text)
      guard let root = Composer.compose(rest).value,
        text.insert(move.key, move.value, in: move.section, of: root)
      else { return nil }
      return text.text
    }
  }
}

extension Diagnostic {
  /// Identifies a problem that could not be fixed.
  fileprivate var key: String { "\(rule.code) \(message)" }
}

extension [Diagnostic] {
  fileprivate var errors: Int { count { $0.severity == .error } }
}
