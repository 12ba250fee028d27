import Deployments
import Diagnostics
import Profiles
import Schema
import Text

extension QuadletReader {
  /// Reads a line whose key an instance or a profile has in another form.
  mutating func readUsed(_ line: QuadletFile.Line) {
    switch line.key.value {
    case "Image": readImage(line)
    case "Rootfs":
      server.tell(line.key, .dropped, "every server runs from an image")
    case "Exec": readCommand(line)
    case "Entrypoint": readEntrypoint(line)
    case "Environment": readVariables(line)
    case "EnvironmentFile": readVariableFiles(line)
    case "Label": readLabels(line)
    case "Secret": readSecrets(line)
    case "Volume": readVolume(line)
    case "Mount": for mount in words(line, asPaths: false) { readMount(mount, line) }
    case "PublishPort": readPort(line)
    case "AddDevice":
      for device in words(line, escapes: false) { readDevice(device, line) }
    case "Network": readNetwork(line)
    case "Pod": readPod(line)
    case "PodmanArgs": readOptions(line)
    default: readSetting(line)
    }
  }

  private mutating func readImage(_ line: QuadletFile.Line) {
    let value = single(line)
    server.tell(line.key, .carried)
    guard value.value.hasSuffix(".image") || value.value.hasSuffix(".build") else {
      server.image = ForeignImage(value).plain
      return
    }
    if value.value.hasSuffix(".image"),
      let name = unit.value(of: "Image", in: "Image", of: value.value)
    {
      server.image = ForeignImage(Located(name, value.range)).plain
      return
    }
    tell(
      ImportRules.unit, value.range,
      value.value.hasSuffix(".build")
        ? "the image is built from '\(value.value.abbreviatedName)', and amm builds no images"
        : "the image is in '\(value.value.abbreviatedName)', which is not in the folder of this file",
      help: "write the name of an image: 'Image=REGISTRY/NAME:TAG'")
  }

  // MARK: Folders and volumes

  /// Returns the volume of the engine that a source such as `hf.volume` names, and whether it is certain.
  private func volume(_ source: String) -> (name: String, isCertain: Bool) {
    guard source.hasSuffix(".volume") else { return (source, true) }
    let file = source.split(separator: "/").last.map(String.init) ?? source
    if let folder = boundFolder(ofVolume: file) { return (folder, true) }
    let written = unit.value(of: "VolumeName", in: "Volume", of: file)
    return (written ?? "systemd-" + file.dropLast(7), unit.others?[file] != nil)
  }

