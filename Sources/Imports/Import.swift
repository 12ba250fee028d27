import Deployments
package import Diagnostics
import Profiles
import Schema
import Workspaces
import YAML

/// What an import found in a file of another tool.
package struct Import: Sendable {
  /// The kinds of files.
  package enum Kind: String, Sendable, CaseIterable {
    case compose, quadlet, command
    case llamaSwap = "llama-swap"
    case kubernetes, modelfile
  }

  /// The runtimes whose servers an import recognises.
  package static var runtimes: [String] {
    Runtimes.all.filter { !$0.foreign.programs.isEmpty }.map { $0.name }
  }

  /// The kind of the file.
  package let kind: Kind
  /// The servers that amm knows.
  package let servers: [ImportedServer]
  /// The names of programs that are none of amm's runtimes, with the reason that they are left out.
  package let others: [Fate]
  /// All problems, at their places in the source.
  package let diagnostics: [Diagnostic]

  /// Returns the kind of a file by its content; nil if it is none.
  package static func kind(of source: SourceFile) -> Kind? {
    let text = String(decoding: source.bytes, as: UTF8.self)
    if text.hasPrefix("services:") || text.contains("\nservices:") {
      // A file that cannot be read is told as what it is meant to be.
      guard let root = Composer.compose(source).value else { return .compose }
      if ComposeSource.isCompose(root) { return .compose }
    }
    if let kind = structured(source, text) { return kind }
    if text.contains("[Container]") { return .quadlet }
    return CommandSource.servers(in: source).isEmpty ? nil : .command
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - environment: The text of the `.env` beside it; nil if there is none.
  ///   - folder: The folder of the file, for relative paths; nil if it is not known.
  ///   - origin: How the profile's first line names the file.
  ///   - taken: The names that are taken by instances or profiles.
  package static func read(
    _ source: SourceFile, as kind: Kind, environment: String? = nil, in folder: String? = nil,
    from origin: String, besides taken: Set<String> = []
  ) -> Import {
    var diagnostics: [Diagnostic] = []
    var others: [Fate] = []
    let foreign: [ForeignServer]
    switch kind {
    case .compose:
      let outcome = ComposeSource.read(source, environment: environment)
      diagnostics += outcome.diagnostics
      foreign = outcome.value ?? []
    case .quadlet: foreign = QuadletSource.servers(in: source)
    case .command: foreign = CommandSource.servers(in: source)
    case .llamaSwap, .kubernetes, .modelfile:
      let file = structured(source, as: kind)
      diagnostics += file.findings
      others += file.others
      foreign = file.servers
    }
    var servers: [ImportedServer] = []
    var names = taken
    for server in OwnTraces.removed(from: foreign) {
      guard let recognised = Recognition.recognise(server) else {
        others.append(
          Fate(key: server.name, kind: .dropped, reason: "it is none of the servers that amm runs"))
        continue
      }
      let name = uniqueName(server.name.value, besides: &names)
      var made = ServerImport(server, recognised, of: source, as: name, in: folder)
      let imported = finish(&made, recognised, name, source, origin, &diagnostics)
      if let imported { servers.append(imported) }
      diagnostics += made.findings
    }
    diagnostics += judge(servers, source)
    return Import(kind: kind, servers: servers, others: others, diagnostics: diagnostics)
  }

  private static func finish(
    _ made: inout ServerImport, _ recognised: Recognition.Server, _ name: String,
    _ source: SourceFile, _ origin: String, _ diagnostics: inout [Diagnostic]
  ) -> ImportedServer? {
    let text = made.profile(from: origin)
    let file = SourceFile(path: "imported/\(name).yaml", text: text.text)
    let outcome = Profile.read(file)
    diagnostics += outcome.diagnostics.map {
      $0.moved(to: source, by: text, or: made.server.name.range)
    }
    let interface = outcome.value.map { recognised.runtime.interface(of: $0) }
    let cache = outcome.value.flatMap { recognised.runtime.cache(of: $0) }
    let instance = made.instance(
      cache: cache?.path.text,
      standard: interface?.port.number ?? recognised.runtime.foreign.standardPort)
    guard made.hasModel else { return nil }
    return ImportedServer(
      name: name, range: made.server.name.range, runtime: recognised.runtime.name, profile: text,
      instance: instance, secrets: made.secrets, fates: made.fates, findings: made.findings)
  }

  /// Returns the problems of the instances, together in one workspace, at their places in the source.
  private static func judge(_ servers: [ImportedServer], _ source: SourceFile) -> [Diagnostic] {
    guard !servers.isEmpty else { return [] }
    var text = ImportedText()
    text.add("version: 1")
    text.add("instances:")
    for server in servers { text.add(server.instance) }
    let file = SourceFile(path: "imported/instances.yaml", text: text.text)
    let links = servers.map { server in
      let profile = Profile.read(
        SourceFile(path: "imported/\(server.name).yaml", text: server.profile.text)
      ).value
      return ActiveLink(
        instance: server.name, path: "active/\(server.name).yaml",
        state: .profile(
          "imported/" + server.name,
          profile.map { ActiveProfile(id: "imported/" + server.name, profile: $0) }))
    }
    let outcome = Composer.compose(file).then { node in
      Workspace.read(
        node, from: file, links: links,
        location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    }
    return outcome.diagnostics.compactMap { diagnostic in
      // A profile with errors was told. What runs side by side on a machine, and who can reach it, is for
      // a check of the workspace.
      let ofMachine = ["gpu-share", "open-without-key", "privileged-port"]
      guard diagnostic.location.path == file.path, !ofMachine.contains(diagnostic.rule.code) else {
        return nil
      }
      return diagnostic.moved(to: source, by: text, or: servers[0].range)
    }
  }

  /// Returns a name of letters, digits and hyphens that is not taken yet.
  private static func uniqueName(_ text: String, besides names: inout Set<String>) -> String {
    var plain = String(
      text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    while plain.hasPrefix("-") { plain.removeFirst() }
    while plain.contains("--") { plain = plain.replacing("--", with: "-") }
    plain = String(plain.prefix(40))
    while plain.hasSuffix("-") { plain.removeLast() }
    if plain.isEmpty { plain = "server" }
    var name = plain
    var number = 2
    while !names.insert(name).inserted {
      name = "\(plain)-\(number)"
      number += 1
    }
    return name
  }
}

extension Diagnostic {
  /// Returns the problem of an imported text at its place in the source.
  fileprivate func moved(
    to source: SourceFile, by text: ImportedText, or fallback: SourceRange
  ) -> Diagnostic {
    let line = location.range?.start.line ?? 1
    let range = text.origin(ofLine: line) ?? fallback
    return Diagnostic(
      rule, at: SourceLocation(source, range), message, help: help)
  }
}
