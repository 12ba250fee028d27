package import Diagnostics
import Profiles
import Schema
import Text

/// Reads scripts: `podman run` and `docker run`, and servers that run on the machine itself.
package enum CommandSource {
  /// The most servers of a script.
  private static let limit = 2000

  /// Returns the servers that a script starts, in its order.
  package static func servers(in source: SourceFile) -> [ForeignServer] {
    read(source, with: NearbyFiles()).servers
  }

  /// Returns the servers that a script starts, the paths of the files that it reads from its folder, and files
  /// that it writes with servers that are not read.
  ///
  /// - Parameter isInstaller: Whether the servers of scripts that it writes are its own, too.
  static func read(
    _ source: SourceFile, with nearby: NearbyFiles, asInstaller isInstaller: Bool = false
  ) -> (servers: [ForeignServer], sources: Set<String>, others: [Fate]) {
    let (text, faults) = ShellFault.text(of: source)
    var evaluator = ShellEvaluator(size: text.count, with: nearby) { isRelevant($0) }
    evaluator.readsWritten = isInstaller
    evaluator.run(text)
    let places = Places(source)
    let servers = servers(
      of: evaluator, in: places, faults,
      isScript: text.bytes.starts(with: Array("#!".utf8)))
    let others = evaluator.unread.prefix(limit).map { file in
      Fate(
        key: Located(file.text.string, places.range(file.start, file.end)), kind: .unknown,
        reason: "the script writes this file, which names a server; import the file itself")
    }
    return (servers, evaluator.sources, others)
  }

  /// Returns the servers that an evaluated script or unit starts, in its order.
  ///
  /// - Parameter isScript: Whether each command waits for the one before it.
  static func servers(
    of evaluator: ShellEvaluator, in places: Places, _ faults: [ShellFault] = [], isScript: Bool
  ) -> [ForeignServer] {
    var found: [(server: ForeignServer, path: [ShellBranch])] = []
    var pulls: [Pull] = []
    var known: Set<[String]> = []
    var paths: [Int: [ShellBranch]] = [:]
    var steps: [ForeignServer] = []
    // These values are in other files.
    let elsewhere = evaluator.sourced.flatMap {
      [places.range($0, $0), places.range($0, $0 + 1)]
    }
    var turns = ShellTurns()
    for command in evaluator.commands where found.count < limit {
      if turns.end(command.words) { continue }
      if let pull = pull(command.words) {
        pulls.append(Pull(model: pull.model, container: pull.container, index: found.count))
        continue
      }
      // A function that is called twice starts the same server, and so does one that several branches call.
      let key = command.words.map(\.text.string) + [String(command.words[0].start)]
      guard known.insert(key).inserted else { continue }
      if let path = paths[command.place], excludes(path, command.path) { continue }
      if creates(command.words) {
        steps += step(of: command, places)
        continue
      }
      guard var server = server(of: command, places) else { continue }
      server.referred.formUnion(elsewhere)
      paths[command.place] = command.path
      turns.start(server, found.count, command)
      found.append((server, command.path))
    }
    if isScript { tellOrder(&found, evaluator.commands, places) }
    var servers = alternatives(found)
    for number in turns.alternatives(ports: { Self.ports(of: servers[$0]) }) {
      servers[number].isAlternative = true
    }
    add(pulls, to: &servers, places)
    servers += steps
    guard !servers.isEmpty else { return [] }
    servers[0].findings =
      ShellFault.findings(
        faults + evaluator.faults.filter { ofScripts.contains($0.kind) }, in: places.source,
        places) + servers[0].findings
    return servers
  }

  /// The faults that are not those of one command.
  private static let ofScripts: Set<ShellFault.Kind> = [
    .unclosed, .depth, .placeholder, .spacedAssignment, .invalidName,
  ]

  /// Whether only one of two paths is taken.
  private static func excludes(_ path: [ShellBranch], _ other: [ShellBranch]) -> Bool {
    path.contains { one in other.contains { $0.number == one.number && $0.branch != one.branch } }
  }

  /// Returns the words of each command that a shell's script runs, which all have the script's place.
  static func commands(in script: Located<String>) -> [[Located<String>]] {
    let (text, _) = ShellFault.text(of: SourceFile(path: "", bytes: Array(script.value.utf8)))
    var evaluator = ShellEvaluator(size: text.count) { _ in true }
    evaluator.run(text)
    let sources = evaluator.unreadSources.map { file in
      [Located("source", script.range), Located(file.text.string, script.range)]
    }
    return sources
      + evaluator.commands.map { command in
        command.words.map { Located($0.text.string, script.range) }
      }
  }

  // MARK: Recognition

  /// Returns whether a command is a server, a container, or lets a server load a model.
  static func isRelevant(_ words: [ShellField]) -> Bool {
    startsServer(words) || RunLine.isEngine(words) || pull(words) != nil || creates(words)
      || ShellTurns.ended(by: words) != nil
  }

  /// Returns whether a command starts one of the servers that amm knows.
  private static func startsServer(_ words: [ShellField]) -> Bool {
    guard let first = words.first else { return false }
    let name = ShellWrappers.program(first)
    let others = words.dropFirst().prefix(3).map(\.text.string)
    let isServer = Recognition.programs.contains { _, program in
      program[0] == name && others.starts(with: program.dropFirst())
    }
    // These print something and exit.
    return isServer
      && !words.contains {
        [Array("--help".utf8), Array("--version".utf8)].contains($0.text.bytes)
      }
  }

  // MARK: Servers

  private static func server(of command: ShellCommand, _ places: Places) -> ForeignServer? {
    var base = ForeignServer(name: Located("", places.range(0, 0)))
    base.isInstance = OwnTraces.isExport(places.source)
    var words: [Located<String>] = []
    for field in command.words {
      let word = Located(field.text.string, places.range(field.start, field.end))
      if field.isList {
        base.tell(word, .unknown, "the script does not show which words it contains")
      } else {
        words.append(word)
        if field.text.isConditional {
          base.tell(
            word, .changed, "the script sets it under a condition, which the import assumes")
        }
        if field.text.isOpen { base.open.insert(word.range) }
        if places.source.bytes[field.start..<max(field.start, field.end)].contains(0x24) {
          base.referred.insert(word.range)
        }
      }
    }
    for words in command.placing {
      guard let first = words.first, let last = words.last else { continue }
      base.tell(
        Located(
          words.map(\.text.string).joined(separator: " "), places.range(first.start, last.end)),
        .dropped, "see 'limits' and 'quadlet: {Service: …}' of an instance")
    }
    base.findings = ShellFault.findings(command.faults, in: places.source, places)
    tellQuotes(command, places, &base)
    switch command.folder {
    case .ofScript: break
    case .path(let path): base.workingFolder = path.string
    case .open: base.workingFolder = nil
    }
    base.isAwaited =
      command.isAwaited && (startsServer(command.words) || !RunLine.isDetached(words))
    let exported = variables(command.exported, places, &base)
    guard !startsServer(command.words) else {
      tellUnexported(command, places, &base)
      let own = variables(command.assignments, places, &base)
      // A container does not get the variables of the script.
      var server = program(words, base, (command.container == nil ? exported : []) + own)
      if let first = command.words.first {
        let written = places.source.bytes[first.start..<max(first.start, first.end)]
        server?.showsVersion = ShellWrappers.showsVersion(String(decoding: written, as: UTF8.self))
      }
      if let container = command.container, let name = server?.name {
        server?.insideOf = container
        server?.tell(
          Located(container, name.range), .changed,
          "the command runs in this container; amm runs the runtime's own image")
      }
      return server
    }
    var server = RunLine.server(of: words, in: places.source, base, exported: exported)
    if var made = server {
      made.isOfLine = true
      tellKept(command, places, &made)
      server = made
    }
    if base.isInstance, let made = server { server?.isConfined = made.isConfined ?? true }
    return server
  }

  /// Returns a server that runs on the machine itself.
  private static func program(
    _ words: [Located<String>], _ base: ForeignServer,
    _ variables: [(name: Located<String>, value: String?)]
  ) -> ForeignServer? {
    guard let first = words.first else { return nil }
    var server = ForeignServer(name: Located(name(of: words, base.open), first.range))
    server.adopt(base)
    server.command = words
    server.variables = variables.filter { !isOfMachine($0.name.value) }
    for (name, _) in variables where isOfMachine(name.value) {
      server.tell(name, .dropped, "it is about folders and programs of the machine")
    }
    return server
  }

  static func variables(
    _ variables: [(name: String, value: ShellField)], _ places: Places,
    _ server: inout ForeignServer
  ) -> [(name: Located<String>, value: String?)] {
    variables.map { name, value in
      let range = places.range(value.start, value.end)
      if value.text.isOpen { server.open.insert(range) }
      return (Located(name, range), value.text.string)
    }
  }

  /// Whether a variable says where the machine has its programs and folders.
  private static func isOfMachine(_ name: String) -> Bool {
    let names: Set = [
      "PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "HOME",
      "PWD", "USER", "SHELL", "VIRTUAL_ENV", "CONDA_PREFIX", "CUDA_HOME", "CUDA_PATH", "ROCM_PATH",
      "TMPDIR", "TMUX_TMPDIR", "XDG_RUNTIME_DIR", "DOCKER_HOST", "UV_CACHE_DIR", "PIP_CACHE_DIR",
    ]
    return names.contains(name)
  }

  /// Returns a name for a command: that of its model, or of its program.
  private static func name(of words: [Located<String>], _ open: Set<SourceRange>) -> String {
    let pairs = zip(words, words.dropFirst()).filter {
      !($0.value == "-m" && $1.value.contains(".")) || $1.value.contains("/")
    }
    let model = ["--model-path", "--model-id", "--model", "--hf-repo", "-hf", "-m", "serve"].lazy
      .compactMap { option in
        pairs.first {
          $0.0.value == option && !$0.1.value.hasPrefix("-") && !open.contains($0.1.range)
        }?.1.value
      }.first
    let program =
      words.count > 2 && words[1].value == "-m"
      ? String(words[2].value.prefix { $0 != "." }) : words.first?.value ?? "server"
    let text = model ?? program
    let last = text.split(separator: "/").last.map(String.init) ?? text
    return last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
  }

  /// Marks the servers in different branches of one condition, or in functions that nothing calls.
  private static func alternatives(
    _ found: [(server: ForeignServer, path: [ShellBranch])]
  ) -> [ForeignServer] {
    var branches: [Int: Set<Int>] = [:]
    for (_, path) in found {
      for part in path { branches[part.number, default: []].insert(part.branch) }
    }
    return found.map { server, path in
      var server = server
      server.isAlternative = path.contains { branches[$0.number, default: []].count > 1 }
      return server
    }
  }
}