  private mutating func readVolume(_ line: QuadletFile.Line) {
    let value = entire(line, asPath: true)
    guard !server.open.contains(value.range) || NixSource.isOpen(value.value) else {
      return server.tell(line.key, .dropped, "its source depends on the machine")
    }
    var parts = value.value.split(separator: ":", omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count > 1 else {
      return server.tell(
        line.key, .dropped, "a volume without a name is removed with the container")
    }
    if line.value.text.hasPrefix("~"), unit.source.path.hasSuffix(".container") {
      tell(
        ImportRules.unit, value.range,
        "no shell reads the line, so '\(parts[0].abbreviatedName)' is not in the home folder, and the container does not start",
        help: "write '%h\(String(parts[0].dropFirst()).abbreviatedName)', or the full path")
    }
    tellMissing(parts[0], ".volume", line)
    let volume = volume(parts[0])
    parts[0] = volume.name
    add(Located(parts.joined(separator: ":"), value.range), line, isCertain: volume.isCertain)
  }

  /// Adds a mount `SOURCE:TARGET[:OPTIONS]`, except one that amm makes by itself.
  private mutating func add(
    _ mount: Located<String>, _ line: QuadletFile.Line, isCertain: Bool
  ) {
    let before = server.places.count
    server.readVolume(mount)
    guard server.places.count > before, let place = server.places.last?.value else {
      if NixSource.isOpen(mount.value) { return }
      return server.tell(line.key, .dropped, "it is no mount 'SOURCE:TARGET'")
    }
    if place.source.hasPrefix("/dev/dri") {
      server.places.removeLast()
      showsCards = true
      return server.tell(line.key, .changed, "amm mounts it for these GPUs")
    }
    guard isCertain else {
      return server.tell(
        line.key, .changed,
        "the volume '\(place.source)', which is the name if its '.volume' file has no 'VolumeName'")
    }
    server.tell(line.key, .carried)
  }

  /// Reads `type=bind,source=A,target=B,readonly`.
  private mutating func readMount(_ mount: Located<String>, _ line: QuadletFile.Line) {
    var parts: [String: String] = [:]
    for part in mount.value.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard let name = pair.first else { continue }
      parts[name] = pair.count > 1 ? pair[1] : "true"
    }
    guard let type = parts["type"] else {
      tell(
        ImportRules.refused, mount.range,
        "the mount has no 'type=', so Podman's generator ignores the unit",
        help: "write 'type=bind,source=PATH,target=PATH'")
      return server.tell(line.key, .dropped, "it is no mount")
    }
    guard let target = parts["target"] ?? parts["destination"] ?? parts["dst"] else {
      return server.tell(line.key, .dropped, "it has no target")
    }
    let source = parts["source"] ?? parts["src"] ?? ""
    switch type {
    case "bind" where !source.isEmpty, "volume" where !source.isEmpty:
      let from = expansion.expand(source, asPath: true).text
      let isReadOnly = ["true", "1"].contains(parts["readonly"] ?? parts["ro"] ?? "false")
      let volume = volume(from)
      let options = ForeignServer.options(ofMount: parts, isReadOnly: isReadOnly)
      let text = "\(volume.name):\(target)" + (options.isEmpty ? "" : ":" + options)
      add(Located(text, mount.range), line, isCertain: volume.isCertain)
    case "tmpfs":
      let size = parts["tmpfs-size"].map { ":size=" + $0 } ?? ""
      keep("Container", "Tmpfs", Located(target + size, mount.range))
      server.tell(line.key, .changed, "'quadlet' has it as 'Tmpfs'")
    default:
      server.tell(line.key, .dropped, "only mounts of folders, volumes and tmpfs are imported")
    }
  }

  // MARK: Ports, devices and networks

  private mutating func readPort(_ line: QuadletFile.Line) {
    let value = entire(line)
    let before = server.ports.count
    // The value of Nix is told as one that is not understood.
    if NixSource.isOpen(value.value), server.readPort(value) { return }
    if !server.open.contains(value.range) { server.readPort(value) }
    guard server.ports.count > before else {
      return server.tell(line.key, .dropped, "only ports of TCP that are numbers are imported")
    }
    server.tell(line.key, .carried)
  }

  private mutating func readNetwork(_ line: QuadletFile.Line) {
    let value = entire(line)
    let mode = value.value.prefix { $0 != ":" }
    switch mode {
    case "host":
      server.usesHostNetwork = true
      server.tell(line.key, .changed, "amm opens the server's port on the machine")
    case "none":
      server.tell(line.key, .dropped, "a server needs a network")
    default:
      tellMissing(String(mode), ".network", line)
      server.tell(line.key, .changed, "servers share one network, 'network' in instances.yaml")
    }
  }

  /// Reads options of `podman run`, each of which is reported by itself.
  private mutating func readOptions(_ line: QuadletFile.Line) {
    var others: [Located<String>] = []
    var rest = words(line)[...]
    // The options that a key also has in newer versions of Podman.
    let names = ["--group-add", "--stop-timeout", "--sdnotify"]
    while let word = rest.popFirst() {
      guard let name = names.first(where: { word.value == $0 || word.value.hasPrefix($0 + "=") })
      else {
        others.append(word)
        continue
      }
      let value =
        word.value == name
        ? rest.popFirst()?.value ?? "" : String(word.value.dropFirst(name.count + 1))
      let key = Located(name, word.range)
      switch name {
      case "--group-add": groups.append((key, value))
      case "--stop-timeout": server.tell(key, .changed, "the runtime determines it")
      default: server.tell(key, .changed, "amm waits for the check of the runtime")
      }
    }
    RunLine.read(options: others[...], into: &server)
  }

