/// Small pieces of English for messages.
package enum Phrase {
  /// "a", "a or b", "a, b or c".
  package static func oneOf(_ words: some Collection<String>) -> String {
    joined(words, last: "or")
  }

  /// "a", "a and b", "a, b and c".
  package static func allOf(_ words: some Collection<String>) -> String {
    joined(words, last: "and")
  }

  /// A sentence as part of another: with a lower-case start and without its full stop.
  ///
  /// A start such as "GPUs" or "A100" keeps its capitals.
  package static func clause(_ sentence: String) -> String {
    let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    guard let second = text.dropFirst().first, !second.isUppercase, !second.isNumber else {
      return text
    }
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// "1 error", "2 errors".
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func joined(_ words: some Collection<String>, last: String) -> String {
    guard words.count > 1 else { return words.first ?? "" }
    let head = words.dropLast().joined(separator: ", ")
    return head + " \(last) " + words.suffix(1).joined()
  }
}
