import Diagnostics
import Schema
import Text
import YAML

/// GPUs and limits of a Compose service.
extension ComposeSource {
  /// Returns an image, without a transport, which Docker does not have.
  mutating func image(_ node: Node) -> Located<String>? {
    guard let image = text(node).map(ForeignImage.init) else { return nil }
    if image.hasTransport {
      tell(node, ForeignImage.problem(for: "Docker"), help: image.help)
    }
    return image.plain
  }

  mutating func readGPUs(
    _ node: Node, _ key: Located<String>, into server: inout ForeignServer
  ) {
    if let items = node.items {
      server.gpus = Located(items.flatMap { gpus(of: $0, needsCapabilities: false) }, node.range)
    } else if let word = text(node) {
      if word.value != "all", !variables.open.contains(word.range) {
        refuse(
          node, "'gpus' is 'all' or a list, found '\(word.value.abbreviated)'",
          help: "write 'gpus: all', or '[{count: 1}]' for one")
      }
      server.gpus = Located(
        word.value == "all" ? ["nvidia"] : ForeignServer.gpus(counted: word.value), node.range)
    }
    server.requestsGPUs = true
    server.tell(key, .carried)
  }

  mutating func readDeploy(
    _ node: Node, _ key: Located<String>, into server: inout ForeignServer
  ) {
    let resources = node["resources"]
    checkKeys(of: node, "deploy")
    for entry in resources?["limits"]?.entries ?? [] {
      let name = Located("limits." + entry.key, entry.keyRange)
      guard let value = text(entry.value), !variables.open.contains(value.range) else {
        server.tell(name, .unknown, "its value is known only when the server starts")
        continue
      }
      switch entry.key {
      case "memory":
        tellBytes(entry.value, "memory")
        server.addSetting("mem_limit", value)
      case "cpus": server.addSetting("cpus", value)
      default: server.tell(name, .dropped, "Podman's limit is kept")
      }
    }
    for entry in resources?["reservations"]?.entries ?? [] where entry.key != "devices" {
      server.tell(
        Located("reservations." + entry.key, entry.keyRange), .dropped,
        "a limit is enough: see 'limits'")
    }
    if let reserved = resources?["reservations"]?["devices"] {
      let devices = (reserved.items ?? []).flatMap { gpus(of: $0, needsCapabilities: true) }
      // The lists of several files are joined, also where they are equal.
      var seen: Set<String> = []
      let unique = devices.filter { seen.insert($0).inserted }
      if !unique.isEmpty {
        server.gpus = Located(unique, reserved.range)
        server.requestsGPUs = true
      }
    }
    server.tell(key, .carried)
    if let replicas = node["replicas"] {
      readReplicas(replicas, Located("deploy.replicas", replicas.range), into: &server)
    }
    for entry in node.entries ?? [] where !["resources", "replicas"].contains(entry.key) {
      server.tell(
        Located("deploy." + entry.key, entry.keyRange), .dropped, "it is for Docker Swarm")
    }
  }

  /// Reports a number without a unit that is meant as gigabytes, and is bytes for Compose.
  mutating func tellBytes(_ node: Node, _ key: String) {
    guard ["shm_size", "mem_limit", "memory"].contains(key), let text = text(node)?.value,
      let bytes = Int(text), bytes > 0, bytes < 65_536
    else { return }
    tell(
      node, "'\(key)' has no unit, so it is \(Phrase.count(bytes, "byte"))",
      help: "write the unit: '\(bytes)g' or '\(bytes)m'")
  }

  mutating func readLimits(_ node: Node, into server: inout ForeignServer) {
    for limit in node.entries ?? [] {
      guard let amount = text(limit.value) ?? text(limit.value["soft"]) else { continue }
      if Int(amount.value) == nil, !variables.open.contains(amount.range) {
        refuse(
          limit.value,
          "'\(limit.key.abbreviated)' is a number, found '\(amount.value.abbreviated)'",
          help: amount.value == "unlimited" ? "write '-1'" : "write a whole number")
      }
      let value = amount.value == "-1" ? "unlimited" : amount.value
      server.settings.append(("ulimits." + limit.key, Located(value, amount.range)))
    }
  }

