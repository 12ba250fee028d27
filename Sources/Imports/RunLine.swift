import Diagnostics
import Schema
import Text

/// Reads `podman run` and `docker run`.
enum RunLine {
  /// The options that take no value.
  private static let flags: Set = [
    "-d", "--detach", "-i", "--interactive", "-t", "--tty", "-it", "-ti", "-itd", "-dit", "--rm",
    "--init", "--privileged", "--read-only", "--replace", "--no-healthcheck", "-P", "--publish-all",
    "--quiet", "-q", "--disable-content-trust", "--oom-kill-disable", "--rmi", "--tls-verify",
  ]

  /// Returns the server of a command; nil if it runs no container.
  static func server(of words: [Located<String>]) -> ForeignServer? {
    var rest = words[...]
    while let word = rest.first?.value, ["sudo", "exec", "nohup"].contains(word) {
      rest = rest.dropFirst()
    }
    guard let program = rest.first,
      ["podman", "docker", "nerdctl"].contains(where: {
        program.value == $0 || program.value.hasSuffix("/" + $0)
      })
    else { return nil }
    rest = rest.dropFirst()
    if rest.first?.value == "container" { rest = rest.dropFirst() }
    guard let verb = rest.first?.value, verb == "run" || verb == "create" else { return nil }
    var server = ForeignServer(name: Located("server", program.range))
    let image = read(options: rest.dropFirst(), into: &server)
    guard let first = image.first else { return nil }
    var found = ForeignServer(
      name: server.containerName
        ?? Located(Self.name(ofImage: first.value), first.range))
    found.adopt(server)
    found.image = first
    found.command = Array(image.dropFirst())
    return found
  }

  private static func name(ofImage text: String) -> String {
    let last = text.split(separator: "/").last.map(String.init) ?? text
    return String(last.prefix { $0 != ":" && $0 != "@" })
  }

  /// Reads the options of `run`, and returns the words after them.
  @discardableResult
  static func read(
    options: ArraySlice<Located<String>>, into server: inout ForeignServer
  ) -> ArraySlice<Located<String>> {
    var rest = options
    while let word = rest.first, word.value.hasPrefix("-"), word.value != "-" {
      rest = rest.dropFirst()
      if word.value == "--" { return rest }
      var name = word.value
      var value: Located<String>?
      if name.hasPrefix("--"), let equals = name.firstIndex(of: "=") {
        value = Located(String(name[name.index(after: equals)...]), word.range)
        name = String(name[..<equals])
      } else if !name.hasPrefix("--"), name.count > 2, !flags.contains(name) {
        // `-p8000:8000`, or several flags in one word.
        if name.dropFirst().allSatisfy({ "ditq".contains($0) }) { continue }
        value = Located(String(name.dropFirst(2)), word.range)
        name = String(name.prefix(2))
      }
      if value == nil, !flags.contains(name), let next = rest.first {
        value = next
        rest = rest.dropFirst()
      }
      read(Located(name, word.range), value, into: &server)
    }
    return rest
  }

  private static let dropped: [String: String] = [
    "--network": "servers share one network, 'network' in instances.yaml",
    "--net": "servers share one network, 'network' in instances.yaml",
    "--restart": "amm restarts a server, and gives up after three failed starts",
    "--security-opt": "amm sets what the GPUs need", "--cap-add": "amm drops all capabilities",
    "--cap-drop": "amm drops all capabilities", "--group-add": "'keep_groups' is set for GPUs",
    "--pull": "'amm lock' pins images", "--platform": "the engine chooses the machine's own",
    "--privileged": "no server needs all rights of the machine",
    "--health-cmd": "amm uses the server's own check",
    "--hostname": "the instance's name reaches it",
    "-h": "the instance's name reaches it", "--userns": "Podman maps users by itself",
    "--log-opt": "the journal has the output", "--pid": "servers need no other processes",
    "--add-host": "servers call no other machines", "--sdnotify": "see 'start: on-demand'",
    "--stop-timeout": "the runtime determines it", "-w": "the image determines it",
    "--workdir": "the image determines it", "--tmpfs": "see 'read_only'",
    "--cgroups": "Podman determines it", "--cidfile": "systemd follows the container",
    "--pod": "servers share one network", "--oom-score-adj": "the kernel's default is kept",
    "--memory-swap": "see 'limits: {ram: …}'", "--cpuset-cpus": "see 'limits: {cpu_cores: …}'",
  ]

