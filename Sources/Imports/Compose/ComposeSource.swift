import Deployments
package import Diagnostics
import Schema
import Text
package import YAML

/// Reads the services of a Compose file (compose-spec, 05-services.md).
package struct ComposeSource {
  let source: SourceFile
  let nearby: NearbyFiles
  var places: Places
  var variables = Interpolation(environment: nil, keepsUnset: true)
  /// The volumes of the file by key, with the name that the engine has for them.
  var volumes: [String: String] = [:]
  /// The files that the file itself has under `configs`, by key.
  var contents: [String: Located<String>] = [:]
  var findings: [Diagnostic] = []
  private var told: Set<String> = []
  /// Whether amm wrote the service that is read, in whose command no shell replaces variables.
  private(set) var isOwn = false
  /// The lines of commands that a shell of the container runs, with the variables that it has there.
  var ofContainers: [(lines: ClosedRange<Int>, names: Set<String>)] = []
  /// The files with variables of the service that is read.
  private var variableFiles: [Node] = []

  // MARK: Files

  /// The files that are read, whose lines have different numbers.
  var files = NumberedFiles()
  /// The folder of each file below that of the source, with the number that is added to its lines.
  var folders: [(line: Int, folder: String)] = []
  /// The files by path.
  var parts: [String: Part] = [:]
  var merge = ComposeMerge()
  /// The services with what they extend, by file and name.
  var resolved: [String: Node] = [:]
  /// The number of services that each of them extends, one by the other.
  var depths: [String: Int] = [:]
  /// The number of values that services with what they extend may still have.
  var restOfValues = Self.values
  var includeCount = 0
  /// The numbers that are added to the lines of files with variables, by path.
  var variableFileShifts: [String: Int] = [:]
  /// The number of bytes that files with variables may still have, each counted for each of its services.
  var restOfVariables = 4 << 20
  /// The files with variables that are not there.
  var missingFiles: Set<String> = []
  /// Whether a file that is named was not read, so that names may be declared in it.
  var hasUnreadFiles = false
  /// The services that are extended, by the place of `extends`.
  var extendedPlaces: [SourceRange: String] = [:]
  /// The paths of files that are named and were not looked for.
  var wanted: Set<String> = []

  /// The tags by which Compose merges several files.
  static let tags: Set = [ComposeMerge.reset, ComposeMerge.override]

  /// Returns the services of a file, in its order; none if it cannot be read.
  ///
  /// - Parameters:
  ///   - nearby: The files next to it, such as `.env` and those that it names.
  ///   - folder: Its folder; nil if it is not known.
  package static func read(
    _ source: SourceFile, with nearby: NearbyFiles = NearbyFiles(), in folder: String? = nil
  ) -> ForeignFile {
    var reader = ComposeSource(source: source, nearby: nearby, places: Places(source))
    if let folder { reader.variables.setFolder(folder) }
    var file = ForeignFile()
    if let root = reader.project() { file.servers = reader.servers(in: root) }
    file.findings = reader.findings
    file.files = reader.files
    file.wanted = reader.wanted
    return file
  }

  /// Whether a tree is that of a Compose file, or of one that has its services at its top.
  package static func isCompose(_ root: Node) -> Bool {
    holdsServices(root["services"])
      || root["services"] == nil && (holdsServices(root) || onlyIncludes(root))
  }

  /// Whether a tree has nothing but other Compose files, and resources of a project.
  private static func onlyIncludes(_ root: Node) -> Bool {
    guard let include = root["include"], let entries = root.entries else { return false }
    let items = include.items ?? [include]
    return !items.isEmpty && items.allSatisfy { $0.scalar != nil || $0["path"] != nil }
      && entries.allSatisfy { topKeys.contains($0.key) || $0.key.hasPrefix("x-") }
  }

  private static func holdsServices(_ node: Node?) -> Bool {
    node?.entries?.contains { entry in
      entry.value["image"]?.scalar != nil || entry.value["build"] != nil
        || entry.value["extends"] != nil
    } ?? false
  }

  private init(source: SourceFile, nearby: NearbyFiles, places: Places) {
    self.source = source
    self.nearby = nearby
    self.places = places
  }

  private mutating func servers(in root: Node) -> [ForeignServer] {
    let isOld = root["services"] == nil && root["include"] == nil
    if isOld, let first = root.entries?.first {
      tell(
        ImportRules.refused, first.keyRange, "Compose needs the key 'services' above the services",
        help: "write 'services:' as the first line, and indent the rest")
    }
    for entry in root.entries ?? [] where !entry.key.hasPrefix("x-") && !isOld {
      guard !Self.topKeys.contains(entry.key) else { continue }
      tell(
        ImportRules.refused, entry.keyRange, "Compose has no key '\(entry.key.abbreviated)'",
        help: Suggestion.help(
          for: entry.key, among: Self.topKeys, otherwise: "a key of your own begins with 'x-'"))
    }
    readVolumeNames(root["volumes"])
    readContents(root["configs"])
    let entries = (isOld ? root : root["services"])?.entries ?? []
    var servers: [ForeignServer] = []
    for entry in entries {
      var server = ForeignServer(name: Located(entry.key, entry.keyRange))
      server.isInstance = isInstance(entry.value)
      isOwn = server.isInstance || OwnTraces.wrote(source)
      read(entry.value, into: &server)
      if server.isInstance { server.isConfined = server.isConfined ?? true }
      servers.append(server)
    }
    checkReferences(root)
    tellVariables()
    for index in servers.indices {
      servers[index].add(open: variables.open, referred: variables.referred)
      servers[index].hasAllValues = true
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

  /// Reports a value for which Compose refuses the entire file.
  mutating func refuse(_ node: Node, _ message: String, help: String) {
    tell(ImportRules.refused, node.range, message, help: help)
  }

  /// Reports a value that has no effect, or another one than it seems.
  mutating func tell(_ node: Node, _ message: String, help: String) {
    tell(ImportRules.value, node.range, message, help: help)
  }

  /// Returns a scalar's text with its variables replaced; nil if it is not a scalar.
  mutating func text(_ node: Node?) -> Located<String>? {
    guard let node, let scalar = node.scalar, !scalar.isNull else { return nil }
    return Located(variables.apply(to: scalar.text, at: node.range), node.range)
  }

  // MARK: Services

  private mutating func read(_ node: Node, into server: inout ForeignServer) {
    variableFiles = []
    for entry in node.entries ?? [] where !entry.key.hasPrefix("x-") {
      read(entry, into: &server)
    }
    checkNetwork(of: node)
    for file in variableFiles { readVariables(of: file, into: &server) }
    recordVariables(of: node, server)
  }

  private mutating func read(_ entry: Node.Entry, into server: inout ForeignServer) {
    let key = Located(entry.key, entry.keyRange)
    checkForm(of: entry)
    switch entry.key {
    case "extends":
      if let name = extendedPlaces[entry.value.range] {
        server.tell(key, .changed, "the keys of '\(name)' are read here")
      } else {
        server.tell(key, .unknown, "amm does not find what it extends")
      }
    case "image":
      server.image = image(entry.value) ?? server.image
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
    case "env_file": variableFiles = entry.value.items ?? [entry.value]
    case "ports":
      for item in entry.value.items ?? [] { readPort(item, into: &server) }
      server.keepOnePortEach()
      server.tell(key, .carried)
    case "volumes":
      for item in entry.value.items ?? [] { readVolume(item, into: &server) }
      server.keepOnePlaceEach()
      server.tell(key, .carried)
    case "depends_on", "links":
      let names = entry.value.entries?.map { Located($0.key, $0.keyRange) }
      for name in names ?? (entry.value.items ?? []).compactMap({ text($0) }) {
        server.partners.append(Located(String(name.value.prefix { $0 != ":" }), name.range))
      }
      tellOther(entry, key, into: &server)
    case "secrets":
      server.fileSecrets = (entry.value.items ?? []).compactMap { item in
        item["target"] == nil ? text(item) ?? text(item["source"]) : nil
      }
      server.tell(key, .changed, "create Podman secrets, and name them under 'secrets'")
    case "network_mode":
      server.usesHostNetwork = text(entry.value)?.value == "host"
      server.tell(
        key, server.usesHostNetwork ? .changed : .dropped,
        "servers share a network of their own, and publish ports")
    case "profiles" where server.isInstance:
      server.settings.append(("start", Located("manual", entry.value.range)))
      server.tell(key, .changed, "'start: manual'")
    case "profiles": readProfiles(entry.value, key, into: &server)
    case "security_opt":
      let words = (entry.value.items ?? []).compactMap { text($0) }
      let open = words.first { ["label:disable", "label=disable"].contains($0.value) }
      if open != nil { server.isConfined = false }
      server.tell(key, .dropped, "amm sets what the GPUs need")
    case "logging" where server.isInstance:
      if let driver = text(entry.value["driver"]) {
        server.settings.append(("log_driver", driver))
      }
      server.tell(key, .carried)
    case "healthcheck":
      readHealthCheck(entry.value, into: &server)
      server.tell(key, .dropped, "amm uses the server's own check")
    case "privileged":
      server.isPrivileged = text(entry.value)?.value == "true"
      tellOther(entry, key, into: &server)
    case "restart": readRestart(entry.value, key, into: &server)
    case "build":
      server.isBuilt = true
      server.tell(key, .dropped, "build the image, and push it to a registry")
    case "container_name", "hostname", "networks", "configs":
      readNames(entry, into: &server)
      tellOther(entry, key, into: &server)
    default: readLimit(entry, key, into: &server)
    }
  }

  private mutating func readLimit(
    _ entry: Node.Entry, _ key: Located<String>, into server: inout ForeignServer
  ) {
    switch entry.key {
    case "deploy": readDeploy(entry.value, key, into: &server)
    case "scale": readReplicas(entry.value, key, into: &server)
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
      tellBytes(entry.value, entry.key)
      server.addSetting(entry.key, value)
      server.tell(key, .carried)
    case "ulimits":
      readLimits(entry.value, into: &server)
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
}

extension Node {
  /// Returns the value of a key; nil if it is not a mapping or lacks the key.
  subscript(key: String) -> Node? { entries?.first { $0.key == key }?.value }
}
