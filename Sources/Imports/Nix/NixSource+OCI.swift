import Diagnostics
import Schema
import Text
import YAML

/// `virtualisation.oci-containers` of NixOS, which runs `podman run` or `docker run`.
extension NixSource {
  /// The options that only these containers have.
  static let ociOnly: Set = [
    "cmd", "environmentFiles", "extraOptions", "dependsOn", "workdir", "hostname", "imageFile",
    "imageStream", "log-driver", "login", "privileged", "pull", "networks", "capabilities",
  ]

  /// The options of NixOS 26.05 (nixos/modules/virtualisation/oci-containers.nix): the reason if an
  /// option is left out, and nothing if it is read.
  private static let oci: [String: String] = [
    "image": "", "cmd": "", "entrypoint": "", "environment": "", "environmentFiles": "",
    "ports": "",
    "volumes": "", "extraOptions": "", "autoStart": "", "labels": "", "workdir": "", "user": "",
    "log-driver": "", "pull": "", "devices": "", "networks": "", "privileged": "",
    "imageFile": "amm pulls images from a registry",
    "imageStream": "amm pulls images from a registry",
    "serviceName": "the service has the instance's name", "login": "run 'podman login'",
    "dependsOn": "servers need no others",
    "hostname": "other containers reach the server by the instance's name",
    "preRunExtraOptions": "they are options of the engine and not of a container",
    "podman": "'scope' of a target determines the user",
    "capabilities": "amm drops all capabilities",
    "autoRemoveOnStop": "a container is removed when it stops",
  ]

  /// Reads an element of `virtualisation.oci-containers.containers`.
  mutating func readOCI(_ container: Node.Entry, _ options: [Node.Entry]) {
    var server = ForeignServer(name: Located(container.key, container.keyRange))
    for entry in options {
      let reason = known(entry, of: "a container of NixOS", among: Self.oci)
      guard let reason, !(entry.value.scalar?.isNull ?? false) else { continue }
      let key = Located(entry.key, entry.keyRange)
      if entry.key == "dependsOn" {
        server.partners += (entry.value.items ?? []).compactMap(Self.text)
      } else if entry.key == "hostname", let name = Self.text(entry.value) {
        server.aliases.insert(name.value)
      }
      if !reason.isEmpty {
        let isEmpty = entry.value.entries?.isEmpty ?? entry.value.items?.isEmpty ?? false
        if !isEmpty { server.tell(key, .dropped, reason) }
      } else {
        read(entry, key, into: &server)
      }
    }
    if server.image != nil { file.servers.append(server) }
  }

  private mutating func read(
    _ entry: Node.Entry, _ key: Located<String>, into server: inout ForeignServer
  ) {
    let open = Self.text(entry.value).flatMap { Self.isOpen($0.value) ? $0 : nil }
    // That of the image is told with its profile.
    if let open, entry.key != "image" {
      server.tell(key, .unknown, Self.reason(ofOpen: open.value))
    }
    switch entry.key {
    case "image", "entrypoint":
      guard let value = Self.text(entry.value) else { return tellType(entry, "a text") }
      if open != nil { server.open.insert(value.range) }
      if entry.key == "image" {
        readImage(value, into: &server)
      } else {
        server.entrypoint = [value]
      }
      if open == nil { server.tell(key, .carried) }
    case _ where open != nil:
      if entry.key == "ports" { server.hasOpenPorts = true }
    case "workdir", "user", "log-driver", "pull":
      guard let value = Self.text(entry.value) else { return tellType(entry, "a text") }
      readText(key, value, into: &server)
    case "environment", "labels":
      guard let pairs = entry.value.entries else { return tellType(entry, "a set of texts") }
      readPairs(pairs, key, into: &server)
      server.tell(key, .carried)
    case "autoStart", "privileged":
      let isOn = entry.value.scalar?.text == "true"
      if entry.key == "privileged" {
        if isOn { server.tell(key, .dropped, "no server needs all rights of the machine") }
      } else {
        if !isOn { server.settings.append(("start", Located("manual", entry.value.range))) }
        server.tell(key, .carried)
      }
    default:
      if entry.value.items == nil { tellType(entry, "a list of texts") }
      let texts = (entry.value.items ?? [entry.value]).compactMap(Self.text)
      for text in texts where Self.isOpen(text.value) { server.open.insert(text.range) }
      readList(key, texts, into: &server)
    }
  }

