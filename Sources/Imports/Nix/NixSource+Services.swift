import Diagnostics
import Schema
import Text
import YAML

/// `services.ollama` and `services.llama-cpp` of NixOS, which run on the machine itself.
extension NixSource {
  private static let version = "the image has its own version"

  private static let ollama: [String: String] = [
    "enable": "", "host": "", "port": "", "loadModels": "", "environmentVariables": "",
    "acceleration": "", "rocmOverrideGfx": "", "package": version,
    "home": "models are in a volume", "models": "models are in a volume",
    "user": "the container has its own users", "group": "the container has its own users",
    "openFirewall": "'bind' determines who reaches the server",
    "syncModels": "models that no profile names are kept",
  ]

  /// The options of the module before its rewrite, and `settings`, which replaced them and has the arguments of
  /// the server (nixpkgs, nixos/modules/services/misc/llama-cpp.nix).
  private static let llamaCpp: [String: String] = [
    "enable": "", "host": "", "port": "", "model": "", "extraFlags": "", "settings": "",
    "modelsDir": "", "modelsPreset": "", "package": version,
    "openFirewall": "'bind' determines who reaches the server",
  ]

  /// Reads `services.ollama` or `services.llama-cpp`.
  ///
  /// - Parameter environment: The variables that the file adds to the service; nil if it adds none.
  mutating func readService(_ service: Node.Entry, environment: Node?) {
    guard service.value["enable"]?.scalar?.text == "true" else { return }
    let isOllama = service.key == "ollama"
    var server = ForeignServer(name: Located(service.key, service.keyRange))
    let table = isOllama ? Self.ollama : Self.llamaCpp
    for entry in service.value.entries ?? [] {
      guard let reason = known(entry, of: "'services.\(service.key)'", among: table),
        !(entry.value.scalar?.isNull ?? false), entry.key != "enable"
      else { continue }
      let key = Located(entry.key, entry.keyRange)
      if reason.isEmpty, let text = Self.text(entry.value)?.value, Self.isOpen(text) {
        server.tell(key, .unknown, Self.reason(ofOpen: text))
      } else if reason == Self.version, let kind = Self.text(entry.value).flatMap(Self.gpus) {
        server.gpus = server.gpus ?? kind
        server.tell(key, .changed, "'gpus' has its GPUs; \(reason)")
      } else {
        server.tell(key, reason.isEmpty ? .carried : .dropped, reason)
      }
    }
    let address = Self.address(
      of: service, or: ("127.0.0.1", isOllama ? "11434" : "8080"))
    readPairs(
      environment?.entries ?? [], Located("environment", service.keyRange), into: &server)
    if isOllama {
      readOllama(service.value, address, into: &server)
    } else {
      readLlamaCpp(service, address, into: &server)
    }
    file.servers.append(server)
  }

  private typealias Address = (host: Located<String>, port: Located<String>)

  /// Returns the address of a service; the standard one if only the system has it.
  private static func address(
    of service: Node.Entry, or standard: (host: String, port: String)
  ) -> Address {
    func value(_ key: String, _ standard: String) -> Located<String> {
      let found = (service.value[key] ?? service.value["settings"]?[key]).flatMap(text)
      return found.flatMap { isOpen($0.value) ? nil : $0 } ?? Located(standard, service.keyRange)
    }
    return (value("host", standard.host), value("port", standard.port))
  }

  private mutating func readOllama(
    _ service: Node, _ address: Address, into server: inout ForeignServer
  ) {
    let place = server.name.range
    server.command = [Located("ollama", place), Located("serve", place)]
    server.variables.append(
      (
        Located("OLLAMA_HOST", address.host.range), "\(address.host.value):\(address.port.value)"
      ))
    readPairs(
      service["environmentVariables"]?.entries ?? [], Located("environment", place), into: &server)
    if let version = service["rocmOverrideGfx"].flatMap(Self.text) {
      server.variables.append((Located("HSA_OVERRIDE_GFX_VERSION", version.range), version.value))
    }
    server.pulled = (service["loadModels"]?.items ?? []).compactMap(Self.text)
    for model in server.pulled where Self.isOpen(model.value) { server.open.insert(model.range) }
    server.gpus = service["acceleration"].flatMap(Self.text).flatMap(Self.gpus) ?? server.gpus
  }