  /// Returns the GPUs of a request for devices.
  private mutating func gpus(of node: Node, needsCapabilities: Bool) -> [String] {
    checkKeys(of: node, "devices")
    if needsCapabilities, node["capabilities"] == nil {
      refuse(
        node, "Compose refuses a device without 'capabilities'", help: "add 'capabilities: [gpu]'")
    }
    for key in ["capabilities", "device_ids"] {
      guard let value = node[key], let scalar = value.scalar, !scalar.isNull else { continue }
      refuse(
        value, "'\(key)' is a list, found '\(scalar.text.abbreviated)'",
        help: key == "capabilities"
          ? "write 'capabilities: [gpu]'" : "write '[\"\(scalar.text.abbreviated)\"]'")
    }
    if let wrong = node["capabilities"]?.items?.first(where: { $0.scalar == nil }) {
      refuse(wrong, "a capability is a word", help: "write 'capabilities: [gpu]'")
    }
    if node["count"] != nil, node["device_ids"] != nil {
      refuse(
        node, "'count' and 'device_ids' exclude each other",
        help: "keep 'device_ids' to choose GPUs, or 'count'")
    }
    if let number = node["device_ids"]?.items?.first(where: Self.isNumber) {
      refuse(
        number,
        "the items of 'device_ids' are texts, found the number \(number.scalar?.text ?? "")",
        help: "write it in quotes: [\"\(number.scalar?.text ?? "")\"]")
    }
    let capabilities = (node["capabilities"]?.items ?? []).compactMap { text($0)?.value }
    let isOther =
      !capabilities.isEmpty && !capabilities.contains { ["gpu", "nvidia", "compute"].contains($0) }
    let driver = text(node["driver"])?.value ?? "nvidia"
    if isOther, node["driver"] == nil { return [] }
    guard driver == "nvidia" else {
      return driver == "cdi"
        ? (node["device_ids"]?.items ?? []).compactMap { text($0)?.value } : ["amd"]
    }
    if let ids = node["device_ids"]?.items {
      return ids.compactMap { text($0) }.flatMap { $0.value.split(separator: ",") }
        .map { $0 == "all" ? "nvidia" : "nvidia.com/gpu=\(String($0).trimmed)" }
    }
    return ForeignServer.gpus(counted: text(node["count"])?.value ?? "all")
  }

  // MARK: Checks

  mutating func readHealthCheck(_ node: Node, into server: inout ForeignServer) {
    checkKeys(of: node, "healthcheck")
    for key in ["interval", "timeout", "start_period", "start_interval"] {
      guard let value = node[key], let time = text(value), Int(time.value) != nil, time.value != "0"
      else { continue }
      refuse(
        value, "'\(key)' needs a unit, found '\(time.value)'", help: "write '\(time.value)s'")
    }
    if server.isInstance, let time = text(node["start_period"]), time.value.hasSuffix("s"),
      let seconds = Int(time.value.dropLast()), seconds != 1800
    {
      server.settings.append(("start_timeout", Located(String(seconds), time.range)))
    }
    guard let test = node["test"] else { return }
    if let items = test.items {
      server.healthCheck = items.compactMap { text($0) }
      let first = server.healthCheck.first?.value ?? ""
      if !["NONE", "CMD", "CMD-SHELL"].contains(first) {
        refuse(
          test, "the list of a health check begins with CMD, CMD-SHELL or NONE",
          help: "write '[CMD, \(first.abbreviated), …]'")
      }
    } else if let written = text(test) {
      server.healthCheck = [written]
    }
  }

