import Diagnostics
import Schema
import Text
import Workspaces
import YAML

/// Reads the containers of NixOS and home-manager, from the values that Nix evaluates them to.
///
/// home-manager and quadlet-nix write quadlet files. Their options become the text of such a file, and
/// the reader of quadlet files reads it.
struct NixSource {
  /// The file that findings are about: a Nix file, or the values as JSON.
  let source: SourceFile
  var file = ForeignFile()
  /// The engine of `virtualisation.oci-containers`; nil if the file names none.
  private(set) var backend: String?

  /// Whether a file is one of Nix, or has values of NixOS or home-manager as JSON.
  static func isNix(_ source: SourceFile) -> Bool {
    if source.path.hasSuffix(".nix") { return true }
    // Other files are not read as values for nothing.
    let bytes = source.bytes[min(source.textStart, source.bytes.count)...]
    let first = bytes.first { !$0.isASCIIBlank && $0 != 0x0A && $0 != 0x0D }
    guard first == 0x7B || first == 0x5B else { return false }
    let text = String(decoding: source.bytes, as: UTF8.self)
    let holdsName =
      text.holds("\"containers\"") || text.holds("\"ollama\"") || text.holds("\"llama-cpp\"")
      || text.holds("\"image\"")
    guard holdsName, let root = Composer.compose(source).value else { return false }
    return isConfiguration(root)
  }

  /// Whether a value has options of NixOS or home-manager that describe servers.
  static func isConfiguration(_ root: Node) -> Bool {
    let places = [
      ["services", "podman", "containers"], ["virtualisation", "oci-containers"],
      ["virtualisation", "quadlet"], ["home-manager", "users"],
    ]
    let isOwn = root.items?.first.map { $0["containers"] != nil && $0["name"] != nil } ?? false
    return isOwn || places.contains { root.value(at: $0) != nil }
      || !servicesOfSystem.filter { isService(root["services"]?[$0]) }.isEmpty
      || root["containers"]?.entries?.contains { isContainer($0.value) } ?? false
      || isContainers(root)
  }

  /// Whether a value has only containers, by name.
  private static func isContainers(_ root: Node) -> Bool {
    guard let entries = root.entries, !entries.isEmpty else { return false }
    return entries.allSatisfy { isContainer($0.value) }
  }

  /// The options of NixOS under `services` that are servers.
  private static let servicesOfSystem = ["ollama", "llama-cpp"]

  /// Whether a value is that of an option of NixOS, and not a service of Compose.
  private static func isService(_ node: Node?) -> Bool { node?["enable"]?.scalar != nil }

  private static func isContainer(_ node: Node) -> Bool {
    node["image"]?.scalar != nil || node["containerConfig"]?["image"]?.scalar != nil
  }

  /// Reads a file.
  ///
  /// - Parameter evaluated: The values of a Nix file as JSON; nil if the file itself has them.
  static func read(_ source: SourceFile, evaluated: SourceFile?) -> ForeignFile {
    var reader = NixSource(source: source)
    let outcome = Composer.compose(evaluated ?? source)
    reader.file.findings = outcome.diagnostics
    guard let root = outcome.value else { return reader.file }
    reader.read(evaluated == nil ? root : NixSourcePlaces(source).placed(root))
    return reader.file
  }

  // MARK: Places of containers

  private mutating func read(_ root: Node) {
    if let items = root.items {
      let conflicts = Self.conflicts(of: items)
      for item in items { readOwn(item, conflicts) }
      return
    }
    readContainers(root.value(at: ["services", "podman", "containers"]), as: .homeManager)
    let engine = root.value(at: ["virtualisation", "oci-containers"])
    backend = engine?["backend"]?.scalar?.text
    readContainers(engine?["containers"], as: .oci)
    let quadlet = root.value(at: ["virtualisation", "quadlet"])
    let isRaw = quadlet?["autoEscape"]?.scalar?.text == "false"
    readContainers(quadlet?["containers"], as: isRaw ? .rawQuadlet : .quadlet)
    for name in Self.servicesOfSystem {
      let service = root["services"]?.entries?.first { $0.key == name }
      guard let service, Self.isService(service.value) else { continue }
      readService(
        service, environment: root.value(at: ["systemd", "services", name, "environment"]))
    }
    for user in root.value(at: ["home-manager", "users"])?.entries ?? []
    where user.value.entries != nil {
      read(user.value)
    }
    let containers = Self.isContainers(root) ? root : root["containers"]
    for entry in containers?.entries ?? [] { read(entry, as: Self.kind(of: entry.value)) }
  }

  /// The modules that have containers.
  private enum Module { case homeManager, oci, quadlet, rawQuadlet }

  /// Returns the module of a container by its options.
  private static func kind(of container: Node) -> Module {
    if container["containerConfig"] != nil { return .quadlet }
    let isOCI = container.entries?.contains { entry in
      ociOnly.contains(entry.key)
    }
    return isOCI ?? false ? .oci : .homeManager
  }

  private mutating func readContainers(_ node: Node?, as module: Module) {
    for entry in node?.entries ?? [] { read(entry, as: module) }
  }

  private mutating func read(_ entry: Node.Entry, as module: Module) {
    guard let options = entry.value.entries else {
      file.tell(
        ImportRules.value, in: source, entry.keyRange,
        "the container '\(entry.key.abbreviatedName)' is \(entry.value.kind)",
        help: "write a set of options: '{ image = \"…\"; }'")
      return
    }
    switch module {
    case .homeManager: readHomeManager(entry, options)
    case .oci: readOCI(entry, options)
    case .quadlet: readQuadlet(entry, options, isRaw: false)
    case .rawQuadlet: readQuadlet(entry, options, isRaw: true)
    }
  }

