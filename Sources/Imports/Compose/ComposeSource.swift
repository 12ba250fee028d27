import Deployments
package import Diagnostics
import Schema
import Text
package import YAML

/// Reads the services of a Compose file (compose-spec, 05-services.md).
package struct ComposeSource {
  let source: SourceFile
  let places: Places
  var variables: Interpolation
  private var services: [String: Node] = [:]
  /// The volumes of the file by key, with the name that the engine has for them.
  var volumes: [String: String] = [:]
  var findings: [Diagnostic] = []
  private var told: Set<String> = []
  /// The services that are being extended, to find a circle.
  private var extending: [String] = []

  /// The tags by which Compose merges several files.
  static let tags: Set = ["!reset", "!override"]

  /// Returns the services of a file, in its order, or nil if it is no Compose file.
  ///
  /// - Parameter environment: The text of the `.env` beside it; nil if there is none.
  package static func read(
    _ source: SourceFile, environment: String?
  ) -> Outcome<[ForeignServer]> {
    Composer.compose(source, ignoring: tags).then { root in
      var reader = ComposeSource(
        source: source, places: Places(source),
        variables: Interpolation(environment: environment, keepsUnset: true))
      let servers = reader.servers(in: root)
      return Outcome(servers, reader.findings)
    }
  }

  /// Whether a tree is that of a Compose file, or of one that has its services at its top.
  package static func isCompose(_ root: Node) -> Bool {
    holdsServices(root["services"]) || root["services"] == nil && holdsServices(root)
  }

  private static func holdsServices(_ node: Node?) -> Bool {
    node?.entries?.contains { entry in
      entry.value["image"]?.scalar != nil || entry.value["build"] != nil
        || entry.value["extends"] != nil
    } ?? false
  }

  private init(source: SourceFile, places: Places, variables: Interpolation) {
    self.source = source
    self.places = places
    self.variables = variables
  }

  private mutating func servers(in root: Node) -> [ForeignServer] {
    let isOld = root["services"] == nil
    if isOld, let first = root.entries?.first {
      tell(
        ImportRules.key, first.keyRange, "Compose needs the key 'services' above the services",
        help: "write 'services:' as the first line, and indent the rest")
    }
    for entry in root.entries ?? [] where !entry.key.hasPrefix("x-") && !isOld {
      guard !Self.topKeys.contains(entry.key) else { continue }
      tell(
        ImportRules.key, entry.keyRange, "Compose has no key '\(entry.key.abbreviated)'",
        help: Suggestion.help(
          for: entry.key, among: Self.topKeys, otherwise: "a key of your own begins with 'x-'"))
    }
    if let include = root.entries?.first(where: { $0.key == "include" }) {
      tell(
        ImportRules.value, include.keyRange, "amm does not read the files of 'include'",
        help: "'docker compose config' prints one file with everything")
    }
    readVolumeNames(root["volumes"])
    let entries = (isOld ? root : root["services"])?.entries ?? []
    for entry in entries { services[entry.key] = entry.value }
    var servers: [ForeignServer] = []
    for entry in entries {
      var server = ForeignServer(name: Located(entry.key, entry.keyRange))
      extending = [entry.key]
      server.isOwn = isOwn(entry.value)
      variables.isForShell = !server.isOwn
      read(entry.value, into: &server)
      if server.isOwn { server.isConfined = server.isConfined ?? true }
      servers.append(server)
    }
    checkReferences(root)
    tellVariables()
    for index in servers.indices {
      servers[index].open = variables.open
      servers[index].referred = variables.referred
    }
    return servers
  }

  mutating func tell(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String
  ) {
    // A service that several extend is read for each of them.
    guard told.insert(message + " \(range.start.line):\(range.start.column)").inserted else {
      return
    }
    findings.append(
      Diagnostic(rule, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Reports a value that Compose refuses.
  mutating func refuse(_ node: Node, _ message: String, help: String) {
    tell(ImportRules.value, node.range, message, help: help)
  }

  /// Returns a scalar's text with its variables replaced; nil if it is not a scalar.
  mutating func text(_ node: Node?) -> Located<String>? {
    guard let node, let scalar = node.scalar, !scalar.isNull else { return nil }
    return Located(variables.apply(to: scalar.text, at: node.range), node.range)
  }

  // MARK: Services

  private mutating func read(_ node: Node, into server: inout ForeignServer) {
    if let base = node["extends"] { extend(base, &server) }
    for entry in node.entries ?? [] where !entry.key.hasPrefix("x-") {
      read(entry, into: &server)
    }
  }

  private mutating func extend(_ base: Node, _ server: inout ForeignServer) {
    let key = Located("extends", base.range)
    let isOtherFile = base["file"] != nil
    guard !isOtherFile, let name = (base["service"] ?? base).scalar?.text,
      let found = services[name]
    else {
      server.tell(key, .unknown, "amm reads only this file")
      tell(
        ImportRules.key, base.range,
        isOtherFile
          ? "'extends' names another file, which amm does not read"
          : "there is no service to extend",
        help: "'docker compose config' prints one file with everything")
      return
    }
    guard !extending.contains(name), extending.count < 32 else {
      refuse(base, "'\(name.abbreviated)' extends itself", help: "remove one of the 'extends'")
      return
    }
    extending.append(name)
    read(found, into: &server)
    server.tell(key, .changed, "the keys of '\(name)' are read here")
  }

  private mutating func read(_ entry: Node.Entry, into server: inout ForeignServer) {
    let key = Located(entry.key, entry.keyRange)
    switch entry.key {
    case "extends": return
    case "image":
      server.image = text(entry.value) ?? server.image
      server.tell(key, .carried)
    case "command":
      server.command = words(entry.value)
      server.tell(key, .carried)
    case "entrypoint":
      // Null keeps the image's own, and an empty list or text removes it.
      let isNull = entry.value.scalar?.isNull ?? false
      server.entrypoint = isNull ? nil : words(entry.value)
      server.tell(key, .carried)
    case "environment":
      readEnvironment(entry.value, into: &server)
      server.tell(key, .carried)
    case "env_file":
      for node in entry.value.items ?? [entry.value] {
        if let file = text(node["path"] ?? node) { server.variableFiles.append(file) }
      }
    case "ports":
      for item in entry.value.items ?? [] { readPort(item, into: &server) }
      server.tell(key, .carried)
    case "volumes":
      for item in entry.value.items ?? [] { readVolume(item, into: &server) }
      server.tell(key, .carried)
    case "secrets":
      server.tell(key, .changed, "create Podman secrets, and name them under 'secrets'")
    case "network_mode":
      server.usesHostNetwork = text(entry.value)?.value == "host"
      server.tell(
        key, server.usesHostNetwork ? .changed : .dropped,
        "servers share a network of their own, and publish ports")
    case "profiles" where server.isOwn:
      server.settings.append(("start", Located("manual", entry.value.range)))
      server.tell(key, .changed, "'start: manual'")
    case "security_opt":
      let words = (entry.value.items ?? []).compactMap { text($0) }
      let open = words.first { ["label:disable", "label=disable"].contains($0.value) }
      if open != nil { server.isConfined = false }
      server.tell(key, .dropped, "amm sets what the GPUs need")
    case "logging" where server.isOwn:
      if let driver = text(entry.value["driver"]) {
        server.settings.append(("log_driver", driver))
      }
      server.tell(key, .carried)
    case "profiles":
      server.isAlternative = !(entry.value.items?.isEmpty ?? true)
      server.tell(key, .changed, "'start: manual' starts a server by hand")
    case "healthcheck":
      readHealthCheck(entry.value, into: &server)
      server.tell(key, .dropped, "amm uses the server's own check")
    case "restart":
      checkRestart(entry.value)
      server.tell(
        key, .dropped, "amm restarts a server, and gives up after three failed starts")
    case "build":
      server.isBuilt = true
      server.tell(key, .dropped, "build the image, and push it to a registry")
    default: readLimit(entry, key, into: &server)
    }
  }

  private mutating func readLimit(
    _ entry: Node.Entry, _ key: Located<String>, into server: inout ForeignServer
  ) {
    switch entry.key {
    case "deploy": readDeploy(entry.value, key, into: &server)
    case "gpus": readGPUs(entry.value, key, into: &server)
    case "runtime":
      if text(entry.value)?.value == "nvidia", server.gpus == nil {
        server.gpus = Located(["nvidia"], entry.value.range)
      }
      server.tell(key, .changed, "'gpus' names the GPUs")
    case "devices":
      let paths = (entry.value.items ?? []).compactMap { text($0["source"] ?? $0)?.value }
      server.readDevices(paths, at: entry.value.range)
      server.tell(key, .carried)
    case "shm_size", "user", "mem_limit", "cpus", "read_only", "init", "ipc":
      guard let value = text(entry.value) else { return }
      guard !variables.open.contains(value.range) else {
        return server.tell(key, .unknown, "its value is known only when the server starts")
      }
      server.addSetting(entry.key, value)
      server.tell(key, .carried)
    case "ulimits":
      for limit in entry.value.entries ?? [] {
        guard let amount = text(limit.value) ?? text(limit.value["soft"]) else { continue }
        let value = amount.value == "-1" ? "unlimited" : amount.value
        server.settings.append(("ulimits." + limit.key, Located(value, amount.range)))
      }
      server.tell(key, .carried)
    case "labels":
      for (name, value) in pairs(of: entry.value) {
        server.settings.append(
          ("labels." + name.value, value ?? Located("", name.range)))
      }
      server.tell(key, .carried)
    default: tellOther(entry, key, into: &server)
    }
  }

  private mutating func tellOther(
    _ entry: Node.Entry, _ key: Located<String>, into server: inout ForeignServer
  ) {
    if let reason = Self.dropped[entry.key] {
      return server.tell(key, .dropped, reason)
    }
    server.tell(key, .unknown, "Compose has no such key of a service, or amm does not know it")
    tell(
      ImportRules.key, entry.keyRange, "a service has no key '\(entry.key.abbreviated)'",
      help: Suggestion.help(
        for: entry.key, among: Self.known, otherwise: "Compose would refuse the file"))
  }
}

extension Node {
  /// Returns the value of a key; nil if it is not a mapping or lacks the key.
  subscript(key: String) -> Node? { entries?.first { $0.key == key }?.value }
}
