package import Diagnostics
import YAML

extension [Diagnostic] {
  /// The same diagnostics without the secrets of the files that they are about: neither in what is
  /// quoted nor in what is said, however the files spell them.
  ///
  /// Secrets are looked for here, where a file is to be shown, and not in every file that is read.
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

/// What may be shown of a file.
private struct Shield {
  /// Nil where nothing may be.
  let shown: SourceFile?
  /// Its secrets, and how messages shorten them.
  let words: [String]

  init(_ source: SourceFile) {
    let places = SecretScan(source).places
    shown = source.isQuotable ? source.starred(places) : nil
    words = places.flatMap { place -> [String] in
      let text = place.text
      // A short word stands in others by chance.
      guard text.utf8.count > 3 else { return [] }
      // As a message that quotes a value begins with it.
      let beginning = text.withoutControls.unicodeScalars.prefix(37)
      return [text, text.withoutControls, String(beginning)]
    }
  }
}

extension Diagnostic {
  /// The files that it quotes.
  fileprivate var sources: [SourceFile] {
    ([location.source] + notes.map(\.location.source)).compactMap { $0 }
  }
}

extension Diagnostic {
  /// The same mistake without a word of the file: one that a link leads to and only its owner may read.
  fileprivate var withoutWords: Diagnostic {
    Diagnostic(
      rule, at: location, "the file that this link leads to breaks a rule: \(rule.summary)",
      help: ["only you may read that file, so nothing of it is shown; copy it here to see more"])
  }
}

/// Words that are looked for in many texts, by their first bytes.
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

  /// The text with stars for each word that stands in it.
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
