import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import YAML

/// The Services that forward to a pod.
extension KubernetesSource {
  /// Returns the name of the instance that amm wrote an object for, whose own name has an ending if it spans nodes.
  static func instance(of object: Node) -> Located<String>? {
    let metadata = object["metadata"]
    guard let labels = metadata?["labels"],
      labels.text("app.kubernetes.io/managed-by") == "amm",
      let name = labels["ai-models.instance"]?.written
    else { return nil }
    return Located(name.value, metadata?["name"]?.range ?? name.range)
  }

  func services(of pod: Pod) -> [Service] {
    pod.labels.sorted { $0.key < $1.key }.flatMap { services["\($0.key)=\($0.value)"] ?? [] }
      .filter { service in
        // A selector of LeaderWorkerSet names the first pod of a group.
        service.selector.allSatisfy {
          pod.labels[$0.key] == $0.value || $0.key.hasPrefix("leaderworkerset.sigs.k8s.io/")
        }
      }
  }

  /// Returns the port of the container that a port of a Service leads to; nil if the container has no port of
  /// that name, and for other protocols than TCP.
  static func target(of port: Node, _ inside: Inside) -> Int? {
    guard port.text("protocol") ?? "TCP" == "TCP",
      let target = port.text("targetPort") ?? port.text("port")
    else { return nil }
    return Int(target) ?? inside.names[target]
  }

  /// Whether a port of a Service may lead to another container of the pod, because the container does not
  /// declare it.
  func isOfOthers(_ port: Node, _ inside: Inside, _ node: Node, of pod: Pod) -> Bool {
    guard let target = (port["targetPort"] ?? port["port"])?.written?.value else { return false }
    let others = (pod.spec["containers"]?.items ?? []).filter { $0.range != node.range }
    if let number = Int(target) {
      return !others.isEmpty && number != inside.port && !inside.declared.contains(number)
    }
    return inside.names[target] == nil && others.contains { Self.declares(target, $0) }
  }

  private static func declares(_ name: String, _ container: Node) -> Bool {
    container["ports"]?.items?.contains { $0.text("name") == name } ?? false
  }

  /// Reports a Service that forwards to a port on which nothing listens.
  mutating func tellUnheard(
    _ port: Node, _ target: Int, of service: Service, _ inside: Inside
  ) {
    guard let written = (port["targetPort"] ?? port["port"])?.written else { return }
    file.tell(
      ImportRules.port, in: source, written.range,
      "the Service '\(service.name.value.abbreviated)' forwards to port \(target), but the server listens on port \(inside.port)",
      help: "write 'targetPort: \(inside.port)'")
  }

  /// Whether a port is the default of an option of a server, such as that for metrics.
  func isOfOption(_ port: Int, of server: ForeignServer) -> Bool {
    guard let table = Recognition.recognise(server).flatMap({ table(of: $0.runtime, server) })
    else { return false }
    let number = String(port)
    return table.catalogue.options.contains {
      $0.defaultText == number && $0.names[0].contains("port")
    }
  }

  private func table(of runtime: any Runtime.Type, _ server: ForeignServer) -> LauncherTable? {
    LauncherTable(
      runtime, image: server.image.flatMap { ImageReference(ServerImport.qualified($0.value)) })
  }

  /// Options and modes with which a server listens on further ports.
  private static let ofFurtherPorts = [
    "--data-parallel", "--dp-", "--disaggregation", "--kv-transfer", "--pd-", "--grpc",
  ]

  /// Whether nothing in a pod can listen on a port: its only container runs a server on another one, and no word,
  /// variable or default of the server is the port.
  func isUnheard(
    _ port: Int, _ inside: Inside, by server: ForeignServer, _ node: Node, of pod: Pod
  ) -> Bool {
    guard let recognised = Recognition.recognise(server), !recognised.runtime.needsImage,
      recognised.others.isEmpty, case .plain = recognised.start,
      pod.spec["containers"]?.items?.count == 1, !pod.isSpread,
      pod.spec["initContainers"]?.items?.allSatisfy({ $0["restartPolicy"] == nil }) ?? true,
      table(of: recognised.runtime, server) != nil, !isOfOption(port, of: server)
    else { return false }
    let words = recognised.runtime.foreign
    let arguments = recognised.arguments.map(\.value)
    if !inside.isNamed {
      // Another image, or variables that only the cluster has, can set another port.
      guard server.image.map({ Recognition.starts($0.value) }) ?? false, node["envFrom"] == nil,
        !arguments.contains(where: { words.ports.contains(String($0.prefix { $0 != "=" })) }),
        !(node["env"]?.items ?? []).contains(where: { words.ports.contains($0.text("name") ?? "") })
      else { return false }
    }
    let number = String(port)
    let texts = arguments + server.variables.compactMap(\.value)
    return !texts.contains(where: { $0.contains(number) })
      && !arguments.contains { word in Self.ofFurtherPorts.contains(where: word.hasPrefix) }
  }
}