  /// Reads an element of the list that amm writes as `instances.nix`.
  private mutating func readOwn(_ instance: Node, _ conflicts: [String: [String]]) {
    var others: [String: SourceFile] = [:]
    for (kind, ending) in [("sockets", ".socket"), ("services", ".service")] {
      for unit in instance[kind]?.entries ?? [] {
        var text = ""
        for section in unit.value.entries ?? [] {
          text += "[\(section.key)]\n"
          for key in section.value.entries ?? [] {
            for value in key.value.items ?? [key.value] {
              text += "\(key.key)=\(value.scalar?.text ?? "")\n"
            }
          }
        }
        // The service of a container of home-manager has a prefix, and the units next to it have none.
        others["podman-" + unit.key + ending] = SourceFile(path: unit.key + ending, text: text)
      }
    }
    readRouter(instance)
    for entry in instance["containers"]?.entries ?? [] {
      let kind = instance["kind"]?.scalar?.text
      // A server has its runtime as the kind; 'custom' is one as well.
      let isServer = instance["profile"] != nil || kind.flatMap(KnownCompanion.named) == nil
      let own = NixSourceUnit.Own(
        kind: isServer ? nil : kind, others: others,
        rivals: QuadletUnit.rivals(of: entry.key, among: conflicts))
      readHomeManager(entry, entry.value.entries ?? [], own: own)
    }
  }

  /// Returns the services that the servers of amm's list exclude, by the server's name.
  private static func conflicts(of items: [Node]) -> [String: [String]] {
    var conflicts: [String: [String]] = [:]
    for entry in items.flatMap({ $0["containers"]?.entries ?? [] }) {
      let named = entry.value.value(at: ["extraConfig", "Unit", "Conflicts"])
      let services = (named?.items ?? [named].compactMap(\.self)).compactMap { text($0)?.value }
      if !services.isEmpty {
        conflicts[entry.key] = services.map { QuadletUnit.server(of: $0, prefix: "podman-") }
      }
    }
    return conflicts
  }

  /// Reads a program that starts instances, which amm runs without a container.
  private mutating func readRouter(_ instance: Node) {
    guard let name = instance["name"]?.scalar?.text,
      let text = instance["files"]?.entries?.first?.value.scalar?.text,
      let root = Composer.compose(SourceFile(path: "", text: text)).value,
      let port = instance["port"]?.scalar.flatMap({ Int($0.text) })
    else { return }
    let place = instance.range
    guard var router = ForeignRouter(root, named: Located(name, place), at: place) else { return }
    router.listen = (instance["bind"]?.scalar?.text ?? "127.0.0.1", port)
    router.isAutomatic = instance["autoStart"]?.scalar?.text != "false"
    router.description = instance["services"]?[name]?["Unit"]?["Description"]?.scalar?.text
    file.routers.append(router)
  }

  // MARK: Options

  /// The options of other modules with the same meaning, by the option of one.
  private static let meant: [String: [String]] = [
    "args": ["cmd", "exec"], "cmd": ["exec"], "command": ["cmd", "exec"], "exec": ["cmd"],
    "env": ["environment", "environments"], "extraOptions": ["extraPodmanArgs", "podmanArgs"],
    "extraPodmanArgs": ["extraOptions", "podmanArgs"], "gpus": ["devices"],
    "podmanArgs": ["extraOptions", "extraPodmanArgs"],
    "publish": ["ports", "publishPorts"], "ports": ["publishPorts"], "publishPorts": ["ports"],
    "workingDir": ["workdir"],
  ]

  /// Reports options that a module does not have.
  ///
  /// - Returns: The option's table entry; nil if there is none.
  mutating func known<Known>(_ entry: Node.Entry, of module: String, among table: [String: Known])
    -> Known?
  {
    if let known = table[entry.key] { return known }
    if !entry.key.hasPrefix("_") {
      file.tellUnknown(
        entry.key, in: source, entry.keyRange,
        "\(module) has no option '\(entry.key.abbreviatedName)', and Nix refuses the configuration",
        among: table.keys.sorted(),
        otherwise: Self.meant[entry.key]?.first { table[$0] != nil }.map { "write '\($0)'" }
          ?? "remove the line")
    }
    return nil
  }

  /// Reports a value of another type than that of its option.
  mutating func tellType(_ entry: Node.Entry, _ type: String) {
    file.tell(
      ImportRules.value, in: source, entry.keyRange,
      "'\(entry.key.abbreviatedName)' is \(type), found \(entry.value.kind)",
      help: "write \(type), or Nix refuses the configuration")
  }

  /// Returns the text of a value as Nix writes it into a file; nil for null, lists and sets.
  static func text(_ node: Node) -> Located<String>? {
    guard let scalar = node.scalar, !scalar.isNull else { return nil }
    return Located(scalar.text, node.range)
  }

  /// Whether a text has a value that only Nix has, such as the path of a secret.
  static func isOpen(_ text: String) -> Bool { text.holds("${nix:") }

  /// Why a key with such a text is not understood.
  static func reason(ofOpen text: String) -> String {
    "its value '\(text.abbreviatedName)' is known only on the system"
  }
}

extension Node {
  /// Returns the value at a path of keys; nil if there is none.
  fileprivate func value(at path: [String]) -> Node? {
    var node: Node? = self
    for key in path { node = node?[key] }
    return node
  }
}
