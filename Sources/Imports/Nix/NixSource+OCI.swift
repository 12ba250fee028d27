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
    switch entry.key {
    case "image", "entrypoint", "workdir", "user", "log-driver", "pull":
      guard let value = Self.text(entry.value) else { return tellType(entry, "a text") }
      if Self.isOpen(value.value) { server.open.insert(value.range) }
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

  private func readText(
    _ key: Located<String>, _ value: Located<String>, into server: inout ForeignServer
  ) {
    switch key.value {
    case "image": server.image = value
    case "entrypoint": server.entrypoint = [value]
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

  private func readPairs(
    _ pairs: [Node.Entry], _ key: Located<String>, into server: inout ForeignServer
  ) {
    for pair in pairs {
      guard let value = Self.text(pair.value) else { continue }
      let name = Located(pair.key, pair.keyRange)
      if Self.isOpen(value.value) {
        server.tell(name, .unknown, "only Nix has its value")
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
      let rest = RunLine.read(options: texts[...], into: &server)
      if let first = rest.first {
        file.tell(
          ImportRules.value, in: source, first.range,
          "'\(first.value.abbreviated)' is no option, so the engine takes it for the image",
          help: "write each option as one text: '\"--name=value\"'")
      }
    }
    server.tell(key, .carried)
  }

  // MARK: Services

  private static let ollama: [String: String] = [
    "enable": "", "host": "", "port": "", "loadModels": "", "environmentVariables": "",
    "acceleration": "", "rocmOverrideGfx": "", "package": "the image has its own version",
    "home": "models are in a volume", "models": "models are in a volume",
    "user": "the container has its own users", "group": "the container has its own users",
    "openFirewall": "'bind' determines who reaches the server",
    "syncModels": "models that no profile names are kept",
  ]

  private static let llamaCpp: [String: String] = [
    "enable": "", "host": "", "port": "", "model": "", "extraFlags": "",
    "package": "the image has its own version", "modelsDir": "a server has one model",
    "modelsPreset": "a server has one model",
    "openFirewall": "'bind' determines who reaches the server",
  ]

  /// Reads `services.ollama` or `services.llama-cpp`.
  mutating func readService(_ service: Node.Entry) {
    guard service.value["enable"]?.scalar?.text == "true" else { return }
    let isOllama = service.key == "ollama"
    var server = ForeignServer(name: Located(service.key, service.keyRange))
    let table = isOllama ? Self.ollama : Self.llamaCpp
    for entry in service.value.entries ?? [] {
      guard let reason = known(entry, of: "'services.\(service.key)'", among: table),
        !(entry.value.scalar?.isNull ?? false), entry.key != "enable"
      else { continue }
      let key = Located(entry.key, entry.keyRange)
      server.tell(key, reason.isEmpty ? .carried : .dropped, reason)
    }
    func value(_ key: String, or standard: String) -> Located<String> {
      service.value[key].flatMap(Self.text) ?? Located(standard, service.keyRange)
    }
    let host = value("host", or: "127.0.0.1")
    let port = value("port", or: isOllama ? "11434" : "8080")
    func word(_ text: String) -> Located<String> { Located(text, service.keyRange) }
    guard isOllama else {
      server.command = [word("llama-server"), word("--host"), host, word("--port"), port]
      if let model = service.value["model"].flatMap(Self.text) {
        server.command += [Located("--model", model.range), model]
      }
      server.command += (service.value["extraFlags"]?.items ?? []).compactMap(Self.text)
      for word in server.command where Self.isOpen(word.value) { server.open.insert(word.range) }
      file.servers.append(server)
      return
    }
    server.command = [word("ollama"), word("serve")]
    server.variables = [(Located("OLLAMA_HOST", host.range), "\(host.value):\(port.value)")]
    readPairs(
      service.value["environmentVariables"]?.entries ?? [], word("environment"), into: &server)
    if let version = service.value["rocmOverrideGfx"].flatMap(Self.text) {
      server.variables.append((Located("HSA_OVERRIDE_GFX_VERSION", version.range), version.value))
    }
    server.pulled = (service.value["loadModels"]?.items ?? []).compactMap(Self.text)
    let vendors = ["cuda": "nvidia", "rocm": "amd", "vulkan": "vulkan"]
    if let kind = service.value["acceleration"].flatMap(Self.text), let vendor = vendors[kind.value]
    {
      server.gpus = Located([vendor], kind.range)
    }
    file.servers.append(server)
  }
}
