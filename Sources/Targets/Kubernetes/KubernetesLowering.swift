import Deployments
import Diagnostics
import Values

/// Turns a deployment into objects of a cluster, and collects what a cluster does not support.
struct KubernetesLowering {
  let settings: KubernetesSettings
  private(set) var objections: [Objection] = []
  private(set) var servers: [ClusterServer] = []
  /// The claims of volumes, sorted, without duplicates.
  private(set) var claims: [ClusterName] = []

  /// The names of all servers and companions.
  private let names: Set<String>
  /// The stores of companions.
  private let dataStores: Set<ResourceName>

  init(_ deployment: Deployment, _ settings: KubernetesSettings) {
    self.settings = settings
    dataStores = deployment.dataStores
    names = Set(deployment.workloads.map(\.name.text) + deployment.companions.map(\.name.text))
    for workload in deployment.workloads {
      if let server = server(workload) { servers.append(server) }
    }
    for companion in deployment.companions {
      guard let container = companion.container else {
        object(
          to: companion.name, .name, KubernetesObjections.setting,
          "a cluster cannot run '\(companion.name.text)', which runs on the machine itself",
          help: "use only Podman as a target, or remove the companion")
        continue
      }
      if let server = server(companion, container) { servers.append(server) }
    }
    let stores = deployment.containers.flatMap { container in
      container.mounts.compactMap(\.store).filter { !isTemporary($0, of: container) }
    }
    claims = Set(stores).sorted().compactMap { ClusterName($0.text) }
    objectToSharedClaims(of: deployment)
  }

  /// Whether a store is a folder of the pod: one that the server fills again, unless many nodes can
  /// mount its volume.
  func isTemporary(_ store: ResourceName, of container: Container) -> Bool {
    settings.storage.access == .one && container.scratchStores.contains(store)
  }

  mutating func object(
    to name: ResourceName, _ part: Objection.Part, _ rule: Rule, _ message: String, help: String
  ) {
    objections.append(Objection(rule, name, part, message, help: help))
  }

  mutating func server(_ workload: Workload) -> ClusterServer? {
    let server = workload.server
    objectToSettings(of: workload)
    let own = Exposure(
      workload.exposure.address, workload.exposure.host, to: workload.exposure.container)
    let made = pod(server, of: workload.name, port: own.container)
    guard var pod = made, let name = name(workload.name) else { return nil }
    let workers = workers(of: workload, named: name, &pod)
    for (number, step) in workload.preparation.enumerated() {
      guard let temporary = workload.temporaryServer,
        let before = member(step, beside: server, of: workload.name, temporary),
        let name = ClusterName("prepare-\(number + 1)")
      else { continue }
      pod.before.append((name, before))
    }
    let provenance = workload.provenance
    return finish(
      name, pod, server, program: provenance.runtime, [own] + server.moreExposures,
      [("profile", provenance.profile), ("model", provenance.model)],
      replicas: workload.replicas, workers)
  }

  /// Returns the pods besides the first of a server that spans nodes, and gives the first its
  /// arguments; nil if the server runs on one node.
  private mutating func workers(
    of workload: Workload, named name: ClusterName, _ first: inout ClusterPod
  ) -> ClusterServer.Workers? {
    guard let span = workload.span else { return nil }
    // The names of its pods end in two numbers, and a label adds a hash.
    guard name.text.utf8.count <= 40, let name = ClusterName(name.text + "-nodes"),
      !names.contains(name.text)
    else {
      object(
        to: workload.name, .name, KubernetesObjections.name,
        "'\(name.text)-nodes', the name of its pods, is \(names.contains(name.text + "-nodes") ? "that of another instance" : "too long for Kubernetes")",
        help: names.contains(name.text + "-nodes")
          ? "rename one of them" : "rename it, with at most 40 letters")
      return nil
    }
    let words = { (words: [Span.Word]) -> [ExpandedText] in
      words.map { word -> ExpandedText in
        switch word {
        case .text(let argument): ExpandedText(argument.text)
        case .rank: .rank
        case .leader(let port): .leader(port)
        }
      }
    }
    first.server.arguments += words(span.shared)
    var worker = first
    worker.server.arguments += words(span.ofWorkers)
    worker.port = nil
    worker.morePorts = []
    worker.startup = nil
    worker.readiness = nil
    worker.liveness = nil
    return ClusterServer.Workers(name: name, size: span.nodes, pod: worker)
  }

  mutating func server(
    _ companion: Companion, _ container: Container
  ) -> ClusterServer? {
    let made = pod(container, of: companion.name, port: companion.exposure.container)
    guard let pod = made, let name = name(companion.name) else { return nil }
    return finish(
      name, pod, container, program: companion.kind,
      [companion.exposure] + container.moreExposures, [])
  }

