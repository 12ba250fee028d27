import Diagnostics
import Schema
import Text

/// What a unit sets besides its commands, and words that systemd does not read as they are meant.
extension ServiceReader {
  private static let ofNames: [String: (kind: Fate.Kind, reason: String)] = [
    "Type": (.changed, "amm sets it for every server"),
    "Restart": (.changed, "amm restarts every server that ends"),
    "RestartSec": (.changed, "amm sets it for every server"),
    "TimeoutStartSec": (.changed, "amm waits for the check of the runtime"),
    "TimeoutStopSec": (.changed, "the runtime determines it"),
    "User": (.dropped, "amm runs the server in a container of your own"),
    "Group": (.dropped, "amm runs the server in a container of your own"),
    "WorkingDirectory": (.changed, "paths of the command belong to it"),
  ]

  /// Adds what the unit sets besides its commands to a server.
  func addSettings(to server: inout ForeignServer) {
    let container = server.containerName?.value
    if file.servers.count == 1, container == nil || container == name + ".service" {
      server.name = Located(name, server.name.range)
    }
    for (name, _) in server.variables
    where used.contains(name.value) && !CommandSource.isRead(name.value) {
      server.tell(name, .changed, "its value replaces the variable in the command")
    }
    server.variables.removeAll {
      used.contains($0.name.value) && !CommandSource.isRead($0.name.value)
    }
    for word in unit.values(of: "EnvironmentFile", in: Self.section).flatMap(ServiceWords.words) {
      var text = word.text.string
      if text.hasPrefix("-") { text.removeFirst() }
      let path = expansion.expand(text.escaped, asPath: true)
      guard !server.isContainer, !path.isOpen else { continue }
      server.variableFiles.append(Located(path.text, range(word)))
    }
    let description = unit.values(of: "Description", in: "Unit").last
    if let description, !description.isEmpty {
      let value = expansion.expandSpecifiers(description.string)
      if !value.isOpen {
        server.description = Located(
          value.text,
          places.range(description.offset(0), description.end(before: description.count)))
      }
    }
    let isWanted = ["WantedBy", "RequiredBy", "UpheldBy"].contains {
      !unit.values(of: $0, in: "Install").isEmpty
    }
    if !isWanted { server.settings.append(("start", Located("manual", server.name.range))) }
    let read: Set = [
      "Description", "Environment", "EnvironmentFile", "PassEnvironment", "ExecStart",
      "ExecStartPre", "ExecStartPost", "WantedBy", "RequiredBy", "UpheldBy",
    ]
    var told: Set<String> = []
    for line in unit.lines where !read.contains(line.key) && told.insert(line.key).inserted {
      let (kind, reason) =
        limit(line.key, of: &server) ?? Self.ofNames[line.key]
        ?? (.dropped, "amm writes the unit; see 'quadlet'")
      server.tell(
        Located(line.key, places.range(line.place.lowerBound, line.place.upperBound)), kind, reason)
    }
  }

  /// Reports a program that systemd does not find.
  mutating func tellProgram(_ program: ShellField) {
    let text = program.text.string
    if Recognition.isAssignment(text) {
      let shown = text.prefix { $0 != "=" }
      tell(
        ImportRules.unit, program,
        "systemd starts no shell, so '\(shown.prefix(40))=…' is the program that it starts",
        help: "write 'Environment=\(shown.prefix(40))=…' before 'ExecStart='")
    } else if text.hasPrefix("$") {
      tell(
        ImportRules.unit, program,
        "systemd replaces no variable in the name of the program '\(text.abbreviatedName)'",
        help: "write the path of the program")
    } else if text.contains("/"), !text.hasPrefix("/"), !text.hasPrefix("%") {
      tell(
        ImportRules.refused, program,
        "systemd refuses the unit, because '\(text.abbreviatedName)' is no absolute path",
        help: "write the full path of the program")
    }
  }

  /// Reports words that only a shell understands.
  ///
  /// - Parameter operation: An operator of a shell.
  mutating func tellShell(_ words: ArraySlice<ShellField>, _ operation: ShellField?) {
    if let operation {
      tell(
        ImportRules.unit, operation,
        "'\(operation.text.string)' becomes an argument of the program, because systemd starts no shell",
        help: "remove it, or write '/bin/sh -c \"…\"'")
    }
    guard let word = words.first(where: { $0.text.string.hasPrefix("~/") }) else { return }
    let text = word.text.string
    tell(
      ImportRules.unit, word,
      "systemd starts no shell, so '\(text.abbreviatedName)' is not in the home folder",
      help: "write '%h\(String(text.dropFirst()).abbreviatedName)', or the full path")
  }

  /// Reports several commands where systemd accepts one.
  mutating func tellSeveral() {
    let values = unit.values(of: "ExecStart", in: Self.section)
    let type = unit.values(of: "Type", in: Self.section).last?.string
    guard values.count > 1, type != "oneshot", let last = values.last else { return }
    tell(
      ImportRules.refused,
      ShellField(text: last, start: last.offset(0), end: last.end(before: last.count)),
      "systemd refuses a unit with more than one 'ExecStart=', unless it has 'Type=oneshot'",
      help: "write an empty 'ExecStart=' before it if it replaces the first, or another unit")
    // None of them runs, so they do not get in each other's way.
    for index in file.servers.indices { file.servers[index].isAlternative = true }
  }
}
