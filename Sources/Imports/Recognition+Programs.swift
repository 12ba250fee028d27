import Catalogues
import Deployments
import Diagnostics
import Profiles
package import Schema
import Text

/// Programs among words.
extension Recognition {
  /// Words before a program that change nothing for an import.
  static let starters: Set = ["exec", "sudo", "nohup", "env", "time"]

  /// Returns the words after a program; nil if the words do not start it.
  ///
  /// `exec`, `sudo`, `nohup` and assignments of variables may precede it, and its path may be written.
  package static func arguments(
    of words: [Located<String>], after program: [String]
  ) -> [Located<String>]? {
    var rest = words[...]
    while let word = rest.first?.value,
      starters.contains(word) || isAssignment(word)
    {
      rest = rest.dropFirst()
    }
    guard rest.count >= program.count else { return nil }
    for (index, (word, wanted)) in zip(rest, program).enumerated() {
      guard (index == 0 ? Self.program(of: word.value) : word.value) == wanted else { return nil }
    }
    return Array(rest.dropFirst(program.count))
  }

  /// Returns the name of a program, without its folder and the ending of Windows.
  private static func program(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard name.hasSuffix(".exe") || name.hasSuffix(".EXE") else { return name }
    return name.split(separator: "\\").last.map { String($0.dropLast(4)) } ?? name
  }

  /// Whether a word assigns a variable: `NAME=value`.
  static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
    return word[..<equals].utf8.allSatisfy(\.isASCIIWord)
      && !(word.utf8.first?.isASCIIDigit ?? true)
  }

  /// The words that start programs, those of amm for a server with a key included.
  static let programs: [(runtime: any Runtime.Type, words: [String])] = Runtimes.all.flatMap {
    runtime in
    (runtime.foreign.programs + (keyedStarts[runtime.name].map { [$0] } ?? []))
      .map { (runtime, $0) }
  }

  /// The words by which amm starts programs that accept a key only as an argument, by runtime.
  private static let keyedStarts: [String: [String]] = {
    var starts: [String: [String]] = [:]
    for runtime in Runtimes.all {
      guard let program = runtime.foreign.programs.first else { continue }
      let words = runtime.asking(program.compactMap(Argument.init)).map(\.text)
      if words != program { starts[runtime.name] = words }
    }
    return starts
  }()

  /// Whether words are those by which amm starts a program with a key.
  static func isKeyed(_ words: [String], of runtime: any Runtime.Type) -> Bool {
    keyedStarts[runtime.name].map { $0.dropFirst() == words.dropFirst() } ?? false
  }

  /// Returns the words that start the server of a container's file, such as `vllm-0.8.5.sif`, by its name and
  /// options; nil if it is that of no server.
  static func program(ofContainerFile path: String, with words: [String]) -> [String]? {
    if path.hasPrefix("docker://") {
      return runtime(ofImage: String(path.dropFirst(9)))?.foreign.programs.first
    }
    let file = path.split(separator: "/").last?.lowercased() ?? ""
    let options = words.filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" }) }
    let found = Runtimes.all.first { runtime in
      guard runtime.foreign.imageHints.contains(where: file.contains),
        let table = LauncherTable(runtime, image: nil)
      else { return false }
      let known = options.count { table.catalogue[runtime.spelling(of: $0[...])] != nil }
      return known > 0 && known * 2 >= options.count
    }
    return found?.foreign.programs.first
  }

  /// Returns a container of amm that runs none of its programs.
  static func custom(_ server: ForeignServer) -> Server? {
    guard server.isInstance, server.image != nil, !OwnTraces.isStep(server),
      let runtime = Runtimes.all.first(where: { $0.needsImage })
    else { return nil }
    var found = Server(runtime: runtime, arguments: server.command)
    found.entrypoint = server.entrypoint?.map(\.value)
    return found
  }
}
