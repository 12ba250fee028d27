import Diagnostics
import Schema
import Workspaces
import YAML

/// What companions of a cluster need, besides what servers need.
extension KubernetesSource {
  /// Reads the rest of a container that can become a companion.
  mutating func finishCompanion(_ server: inout ForeignServer, _ node: Node, of pod: Pod) {
    if pod.metadata["app.kubernetes.io/managed-by"] == "amm" {
      server.isOwn = true
      server.ownKind = pod.metadata["app.kubernetes.io/name"]
    }
    guard KnownCompanion(of: server) != nil else { return }
    for entry in node.entries ?? [] { read(entry, of: node, pod, into: &server) }
    _ = readPorts(node, of: pod, into: &server)
    server.healthCommand = Self.command(of: node["readinessProbe"] ?? node["livenessProbe"])
    if let text = pod.metadata[OwnTraces.description] {
      server.description = Located(text, pod.name.range)
    }
  }

  /// Returns the command that a probe runs in a shell; nil for other probes.
  private static func command(of probe: Node?) -> Located<String>? {
    let words = (probe?["exec"]?["command"]?.items ?? []).compactMap(\.written)
    guard words.count == 3, ["sh", "/bin/sh"].contains(words[0].value), words[1].value == "-c"
    else { return nil }
    return words[2]
  }

  /// Adds the names and ports by which a Service reaches a server.
  func addAliases(of service: Service, to server: inout ForeignServer) {
    let name = service.name.value
    let inSpace = "\(name).\(service.namespace)"
    server.aliases.formUnion([name, inSpace, inSpace + ".svc", inSpace + ".svc.cluster.local"])
    server.portsOfAliases.formUnion(
      service.ports.compactMap { $0.text("port").flatMap { Int($0) } })
  }

  /// Reads the files of a ConfigMap that a volume has.
  ///
  /// - Parameter below: The name of the only file that is mounted; nil for all of them.
  func readContents(
    _ volume: Node, at target: String, _ below: String?, _ range: SourceRange,
    into server: inout ForeignServer
  ) {
    guard let name = volume["configMap"]?.text("name"), let files = configMaps[name] else { return }
    var paths: [String: String] = [:]
    for item in volume["configMap"]?["items"]?.items ?? [] {
      if let key = item.text("key"), let path = item.text("path") { paths[key] = path }
    }
    for (key, text) in files.sorted(by: { $0.key < $1.key }) {
      let path = paths[key] ?? key
      if let below, below != path { continue }
      let folder = target.hasSuffix("/") ? target : target + "/"
      server.contents.append((below == nil ? folder + path : target, Located(text, range)))
    }
  }
}
