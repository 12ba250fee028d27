import Deployments
import Diagnostics
package import Profiles
package import Schema
import Text

/// Finds out which runtime a container or program is, by its image and its words.
package enum Recognition {
  /// A recognised server: its runtime, and its arguments without the program.
  package struct Server: Sendable {
    /// The runtime.
    package let runtime: any Runtime.Type
    /// The arguments.
    package let arguments: [Located<String>]
  }

  /// Returns the runtime of a server; nil if it is none of amm's.
  package static func recognise(_ server: ForeignServer) -> Server? {
    let words = plain((server.entrypoint ?? []) + server.command)
    for runtime in Runtimes.all {
      for program in runtime.foreign.programs {
        guard let rest = arguments(of: words, after: program) else { continue }
        return Server(runtime: runtime, arguments: rest)
      }
    }
    guard let image = server.image?.value, let runtime = runtime(ofImage: image) else { return nil }
    // The image's own entry point is the program.
    return Server(runtime: runtime, arguments: plain(server.command))
  }

  /// Returns the runtime whose image a name is; nil if it is none of amm's.
  package static func runtime(ofImage text: String) -> (any Runtime.Type)? {
    let name = text.split(separator: "@").first.map(String.init) ?? text
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let untagged =
      last.contains(":")
      ? String(name.dropLast(last.count - last.prefix { $0 != ":" }.count)) : name
    return Runtimes.all.first { runtime in
      runtime.foreign.images.contains { untagged == $0 || untagged.hasSuffix("/" + $0) }
    }
  }

  /// Returns the words of a shell's command, or the words as they are.
  private static func plain(_ words: [Located<String>]) -> [Located<String>] {
    let shells = ["sh", "bash", "/bin/sh", "/bin/bash"]
    guard words.count >= 3, shells.contains(words[0].value), words[1].value.hasPrefix("-"),
      words[1].value.hasSuffix("c")
    else { return words }
    let script = words[2]
    let source = Array(script.value.utf8)
    let commands = ShellWords.commands(
      in: source, of: .init(path: "", bytes: source))
    let programs = Runtimes.all.flatMap { $0.foreign.programs }
    let found = commands.first { command in
      programs.contains { arguments(of: command.words, after: $0) != nil }
    }
    return (found ?? commands.last)?.words.map { Located($0.value, script.range) } ?? words
  }

  /// Returns the words after a program; nil if the words do not start it.
  ///
  /// `exec`, `sudo`, `nohup` and assignments of variables may precede it, and its path may be written.
  package static func arguments(
    of words: [Located<String>], after program: [String]
  ) -> [Located<String>]? {
    var rest = words[...]
    while let word = rest.first?.value,
      ["exec", "sudo", "nohup", "env", "time"].contains(word) || isAssignment(word)
    {
      rest = rest.dropFirst()
    }
    guard rest.count >= program.count else { return nil }
    for (index, (word, wanted)) in zip(rest, program).enumerated() {
      let name = index == 0 ? word.value.split(separator: "/").last.map(String.init) : word.value
      guard name == wanted else { return nil }
    }
    return Array(rest.dropFirst(program.count))
  }

  /// Whether a word assigns a variable: `NAME=value`.
  static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
    return word[..<equals].utf8.allSatisfy(\.isASCIIWord)
      && !(word.utf8.first?.isASCIIDigit ?? true)
  }
}