  private static func read(
    _ name: Located<String>, _ value: Located<String>?, into server: inout ForeignServer
  ) {
    guard let value else {
      switch name.value {
      case "--init", "--read-only":
        server.addSetting(
          name.value == "--init" ? "init" : "read_only", Located("true", name.range))
        server.tell(name, .carried)
      case "--privileged": server.tell(name, .dropped, dropped["--privileged"] ?? "")
      default: server.tell(name, .dropped, "systemd runs the server")
      }
      return
    }
    switch name.value {
    case "--name": server.containerName = value
    case "-e", "--env":
      let equals = value.value.firstIndex(of: "=")
      let variable = equals.map { String(value.value[..<$0]) } ?? value.value
      let text = equals.map { String(value.value[value.value.index(after: $0)...]) }
      server.variables.append((Located(variable, value.range), text))
    case "--env-file": server.variableFiles.append(value)
    case "-v", "--volume": server.readVolume(value)
    case "--mount": readMount(value, into: &server)
    case "-p", "--publish": server.readPort(value)
    case "--gpus": server.readGPUs(value)
    case "--runtime":
      if value.value == "nvidia", server.gpus == nil {
        server.gpus = Located(["nvidia"], value.range)
      }
    case "--device":
      server.readDevices((server.gpus?.value ?? []) + [value.value], at: value.range)
    case "--entrypoint": server.entrypoint = ShellWords.words(value)
    case "--shm-size": server.addSetting("shm_size", value)
    case "--ipc": server.addSetting("ipc", value)
    case "-m", "--memory": server.addSetting("mem_limit", value)
    case "--cpus": server.addSetting("cpus", value)
    case "-u", "--user": server.addSetting("user", value)
    case "--ulimit": QuadletSource.readLimit(value, into: &server)
    case "-l", "--label":
      if let equals = value.value.firstIndex(of: "=") {
        server.settings.append(
          (
            "labels." + value.value[..<equals],
            Located(String(value.value[value.value.index(after: equals)...]), value.range)
          ))
      }
    case "--log-driver": server.settings.append(("log_driver", value))
    case "--secret":
      let parts = value.value.split(separator: ",").map(String.init)
      if let secret = parts.first, parts.contains("type=env") {
        let target = parts.first { $0.hasPrefix("target=") }.map { String($0.dropFirst(7)) }
        server.secrets.append((Located(target ?? secret, value.range), secret))
      }
    default:
      if let reason = dropped[name.value] {
        server.tell(name, .dropped, reason)
      } else {
        server.tell(name, .unknown, "amm does not know this option")
      }
      return
    }
    server.tell(name, .carried)
  }

  /// Reads `type=bind,source=A,target=B,readonly`.
  private static func readMount(_ value: Located<String>, into server: inout ForeignServer) {
    var parts: [String: String] = [:]
    for part in value.value.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      parts[pair[0]] = pair.count > 1 ? pair[1] : "true"
    }
    guard let target = parts["target"] ?? parts["destination"] ?? parts["dst"],
      let from = parts["source"] ?? parts["src"]
    else { return }
    let isReadOnly = parts["readonly"] ?? parts["ro"] ?? "false"
    server.places.append(
      Located(.init(source: from, target: target, isReadOnly: isReadOnly == "true"), value.range))
  }
}

extension ForeignServer {
  /// Takes all settings of another server.
  mutating func adopt(_ other: ForeignServer) {
    entrypoint = other.entrypoint
    variables = other.variables
    variableFiles = other.variableFiles
    ports = other.ports
    places = other.places
    gpus = other.gpus
    open = other.open
    usesHostNetwork = other.usesHostNetwork
    settings = other.settings
    secrets = other.secrets
    fates = other.fates
    findings = other.findings
  }
}
