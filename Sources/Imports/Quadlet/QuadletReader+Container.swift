import Diagnostics
import Schema
import Text
import Values

extension QuadletReader {
  /// Reads a line of `[Container]`.
  mutating func read(_ line: QuadletFile.Line, isEffective: Bool) {
    let name = line.key.value
    guard let key = QuadletKey.container[name] else { return tellUnknown(line) }
    guard isEffective else {
      return server.tell(
        line.key, .dropped,
        key.reading.takesSeveral
          ? "an empty '\(name)' after it removes it" : "a later '\(name)' replaces it")
    }
    if let since = key.since, since > (podman?.major ?? 0, podman?.minor ?? 0),
      isInstance || server.isOwn || key.isKept && name != "GroupAdd"
    {
      podman = (since.major, since.minor, line.key.range)
    }
    guard !line.value.bytes.isEmpty || key.reading == .flag else {
      if name == "LogDriver" {
        tell(
          ImportRules.unit, line.range,
          "an empty 'LogDriver' gets the next option of the command as its value",
          help: "remove the line")
      }
      return server.tell(line.key, .carried)
    }
    readName(line)
    if ["UserNS", "RemapUsers"].contains(name), line.value.text.hasPrefix("keep-id") {
      server.keepsUser = true
    }
    switch key.use {
    case .same(let reason): server.tell(line.key, .changed, reason)
    case .dropped(let reason): server.tell(line.key, .dropped, reason)
    case .opening:
      server.tell(
        line.key, .dropped,
        "write 'quadlet: {unsafe: true, Container: {\(name): …}}' in the instance to keep it")
    case .kept: keep(line, key)
    case .read: readUsed(line)
    }
  }

  /// Reads further names of the container, and the command that checks it.
  private mutating func readName(_ line: QuadletFile.Line) {
    let isName = ["NetworkAlias", "HostName"].contains(line.key.value)
    guard isName || line.key.value == "HealthCmd" else { return }
    let value = expansion.expandSpecifiers(line.value.text)
    guard !value.isOpen else { return }
    if isName {
      server.aliases.insert(value.text)
    } else {
      server.healthCommand = Located(value.text, line.value.located.range)
    }
  }

  private mutating func tellUnknown(_ line: QuadletFile.Line) {
    let name = line.key.value
    server.tell(line.key, .unknown, "Podman's generator has no such key")
    guard findings.count < Self.limit else { return }
    let sections = QuadletKey.ofSystemd.keys.sorted()
    let section = sections.first { QuadletKey.ofSystemd[$0]?.contains(name) ?? false }
    let help =
      section.map { "write it under '[\($0)]'" } ?? QuadletKey.meant[name.lowercased()]
      ?? Suggestion.help(
        for: name, among: QuadletKey.names,
        otherwise: "remove the line, or write an option of 'podman run' as 'PodmanArgs=--…'")
    tell(
      ImportRules.refused, line.range,
      "a container has no key '\(name.abbreviatedName)', so Podman's generator ignores the unit",
      help: help)
  }

  // MARK: Values

  /// Returns a word as the container gets it.
  mutating func expanded(_ word: Located<String>, asPath isPath: Bool = false) -> Located<String> {
    let value = expansion.expand(word.value, asPath: isPath)
    if value.isOpen { server.open.insert(word.range) }
    for name in value.unset {
      tell(
        ImportRules.variable, word.range,
        "nothing sets '\(name.abbreviatedName)' for the unit, so systemd replaces it with nothing",
        help: name.hasPrefix("HOME")
          ? "write '%h' for the home folder"
          : "set it with 'Environment=' under '[Service]'; that of '[Container]' is only for the server"
      )
    }
    if let reference = value.withDefault {
      tell(
        ImportRules.unit, word.range,
        "systemd has no default values such as that of '\(reference.abbreviatedName)'",
        help: "write the value, or set a variable with 'Environment=' under '[Service]'")
    }
    return Located(value.text, word.range)
  }

  /// Returns a single value.
  mutating func single(_ line: QuadletFile.Line, asPath isPath: Bool = false) -> Located<String> {
    expanded(line.value.unquoted.located, asPath: isPath)
  }

  /// Returns an entire line.
  mutating func entire(_ line: QuadletFile.Line, asPath isPath: Bool = false) -> Located<String> {
    guard line.value.bytes.first == 0x22 else {
      return expanded(line.value.located, asPath: isPath)
    }
    tell(
      ImportRules.unit, line.range,
      "the quotes of '\(line.key.value)' become a part of its value", help: "remove the quotes")
    return expanded(line.value.unquoted.located, asPath: isPath)
  }

  /// Returns the words of a line.
  mutating func words(
    _ line: QuadletFile.Line, escapes: Bool = true, asPaths arePaths: Bool = false
  ) -> [Located<String>] {
    let split = QuadletWords.split(line.value, escapes: escapes)
    switch split.problem {
    case .escape(let escape):
      tell(
        ImportRules.unit, escape.range,
        "systemd has no escape '\(escape.value.abbreviatedName)', so Podman's generator ignores the line",
        help: "write '\\\\' for a backslash")
    case .emptyWord(let range):
      tell(
        ImportRules.unit, range,
        "Podman's generator ignores the line from the empty word on",
        help: "remove it: a unit cannot pass an empty word")
    case nil: break
    }
    return split.words.flatMap { word in
      let value = expanded(word.text, asPath: arePaths)
      if word.losesQuotes {
        tell(
          ImportRules.unit, word.text.range,
          "the quotes of '\(word.text.value.abbreviatedName)' are removed",
          help: "write single quotes around the entire text")
      }
      // A variable that is a word by itself becomes several words.
      let isVariable = word.text.value.hasPrefix("$") && !word.text.value.hasPrefix("${")
      guard isVariable, !word.text.value.hasPrefix("$$"), !server.open.contains(value.range) else {
        return [value]
      }
      return value.value.split(whereSeparator: \.isWhitespace).map {
        Located(String($0), value.range)
      }
    }
  }

