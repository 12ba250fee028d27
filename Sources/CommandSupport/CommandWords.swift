package import ArgumentParser
import Diagnostics

/// Converts the command line that a user types into the form that the parser reads.
///
/// The parser requires options after the command, does not suggest the nearest command, and has
/// `--version` but no `version` command. This type adds what users expect of a command line.
package struct CommandWords {
  /// A word that is not a command.
  package struct UnknownCommand: Error {
    /// What is wrong.
    package let message: String
    /// The command that the user probably meant.
    package let help: String
  }

  /// A command, with its subcommands.
  private struct Command {
    let name: String
    let aliases: [String]
    let subcommands: [any ParsableCommand.Type]

    init(_ type: any ParsableCommand.Type) {
      // Each configuration sets its name. Otherwise the parser would derive it from the type, which
      // takes longer than everything else at start.
      let configuration = type.configuration
      name = configuration.commandName ?? ""
      aliases = configuration.aliases
      subcommands = configuration.subcommands
    }
  }

  /// Names that similar programs have for a command of amm.
  private static let synonyms = [
    "activate": "switch", "apply": "switch", "bench": "compare", "benchmark": "compare",
    "build": "generate", "check": "validate", "compile": "generate", "download": "up",
    "gc": "clean", "lint": "validate", "log": "logs", "models": "list", "pin": "lock",
    "profiles": "list", "prune": "clean", "ps": "status", "pull": "up", "revert": "rollback",
    "rm": "clean", "run": "up", "search": "list", "serve": "up", "show": "info", "undo": "rollback",
    "update": "lock", "upgrade": "lock", "urls": "endpoints", "use": "switch",
  ]

  /// Options that can also precede the command; each takes a value.
  private static let globalOptions: Set = ["-w", "--workspace", "--color"]

  private let program: String
  private let commands: [any ParsableCommand.Type]

  /// Creates the converter for a program with these commands.
  package init(of program: String, _ commands: [any ParsableCommand.Type]) {
    self.program = program
    self.commands = commands
  }

  /// Returns the arguments in the form that the parser accepts.
  ///
  /// - Parameter arguments: The arguments of the process, without the program's name.
  package func normalized(_ arguments: [String]) throws(UnknownCommand) -> [String] {
    var (options, rest) = Self.split(arguments.flatMap(Self.separated))
    guard let first = rest.first else {
      guard options.isEmpty else {
        throw UnknownCommand(
          message: "there is no command", help: "'\(program) --help' lists the commands")
      }
      return rest
    }
    if first == "version" || first == "-V" { return ["--version"] }
    if first.hasPrefix("-") { return options + rest }
    let isHelp = first == "help"
    if isHelp {
      rest.removeFirst()
      options = []
      // The parser has no such commands; the overview describes both.
      if let word = rest.first, ["help", "version"].contains(word) { return ["help"] }
    }
    var path: [String] = []
    var level = commands
    while !level.isEmpty, let word = rest.first, !word.hasPrefix("-") {
      let known = level.map(Command.init)
      if !isHelp, word == "help" { break }
      guard let command = known.first(where: { $0.name == word || $0.aliases.contains(word) })
      else { throw unknown(path + [word], among: known.map(\.name)) }
      path.append(word)
      rest.removeFirst()
      level = command.subcommands
    }
    if let command = path.first { options = Self.options(options, of: command) }
    return (isHelp ? ["help"] : []) + path + options + rest
  }

  /// Returns `-wDIR` as two words.
  private static func separated(_ word: String) -> [String] {
    let value = word.dropFirst(2)
    guard word.hasPrefix("-w"), let first = value.first, "/.~".contains(first) else {
      return [word]
    }
    return ["-w", String(value)]
  }

  /// Returns the global options before the command, and everything from the command on.
  private static func split(_ arguments: [String]) -> (options: [String], rest: [String]) {
    var options: [String] = []
    var rest = arguments[...]
    while let word = rest.first {
      if globalOptions.contains(word), rest.count > 1 {
        options += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if globalOptions.contains(where: { $0.hasPrefix("--") && word.hasPrefix($0 + "=") }) {
        options.append(word)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    return (options, Array(rest))
  }

  /// The global options in the form of a command: some are not about a workspace, and `init` creates
  /// one.
  private static func options(_ options: [String], of command: String) -> [String] {
    guard ["explain", "init", "schema"].contains(command) else { return options }
    var kept: [String] = []
    var rest = options[...]
    while let word = rest.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      let value = parts.count == 2 ? parts[1] : rest.popFirst()
      if parts[0] == "--color" {
        kept += ["--color"] + [value].compactMap { $0 }
      } else if command == "init" {
        kept += [value].compactMap { $0 }
      }
    }
    return kept
  }

  private func unknown(_ words: [String], among known: [String]) -> UnknownCommand {
    let word = words.last ?? ""
    let parent = ([program] + words.dropLast()).joined(separator: " ")
    let synonym = words.count == 1 ? Self.synonyms[word.lowercased()] : nil
    let meant = synonym ?? Suggestion.nearest(to: word, among: known + ["help", "version"])
    return UnknownCommand(
      message: "there is no command '\(words.joined(separator: " "))'",
      help: meant.map { "did you mean '\(parent) \($0)'?" }
        ?? "'\(parent) --help' lists the commands")
  }
}
