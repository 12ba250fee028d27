import Diagnostics
import Schema
import Text

/// Reads a quadlet file of Podman's generator (podman-systemd.unit(5)).
package enum QuadletSource {
  private static let dropped: [String: String] = [
    "ContainerName": "amm names the container after the instance",
    "Network": "servers share one network, 'network' in instances.yaml",
    "AutoUpdate": "see 'auto_update'", "Pull": "'amm lock' pins images",
    "HealthCmd": "amm uses the server's own check", "HealthInterval": "the same",
    "HealthRetries": "the same", "HealthStartPeriod": "the same", "HealthTimeout": "the same",
    "HealthOnFailure": "see 'on_unhealthy'", "Notify": "see 'start: on-demand'",
    "NoNewPrivileges": "amm sets it", "DropCapability": "amm drops all capabilities",
    "AddCapability": "amm drops all capabilities", "SecurityLabelDisable": "amm sets it for GPUs",
    "SecurityLabelType": "see 'selinux'", "GroupAdd": "see 'keep_groups'",
    "UserNS": "Podman maps users by itself", "StopTimeout": "the runtime determines it",
    "Tmpfs": "see 'read_only'", "Timezone": "servers use UTC",
    "WorkingDir": "the image determines it",
    "HostName": "other containers reach the server by the instance's name",
    "Timeout": "the runtime determines it",
  ]

  private static let sections: Set = [
    "Container", "Unit", "Service", "Install", "Quadlet", "X-Container",
  ]

  /// A line of a unit: its key and value.
  private struct Line {
    let section: String
    let key: Located<String>
    let value: Located<String>
  }

  /// Returns the container of a file.
  static func servers(in source: SourceFile) -> [ForeignServer] {
    let lines = lines(of: source)
    let name =
      lines.last { $0.key.value == "ContainerName" }.map { Located($0.value.value, $0.value.range) }
      ?? Located(stem(of: source.path), .fileStart)
    var server = ForeignServer(name: name)
    for line in lines { read(line, into: &server, source) }
    return server.image == nil ? [] : [server]
  }

  private static func stem(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".container") ? String(file.dropLast(10)) : file
  }

  private static func lines(of source: SourceFile) -> [Line] {
    let places = Places(source)
    var lines: [Line] = []
    var section = ""
    var index = source.textStart
    let bytes = source.bytes
    while index < bytes.count {
      let start = index
      var text: [UInt8] = []
      // A backslash at the end of a line continues it.
      while index < bytes.count {
        let end = bytes[index...].firstIndex(of: 0x0A) ?? bytes.count
        var line = bytes[index..<end]
        index = end + 1
        if line.last == 0x0D { line = line.dropLast() }
        guard line.last == 0x5C else {
          text += line
          break
        }
        text += line.dropLast() + [0x20]
      }
      let range = places.range(start, min(index - 1, bytes.count))
      let plain = String(decoding: text, as: UTF8.self).trimmed
      if plain.isEmpty || plain.hasPrefix("#") || plain.hasPrefix(";") { continue }
      if plain.hasPrefix("["), plain.hasSuffix("]") {
        section = String(plain.dropFirst().dropLast())
        continue
      }
      guard let equals = plain.firstIndex(of: "=") else { continue }
      lines.append(
        Line(
          section: section, key: Located(String(plain[..<equals]).trimmed, range),
          value: Located(String(plain[plain.index(after: equals)...]).trimmed, range)))
    }
    return lines
  }

  private static func read(_ line: Line, into server: inout ForeignServer, _ source: SourceFile) {
    guard line.section == "Container" else {
      if !sections.contains(line.section) { return }
      if line.key.value == "Description" {
        server.description = line.value
        server.tell(line.key, .carried)
        return
      }
      server.tell(
        line.key, .dropped,
        line.section == "Install" ? "see 'start'" : "amm writes the unit; see 'quadlet'")
      return
    }
    let value = line.value
    switch line.key.value {
    case "Image": server.image = value
    case "Exec": server.command = ShellWords.words(value)
    case "Entrypoint": server.entrypoint = ShellWords.words(value)
    case "Environment":
      for pair in ShellWords.words(value) {
        guard let equals = pair.value.firstIndex(of: "=") else { continue }
        server.variables.append(
          (
            Located(String(pair.value[..<equals]), pair.range),
            String(pair.value[pair.value.index(after: equals)...])
          ))
      }
    case "EnvironmentFile": server.variableFiles.append(value)
    case "Volume": server.readVolume(value)
    case "PublishPort": server.readPort(value)
    case "AddDevice":
      server.readDevices((server.gpus?.value ?? []) + [value.value], at: value.range)
    case "Secret": readSecret(value, into: &server)
    case "ShmSize": server.addSetting("shm_size", value)
    case "User": server.addSetting("user", value)
    case "ReadOnly": server.addSetting("read_only", value)
    case "RunInit": server.addSetting("init", value)
    case "Memory": server.addSetting("mem_limit", value)
    case "LogDriver": server.settings.append(("log_driver", value))
    case "Ulimit": readLimit(value, into: &server)
    case "Label":
      for pair in ShellWords.words(value) {
        guard let equals = pair.value.firstIndex(of: "=") else { continue }
        server.settings.append(
          (
            "labels." + pair.value[..<equals],
            Located(String(pair.value[pair.value.index(after: equals)...]), pair.range)
          ))
      }
    case "PodmanArgs":
      RunLine.read(options: ShellWords.words(value)[...], into: &server)
    default:
      guard let reason = dropped[line.key.value] else {
        server.tell(
          line.key, .unknown, "Podman's generator has no such key, or amm does not know it")
        server.findings.append(
          Diagnostic(
            ImportRules.key, at: SourceLocation(source, line.key.range),
            "a container has no key '\(line.key.value.prefix(40))'",
            help: [
              Suggestion.help(
                for: line.key.value, among: dropped.keys.sorted() + known,
                otherwise: "Podman's generator would ignore the unit")
            ]))
        return
      }
      server.tell(line.key, .dropped, reason)
      return
    }
    server.tell(line.key, .carried)
  }

  private static let known = [
    "Image", "Exec", "Entrypoint", "Environment", "EnvironmentFile", "Volume", "PublishPort",
    "AddDevice", "Secret", "ShmSize", "User", "ReadOnly", "RunInit", "Memory", "LogDriver",
    "Ulimit",
    "Label", "PodmanArgs",
  ]

  /// Reads `NAME,type=env,target=VARIABLE`.
  private static func readSecret(_ value: Located<String>, into server: inout ForeignServer) {
    let parts = value.value.split(separator: ",").map(String.init)
    guard let name = parts.first, parts.contains("type=env") else { return }
    let target = parts.first { $0.hasPrefix("target=") }.map { String($0.dropFirst(7)) }
    server.secrets.append((Located(target ?? name, value.range), name))
  }

  /// Reads `nofile=1024:2048`.
  static func readLimit(_ value: Located<String>, into server: inout ForeignServer) {
    let parts = value.value.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return }
    let soft = parts[1].split(separator: ":").first.map(String.init) ?? parts[1]
    server.settings.append(
      ("ulimits." + parts[0], Located(soft == "-1" ? "unlimited" : soft, value.range)))
  }
}

extension String {
  /// The text without spaces and tabs around it.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" || last == "\r" {
      text = text.dropLast()
    }
    return String(text)
  }
}
