/// Everything that a workspace runs on a machine: the layer between profiles and generated files.
///
/// All choices are made at this point. This layer does not depend on YAML, on runtimes, or on the
/// formats and programs that run it, which are the targets.
package struct Deployment: Sendable, Equatable {
  /// The network that all containers join.
  package let network: ResourceName
  /// The stores that containers mount, sorted, without duplicates.
  package let stores: [ResourceName]
  /// The workloads, sorted by name, without duplicates.
  package let workloads: [Workload]
  /// The programs that run with the workloads, sorted by name, without duplicates.
  package let companions: [Companion]

  package init(
    network: ResourceName, workloads: [Workload], companions: [Companion] = []
  ) {
    self.network = network
    self.companions = companions.sorted { $0.name < $1.name }
    self.workloads = Self.excluding(Self.sorted(workloads))
    var stores = Set(companions.compactMap(\.container).flatMap(\.stores))
    for workload in workloads { stores.formUnion(workload.stores) }
    self.stores = stores.sorted()
  }

  /// Returns workloads sorted by name.
  ///
  /// Their places are sorted, because each has a kilobyte, which sorting would move many times.
  private static func sorted(_ workloads: [Workload]) -> [Workload] {
    let isSorted = zip(workloads.indices, workloads.indices.dropFirst()).allSatisfy {
      !(workloads[$1].name < workloads[$0].name)
    }
    guard !isSorted else { return workloads }
    let names = workloads.map(\.name)
    return names.indices.sorted { names[$0] < names[$1] }.map { workloads[$0] }
  }

  /// Joins the deployments of several targets: of workloads with one name, the first is kept.
  package init(joining parts: [Deployment], network: ResourceName) {
    guard parts.count != 1 else {
      self = parts[0]
      return
    }
    var known: Set<ResourceName> = []
    let workloads = parts.flatMap(\.workloads).filter { known.insert($0.name).inserted }
    let companions = parts.flatMap(\.companions).filter { known.insert($0.name).inserted }
    self.init(network: network, workloads: workloads, companions: companions)
  }

  /// Returns the workloads with the conflicts of their exclusive groups.
  ///
  /// Each conflict is declared once, by the later of two names.
  private static func excluding(_ sorted: [Workload]) -> [Workload] {
    guard sorted.contains(where: { $0.group != nil }) else { return sorted }
    var members: [ResourceName: [ResourceName]] = [:]
    return sorted.map { workload in
      guard let group = workload.group else { return workload }
      var workload = workload
      workload.server.conflicts = members[group] ?? []
      members[group, default: []].append(workload.name)
      return workload
    }
  }

  /// The stores with data that exists nowhere else: those of companions.
  package var dataStores: Set<ResourceName> {
    let ofCompanions = Set(companions.compactMap(\.container).flatMap(\.stores))
    guard !ofCompanions.isEmpty else { return [] }
    return workloads.reduce(into: ofCompanions) { $0.subtract($1.stores) }
  }

  /// The containers of all workloads and companions.
  package var containers: [Container] {
    workloads.flatMap(\.containers) + companions.compactMap(\.container)
  }

  /// Returns the other members of a workload's exclusive group, sorted by name.
  package func rivals(of workload: Workload) -> [Workload] {
    guard let group = workload.group else { return [] }
    return workloads.filter { $0.group == group && $0.name != workload.name }
  }

  /// Returns the workload with a name, or nil if there is none.
  package func workload(named name: String) -> Workload? {
    var range = workloads.startIndex..<workloads.endIndex
    while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
      let found = workloads[middle].name.text
      if found == name { return workloads[middle] }
      range = found < name ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }
}

/// A server and the model that it serves, made from an instance.
package struct Workload: Sendable, Equatable {
  /// The profile, runtime, and model that it was made from.
  package let provenance: Provenance
  /// The host port for clients, which leads to the server.
  package let exposure: Exposure
  /// The paths and protocols that the server supports.
  package let endpoint: Endpoint
  /// The meaning of the lines in the server's log.
  package let log: ServerLog
  /// The exclusive group, of which only one member runs at a time, or nil if it is in none.
  package let group: ResourceName?
  /// How long requests under way may take before the server is stopped for another one, in seconds.
  package let drain: Int
  /// The number of equal servers, at least 1.
  package let replicas: Int
  /// How each server runs on several nodes, or nil if it runs on one.
  package let span: Span?
  /// The server's container, which has the workload's name.
  package fileprivate(set) var server: Container
  /// The steps to run after the server has started, such as creating its model.
  package let preparation: [Container]
  /// How the steps can run before the server instead, or nil if they cannot.
  package let temporaryServer: TemporaryServer?

  /// - Parameter preparation: Run in order, each after the server has started.
  package init(
    _ provenance: Provenance, server: Container, exposure: Exposure, endpoint: Endpoint,
    log: ServerLog = ServerLog(), preparation: [Container] = [],
    temporaryServer: TemporaryServer? = nil, group: ResourceName? = nil, drain: Int = 0,
    replicas: Int = 1, span: Span? = nil
  ) {
    self.provenance = provenance
    self.exposure = exposure
    self.endpoint = endpoint
    self.log = log
    self.preparation = preparation
    self.temporaryServer = temporaryServer
    self.group = group
    self.drain = drain
    self.replicas = replicas
    self.span = span
    var server = server
    server.exposure =
      server.lifecycle.activation.map {
        Exposure(.loopback, $0.backend, to: exposure.container)
      } ?? exposure
    self.server = server
  }

  package var name: ResourceName { server.name }

  /// The workload for programs that do not start servers on demand: its server has the port for clients.
  package var opened: Workload {
    var workload = self
    workload.server.exposure = exposure
    return workload
  }

  /// The secret that holds the API key for clients, or nil if the server requires no key.
  package var key: SecretReference? {
    endpoint.key.flatMap { key in server.secrets.first { $0.variable == key } }
  }

  /// The stores that its containers mount, in the order of their mounts.
  package var stores: [ResourceName] { server.stores + preparation.flatMap(\.stores) }

  /// The server, followed by its preparation steps in the order in which they run.
  package var containers: [Container] { [server] + preparation }

  /// The host port of the server itself.
  ///
  /// For a server that starts on demand, this is not the port for clients, which would start it.
  package var backend: Exposure { server.exposure ?? exposure }

  /// How the server is started on demand, or nil if it is not.
  package var activation: Activation? { server.lifecycle.activation }

  /// The URL at which programs on the host reach the server: `http://127.0.0.1:8080`.
  package var url: String {
    "http://\(exposure.address.reachable.bracketed):\(exposure.host.number)"
  }
}

/// The profile, runtime, and model that a workload was made from.
package struct Provenance: Sendable, Equatable {
  /// The profile's path in the workspace: `coding/deepseek-coder`.
  package let profile: String
  /// The runtime's name.
  package let runtime: String
  /// The name that clients use for the model.
  package let model: String
  /// What the model is used for.
  package let task: ServedTask
  /// The tokens of prompt and answer that the server accepts, or nil if that is not known.
  package let context: Int?
  /// The further models of the server.
  package let more: [ModelOfServer]

  package init(
    profile: String, runtime: String, model: String, task: ServedTask = .chat, context: Int? = nil,
    more: [ModelOfServer] = []
  ) {
    self.more = more
    self.profile = profile
    self.runtime = runtime
    self.model = model
    self.task = task
    self.context = context
  }

  /// The models of the server, of which the first is its main one.
  package var models: [ModelOfServer] {
    [ModelOfServer(name: model, task: task, context: context)] + more
  }
}