  /// Returns whether a flag is set.
  func flag(_ line: QuadletFile.Line) -> Bool {
    ["1", "yes", "true", "on"].contains(line.value.unquoted.text.lowercased())
  }

  // MARK: The program

  /// Reads the program and its arguments.
  mutating func readEntrypoint(_ line: QuadletFile.Line) {
    let value = single(line)
    server.tell(line.key, .carried)
    if value.value.hasPrefix("["), let list = JSONValue(parsing: value.value)?.list {
      server.entrypoint = list.compactMap(\.text).map { Located($0, value.range) }
      return
    }
    let words = value.value.split(separator: " ").map { Located(String($0), value.range) }
    server.entrypoint = words
    guard words.count > 1 else { return }
    tell(
      ImportRules.unit, value.range,
      "Podman starts a program with the name '\(value.value.abbreviatedName)', which contains spaces",
      help: "write a list: '[\"program\", \"argument\"]'")
  }

  mutating func readCommand(_ line: QuadletFile.Line) {
    var words = words(line)
    if let end = words.firstIndex(where: { $0.value == ";" }) {
      tell(
        ImportRules.unit, words[end].range,
        "systemd reads ';' as the end of the command, and the rest as another program",
        help: "remove it: a unit starts one program, without a shell")
      words = Array(words[..<end])
    }
    let signs = ["|", "||", "&", "&&", ">", ">>", "<", "2>&1"]
    if let sign = words.first(where: { signs.contains($0.value) }) {
      tell(
        ImportRules.unit, sign.range,
        "'\(sign.value)' becomes an argument of the server, because no shell reads the command",
        help: "remove it, or write 'Entrypoint=/bin/sh' and 'Exec=-c \"…\"'")
    }
    server.command = words
    server.tell(line.key, .carried)
  }

  /// Reads variables of the container, of which the last of equal names is used.
  mutating func readVariables(_ line: QuadletFile.Line) {
    for pair in words(line) {
      guard let equals = pair.value.firstIndex(of: "="), equals > pair.value.startIndex else {
        tell(
          ImportRules.unit, pair.range,
          "'\(pair.value.abbreviatedName)' is no 'NAME=VALUE', so the server does not get it",
          help: "write quotes around a value with spaces: 'Environment=\"NAME=two words\"'")
        continue
      }
      let name = Located(String(pair.value[..<equals]), pair.range)
      let value = String(pair.value[pair.value.index(after: equals)...])
      if let problem = UnitValue.problem(of: value) {
        tell(ImportRules.unit, pair.range, problem.message, help: problem.help)
      }
      if server.open.contains(pair.range) {
        // A secret is still known by its name.
        set(name, nil)
        if !Secrets.isSecretName(name.value) {
          tellOpen(name, value)
        }
      } else {
        set(name, value)
      }
    }
    server.tell(line.key, .carried)
  }

  /// Reports a key whose value is not known.
  private mutating func tellOpen(_ key: Located<String>, _ value: String) {
    if NixSource.isOpen(value) {
      server.tell(key, .unknown, NixSource.reason(ofOpen: value))
    } else {
      server.tell(key, .dropped, "its value depends on the machine")
    }
  }

  private mutating func set(_ name: Located<String>, _ value: String?) {
    if let index = positions[name.value] {
      server.variables[index] = (name, value)
    } else {
      positions[name.value] = server.variables.endIndex
      server.variables.append((name, value))
    }
  }

  mutating func readVariableFiles(_ line: QuadletFile.Line) {
    for path in words(line, asPaths: true) {
      guard path.value.hasPrefix("-") else {
        server.variableFiles.append(path)
        continue
      }
      tell(
        ImportRules.unit, path.range,
        "Podman's generator reads the '-' of '\(path.value.abbreviatedName)' as a part of the path",
        help: "remove the '-': the file must exist")
      server.variableFiles.append(Located(String(path.value.dropFirst()), path.range))
    }
  }

  mutating func readLabels(_ line: QuadletFile.Line) {
    for pair in words(line) {
      guard let equals = pair.value.firstIndex(of: "="), equals > pair.value.startIndex else {
        continue
      }
      guard !server.open.contains(pair.range) else {
        tellOpen(Located(String(pair.value[..<equals]), pair.range), pair.value)
        continue
      }
      let key = "labels." + pair.value[..<equals]
      let value = Located(String(pair.value[pair.value.index(after: equals)...]), pair.range)
      if let index = positions[key] {
        server.settings[index] = (key, value)
      } else {
        positions[key] = server.settings.endIndex
        server.settings.append((key, value))
      }
    }
    server.tell(line.key, .carried)
  }

  /// Reads `NAME,type=env,target=VARIABLE`.
  mutating func readSecrets(_ line: QuadletFile.Line) {
    for word in words(line) {
      let parts = word.value.split(separator: ",").map(String.init)
      guard let name = parts.first else { continue }
      guard parts.contains("type=env") else {
        if !parts.contains(where: { $0.hasPrefix("target=") }) {
          server.fileSecrets.append(Located(name, word.range))
        }
        server.tell(
          line.key, .dropped,
          "a server gets secrets as variables and not as files: write 'secrets: {VARIABLE: \(name)}' in the instance"
        )
        continue
      }
      let target = parts.first { $0.hasPrefix("target=") }.map { String($0.dropFirst(7)) }
      server.secrets.append(.init(variable: Located(target ?? name, word.range), name: name))
      server.tell(line.key, .carried)
    }
  }
}
