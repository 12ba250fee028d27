import Schema
package import Values

/// How an answer is scored, with all defaults applied.
package enum Scoring: Sendable {
  case none
  /// The complete answer equals one of these texts.
  case exact([String], ignoringCase: Bool)
  /// The answer contains one of these texts.
  case contains([String], ignoringCase: Bool)
  case pattern(Pattern)
  case json(JSONValue)
  case schema(AnswerSchema)
  case number(Double, tolerance: Double)
  /// The index of the right choice, and the texts of all choices.
  case choice(Int, [String])
  case command(CommandScoring)
  /// The second of three vectors is closer to the first than the third is.
  case closer

  var isNone: Bool { if case .none = self { true } else { false } }

  /// Returns the index of a choice's letter, or nil if the text is not one capital letter.
  package static func index(of letter: String) -> Int? {
    guard letter.utf8.count == 1, let byte = letter.utf8.first, (0x41...0x5A).contains(byte) else {
      return nil
    }
    return Int(byte) - 0x41
  }

  init(_ section: ScoreSection?, expected: JSONValue?, choices: [String]) {
    let ignoresCase = section?.ignoreCase?.value ?? false
    switch section?.kind?.value ?? .none {
    case .none: self = .none
    case .exact: self = .exact(Self.words(expected), ignoringCase: ignoresCase)
    case .contains: self = .contains(Self.words(expected), ignoringCase: ignoresCase)
    case .pattern:
      self = .pattern(Pattern(text: section?.pattern?.value ?? "", ignoresCase: ignoresCase))
    case .json: self = .json(expected ?? .null)
    case .jsonSchema: self = .schema(AnswerSchema(section?.schema?.value ?? .object([:])))
    case .number:
      self = .number(expected?.number ?? 0, tolerance: section?.tolerance?.value ?? 0)
    case .choice: self = .choice(expected?.text.flatMap(Self.index) ?? 0, choices)
    case .command:
      self = .command(
        CommandScoring(
          words: section?.command?.value.map(\.value) ?? [],
          image: section?.sandbox?.value == true ? section?.image?.value : nil,
          timeout: section?.timeout?.value ?? 10))
    case .closer: self = .closer
    }
  }

  private static func words(_ value: JSONValue?) -> [String] {
    switch value {
    case .text(let text): [text]
    case .number(let number): [number.plainText]
    case .boolean(let flag): [flag ? "true" : "false"]
    case .list(let items): items.flatMap { words($0) }
    case .null, .object, nil: []
    }
  }
}

/// A program that scores an answer by its exit status.
package struct CommandScoring: Sendable, Equatable {
  /// The program and its arguments.
  package let words: [String]
  /// The image of the sandbox that it runs in; nil to run without a sandbox.
  package let image: String?
  /// The time limit, in seconds.
  package let timeout: Int

  package init(words: [String], image: String?, timeout: Int) {
    self.words = words
    self.image = image
    self.timeout = timeout
  }
}

/// The score of an answer.
package struct Score: Sendable, Equatable {
  /// From 0 to 1.
  package let value: Double
  /// A short reason; empty if none is needed.
  package let reason: String

  package init(_ value: Double, _ reason: String = "") {
    self.value = value
    self.reason = reason
  }

  static func right(_ isRight: Bool, else reason: @autoclosure () -> String) -> Score {
    isRight ? Score(1) : Score(0, reason())
  }
}

extension Scoring {
  /// Returns the score of an answer, or nil if there is none or it is computed in another way.
  package func score(_ answer: String) -> Score? {
    switch self {
    case .none, .pattern, .command, .closer: nil
    case .exact(let words, let ignoresCase):
      .right(
        words.contains { Self.same(AnswerText.final(answer), $0, ignoresCase) },
        else: "a different answer")
    case .contains(let words, let ignoresCase):
      .right(
        words.contains { Self.holds(AnswerText.final(answer), $0, ignoresCase) },
        else: "the answer does not contain the expected text")
    case .json(let expected):
      AnswerText.json(answer).map { .right($0 == expected, else: "different JSON") }
        ?? Score(0, "the answer is not JSON")
    case .schema(let schema):
      AnswerText.json(answer).map { value in
        schema.refusal(of: value).map { Score(0, $0) } ?? Score(1)
      } ?? Score(0, "the answer is not JSON")
    case .number(let expected, let tolerance):
      AnswerText.lastNumber(answer).map { number in
        .right(abs(number - expected) <= tolerance, else: "the answer is \(number.plainText)")
      } ?? Score(0, "the answer contains no number")
    case .choice(let index, let choices):
      AnswerText.choice(answer, among: choices).map { chosen in
        .right(chosen == index, else: "the answer is \(AnswerText.letter(chosen))")
      } ?? Score(0, "the answer names no choice")
    }
  }

  /// Returns 1 if the second of three vectors is closer to the first than the third is, else 0.
  package static func closer(_ vectors: [[Double]]) -> Score {
    guard vectors.count == 3, Set(vectors.map(\.count)).count == 1, !vectors[0].isEmpty else {
      return Score(0, "the answer is not three vectors of the same length")
    }
    let near = cosine(vectors[0], vectors[1])
    let far = cosine(vectors[0], vectors[2])
    let text = "cosine: \(rounded(near)) to 'similar', \(rounded(far)) to 'dissimilar'"
    return Score(near > far ? 1 : 0, text)
  }

  private static func rounded(_ value: Double) -> String {
    ((value * 1000).rounded() / 1000).plainText
  }

  private static func cosine(_ left: [Double], _ right: [Double]) -> Double {
    func dot(_ left: [Double], _ right: [Double]) -> Double {
      zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let lengths = dot(left, left).squareRoot() * dot(right, right).squareRoot()
    return lengths > 0 ? dot(left, right) / lengths : 0
  }

  private static func same(_ answer: String, _ word: String, _ ignoresCase: Bool) -> Bool {
    let word = AnswerText.trimmed(word)
    return ignoresCase ? answer.lowercased() == word.lowercased() : answer == word
  }

  private static func holds(_ answer: String, _ word: String, _ ignoresCase: Bool) -> Bool {
    ignoresCase ? answer.lowercased().contains(word.lowercased()) : answer.contains(word)
  }
}
