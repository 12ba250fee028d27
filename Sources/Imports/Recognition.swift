import Catalogues
import Deployments
import Diagnostics
package import Profiles
package import Schema
import Text

/// Finds out which runtime a container or program is, by its image and its words.
package enum Recognition {
  /// A recognised server: its runtime, and its arguments without the program.
  package struct Server: Sendable {
    /// How the words and the image belong together.
    enum Start: Sendable {
      /// The image starts the program, or the words do and the image does not.
      case plain
      /// The words name the program that the image starts by itself.
      case doubled(Located<String>)
      /// Neither the image nor the words start the program.
      case missing
    }

    /// The runtime.
    package let runtime: any Runtime.Type
    /// The arguments.
    package internal(set) var arguments: [Located<String>]
    /// How it is started.
    var start = Start.plain
    /// The entry point that the image needs; nil for the image's own.
    var entrypoint: [String]?
    /// Whether amm's own words start the program, which give it a key for clients.
    var isKeyed = false
    /// Variables that a shell sets before it starts the program.
    var variables: [(name: Located<String>, value: String?)] = []
    /// Words whose values are known only when the server starts.
    var open: Set<SourceRange> = []
    /// Other commands that a shell runs besides.
    var others: [Located<String>] = []
    /// What the shell does for the program that a container of amm does not.
    var fates: [Fate] = []
  }

  /// Returns the runtime of a server; nil if it is none of amm's.
  package static func recognise(_ server: ForeignServer) -> Server? {
    let known = server.image.flatMap { runtime(ofImage: $0.value) }
    let startsItself = server.entrypoint == nil && (server.image.map { starts($0.value) } ?? false)
    let words = (server.entrypoint ?? []) + server.command
    if let script = script(in: words) {
      guard startsItself, let known else { return nested(script, in: server) ?? custom(server) }
      // The image's own program gets the shell as arguments.
      var found = nested(script, in: server) ?? Server(runtime: known, arguments: [])
      if let first = server.command.first { found.start = .doubled(first) }
      return found
    }
    if let (runtime, program, rest) = program(in: words) {
      var found = Server(runtime: runtime, arguments: rest)
      found.isKeyed = isKeyed(program, of: runtime)
      let before = words.prefix(words.count - rest.count - program.count)
        .filter { !Self.starters.contains($0.value) && !isAssignment($0.value) }
      if let first = before.first, server.isContainer {
        let text = before.map(\.value).joined(separator: " ")
        found.others = [Located(text, first.range)]
      }
      if startsItself, known.map({ $0 == runtime }) ?? false, let first = server.command.first {
        // The argument `serve` is that of Ollama's program.
        found.start = .doubled(first)
      } else if let image = server.image, !Self.starts(image.value), !runtime.foreign.entry.isEmpty
      {
        found.entrypoint = program.count == 1 ? program : runtime.foreign.entry
      }
      return found
    }
    guard let runtime = known ?? guessed(server) else { return custom(server) }
    var found = Server(runtime: runtime, arguments: words)
    if startsItself {
      if isOtherTask(words.first?.value, of: runtime, server) { return nil }
      readOwn(&found, server)
      return found
    }
    // A shell or another program by hand, as for a look into the image.
    if let first = words.first, !first.value.hasPrefix("-"), server.entrypoint != nil { return nil }
    // Another module of the image.
    if let first = words.first, ["python", "python3"].contains(first.value) { return nil }
    if server.entrypoint?.isEmpty ?? true, known != nil { found.start = .missing }
    return found
  }

  /// Whether an image has the name of a server that amm knows.
  static func isNamedAfterServer(_ image: String) -> Bool {
    Runtimes.all.contains { $0.foreign.imageHints.contains(where: image.lowercased().contains) }
  }

  /// Returns why amm does not run a server whose program it knows; nil if it does.
  static func reasonAgainst(_ server: ForeignServer, as found: Server) -> String? {
    let words = (server.entrypoint ?? []) + server.command.prefix(3)
    let isFork = (words + [server.image].compactMap(\.self)).contains { word in
      found.runtime.foreign.forks.contains(where: word.value.lowercased().contains)
    }
    if isFork { return "it is a fork of \(found.runtime.name), whose options amm does not know" }
    let others = found.runtime.foreign.imageOptions
    return found.arguments.lazy.map { String($0.value.prefix { $0 != "=" }) }
      .first(where: others.contains)
      .map { "'\($0)' is an option of a server for images and video, which amm does not run" }
  }

  /// Takes what the image's own program reads before its options.
  private static func readOwn(_ found: inout Server, _ server: ForeignServer) {
    let words = found.runtime.foreign
    let first = found.arguments.first
    if let first, first.value == words.servingArgument { found.arguments.removeFirst() }
    // The image's own words end with it: `vllm serve`.
    if let first, words.servingArgument == nil, words.entry.count > 1,
      first.value == words.entry.last
    {
      found.start = .doubled(first)
      found.arguments.removeFirst()
    }
    if let tools = tools(of: found.runtime, server) {
      if let first, tools.contains(first.value) {
        found.arguments.removeFirst()
      } else if !(first.map(server.isOpen) ?? false) {
        found.start = .missing
      }
      found.entrypoint = words.entry
    }
    let tag = tag(of: server)
    if words.tagsWithoutServer.contains(where: tag.hasPrefix) { found.start = .missing }
  }

  private static func tag(of server: ForeignServer) -> Substring {
    server.image.flatMap { $0.value.split(separator: ":").last } ?? ""
  }

  /// Returns the first arguments with which an image of several programs starts its server; nil for other images.
  static func tools(of runtime: any Runtime.Type, _ server: ForeignServer) -> Set<String>? {
    let tag = tag(of: server)
    return runtime.foreign.toolTags.first { tag.hasPrefix($0.key) }?.value
  }

  /// Whether the first argument makes the image's program do something else than to serve.
  private static func isOtherTask(
    _ word: String?, of runtime: any Runtime.Type, _ server: ForeignServer
  ) -> Bool {
    guard let word else { return false }
    let words = runtime.foreign
    if tools(of: runtime, server) != nil { return words.otherTools.contains(word) }
    return words.servingArgument.map { $0 != word && !word.hasPrefix("-") } ?? false
  }

  /// Returns the models of Ollama that the words of a server pull or run.
  package static func pulled(by server: ForeignServer) -> [Located<String>] {
    let words = (server.entrypoint ?? []) + server.command
    let isOllama = server.image.flatMap { runtime(ofImage: $0.value) }?.pullsModels ?? false
    let all =
      script(in: words).map { script in
        CommandSource.commands(in: Located(assignments(of: server) + script.value, script.range))
      } ?? [isOllama && server.entrypoint == nil ? [Located("ollama", .fileStart)] + words : words]
    return all.compactMap { words in
      let plain = words.drop { isAssignment($0.value) || $0.value == "exec" }
      guard plain.count >= 3, let program = plain.first?.value.split(separator: "/").last,
        program == "ollama", ["pull", "run"].contains(plain[plain.startIndex + 1].value)
      else { return nil }
      return plain.dropFirst(2).first { !$0.value.hasPrefix("-") }
    }
  }

  // MARK: Images

  /// Returns the runtime whose image a name is; nil if it is none of amm's.
  ///
  /// Mirrors keep the last part of a name.
  package static func runtime(ofImage text: String) -> (any Runtime.Type)? {
    let name = untagged(text)
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let whole = "/" + name
    return images.first { $0.names.contains(where: whole.hasSuffix) }?.runtime
      ?? images.first { $0.starting.contains(last) }?.runtime
  }

  /// The images of each runtime with a slash before them, and the last parts of those that start it.
  private static let images: [(runtime: any Runtime.Type, names: [String], starting: Set<String>)] =
    Runtimes.all.map { runtime in
      let words = runtime.foreign
      let last = words.startingImages.compactMap { $0.split(separator: "/").last.map(String.init) }
      return (runtime, words.images.map { "/" + $0 }, Set(last))
    }

  /// Whether an image starts its server by itself.
  static func starts(_ image: String) -> Bool {
    let name = untagged(image)
    let last = name.split(separator: "/").last.map(String.init) ?? name
    return images.contains { $0.starting.contains(last) }
  }

  /// Returns an image's name without its tag and digest.
  static func untagged(_ text: String) -> String {
    let name = text.prefix { $0 != "@" }
    let last = name.split(separator: "/").last ?? name
    guard let colon = last.firstIndex(of: ":") else { return String(name) }
    return String(name.dropLast(last[colon...].count))
  }

  // MARK: Words

  /// Returns the program that words start, as it is written, and the words after it.
  ///
  /// A few words may precede it, such as the path of a script that runs it.
  private static func program(
    in words: [Located<String>]
  ) -> (any Runtime.Type, [String], [Located<String>])? {
    for start in 0..<min(words.count, 6) {
      let rest = Array(words[start...])
      for (runtime, program) in programs {
        guard let arguments = arguments(of: rest, after: program) else { continue }
        let written = rest[..<(rest.count - arguments.count)].suffix(program.count).map(\.value)
        return (runtime, written, arguments)
      }
      guard !words[start].value.hasPrefix("--") else { return nil }
    }
    return nil
  }

  /// Returns the script that a shell among the words runs; nil if they start no shell.
  static func script(in words: [Located<String>]) -> Located<String>? {
    let shells: Set = ["sh", "bash", "ash", "dash", "zsh"]
    guard
      let shell = words.prefix(3).firstIndex(where: { word in
        shells.contains(word.value.split(separator: "/").last.map(String.init) ?? "")
      })
    else { return nil }
    var index = shell + 1
    while index < words.count, words[index].value.hasPrefix("-") {
      let isCommand = words[index].value.hasSuffix("c") && !words[index].value.hasPrefix("--")
      index += 1
      if isCommand { return index < words.count ? words[index] : nil }
    }
    return nil
  }

  /// Returns assignments of a container's variables, which its shell knows.
  private static func assignments(of server: ForeignServer) -> String {
    server.variables.compactMap { name, value -> String? in
      guard let value, isAssignment(name.value + "=") else { return nil }
      return "\(name.value)='" + value.replacing("'", with: "'\\''") + "'\n"
    }.joined()
  }

  /// Returns the server that a shell's script starts; nil if it starts none.
  private static func nested(_ script: Located<String>, in server: ForeignServer) -> Server? {
    let source = SourceFile(
      path: "", bytes: Array((assignments(of: server) + script.value).utf8))
    let inner = CommandSource.servers(in: source).first { $0.image == nil }
    guard let inner, let (runtime, program, rest) = program(in: inner.command) else {
      return nil
    }
    var found = Server(
      runtime: runtime, arguments: rest.map { Located($0.value, script.range) })
    if !inner.open.isEmpty { found.open = [script.range] }
    found.variables = inner.variables.map { (Located($0.name.value, script.range), $0.value) }
    if let image = server.image, !starts(image.value), !runtime.foreign.entry.isEmpty {
      found.entrypoint = program.count == 1 ? program : runtime.foreign.entry
    }
    let all = CommandSource.commands(in: script).compactMap { words -> Located<String>? in
      guard let first = words.first(where: { !isAssignment($0.value) })?.value,
        !quiet.contains(first), Self.program(in: words) == nil
      else { return nil }
      return Located(words.prefix(3).map(\.value).joined(separator: " "), script.range)
    }
    for fate in inner.fates where fate.kind == .dropped {
      found.fates.append(
        Fate(
          key: Located(fate.key.value, script.range), kind: .dropped, reason: fate.reason))
    }
    if let folder = inner.workingFolder, folder != ".", folder != "/" {
      found.fates.append(
        Fate(
          key: Located("cd \(folder)", script.range), kind: .dropped,
          reason: "the server starts in the image's own folder"))
    }
    found.others = Array(all.prefix(4))
    if all.count > 4 {
      found.others.append(Located("\(all.count - 4) more commands", script.range))
    }
    return found
  }

  /// Commands of a shell that change nothing for an import.
  private static let quiet: Set = [
    "export", "set", "cd", "sleep", "echo", "printf", "wait", "exit", "true", ":", "trap", "mkdir",
    "ulimit", "[", "[[", "test", "local",
  ]
}

extension Runtime {
  /// Whether its servers load models by their names when requests name them.
  static var pullsModels: Bool { sources.contains(.ollama) }
}
