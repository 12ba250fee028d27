import Diagnostics
import Profiles
import Schema
import Text

/// Reads `podman run` and `docker run`.
enum RunLine {
  /// Returns the server of a command; nil if it runs no container, or one for a shell.
  ///
  /// - Parameters:
  ///   - source: The file of the command.
  ///   - base: What is known of the server, such as the words whose value is open.
  ///   - exported: The variables that `-e NAME` passes on.
  static func server(
    of words: [Located<String>], in source: SourceFile, _ base: ForeignServer,
    exported: [(name: Located<String>, value: String?)]
  ) -> ForeignServer? {
    guard let program = words.first, let options = afterVerb(words, ["run", "create"]) else {
      return nil
    }
    var server = base
    var image = read(options: options, into: &server)
    skipOpen(&image, &server)
    skipMount(&image, &server, in: source)
    skipValue(&image, &server, before: options, in: source)
    guard let first = image.first else {
      // Only what is wrong with the line shows why it names no image.
      guard !base.findings.isEmpty else { return nil }
      var found = ForeignServer(name: program)
      found.adopt(base)
      return found
    }
    if isOpen(program, base), Recognition.runtime(ofImage: first.value) == nil { return nil }
    let name = name(ofImage: first.value)
    var found = ForeignServer(
      name: server.containerName
        ?? (isOpen(first, server) || name.allSatisfy { $0 == " " }
          ? program : Located(name, first.range)))
    found.adopt(server)
    let written = ForeignImage(first)
    found.image = written.plain
    if written.hasTransport, ["docker", "nvidia-docker"].contains(last(of: program.value)) {
      found.findings.append(
        Diagnostic(
          ImportRules.value, at: SourceLocation(source, first.range),
          ForeignImage.problem(for: "Docker"), help: [written.help]))
    }
    found.command = Array(image.dropFirst())
    found.findings += problems(of: options.dropLast(image.count), in: source, server)
    if last(of: program.value) == "nvidia-docker", found.gpus == nil {
      found.gpus = Located(["nvidia"], program.range)
    }
    for (index, variable) in found.variables.enumerated() where variable.value == nil {
      guard let value = exported.last(where: { $0.name.value == variable.name.value }) else {
        continue
      }
      found.variables[index] = value
    }
    return isShell(found) ? nil : found
  }

  /// Whether a container of a server's image runs a shell for a person, or only prints something.
  private static func isShell(_ server: ForeignServer) -> Bool {
    guard let image = server.image?.value, Recognition.runtime(ofImage: image) != nil else {
      return false
    }
    let entry = server.entrypoint ?? []
    let words = entry + server.command
    guard !entry.isEmpty || !Recognition.starts(image), let first = words.first else {
      return words.count == 1 && ["--help", "--version"].contains(words[0].value)
    }
    let shells: Set = ["bash", "sh", "zsh", "ash", "dash"]
    return shells.contains(last(of: first.value))
      && words.dropFirst().allSatisfy { $0.value.hasPrefix("-") && !$0.value.hasSuffix("c") }
  }

  /// Passes over a word whose value is open and that may be options, if an image of a server follows.
  private static func skipOpen(
    _ image: inout ArraySlice<Located<String>>, _ server: inout ForeignServer
  ) {
    for _ in 0..<4 {
      guard let first = image.first, isOpen(first, server),
        Recognition.runtime(ofImage: first.value) == nil
      else { return }
      var copy = server
      let rest = read(options: image.dropFirst(), into: &copy)
      guard let next = rest.first,
        isOpen(next, server) || Recognition.runtime(ofImage: next.value) != nil
      else { return }
      server = copy
      server.tell(first, .unknown, "the script does not show which words it contains")
      image = rest
    }
  }

  /// Passes over a mount without its option in the place of the image, and reports it.
  private static func skipMount(
    _ image: inout ArraySlice<Located<String>>, _ server: inout ForeignServer,
    in source: SourceFile
  ) {
    guard let first = image.first, image.count > 1, let colon = first.value.firstIndex(of: ":"),
      first.value[colon...].hasPrefix(":/"), !first.value.contains("://"),
      ["/", "~", ".", "$"].contains(where: first.value.hasPrefix)
    else { return }
    server.findings.append(
      Diagnostic(
        ImportRules.value, at: SourceLocation(source, first.range),
        "the engine takes '\(first.value.abbreviatedName)' for the image, because it has no '-v' before it",
        help: ["write '-v' before it"]))
    server.readVolume(first)
    image = read(options: image.dropFirst(), into: &server)
  }

  private static func isOpen(_ word: Located<String>, _ server: ForeignServer) -> Bool {
    server.open.contains(word.range)
  }

