import Diagnostics
import Schema
import Text
import YAML

extension ComposeSource {
  /// Returns the words of a command: a list, or a text that is split as a shell does.
  mutating func words(_ node: Node) -> [Located<String>] {
    if let items = node.items { return items.compactMap { text($0) } }
    return text(node).map { ShellWords.words($0) } ?? []
  }

  /// Returns the pairs of a mapping, or of a list of `NAME=VALUE`.
  mutating func pairs(of node: Node) -> [(Located<String>, Located<String>?)] {
    if let entries = node.entries {
      return entries.map { entry in
        (Located(entry.key, entry.keyRange), text(entry.value))
      }
    }
    return (node.items ?? []).compactMap { item in
      guard let pair = text(item) else { return nil }
      guard let equals = pair.value.firstIndex(of: "=") else { return (pair, nil) }
      let value = String(pair.value[pair.value.index(after: equals)...])
      return (Located(String(pair.value[..<equals]), pair.range), Located(value, pair.range))
    }
  }

  mutating func readEnvironment(_ node: Node, into server: inout ForeignServer) {
    for (name, value) in pairs(of: node) {
      server.variables.removeAll { $0.name.value == name.value }
      server.variables.append((name, value?.value))
    }
  }

  mutating func readPort(_ node: Node, into server: inout ForeignServer) {
    if node.entries != nil {
      guard let inside = text(node["target"]).flatMap({ Int($0.value) }) else { return }
      let host = text(node["published"]).flatMap { Int($0.value) }
      let address = text(node["host_ip"])?.value
      server.ports.append(
        Located(.init(address: address, host: host, container: inside), node.range))
      return
    }
    guard let written = text(node) else { return }
    server.readPort(written)
  }

  mutating func readVolume(_ node: Node, into server: inout ForeignServer) {
    if node.entries != nil {
      guard let target = text(node["target"])?.value else { return }
      guard let from = text(node["source"])?.value else { return }
      server.places.append(
        Located(
          .init(
            source: from, target: target,
            isReadOnly: text(node["read_only"])?.value == "true"), node.range))
      return
    }
    guard let written = text(node) else { return }
    server.readVolume(written)
  }

  // MARK: GPUs and limits

  mutating func readDeploy(
    _ node: Node, _ key: Located<String>, into server: inout ForeignServer
  ) {
    let resources = node["resources"]
    if let limits = resources?["limits"] {
      if let memory = text(limits["memory"]) { server.addSetting("mem_limit", memory) }
      if let cores = text(limits["cpus"]) { server.addSetting("cpus", cores) }
    }
    let reserved = resources?["reservations"]?["devices"]
    if let reserved {
      let devices = (reserved.items ?? []).flatMap { gpus(of: $0) }
      if !devices.isEmpty { server.gpus = Located(devices, reserved.range) }
    }
    server.tell(key, .carried)
    for entry in node.entries ?? [] where entry.key != "resources" {
      server.tell(
        Located("deploy." + entry.key, entry.keyRange), .dropped, "it is for Docker Swarm")
    }
  }

  /// Returns the GPUs of a request for devices.
  mutating func gpus(of node: Node) -> [String] {
    let driver = text(node["driver"])?.value ?? "nvidia"
    if node["driver"] == nil, node["capabilities"] == nil { return [] }
    guard driver == "nvidia" else {
      return driver == "cdi"
        ? (node["device_ids"]?.items ?? []).compactMap { text($0)?.value } : ["amd"]
    }
    if let ids = node["device_ids"]?.items {
      return ids.compactMap { text($0) }.flatMap { $0.value.split(separator: ",") }
        .map { $0 == "all" ? "nvidia" : "nvidia.com/gpu=\($0)" }
    }
    guard let count = text(node["count"]).flatMap({ Int($0.value) }) else { return ["nvidia"] }
    return (0..<max(0, min(count, 64))).map { "nvidia.com/gpu=\($0)" }
  }
}
