import Diagnostics
import Schema

/// Tokens anywhere in a file, also where no server reads them.
enum ImportSecrets {
  /// Returns a problem for each line with a token or password that no other problem names.
  static func left(in source: SourceFile, besides told: [Diagnostic]) -> [Diagnostic] {
    let places = Places(source)
    var lines = Set(
      told.filter { $0.rule.code == ImportRules.secret.code || $0.rule.code == "secret-value" }
        .compactMap { $0.location.range?.start.line })
    var found: [Diagnostic] = []
    let ranges = Secrets.tokens(in: source.bytes) + Secrets.sent(in: source.bytes)
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard let first = source.bytes[range].first, ![0x24, 0x3C, 0x7B, 0x60].contains(first),
        !Secrets.isPlaceholder(String(decoding: source.bytes[range], as: UTF8.self))
      else { continue }
      let place = places.range(range.lowerBound, range.upperBound)
      guard lines.insert(place.start.line).inserted else { continue }
      found.append(
        Diagnostic(
          ImportRules.secret, at: SourceLocation(source, place),
          "the file contains a token or password",
          help: ["create a secret of the engine from it, and remove it here"]))
    }
    return found
  }
}
