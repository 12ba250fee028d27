import Diagnostics
import Schema
import Text
import YAML

/// What only a shell understands: llama-swap starts the first word of a command itself, with the others
/// as they are (llama-swap v250, internal/process/process_command.go).
extension LlamaSwapSource {
  /// The operators that are words by themselves; redirections can also have a number and a file.
  private static let operators: Set = ["&&", "||", "|", ";", "&"]

  /// Reports words that need a shell, and returns the words without the operators of one and what follows.
  mutating func withoutShell(
    _ words: [(LlamaSwapWords.Word, SourceRange)]
  ) -> [Located<String>] {
    let all = words.map { Located($0.0.text, $0.1) }
    if let first = all.first, Recognition.isAssignment(first.value) {
      tellShell(
        first, "is the program that it starts",
        help: "write '\(first.value.abbreviated)' as an item of 'env'")
    }
    var told: Set<String> = []
    for (index, word) in all.enumerated() {
      let name = word.value.split { $0 == "/" }.last.map(String.init) ?? ""
      // A shell reads what follows it.
      if ShellWrappers.shells.contains(name) { return all }
      if Self.isOperator(word.value) {
        tellShell(
          word, "is an argument of the program",
          help: "remove it, or let 'sh -c' start the command")
        return Array(all[..<index])
      }
      guard let expansion = words[index].0.expansion else { continue }
      if expansion != "~", expansion != "$HOME" { open.insert(word.range) }
      guard told.insert(expansion).inserted else { continue }
      let isCommand = expansion == "$("
      tellShell(
        word, expansion == "~" ? "is not in the home folder" : "stays as it is",
        help: isCommand
          ? "let 'sh -c' start the command"
          : "write '${env.\(expansion == "~" ? "HOME" : String(expansion.dropFirst()))}' instead of '\(expansion)'"
      )
    }
    return all
  }

  private mutating func tellShell(_ word: Located<String>, _ effect: String, help: String) {
    file.tell(
      ImportRules.value, in: source, word.range,
      "llama-swap starts no shell, so '\(word.value.abbreviated)' \(effect)", help: help)
  }

  private static func isOperator(_ word: String) -> Bool {
    let rest = word.drop { $0.isASCII && $0.isNumber || $0 == "&" }
    return operators.contains(word) || rest.hasPrefix(">") || word == "<"
  }
}
