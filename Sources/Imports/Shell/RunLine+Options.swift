import Profiles
import Schema
import Text
import Values

/// The options of `run`.
extension RunLine {
  /// Reads the options of `run`, and returns the words after them.
  @discardableResult
  static func read(
    options: ArraySlice<Located<String>>, into server: inout ForeignServer
  ) -> ArraySlice<Located<String>> {
    var rest = options
    var devices: [Located<String>] = []
    while let word = rest.first, word.value.hasPrefix("-"), word.value != "-" {
      rest = rest.dropFirst()
      if word.value == "--" { break }
      if word.value.hasPrefix("--") {
        readLong(word, &rest, &devices, into: &server)
      } else {
        readShort(word, &rest, &devices, into: &server)
      }
    }
    if let first = devices.first {
      server.readDevices(devices.map(\.value), at: first.range)
    }
    return rest
  }

  private static func readLong(
    _ word: Located<String>, _ rest: inout ArraySlice<Located<String>>,
    _ devices: inout [Located<String>], into server: inout ForeignServer
  ) {
    var name = Located(word.value, word.range)
    var value: Located<String>?
    if let equals = word.value.firstIndex(of: "=") {
      name = Located(String(word.value[..<equals]), word.range)
      value = Located(String(word.value[word.value.index(after: equals)...]), word.range)
    }
    if flags.contains(name.value) {
      readFlag(name, isOn: !["false", "0", "f"].contains(value?.value.lowercased()), into: &server)
      return
    }
    if !values.contains(name.value) {
      if value == nil, let next = rest.first, isValue(next, before: rest.dropFirst()) {
        rest = rest.dropFirst()
      }
      server.tell(name, .unknown, "it is no option of 'podman run' or 'docker run'")
      return
    }
    read(name, value ?? rest.popFirst(), &devices, into: &server)
  }

  /// Whether an engine has an option.
  static func isOption(_ name: String) -> Bool { values.contains(name) || flags.contains(name) }

  /// Whether a word after an unknown option is its value, and not the image.
  private static func isValue(
    _ word: Located<String>, before rest: ArraySlice<Located<String>>
  ) -> Bool {
    guard !word.value.hasPrefix("-"), Recognition.runtime(ofImage: word.value) == nil else {
      return false
    }
    guard let next = rest.first else { return false }
    return next.value.hasPrefix("-") || Recognition.runtime(ofImage: next.value) != nil
      || !word.value.contains("/")
  }

  /// Reads `-it`, `-dp 80:80`, `-p80:80` and `-p=80:80`.
  private static func readShort(
    _ word: Located<String>, _ rest: inout ArraySlice<Located<String>>,
    _ devices: inout [Located<String>], into server: inout ForeignServer
  ) {
    var letters = word.value.dropFirst()
    var found = ""
    while let letter = letters.first, flags.contains("-\(letter)") {
      found.append(letter)
      letters = letters.dropFirst()
      guard letters.first == "=" else { continue }
      readFlag(
        Located("-" + found, word.range), isOn: letters.dropFirst().lowercased() != "false",
        into: &server)
      return
    }
    // Several flags in one word are one line of the report.
    if !found.isEmpty { readFlag(Located("-" + found, word.range), isOn: true, into: &server) }
    guard let letter = letters.popFirst() else { return }
    let name = Located("-\(letter)", word.range)
    guard values.contains(name.value) else {
      server.tell(word, .unknown, "it is no option of 'podman run' or 'docker run'")
      return
    }
    if letters.first == "=" { letters = letters.dropFirst() }
    let value = letters.isEmpty ? rest.popFirst() : Located(String(letters), word.range)
    read(name, value, &devices, into: &server)
  }

  private static func readFlag(
    _ name: Located<String>, isOn: Bool, into server: inout ForeignServer
  ) {
    switch name.value {
    case "--init", "--read-only":
      if isOn {
        server.addSetting(
          name.value == "--init" ? "init" : "read_only", Located("true", name.range))
      }
      server.tell(name, .carried)
    default:
      server.tell(
        name, .dropped, isOn ? reasons[name.value] ?? "systemd runs the server" : "it is off anyway"
      )
    }
  }

