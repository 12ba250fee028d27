package import Diagnostics
package import Schema
import Text

/// The words of a command line, as a POSIX shell splits them, with their places.
package enum ShellWords {
  /// A command of a script: its words, up to an operator or the end of its line.
  package struct Command: Sendable {
    /// The words, without quotes.
    package var words: [Located<String>] = []
    /// Whether a variable of the shell was left as it is written.
    package var hasVariables = false
  }

  /// Splits text into the commands that a shell would run, in order.
  ///
  /// Comments are left out, and a backslash at the end of a line continues it. `$NAME` and `${NAME}`
  /// stay as they are written.
  ///
  /// - Parameters:
  ///   - offset: The place of the text in the source, in bytes.
  package static func commands(
    in text: [UInt8], of source: SourceFile, at offset: Int = 0
  ) -> [Command] {
    var reader = Reader(bytes: text, places: Places(source), offset: offset)
    return reader.commands()
  }

  /// Splits a value into words that all have one place, such as a text of YAML.
  package static func words(_ value: Located<String>) -> [Located<String>] {
    let source = SourceFile(path: "", bytes: Array(value.value.utf8))
    return commands(in: source.bytes, of: source).flatMap(\.words)
      .map { Located($0.value, value.range) }
  }
}

private struct Reader {
  let bytes: [UInt8]
  let places: Places
  let offset: Int
  private var index = 0

  init(bytes: [UInt8], places: Places, offset: Int) {
    self.bytes = bytes
    self.places = places
    self.offset = offset
  }

  private var here: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func byte(after distance: Int) -> UInt8? {
    index + distance < bytes.count ? bytes[index + distance] : nil
  }

  mutating func commands() -> [ShellWords.Command] {
    var all: [ShellWords.Command] = []
    var command = ShellWords.Command()
    func end() {
      if !command.words.isEmpty { all.append(command) }
      command = ShellWords.Command()
    }
    while let byte = here {
      switch byte {
      case 0x20, 0x09, 0x0D: index += 1
      case 0x5C where self.byte(after: 1) == 0x0A: index += 2
      case 0x5C where self.byte(after: 1) == 0x0D && self.byte(after: 2) == 0x0A: index += 3
      case 0x23:
        while let byte = here, byte != 0x0A { _ = byte; index += 1 }
      case 0x0A, 0x3B, 0x26, 0x7C, 0x28, 0x29:
        index += 1
        end()
      case 0x3C, 0x3E:
        // A redirection, with the file that follows it.
        while let byte = here, byte == 0x3C || byte == 0x3E || byte == 0x26 { _ = byte; index += 1 }
        while here == 0x20 { index += 1 }
        _ = word(&command)
      default:
        guard let word = word(&command) else {
          index += 1
          continue
        }
        // `2>&1` redirects the stream with the number.
        let isStream = (here == 0x3C || here == 0x3E) && word.value.allSatisfy(\.isNumber)
        if !isStream { command.words.append(word) }
      }
    }
    end()
    return all
  }

  /// Returns the next word; nil if there is none.
  private mutating func word(_ command: inout ShellWords.Command) -> Located<String>? {
    let start = index
    var out: [UInt8] = []
    var isWord = false
    loop: while let byte = here {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D, 0x3B, 0x26, 0x7C, 0x28, 0x29, 0x3C, 0x3E: break loop
      case 0x27:
        isWord = true
        index += 1
        while let byte = here, byte != 0x27 {
          out.append(byte)
          index += 1
        }
        index += 1
      case 0x22:
        isWord = true
        index += 1
        quoted(&out, &command)
      case 0x5C:
        guard let next = self.byte(after: 1) else { break loop }
        index += 2
        if next != 0x0A {
          isWord = true
          out.append(next)
        }
      case 0x24 where self.byte(after: 1) == 0x28 || self.byte(after: 1) == 0x7B:
        isWord = true
        command.hasVariables = true
        bracketed(&out)
      default:
        isWord = true
        if byte == 0x24 { command.hasVariables = true }
        out.append(byte)
        index += 1
      }
    }
    guard isWord else { return nil }
    return Located(
      String(decoding: out, as: UTF8.self), places.range(offset + start, offset + index))
  }

  /// Reads a text in double quotes up to the closing one.
  private mutating func quoted(_ out: inout [UInt8], _ command: inout ShellWords.Command) {
    while let byte = here, byte != 0x22 {
      if byte == 0x5C, let next = self.byte(after: 1) {
        index += 2
        // A backslash only protects what the quotes do not.
        if next == 0x0A { continue }
        if ![0x22, 0x5C, 0x24, 0x60].contains(next) { out.append(byte) }
        out.append(next)
        continue
      }
      if byte == 0x24 { command.hasVariables = true }
      out.append(byte)
      index += 1
    }
    index += 1
  }

  /// Copies `$(…)` or `${…}` as it is written.
  private mutating func bracketed(_ out: inout [UInt8]) {
    let open = byte(after: 1)
    let close: UInt8 = open == 0x28 ? 0x29 : 0x7D
    var depth = 0
    while let byte = here {
      out.append(byte)
      index += 1
      if byte == open { depth += 1 }
      if byte == close {
        depth -= 1
        if depth == 0 { return }
      }
    }
  }
}
