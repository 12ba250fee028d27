import Deployments
package import Diagnostics
import Schema
import Text
package import YAML

/// Reads the services of a Compose file (compose-spec, 05-services.md).
package struct ComposeSource {
  private let source: SourceFile
  var variables: Interpolation
  private var services: [String: Node] = [:]
  private var findings: [Diagnostic] = []

  /// Returns the services of a file, in its order, or nil if it is no Compose file.
  ///
  /// - Parameter environment: The text of the `.env` beside it; nil if there is none.
  package static func read(
    _ source: SourceFile, environment: String?
  ) -> Outcome<[ForeignServer]> {
    Composer.compose(source).then { root in
      var reader = ComposeSource(source: source, variables: Interpolation(environment: environment))
      let servers = reader.servers(in: root)
      return Outcome(servers, reader.findings)
    }
  }

  /// Whether a tree is that of a Compose file.
  package static func isCompose(_ root: Node) -> Bool {
    root["services"]?.entries?.contains { entry in
      entry.value["image"] != nil || entry.value["build"] != nil || entry.value["extends"] != nil
    } ?? false
  }

  private init(source: SourceFile, variables: Interpolation) {
    self.source = source
    self.variables = variables
  }

  private static let topKeys = [
    "services", "version", "name", "volumes", "networks", "secrets", "configs", "include",
  ]

  private mutating func servers(in root: Node) -> [ForeignServer] {
    for entry in root.entries ?? [] where !entry.key.hasPrefix("x-") {
      guard !Self.topKeys.contains(entry.key) else { continue }
      tell(
        ImportRules.key, entry.keyRange, "Compose has no key '\(entry.key.abbreviated)'",
        help: Suggestion.help(
          for: entry.key, among: Self.topKeys, otherwise: "a key of your own begins with 'x-'"))
    }
    let entries = root["services"]?.entries ?? []
    for entry in entries { services[entry.key] = entry.value }
    var servers: [ForeignServer] = []
    for entry in entries {
      var server = ForeignServer(name: Located(entry.key, entry.keyRange))
      read(entry.value, into: &server, depth: 0)
      servers.append(server)
    }
    for (name, range) in variables.unset {
      tell(
        ImportRules.variable, range, "nothing sets the variable '\(name)', so it is empty",
        help: "set it in '.env' beside the file, or write '${\(name):-DEFAULT}'")
    }
    for reference in variables.broken {
      tell(
        ImportRules.variable, reference.range,
        "Compose cannot replace the variable in '\(reference.value.abbreviated)'",
        help: "write '$$' for a dollar sign")
    }
    return servers
  }

  private mutating func tell(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String
  ) {
    findings.append(
      Diagnostic(rule, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Returns a scalar's text with its variables replaced; nil if it is not a scalar.
  mutating func text(_ node: Node?) -> Located<String>? {
    guard let node, let scalar = node.scalar, !scalar.isNull else { return nil }
    return Located(variables.apply(to: scalar.text, at: node.range), node.range)
  }

  // MARK: Services

  private static let dropped: [String: String] = [
    "container_name": "amm names the container after the instance",
    "restart": "amm restarts a server, and gives up after three failed starts",
    "depends_on": "servers need no others",
    "networks": "servers share one network, 'network' in instances.yaml",
    "healthcheck": "amm uses the server's own check",
    "logging": "the journal has the output; see 'log_driver'",
    "hostname": "other containers reach the server by the instance's name",
    "expose": "all ports are open in the servers' network",
    "stop_grace_period": "the runtime determines it",
    "stop_signal": "the runtime determines it", "pull_policy": "'amm lock' pins images",
    "profiles": "'start: manual' starts a server by hand", "stdin_open": "servers read no input",
    "tty": "servers need no terminal", "privileged": "no server needs all rights of the machine",
    "cap_add": "amm drops all capabilities", "cap_drop": "amm drops all capabilities",
    "security_opt": "amm sets what the GPUs need", "extra_hosts": "servers call no other machines",
    "dns": "see 'quadlet: {Container: {DNS: …}}'", "tmpfs": "see 'read_only'",
    "working_dir": "the image determines it", "group_add": "'keep_groups' is set for GPUs",
    "platform": "the engine chooses the machine's own", "pid": "servers need no other processes",
    "build": "build the image, and push it to a registry", "configs": "mount the file as a volume",
    "network_mode": "servers share a network of their own, and publish ports",
    "oom_score_adj": "the kernel's default is kept", "userns_mode": "Podman maps users by itself",
    "annotations": "see 'labels'", "develop": "it is for development",
    "attach": "the journal has the output", "cgroup": "Podman determines it",
    "mem_reservation": "a limit is enough: see 'limits'",
    "memswap_limit": "see 'limits: {ram: …}'", "mac_address": "Podman determines it",
  ]

  private mutating func read(_ node: Node, into server: inout ForeignServer, depth: Int) {
    if let base = node["extends"], depth < 8 { extend(base, &server, depth) }
    for entry in node.entries ?? [] where !entry.key.hasPrefix("x-") {
      read(entry, of: node, into: &server)
    }
  }

  private mutating func extend(_ base: Node, _ server: inout ForeignServer, _ depth: Int) {
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
    read(found, into: &server, depth: depth + 1)
    server.tell(key, .changed, "the keys of '\(name)' are read here")
  }

  private mutating func read(
    _ entry: Node.Entry, of service: Node, into server: inout ForeignServer
  ) {
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
      server.entrypoint = words(entry.value)
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
    default: readLimit(entry, key, into: &server)
    }
  }

  private mutating func readLimit(
    _ entry: Node.Entry, _ key: Located<String>, into server: inout ForeignServer
  ) {
    switch entry.key {
    case "deploy": readDeploy(entry.value, key, into: &server)
    case "gpus":
      if entry.value.scalar?.text == "all" {
        server.gpus = Located(["nvidia"], entry.value.range)
      } else {
        let devices = (entry.value.items ?? []).flatMap { gpus(of: $0) }
        server.gpus = Located(devices, entry.value.range)
      }
      server.tell(key, .carried)
    case "runtime":
      if text(entry.value)?.value == "nvidia", server.gpus == nil {
        server.gpus = Located(["nvidia"], entry.value.range)
      }
      server.tell(key, .changed, "'gpus' names the GPUs")
    case "devices":
      let paths = (entry.value.items ?? []).compactMap { text($0)?.value }
      server.readDevices(paths, at: entry.value.range)
      server.tell(key, .carried)
    case "shm_size", "user", "mem_limit", "cpus", "read_only", "init", "ipc":
      guard let value = text(entry.value) else { return }
      server.addSetting(entry.key, value)
      server.tell(key, .carried)
    case "ulimits":
      for limit in entry.value.entries ?? [] {
        let amount = text(limit.value) ?? text(limit.value["soft"])
        if let amount {
          server.settings.append(
            (
              "ulimits." + limit.key,
              Located(amount.value == "-1" ? "unlimited" : amount.value, amount.range)
            ))
        }
      }
      server.tell(key, .carried)
    case "labels":
      for (name, value) in pairs(of: entry.value) {
        server.settings.append(("labels." + name.value, value ?? name))
      }
      server.tell(key, .carried)
    default:
      if let reason = Self.dropped[entry.key] {
        server.tell(key, .dropped, reason)
      } else {
        server.tell(key, .unknown, "Compose has no such key of a service, or amm does not know it")
        tell(
          ImportRules.key, entry.keyRange, "a service has no key '\(entry.key.abbreviated)'",
          help: Suggestion.help(
            for: entry.key, among: Self.known, otherwise: "Compose would refuse the file"))
      }
    }
  }

  private static let known =
    Array(dropped.keys).sorted() + [
      "image", "command", "entrypoint", "environment", "env_file", "ports", "volumes", "secrets",
      "deploy", "gpus", "runtime", "devices", "shm_size", "user", "mem_limit", "cpus", "read_only",
      "init", "ipc", "ulimits", "labels", "extends",
    ]
}

extension Node {
  /// Returns the value of a key; nil if it is not a mapping or lacks the key.
  subscript(key: String) -> Node? { entries?.first { $0.key == key }?.value }
}
