import Diagnostics
import Profiles
import Schema
import Text

/// Texts that only say what belongs in their place.
extension ServerImport {
  /// Reports a model or a folder whose name is only a placeholder.
  mutating func tellPlaceholders() {
    let folders = server.places.map { Located($0.value.source, $0.range) }
    var told: Set<SourceRange> = []
    if let image = server.image, image.hasPlaceholderTag {
      tell(
        ImportRules.value, image.range,
        "the tag '\(image.value.suffixAfterColon)' is a placeholder",
        help: "write the tag of a version")
    }
    for text in [model, repository, file].compactMap(\.self) + folders {
      guard !server.isOpen(text), Self.isPlaceholder(text.value), told.insert(text.range).inserted
      else { continue }
      tell(
        ImportRules.value, text.range, "'\(text.value.abbreviatedName)' is a placeholder",
        help: "write the name or path that belongs in its place")
    }
  }

  /// Reports a model that is newer than the image, of a version before all tables.
  mutating func tellNewModel() {
    guard let table, table.isNewerThanImage, hasOwnImage else { return }
    for text in [model, repository, file].compactMap(\.self) where !server.isOpen(text) {
      let name = text.value.lowercased()
      guard let (family, since) = words.modelsSince.first(where: { name.contains($0.key) }),
        table.release < since
      else { continue }
      return tell(
        ImportRules.value, text.range,
        "\(runtime.name) \(table.release.text) cannot load '\(family)', which is new in \(since.text)",
        help: "use the image of a newer version")
    }
  }

  /// Reports a token that is a placeholder, which the hub refuses for all models.
  mutating func tellPlaceholder(token: Located<String>, of name: String) {
    // A mirror may ignore it.
    guard !server.isOpen(token), !token.value.isEmpty, !token.value.contains("$"),
      Secrets.isPlaceholder(token.value), !server.ofFiles.contains(token.range),
      !isDefault(token), server.value(of: "HF_ENDPOINT") == nil
    else { return }
    tell(
      ImportRules.value, token.range,
      "the value of '\(name)' is a placeholder, and the hub refuses it also for public models",
      help: "write no token, or name a secret that has one")
  }

  /// Whether a value is what the file has for a variable that nothing sets: `${HF_TOKEN:-none}`.
  private func isDefault(_ value: Located<String>) -> Bool {
    let lines = source.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let number = value.range.start.line - 1
    guard lines.indices.contains(number) else { return true }
    return String(decoding: lines[number], as: UTF8.self).contains(":-")
  }

  /// Whether a name or path is one of an example: `<model>`, `/path/to/model`, `YOUR_MODEL`.
  private static func isPlaceholder(_ text: String) -> Bool {
    // Bytes are compared first, because a search by characters takes many times longer.
    let mayHold = text.utf8.contains { $0 == 0x3C || $0 == 0xE2 }
    for (open, close) in [("<", ">"), ("\u{2039}", "\u{203A}")] where mayHold {
      guard let start = text.firstRange(of: open),
        let end = text[start.upperBound...].firstRange(of: close)
      else { continue }
      if start.upperBound < end.lowerBound { return true }
    }
    if text == "/path/to"
      || ["/path/to/", "path/to/", "./path/to/"].contains(where: text.hasPrefix)
    {
      return true
    }
    return text.split(whereSeparator: { "/:".contains($0) }).contains { part in
      let word = part.lowercased().replacing("_", with: "-")
      return word.hasPrefix("your-") || String(part).holds("PLACEHOLDER") || part == "CHANGEME"
        || ["change-me", "replace-me"].contains(word)
    }
  }
}

extension Located<String> {
  /// Whether an image's tag only says what belongs in its place.
  var hasPlaceholderTag: Bool {
    [
      "IMAGE", "IMAGE_TAG", "TAG", "VERSION", "YOUR_TAG", "YOUR_VERSION", "X.Y.Z", "x.y.z",
      "vX.Y.Z",
    ]
    .contains(value.suffixAfterColon)
  }
}

extension String {
  /// The text after the last ':'; empty if it has none.
  fileprivate var suffixAfterColon: String {
    lastIndex(of: ":").map { String(self[index(after: $0)...]) } ?? ""
  }
}
