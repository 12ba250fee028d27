package import Diagnostics
import Profiles
import Schema
import Text

/// Reads scripts: `podman run` and `docker run`, and servers that run on the machine itself.
package enum CommandSource {
  /// Returns the servers that a script starts, in its order.
  package static func servers(in source: SourceFile) -> [ForeignServer] {
    let commands = ShellWords.commands(in: source.bytes, of: source)
    var servers: [ForeignServer] = []
    var exported: [(name: Located<String>, value: String?)] = []
    for command in commands {
      if command.words.first?.value == "export" {
        exported += assignments(of: command.words.dropFirst())
        continue
      }
      if let run = RunLine.server(of: command.words) {
        servers.append(run)
        continue
      }
      let isServer = Runtimes.all.contains { runtime in
        runtime.foreign.programs.contains {
          Recognition.arguments(of: command.words, after: $0) != nil
        }
      }
      guard isServer, let first = command.words.first else { continue }
      var server = ForeignServer(name: Located(name(of: command.words), first.range))
      server.command = command.words
      server.variables = exported + assignments(of: command.words[...])
      servers.append(server)
    }
    return servers
  }

  /// Returns the assignments at the start of words.
  private static func assignments(
    of words: ArraySlice<Located<String>>
  ) -> [(name: Located<String>, value: String?)] {
    words.prefix { Recognition.isAssignment($0.value) || $0.value == "env" }
      .filter { Recognition.isAssignment($0.value) }
      .map { word in
        let equals = word.value.firstIndex(of: "=") ?? word.value.endIndex
        return (
          Located(String(word.value[..<equals]), word.range),
          String(word.value[word.value.index(after: equals)...])
        )
      }
  }

  /// Returns a name for a command: that of its model, or of its program.
  private static func name(of words: [Located<String>]) -> String {
    let plain = words.map(\.value).drop { Recognition.isAssignment($0) }
    let pairs = zip(plain, plain.dropFirst()).filter {
      !($0 == "-m" && $1.contains(".")) || $1.contains("/")
    }
    let model =
      ["--model-path", "--model-id", "--model", "--hf-repo", "-hf", "-m", "serve"].lazy
      .compactMap { option in pairs.first { $0.0 == option && !$0.1.hasPrefix("-") }?.1 }.first
      ?? plain.first ?? "server"
    let last = model.split(separator: "/").last.map(String.init) ?? model
    return last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
  }
}