  mutating func finish(
    _ name: ClusterName, _ pod: ClusterPod, _ container: Container, program: String,
    _ exposures: [Exposure], _ facts: [(String, String)], replicas: Int = 1,
    _ workers: ClusterServer.Workers? = nil
  ) -> ClusterServer? {
    guard let program = LabelValue(program) else { return nil }
    let facts = (facts + [("description", container.description.text)]).compactMap { fact in
      QualifiedName("ai-models." + fact.0).map { (key: $0, value: fact.1) }
    }
    var annotations: [(key: QualifiedName, value: String)] = []
    for label in container.labels {
      if let domain = QualifiedName(label.name.text)?.domain,
        ["kubernetes.io", "k8s.io"].contains(where: { domain == $0 || domain.hasSuffix("." + $0) })
      {
        object(
          to: container.name, .label(label.name), KubernetesObjections.setting,
          "'\(label.name.text)' is a name of Kubernetes' own",
          help: "remove the line: such annotations change how the cluster runs the server")
        continue
      }
      guard let key = QualifiedName(label.name.text) else {
        object(
          to: container.name, .label(label.name), KubernetesObjections.setting,
          "'\(label.name.text)' cannot be an annotation in Kubernetes",
          help: "use a name of at most 63 letters, digits, '.', '_' and '-', after a domain and '/'"
        )
        continue
      }
      annotations.append((key, label.value.text))
    }
    // Two pods of a program would write to one database.
    let hasData = container.mounts.compactMap(\.store).contains {
      !isTemporary($0, of: container)
        && (settings.storage.access == .one || dataStores.contains($0))
    }
    return ClusterServer(
      name: name, program: program, version: container.image.tag.flatMap { LabelValue($0) },
      facts: facts, annotations: annotations, pod: pod, ports: ports(exposures, of: container.name),
      rollout: replicas == 1
        ? pod.hasGPU || hasData ? .recreate : .oneMore
        : .oneLess,
      replicas: container.lifecycle.isAutomatic ? replicas : 0, workers: workers,
      startBudget: container.lifecycle.startBudget ?? 1800)
  }

  mutating func name(_ name: ResourceName) -> ClusterName? {
    let isOfCluster =
      name.text == "kubernetes" && (settings.namespace.map { $0.text == "default" } ?? true)
    if isOfCluster {
      object(
        to: name, .name, KubernetesObjections.name,
        "'kubernetes' is the cluster's own Service in the namespace 'default'",
        help: "rename it, or set another 'namespace' for the target")
      return nil
    }
    if let found = ClusterName(name.text), found.isOfService { return found }
    object(
      to: name, .name, KubernetesObjections.name,
      "'\(name.text)' is not a valid name in Kubernetes",
      help: "use lower-case letters, digits and '-', with a letter first")
    return nil
  }

  /// Returns the ports of a Service: those for clients, and the server's own, which other programs in
  /// the network use.
  private mutating func ports(_ exposures: [Exposure], of name: ResourceName) -> [ClusterPort] {
    guard let main = exposures.first else { return [] }
    var ports: [ClusterPort] = []
    // The server's own port has one meaning in the network, whatever else is exposed.
    var known: [Port: Port] = [main.host: main.container]
    known[main.container] = known[main.container] ?? main.container
    if known[main.container] != main.container {
      objectToPort(main.container, of: name)
    }
    ports.append(ClusterPort(name: "http", port: main.host, target: "http"))
    if main.host != main.container {
      ports.append(ClusterPort(name: "server", port: main.container, target: "http"))
    }
    for (number, exposure) in exposures.enumerated().dropFirst() {
      if let other = known[exposure.host] {
        if other != exposure.container { objectToPort(exposure.host, of: name) }
        continue
      }
      known[exposure.host] = exposure.container
      ports.append(
        ClusterPort(
          name: "extra-\(number)", port: exposure.host,
          target: Self.portName(exposure.container, among: exposures)))
    }
    return ports
  }

  private mutating func objectToPort(_ port: Port, of name: ResourceName) {
    object(
      to: name, .setting("extra_ports"), KubernetesObjections.setting,
      "port \(port.number) of '\(name.text)' would lead to two ports",
      help: "in a cluster, each port has one meaning, and the server's own port is one of them")
  }

  /// Returns the name of a container's port: a port has one, however often it is exposed.
  static func portName(_ port: Port, among exposures: [Exposure]) -> String {
    let place = exposures.firstIndex { $0.container == port } ?? 0
    return place == 0 ? "http" : "extra-\(place)"
  }
}
