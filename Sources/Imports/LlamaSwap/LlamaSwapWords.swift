import Text

/// The words of a model's command: lines that begin with `#` are left out, and spaces, line ends and
/// quotes separate words as in a POSIX shell, without its operators (llama-swap v250,
/// internal/config/commands.go; billziss-gh/golib, shlex).
enum LlamaSwapWords {
  /// The folder of a user, as llama-swap writes it.
  static let home = "${HOME}"

  /// Returns the text without comments, and without backslashes at the ends of lines.
  static func withoutComments(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let plain = String(line).trimmed
      if plain.hasPrefix("#") { return "" }
      return plain.hasSuffix("\\") ? plain.dropLast() + " " : String(line)
    }.joined(separator: "\n")
  }

  /// Returns the value of a macro on one line, which separates words in the same way.
  static func onOneLine(_ text: String) -> String {
    text.holds("\n")
      ? withoutComments(text).replacing("\n", with: " ").trimmed : text
  }

  /// A word of a command.
  struct Word {
    var text: String
    /// Its line in the command, from 0.
    let line: Int
    /// What a shell would replace in it, such as `~` or `$NAME`; nil if it would keep the word.
    var expansion: String?
  }

  /// Whether a command has the path of a file of Windows, where llama-swap separates words in another way.
  static func isOfWindows(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let isProgram = text.holds(".exe")
    return bytes.indices.dropFirst(2).contains { index in
      (bytes[index] == 0x5C || isProgram) && WindowsPath.begins(bytes[(index - 2)...])
        && (index < 3 || !bytes[index - 3].isASCIIWord)
    }
  }

  /// Returns the words of a text.
  static func split(_ text: String) -> [Word] {
    let bytes = Array(text.utf8)
    let isWindows = isOfWindows(text)
    var words: [Word] = []
    var word: [UInt8]?
    var (start, line) = (0, 0)
    var expansion: String?
    var quote: UInt8?
    var index = 0
    func end() {
      guard let found = word else { return }
      words.append(
        Word(text: String(decoding: found, as: UTF8.self), line: start, expansion: expansion))
      (word, expansion) = (nil, nil)
    }
    while index < bytes.count {
      let byte = bytes[index]
      let rest = bytes[(index + 1)...]
      index += 1
      if byte == 0x0A { line += 1 }
      if quote == nil, [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
        end()
        continue
      }
      if word == nil {
        (word, start) = ([], line)
        if byte == 0x7E, rest.first == 0x2F { expansion = "~" }
      }
      if byte == 0x24, quote != 0x27 { expansion = expansion ?? variable(rest) }
      if byte == 0x5C, let next = rest.first, isEscaped(next, in: quote, isWindows) {
        if next == 0x0A { line += 1 }
        word?.append(next)
        index += 1
      } else if byte == quote {
        quote = nil
      } else if quote == nil, byte == 0x22 || byte == 0x27 && !isWindows {
        quote = byte
      } else if byte != 0x5C || quote != nil || isWindows {
        word?.append(byte)
      }
    }
    end()
    return words
  }

  /// Returns the variable or the command that a shell would read after a `$`; nil if it would read none.
  private static func variable(_ rest: ArraySlice<UInt8>) -> String? {
    if rest.first == 0x28 { return "$(" }
    guard let first = rest.first, first.isASCIILetter || first == 0x5F else { return nil }
    return "$" + String(decoding: rest.prefix { $0.isASCIIWord }, as: UTF8.self)
  }

  /// Whether a backslash protects the byte after it.
  private static func isEscaped(_ byte: UInt8, in quote: UInt8?, _ isWindows: Bool) -> Bool {
    if isWindows { return byte == 0x22 }
    return switch quote {
    case nil: true
    case 0x22: [0x22, 0x24, 0x5C, 0x60].contains(byte)
    default: false
    }
  }
}