  // MARK: llama.cpp

  private mutating func readLlamaCpp(
    _ entry: Node.Entry, _ address: Address, into server: inout ForeignServer
  ) {
    let service = entry.value
    func word(_ text: String) -> Located<String> { Located(text, entry.keyRange) }
    server.command = [
      word("llama-server"), word("--host"), address.host, word("--port"), address.port,
    ]
    for (key, option) in [("model", "--model"), ("modelsDir", "--models-dir")] {
      guard let path = service[key].flatMap(Self.text) else { continue }
      server.command += [Located(option, path.range), path]
      tellHome(path, of: key)
    }
    if let preset = service["modelsPreset"], !(preset.scalar?.isNull ?? false) {
      // The module writes a file of it.
      server.command += [
        Located("--models-preset", preset.range),
        Self.text(preset) ?? Located("${nix:modelsPreset}", preset.range),
      ]
    }
    for setting in service["settings"]?.entries ?? [] { read(setting, into: &server) }
    server.command += (service["extraFlags"]?.items ?? []).compactMap(Self.text)
    for word in server.command where Self.isOpen(word.value) { server.open.insert(word.range) }
    guard let settings = service["settings"], settings.entries == nil,
      !(Self.text(settings).map { Self.isOpen($0.value) } ?? true),
      let written = service.entries?.first(where: { $0.key == "settings" })
    else { return }
    tellType(written, "a set of arguments")
  }

  /// Reads a name of `settings`, which becomes an option of the command (nixpkgs, lib/cli.nix, `toCommandLine`).
  private mutating func read(_ setting: Node.Entry, into server: inout ForeignServer) {
    guard !["host", "port"].contains(setting.key) else { return }
    let name = Located(
      (setting.key.utf8.count > 1 ? "--" : "-") + setting.key, setting.keyRange)
    for value in setting.value.items ?? [setting.value] {
      guard let text = Self.text(value) else {
        if value.scalar == nil { tellType(setting, "a text, a number, 'true' or 'false'") }
        continue
      }
      if ["model", "models-dir"].contains(setting.key) { tellHome(text, of: setting.key) }
      let isFlag = value.scalar?.isPlain ?? false
      if isFlag, text.value == "false" { continue }
      server.command.append(name)
      if isFlag, text.value == "true" { continue }
      // systemd divides the line into words.
      let words = Self.isOpen(text.value) ? [text.value] : QuadletWords.words(of: text.value)
      server.command += (words ?? [text.value]).map { Located($0, text.range) }
    }
  }

  /// Reports a path below `~`, which neither Nix nor systemd replaces with a folder.
  private mutating func tellHome(_ path: Located<String>, of key: String) {
    // `${config.home.homeDirectory}` has the same value here.
    guard path.value.hasPrefix("~/"),
      String(decoding: source.bytes, as: UTF8.self).contains("\"" + path.value)
    else { return }
    let name = path.value.split(separator: "/").last ?? ""
    let folder = "/var/lib/models" + (key == "model" ? "/\(name)" : "")
    file.tell(
      ImportRules.value, in: source, path.range,
      "'\(key)' is no absolute path: Nix does not replace '~', and neither does systemd",
      help:
        "move it to a folder that the service can read, such as '\(folder.abbreviatedName)'; it cannot read '/home'"
    )
  }

  /// Returns the GPUs of a kind of acceleration, or of a package that is built for one; nil if there are none.
  private static func gpus(_ text: Located<String>) -> Located<[String]>? {
    let vendors = [("cuda", "nvidia"), ("rocm", "amd"), ("vulkan", "vulkan")]
    return vendors.first { text.value.lowercased().contains($0.0) }
      .map { Located([$0.1], text.range) }
  }
}