  private static func last(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func name(ofImage text: String) -> String {
    String(last(of: text).prefix { $0 != ":" && $0 != "@" })
  }

  // MARK: Engines

  static let engines: Set = [
    "podman", "docker", "nerdctl", "nvidia-docker", "podman-remote",
  ]

  /// The options of the engines before the command that have a value (Docker 28.2, Podman 5.4).
  private static let ofEngines: Set = [
    "--config", "-c", "--context", "--connection", "-H", "--host", "-l", "--log-level",
    "--tlscacert", "--tlscert", "--tlskey", "--cgroup-manager", "--conmon", "--events-backend",
    "--hooks-dir", "--identity", "--imagestore", "--module", "--network-cmd-path",
    "--network-config-dir", "--out", "--root", "--runroot", "--runtime", "--runtime-flag", "--ssh",
    "--storage-driver", "--storage-opt", "--tmpdir", "--url", "--volumepath", "-n", "--namespace",
    "-a", "--address",
  ]

  /// Returns the words after an engine and one of its commands; nil if it is not that command.
  private static func afterVerb(
    _ words: [Located<String>], _ verbs: Set<String>
  ) -> ArraySlice<Located<String>>? {
    var rest = words.dropFirst()
    while let word = rest.first?.value, word.hasPrefix("-") {
      rest = rest.dropFirst()
      if ofEngines.contains(word) { rest = rest.dropFirst() }
    }
    if rest.first?.value == "container" { rest = rest.dropFirst() }
    guard let verb = rest.first?.value, verbs.contains(verb) else { return nil }
    return rest.dropFirst()
  }

  /// Whether a command may run a container.
  static func isEngine(_ words: [ShellField]) -> Bool {
    guard let first = words.first else { return false }
    let isKnown = engines.contains(ShellWrappers.program(first))
    guard isKnown || first.text.isOpen else { return false }
    let plain = words.prefix(isKnown ? 20 : 3).map {
      Located($0.text.string, SourceRange(at: SourcePosition(line: 1, column: 1)))
    }
    return afterVerb(plain, ["run", "create"]) != nil
  }

  /// Whether an engine's command ends when the container has started.
  static func isDetached(_ words: [Located<String>]) -> Bool {
    words.contains { word in
      let letters = word.value.dropFirst()
      return word.value == "--detach" || word.value == "create"
        || word.value.hasPrefix("-") && letters.contains("d")
          && letters.allSatisfy { "dit".contains($0) }
    }
  }

  /// Returns the container and the words of `docker exec`; nil if a command is none.
  static func inside(
    _ words: [ShellField]
  ) -> (container: ShellField, words: ArraySlice<ShellField>)? {
    guard let first = words.first, engines.contains(ShellWrappers.program(first)),
      let verb = words.firstIndex(where: { $0.text.string == "exec" }), verb < 8
    else { return nil }
    let values: Set = [
      "-e", "--env", "-u", "--user", "-w", "--workdir", "--env-file", "--detach-keys",
    ]
    var rest = words[(verb + 1)...]
    while let word = rest.first?.text.string, word.hasPrefix("-") {
      rest = rest.dropFirst(values.contains(word) ? 2 : 1)
    }
    guard let container = rest.first, rest.count > 1 else { return nil }
    return (container, rest.dropFirst())
  }

  /// Returns the container and the program of `docker exec`; nil if a command is none.
  static func executed(
    _ words: [ShellField]
  ) -> (container: ShellField, words: ArraySlice<ShellField>)? {
    guard let (container, inner) = inside(words) else { return nil }
    var wrappers = ShellWrappers(Array(inner), [])
    guard case .command(let inside) = wrappers.unwrap() else { return nil }
    return (container, inside[...])
  }
}

extension ForeignServer {
  /// Takes all settings of another server.
  mutating func adopt(_ other: ForeignServer) {
    entrypoint = other.entrypoint
    variables = other.variables
    variableFiles = other.variableFiles
    ports = other.ports
    hasOpenPorts = other.hasOpenPorts
    places = other.places
    gpus = other.gpus
    (nodes, hasAllNodes) = (other.nodes, other.hasAllNodes)
    hasOpenGPUs = other.hasOpenGPUs
    requestsGPUs = other.requestsGPUs
    open = other.open
    (referred, ofFiles) = (other.referred, other.ofFiles)
    isPrivileged = other.isPrivileged
    usesHostNetwork = other.usesHostNetwork
    settings = other.settings
    secrets = other.secrets
    fileSecrets = other.fileSecrets
    fates = other.fates
    findings = other.findings
    containerName = other.containerName
    workingFolder = other.workingFolder
    isAwaited = other.isAwaited
    healthCheck = other.healthCheck
    healthCommand = other.healthCommand
    partners = other.partners
    aliases = other.aliases
    portsOfAliases = other.portsOfAliases
    contents = other.contents
    isOwn = other.isOwn
    isInstance = other.isInstance
    ownKind = other.ownKind
    isConfined = other.isConfined
    scratch = other.scratch
    otherMounts = other.otherMounts
    checkedPaths = other.checkedPaths
  }
}
