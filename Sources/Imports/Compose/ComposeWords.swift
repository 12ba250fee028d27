/// Splits the text of a command as Docker Compose does (compose-go 2.1, go-shellwords 1.0.12).
///
/// It knows quotes and backslashes, but neither comments nor several commands: the text ends for it at
/// the first operator of a shell.
struct ComposeWords {
  /// The words; nil if Compose refuses the text.
  private(set) var words: [String]?
  /// The operator at which the text ends for Compose; nil if it reads all of it.
  private(set) var end: Character?

  init(_ text: String) {
    var found: [String] = []
    var word = ""
    var isWord = false
    var quote: Character?
    var isEscaped = false
    loop: for character in text {
      if isEscaped {
        word.append(character)
        isWord = true
        isEscaped = false
        continue
      }
      switch character {
      case "\\" where quote != "'": isEscaped = true
      case "'", "\"":
        if quote == character {
          quote = nil
        } else if quote == nil {
          quote = character
          isWord = true
        } else {
          word.append(character)
        }
      case " ", "\t", "\n", "\r", "\r\n":
        if quote != nil {
          word.append(character)
        } else if isWord {
          found.append(word)
          (word, isWord) = ("", false)
        }
      case "`" where quote == nil || quote == "`":
        // What is between two of them is one word, with them.
        quote = quote == nil ? "`" : nil
        word.append(character)
        isWord = true
      case "(", ")":
        guard quote != nil else { return }
        word.append(character)
      case ";", "&", "|", "<", ">":
        guard quote != nil else {
          end = character
          // `2>` begins with the number of a stream.
          if character == ">", word.allSatisfy(\.isNumber) { isWord = false }
          break loop
        }
        word.append(character)
      default:
        word.append(character)
        isWord = true
      }
    }
    guard quote == nil, !isEscaped else { return }
    if isWord { found.append(word) }
    words = found
  }
}
