/// Generates prompts of a given length from common words; each prompt is different, so that no
/// server has it in its cache.
package enum PromptMaker {
  private static let words = """
    the a river stone light walks over under morning garden quiet house train letter window paper \
    reads writes small old green winter summer road bridge market bread water cloud rain story \
    friend teacher music table chair door open close long short early late north south city field \
    tree leaf bird horse wheel clock hand glass bell ship harbor island mountain valley forest
    """.split { $0 == " " || $0 == "\n" }.map(String.init)

  /// The usual number of tokens per word, for servers that do not report token counts.
  package static let usualTokensPerWord = 1.3

  /// Returns a text with a number of words.
  package static func text(words count: Int, using random: inout SeededGenerator) -> String {
    var sentences: [String] = []
    var left = max(1, count)
    while left > 0 {
      let length = min(left, 8 + random.index(below: 9))
      var sentence = (0..<length).map { _ in words[random.index(below: words.count)] }
      sentence[0] = sentence[0].prefix(1).uppercased() + sentence[0].dropFirst()
      sentences.append(sentence.joined(separator: " ") + ".")
      left -= length
    }
    return sentences.joined(separator: " ")
  }

  /// Returns a generated text with a sentence hidden in it.
  ///
  /// - Parameter depth: The position of the sentence, in percent of the text.
  package static func text(
    words count: Int, hiding fact: String, depth: Int, using random: inout SeededGenerator
  ) -> String {
    let before = count * depth / 100
    let parts = [
      before > 0 ? text(words: before, using: &random) : "", fact,
      count > before ? text(words: count - before, using: &random) : "",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }
}
