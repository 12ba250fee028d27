package import Diagnostics
import YAML

extension [Diagnostic] {
  /// The diagnostics without the secrets of their files, in quoted lines and in messages.
  ///
  /// The spelling of a secret in the file does not matter. Only files that are shown are searched
  /// for secrets, not every file that is read.
  package var shielded: [Diagnostic] {
    var shields: [ObjectIdentifier: Shield] = [:]
    for source in flatMap(\.sources) where shields[ObjectIdentifier(source)] == nil {
      shields[ObjectIdentifier(source)] = Shield(source)
    }
    let needles = SecretTexts(Set(shields.values.flatMap(\.words)))
    return map { diagnostic in
      let isHidden = diagnostic.location.source?.isQuotable == false
      let shown = isHidden ? diagnostic.withoutWords : diagnostic
      return shown.replacing { location in
        location.moved(to: location.source.flatMap { shields[ObjectIdentifier($0)]?.shown })
      } texts: {
        needles.redacted($0)
      }
    }
  }
}

/// The part of a file that may be shown.
private struct Shield {
  /// The file with stars for secrets; nil if nothing may be shown.
  let shown: SourceFile?
  /// The secrets, and their shortened forms in messages.
  let words: [String]

  init(_ source: SourceFile) {
    let places = SecretScan(source).places
    shown = source.isQuotable ? source.starred(places) : nil
    words = places.flatMap { place -> [String] in
      let text = place.text
      guard text.utf8.count >= SecretTexts.shortest else { return [] }
      // A message that quotes a long value shows only its beginning.
      let beginning = text.withoutControls.unicodeScalars.prefix(37)
      return [text, text.withoutControls, String(beginning)]
    }
  }
}

extension Diagnostic {
  /// The files that the diagnostic quotes.
  fileprivate var sources: [SourceFile] {
    ([location.source] + notes.map(\.location.source)).compactMap { $0 }
  }
}

extension Diagnostic {
  /// The diagnostic without text from the file, which a link points to and only its owner may read.
  fileprivate var withoutWords: Diagnostic {
    Diagnostic(
      rule, at: location, "the file that this link points to has a problem: \(rule.summary)",
      help: [
        "only you can read that file, so amm does not show its content; copy it here to see more"
      ])
  }
}