  // MARK: Settings

  private mutating func readSetting(_ line: QuadletFile.Line) {
    let name = line.key.value
    switch name {
    case "ContainerName":
      server.tell(line.key, .changed, "the container has the instance's name")
    case "User": user = single(line)
    case "Group": group = single(line)
    case "ShmSize": server.addSetting("shm_size", single(line))
    case "Memory": server.addSetting("mem_limit", single(line))
    case "LogDriver": server.settings.append(("log_driver", single(line)))
    case "ReadOnly", "RunInit":
      server.addSetting(
        name == "ReadOnly" ? "read_only" : "init",
        Located(flag(line) ? "true" : "false", line.value.located.range))
    case "Ulimit":
      let before = server.settings.count
      Self.readLimit(entire(line), into: &server)
      guard server.settings.count > before else {
        return server.tell(line.key, .dropped, "it is no limit such as 'nofile=65536'")
      }
    case "AutoUpdate":
      let value = single(line)
      guard ImageUpdate(rawValue: value.value) != nil else {
        return server.tell(line.key, .dropped, "'auto_update' is 'registry' or 'local'")
      }
      server.settings.append(("auto_update", value))
    case "NoNewPrivileges" where flag(line), "DropCapability":
      return server.tell(line.key, .changed, "amm sets it for every server")
    case "NoNewPrivileges":
      return server.tell(line.key, .dropped, "no server gets more privileges than it starts with")
    case "HealthOnFailure": return readConsequence(line)
    case "GroupAdd":
      groups.append((line.key, line.value.text))
      return
    // This depends on the GPUs, which other lines name.
    case "SecurityLabelDisable": return
    default: break
    }
    if name != "ContainerName" { server.tell(line.key, .carried) }
  }

  private static func readLimit(_ value: Located<String>, into server: inout ForeignServer) {
    QuadletSource.readLimit(value, into: &server)
  }

  private mutating func readConsequence(_ line: QuadletFile.Line) {
    let value = single(line)
    guard ["kill", "stop", "restart"].contains(value.value) else {
      return server.tell(line.key, .changed, "'on_unhealthy' is 'nothing' by default")
    }
    server.settings.append(("on_unhealthy", Located("restart", value.range)))
    server.tell(line.key, .changed, "'on_unhealthy: restart'")
  }

  /// Keeps a key of the unit under 'quadlet'.
  mutating func keep(_ section: String, _ key: String, _ value: Located<String>) {
    server.settings.append(("quadlet.\(section).\(key)", value))
  }

  mutating func keep(_ line: QuadletFile.Line, _ key: QuadletKey) {
    let name = line.key.value
    var values: [Located<String>] = []
    switch key.reading {
    case .flag: values = [Located(flag(line) ? "true" : "false", line.value.located.range)]
    case .single: values = [single(line)]
    case .lines: values = [entire(line)]
    case .words, .escapedWords, .pairs, .command:
      values = words(line, escapes: key.reading != .words)
    }
    guard !values.contains(where: { server.open.contains($0.range) }) else {
      return server.tell(line.key, .dropped, "its value depends on the machine")
    }
    let pulls = ["always", "missing", "never", "newer"]
    if name == "Pull", !values.allSatisfy({ pulls.contains($0.value) }) {
      return server.tell(line.key, .dropped, "it is none of \(Phrase.allOf(pulls))")
    }
    for value in values { keep("Container", name, value) }
    server.tell(line.key, .changed, "'quadlet' has it in the instance")
  }
}