  private mutating func readImage(_ value: Located<String>, into server: inout ForeignServer) {
    let image = ForeignImage(value)
    server.image = image.plain
    guard image.hasTransport, backend == "docker" else { return }
    file.tell(
      ImportRules.value, in: source, value.range, ForeignImage.problem(for: "Docker"),
      help: image.help)
  }

  private func readText(
    _ key: Located<String>, _ value: Located<String>, into server: inout ForeignServer
  ) {
    switch key.value {
    case "user": server.addSetting("user", value)
    case "log-driver":
      // The default of NixOS.
      if value.value != "journald" { server.settings.append(("log_driver", value)) }
    default:
      // The default of NixOS.
      guard key.value != "pull" || value.value != "missing" else { return }
      let name = key.value == "pull" ? "Pull" : "WorkingDir"
      server.settings.append(("quadlet.Container." + name, value))
      return server.tell(key, .changed, "'quadlet' has it in the instance")
    }
    server.tell(key, .carried)
  }

  func readPairs(
    _ pairs: [Node.Entry], _ key: Located<String>, into server: inout ForeignServer
  ) {
    for pair in pairs {
      guard let value = Self.text(pair.value) else { continue }
      let name = Located(pair.key, pair.keyRange)
      if Self.isOpen(value.value) {
        server.tell(name, .unknown, Self.reason(ofOpen: value.value))
      } else if key.value == "labels" {
        server.settings.append(("labels." + pair.key, value))
      } else {
        server.variables.append((name, value.value))
      }
    }
  }

  private mutating func readList(
    _ key: Located<String>, _ texts: [Located<String>], into server: inout ForeignServer
  ) {
    switch key.value {
    case "cmd": server.command = texts
    case "environmentFiles": server.variableFiles += texts
    case "devices":
      if let first = texts.first {
        server.readDevices(texts.prefix(256).map(\.value), at: first.range)
      }
    case "ports":
      for text in texts where !server.readPort(text) {
        file.tell(
          ImportRules.value, in: source, text.range, "'\(text.value.abbreviated)' is no port",
          help: "write '\"127.0.0.1:8000:8000\"'")
      }
    case "volumes":
      for text in texts where !server.readVolume(text) {
        file.tell(
          ImportRules.value, in: source, text.range, "'\(text.value.abbreviated)' is no volume",
          help: "write '\"SOURCE:TARGET\"'")
      }
    case "networks":
      if texts.contains(where: { $0.value == "host" }) {
        server.usesHostNetwork = true
        return server.tell(key, .changed, "amm opens the server's port on the machine")
      }
      return server.tell(key, .changed, "servers share one network, 'network' in instances.yaml")
    default:
      let words = texts.flatMap { separated($0) }
      tellRuntime(words)
      let rest = RunLine.read(options: words[...], into: &server)
      if let first = rest.first {
        file.tell(
          ImportRules.value, in: source, first.range,
          "'\(first.value.abbreviated)' is no option, so the engine takes it for the image",
          help: "write each option as one text: '\"--name=value\"'")
      }
    }
    server.tell(key, .carried)
  }

  /// Returns the option and the value of a text that has both with a space between them, which is reported.
  private mutating func separated(_ text: Located<String>) -> [Located<String>] {
    guard text.value.hasPrefix("-"), let space = text.value.firstIndex(of: " "),
      !text.value[..<space].contains("=")
    else { return [text] }
    let name = String(text.value[..<space])
    let value = String(text.value[space...]).trimmed
    file.tell(
      ImportRules.value, in: source, text.range,
      "'\(text.value.abbreviated)' is one argument of the engine, with the space in it",
      help: "write two texts: '\"\(name)\" \"\(value.abbreviated)\"'")
    return [Located(name, text.range), Located(value, text.range)]
  }

  /// Reports the runtime that Docker has for GPUs, which Podman does not know.
  private mutating func tellRuntime(_ words: [Located<String>]) {
    let joined = words.first { $0.value == "--runtime=nvidia" }
    let split = zip(words, words.dropFirst()).first {
      $0.value == "--runtime" && $1.value == "nvidia"
    }
    guard backend == "podman", let found = joined ?? split?.0 else { return }
    file.tell(
      ImportRules.gpus, in: source, found.range,
      "Podman has no runtime 'nvidia', so the container does not start",
      help: "write '\"--device=nvidia.com/gpu=all\"'")
  }
}