  /// Reports what services name and the file does not have.
  mutating func checkReferences(_ root: Node) {
    let services = root["services"]?.entries ?? []
    let known = Set(services.map(\.key))
    let declared = ["volumes", "networks", "secrets", "configs"].reduce(into: [:]) { all, kind in
      all[kind] = Set((root[kind]?.entries ?? []).map(\.key) + ["default"])
    }
    for entry in root["volumes"]?.entries ?? []
    where text(entry.value["external"])?.value == "true" {
      for key in entry.value.entries ?? []
      where ["driver", "driver_opts", "labels"].contains(key.key) {
        tell(
          ImportRules.refused, key.keyRange,
          "'\(entry.key.abbreviated)' is external, so Compose refuses '\(key.key.abbreviated)'",
          help: "keep 'external: true' or '\(key.key.abbreviated)'")
      }
    }
    let isOverlay = hasUnreadFiles || isOverlay(services)
    for service in services {
      let isName = service.key.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
      if !isName || service.key.isEmpty {
        tell(
          ImportRules.refused, service.keyRange,
          "'\(service.key.abbreviated)' cannot be the name of a service",
          help: "use letters, digits, '.', '_' and '-'")
      }
      for item in service.value["volumes"]?.items ?? [] where !isOverlay {
        guard let name = volumeName(item), !(declared["volumes"]?.contains(name) ?? false) else {
          continue
        }
        refuse(
          item, "there is no volume '\(name.abbreviated)' in the file",
          help: "add 'volumes: {\(name.abbreviated): }' to the file, or write './' before a folder")
      }
      // What the file lacks may be in the one that it is read together with.
      if isOverlay { continue }
      let needed = service.value["depends_on"]
      for (name, range) in names(of: needed) where !known.contains(name) {
        tell(
          ImportRules.refused, range, "there is no service '\(name.abbreviated)' in the file",
          help: Suggestion.help(
            for: name, among: known.sorted(), otherwise: "remove it from 'depends_on'"))
      }
      checkHealth(for: service, services)
      for kind in ["networks", "secrets", "configs"] {
        for (name, range) in names(of: service.value[kind])
        where !(declared[kind]?.contains(name) ?? false) {
          tell(
            ImportRules.refused, range, "the file has no '\(name.abbreviated)' under '\(kind)'",
            help: "add it under '\(kind)' of the file")
        }
      }
    }
  }

  /// Whether a file is meant to be read together with another one: a service has neither an image nor a build, or
  /// the file is named like `docker-compose.gpu.yml`.
  private func isOverlay(_ services: [Node.Entry]) -> Bool {
    let isPart = services.contains { service in
      !["image", "build", "extends", "provider"].contains { service.value[$0] != nil }
    }
    let parts = (source.path.split(separator: "/").last ?? "").split(separator: ".")
    return isPart
      || parts.count > 2 && ["compose", "docker-compose", "podman-compose"].contains(parts[0])
  }

  /// Returns the name of a volume of the engine; nil for a folder, and if it is not known.
  private mutating func volumeName(_ item: Node) -> String? {
    let written: String
    if item.entries != nil {
      guard text(item["type"])?.value == "volume", let from = text(item["source"]) else {
        return nil
      }
      written = from.value
    } else {
      guard let short = text(item), short.value.contains(":") else { return nil }
      written = String(short.value.prefix { $0 != ":" })
    }
    let isFolder = ["/", ".", "~", "$"].contains { written.hasPrefix($0) }
    let isDrive = written.count == 1
    return isFolder || isDrive || written.isEmpty ? nil : written
  }

  private mutating func names(of node: Node?) -> [(String, SourceRange)] {
    if let entries = node?.entries { return entries.map { ($0.key, $0.keyRange) } }
    return (node?.items ?? []).compactMap { item in
      (text(item) ?? text(item["source"])).map { ($0.value, $0.range) }
    }.filter { !variables.open.contains($0.1) }
  }
}
