package import Deployments
import Text

/// A command line for a POSIX shell, which reads back the same words.
package struct ShellLine: Sendable, Equatable {
  /// A word: text, with variables of the shell between its parts.
  package struct Word: Sendable, Equatable {
    /// A part of a word.
    private enum Part: Sendable, Equatable {
      case text(String)
      case variable(String)
    }

    private var parts: [Part] = []

    /// Creates a word of plain text.
    package init(_ text: String) { parts = [.text(text)] }

    /// Creates a word with the value of a variable.
    package init(variable name: String) { parts = [.variable(name)] }

    /// Creates a word with a path of the machine.
    package init(_ path: HostPath) {
      parts =
        path.base == .home
        ? [.variable("HOME"), .text("/" + path.relative)] : [.text("/" + path.relative)]
    }

    /// Joins two words into one.
    package static func + (left: Word, right: Word) -> Word {
      var word = left
      word.parts += right.parts
      return word
    }

    /// The word as a shell reads it.
    package var text: String {
      var out = ""
      var plain = ""
      func end() {
        if !plain.isEmpty { out += plain.shellWord }
        plain = ""
      }
      for part in parts {
        switch part {
        case .text(let text): plain += text
        case .variable(let name):
          end()
          out += "\"$\(name)\""
        }
      }
      end()
      return out.isEmpty ? "''" : out
    }

    /// Whether the word begins with a hyphen.
    fileprivate var isOption: Bool {
      if case .text(let text)? = parts.first { text.hasPrefix("-") } else { false }
    }
  }

  private var lines: [[Word]] = []
  /// The variables that precede the command.
  private var assignments: [(name: String, value: Word)] = []

  /// Creates a line that begins with some words.
  package init(_ words: [String] = []) {
    if !words.isEmpty { lines.append(words.map { Word($0) }) }
  }

  package static func == (left: ShellLine, right: ShellLine) -> Bool { left.text == right.text }

  /// Sets a variable for the command.
  package mutating func assign(_ name: String, _ value: Word) {
    assignments.append((name, value))
  }

  /// Adds words that belong together, such as an option with its value.
  package mutating func add(_ words: Word...) { lines.append(words) }

  /// Adds text words that belong together.
  package mutating func add(_ words: String...) { lines.append(words.map { Word($0) }) }

  /// Adds the arguments of a program, each option with what follows it.
  package mutating func add(arguments: [Word]) {
    var current: [Word] = []
    for word in arguments {
      if word.isOption, !current.isEmpty {
        lines.append(current)
        current = []
      }
      current.append(word)
    }
    if !current.isEmpty { lines.append(current) }
  }

  /// The command, with one line for each group of words.
  package var text: String { joined + "\n" }

  /// The command, which the shell does not wait for.
  var inBackground: String { joined + " &\n" }

  /// A loop that ends when the command succeeds.
  var waiting: String { "until \(joined) >/dev/null 2>&1; do sleep 1; done\n" }

  private var joined: String {
    let all =
      assignments.map { "\($0.name)=\($0.value.text)" }
      + lines.map { $0.map(\.text).joined(separator: " ") }
    return all.joined(separator: " \\\n  ")
  }
}
