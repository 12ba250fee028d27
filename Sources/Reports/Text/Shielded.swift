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
    let needles = NeedleIndex(Set(shields.values.flatMap(\.words)))
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
      // A short text occurs in others by chance.
      guard text.utf8.count > 3 else { return [] }
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

/// An index of words by their first bytes, to find them in many texts.
private struct NeedleIndex {
  private var words: [UInt32: [[UInt8]]] = [:]

  init(_ texts: Set<String>) {
    for text in texts {
      let bytes = Array(text.utf8)
      guard let key = Self.key(bytes[...]) else { continue }
      words[key, default: []].append(bytes)
    }
  }

  private static func key(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    bytes.count < 4 ? nil : bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Returns the text with stars instead of each word of the index.
  func redacted(_ text: String) -> String {
    guard !words.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var ranges: [Range<Int>] = []
    for index in bytes.indices {
      guard let key = Self.key(bytes[index...]), let candidates = words[key] else { continue }
      for word in candidates where bytes[index...].starts(with: word) {
        ranges.append(index..<(index + word.count))
      }
    }
    guard !ranges.isEmpty else { return text }
    return String(decoding: Secrets.starred(bytes, ranges), as: UTF8.self)
  }
}