  private static func read(
    _ name: Located<String>, _ written: Located<String>?, _ devices: inout [Located<String>],
    into server: inout ForeignServer
  ) {
    guard let value = written else {
      server.tell(name, .unknown, "it has no value")
      return
    }
    // A value that is not known is only kept where it stays a text.
    let kept: Set = ["-e", "--env", "-v", "--volume", "--mount", "-p", "--publish"]
    let namesGPUs = value.value.hasPrefix("/dev/dri") || value.value.contains(".com/gpu=")
    if server.isOpen(value), name.value == "--gpus" {
      server.gpus = Located(["nvidia"], value.range)
      server.hasOpenGPUs = true
    } else if server.isOpen(value), name.value == "--device", namesGPUs {
      return devices.append(value)
    }
    if server.isOpen(value), !kept.contains(name.value), reasons[name.value] == nil {
      server.tell(
        name, .unknown,
        NixSource.isOpen(value.value)
          ? NixSource.reason(ofOpen: value.value)
          : "the script does not show the value of '\(value.value)'")
      return
    }
    switch name.value {
    case "--device": devices.append(value)
    case "--network", "--net":
      guard value.value == "host" else {
        server.tell(name, .dropped, "servers share one network, 'network' in instances.yaml")
        return
      }
      server.usesHostNetwork = true
      server.tell(name, .changed, "the server gets amm's network, and its port is published")
      return
    case "--mount":
      guard readMount(value, into: &server) else {
        server.tell(name, .dropped, "it holds nothing that stays: see 'read_only'")
        return
      }
    case "-e", "--env":
      // Each variable has its own row.
      return readVariable(value, into: &server)
    case "--security-opt":
      if ["label=disable", "label:disable"].contains(value.value) { server.isConfined = false }
      server.tell(name, .dropped, reasons[name.value] ?? "")
      return
    case "--secret":
      let parts = value.value.split(separator: ",").map(String.init)
      guard let secret = parts.first, parts.contains("type=env") else {
        if let secret = parts.first, !parts.contains(where: { $0.hasPrefix("target=") }) {
          server.fileSecrets.append(Located(secret, value.range))
        }
        server.tell(name, .dropped, "secrets reach a server as variables: see 'secrets'")
        return
      }
      let target = parts.first { $0.hasPrefix("target=") }.map { String($0.dropFirst(7)) }
      server.secrets.append(.init(variable: Located(target ?? secret, value.range), name: secret))
    case "-l", "--label":
      guard let equals = value.value.firstIndex(of: "="), equals > value.value.startIndex else {
        server.tell(name, .dropped, "a label without a value")
        return
      }
      let text = String(value.value[value.value.index(after: equals)...])
      server.settings.append(("labels." + value.value[..<equals], Located(text, value.range)))
    default:
      guard readSetting(name.value, value, into: &server) else {
        server.tell(name, .dropped, reasons[name.value] ?? "amm has no such setting")
        return
      }
    }
    server.tell(name, .carried)
  }

  /// Reads an option that a setting of the instance has; returns whether it is one.
  private static func readSetting(
    _ name: String, _ value: Located<String>, into server: inout ForeignServer
  ) -> Bool {
    switch name {
    case "--name": server.containerName = value
    case "--link":
      server.partners.append(
        Located(value.value.split(separator: ":").first.map(String.init) ?? "", value.range))
      return false
    case "--network-alias", "--net-alias", "-h", "--hostname":
      server.aliases.insert(value.value)
      return false
    case "--health-cmd":
      server.healthCommand = value
      return false
    case "--env-file": server.variableFiles.append(value)
    case "-v", "--volume": server.readVolume(value)
    case "-p", "--publish": server.readPort(value)
    case "--gpus":
      server.readGPUs(value)
      server.requestsGPUs = true
    case "--runtime":
      guard value.value == "nvidia" else { return false }
      if server.gpus == nil { server.gpus = Located(["nvidia"], value.range) }
    case "--entrypoint":
      let list = value.value.hasPrefix("[") ? JSONValue(parsing: value.value)?.list : nil
      server.entrypoint =
        list.map { $0.compactMap { $0.text.map { Located($0, value.range) } } }
        ?? CommandSource.commands(in: value).flatMap(\.self)
    case "--shm-size": server.addSetting("shm_size", value)
    case "--ipc":
      guard value.value == "host" else { return false }
      server.addSetting("ipc", value)
    case "-m", "--memory": server.addSetting("mem_limit", value)
    case "--cpus": server.addSetting("cpus", value)
    case "-u", "--user": server.addSetting("user", value)
    case "--userns":
      server.keepsUser = value.value.hasPrefix("keep-id")
      return false
    case "--ulimit": QuadletSource.readLimit(value, into: &server)
    case "--log-driver": server.settings.append(("log_driver", value))
    default: return false
    }
    return true
  }

  /// Reads `NAME=value`, or `NAME` for a variable of the caller.
  private static func readVariable(_ value: Located<String>, into server: inout ForeignServer) {
    guard let equals = value.value.firstIndex(of: "=") else {
      server.variables.append((value, nil))
      return
    }
    server.variables.append(
      (
        Located(String(value.value[..<equals]), value.range),
        String(value.value[value.value.index(after: equals)...])
      ))
  }

  /// Reads `type=bind,source=A,target=B,readonly`; returns whether it mounts a folder or volume.
  private static func readMount(
    _ value: Located<String>, into server: inout ForeignServer
  ) -> Bool {
    var parts: [String: String] = [:]
    for part in value.value.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard let key = pair.first else { continue }
      parts[key] = pair.count > 1 ? pair[1] : "true"
    }
    guard let target = parts["target"] ?? parts["destination"] ?? parts["dst"] else { return false }
    server.otherMounts.insert(target)
    guard
      let from = parts["source"] ?? parts["src"], parts["type"] ?? "volume" != "tmpfs"
    else { return false }
    let isReadOnly = ["true", "1"].contains(parts["readonly"] ?? parts["ro"] ?? "false")
    let options = ForeignServer.options(ofMount: parts, isReadOnly: isReadOnly)
    server.readVolume(
      Located("\(from):\(target)" + (options.isEmpty ? "" : ":" + options), value.range))
    return true
  }
}
