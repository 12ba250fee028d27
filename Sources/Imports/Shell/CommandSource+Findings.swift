import Catalogues
import Diagnostics
import Profiles
import Schema
import Text

/// Mistakes of scripts that only several of their commands show.
extension CommandSource {
  /// The beginnings of variables that servers and their libraries read.
  private static let readVariables =
    ForeignWords.libraryPrefixes + Runtimes.all.flatMap { $0.variablePrefixes }

  /// Whether a server reads a variable of the name.
  static func isRead(_ name: String) -> Bool { readVariables.contains(where: name.hasPrefix) }

  /// Reports variables that are set for a server and that it does not get.
  static func tellUnexported(
    _ command: ShellCommand, _ places: Places, _ server: inout ForeignServer
  ) {
    let text = String(decoding: places.source.bytes, as: UTF8.self)
    for (name, value) in command.unexported
    where !["$\(name)", "${\(name)", "export \(name)"].contains(where: text.contains) {
      server.findings.append(
        Diagnostic(
          ImportRules.unread,
          at: SourceLocation(places.source, places.range(value.start, value.end)),
          "'\(name)' is set but not exported, so the server does not get it",
          help: ["write 'export \(name)=…'"]))
    }
  }

  /// Reports variables of a server that the script keeps to itself, because a container gets only those that
  /// its command names.
  static func tellKept(
    _ command: ShellCommand, _ places: Places, _ server: inout ForeignServer
  ) {
    guard let runtime = server.image.flatMap({ Recognition.runtime(ofImage: $0.value) }),
      !runtime.pullsModels
    else { return }
    let text = String(decoding: places.source.bytes, as: UTF8.self)
    let passed = Set(server.variables.map(\.name.value))
    guard server.variableFiles.isEmpty else { return }
    let tables = Catalogue.releases(of: runtime.name).compactMap {
      Catalogue.of(runtime.name, $0)
    }
    let showsAll = server.gpus.map { $0.value == ["nvidia"] } ?? false
    let downloads = ["huggingface-cli", "hf download", "hf auth", "snapshot_download"]
    let hasOtherReader = downloads.contains(where: text.contains)
    func isForServer(_ name: String) -> Bool {
      if ["CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES"].contains(name) { return showsAll }
      if ForeignWords.tokenVariables.contains(name) { return !hasOtherReader }
      // A script has variables of its own that begin like those of a server.
      return runtime.variablePrefixes.contains(where: name.hasPrefix)
        && tables.contains { Recognition.reads(name, $0) }
    }
    var told: Set<String> = []
    for (name, value) in command.assignments + command.exported + command.unexported
    where isForServer(name) && !passed.contains(name) && told.insert(name).inserted
      && !["$\(name)", "${\(name)"].contains(where: text.contains)
    {
      server.findings.append(
        Diagnostic(
          ImportRules.unread,
          at: SourceLocation(places.source, places.range(value.start, value.end)),
          "'\(name)' is a variable of the script, and its container does not get it",
          help: ["write '-e \(name)' before the image"]))
    }
  }

  /// Reports a server for which a script waits before it starts the next one.
  ///
  /// Servers that use one port are meant to run one after the other.
  static func tellOrder(
    _ found: inout [(server: ForeignServer, path: [ShellBranch])], _ commands: [ShellCommand],
    _ places: Places
  ) {
    for index in found.indices.dropLast() {
      let (server, next) = (found[index].server, found[index + 1].server)
      guard found[index].path.isEmpty, found[index + 1].path.isEmpty, server.isAwaited,
        port(of: server) != port(of: next)
      else { continue }
      found[index].server.findings.append(
        Diagnostic(
          ImportRules.shell, at: SourceLocation(places.source, server.name.range),
          "the script waits until this server ends before it starts the one in line \(next.name.range.start.line)",
          help: [
            server.isContainer
              ? "start the container with '-d'" : "end the command with '&', so that both run"
          ]))
    }
  }

  /// Returns the ports of the machine that a command names, or a word for the runtime's own.
  static func ports(of server: ForeignServer) -> Set<String> {
    let opened = server.ports.compactMap(\.value.host).map(String.init)
    return Set(opened.isEmpty ? [port(of: server) ?? ""] : opened)
  }

  /// Returns the port that a command names; nil if it names none.
  private static func port(of server: ForeignServer) -> String? {
    if let first = server.ports.first { return first.value.host.map(String.init) }
    let words = server.command.map(\.value)
    return words.firstIndex(of: "--port").flatMap { words[($0 + 1)...].first }
      ?? words.first { $0.hasPrefix("--port=") }.map { String($0.dropFirst(7)) }
  }
}
