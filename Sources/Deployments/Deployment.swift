/// Everything that a workspace puts on a machine: the waist between profiles and files.
///
/// Every choice is made here. Nothing here knows of YAML, of runtimes, or of the formats and the
/// programs that carry it out: those are targets.
package struct Deployment: Sendable, Equatable {
  /// The network that all containers join.
  package let network: ResourceName
  /// The stores that containers mount, sorted, each once.
  package let stores: [ResourceName]
  /// In the order of their names, each once.
  package let workloads: [Workload]

  package init(network: ResourceName, workloads: [Workload]) {
    self.network = network
    self.workloads = workloads.sorted { $0.name < $1.name }
    let mounts = workloads.flatMap(\.containers).flatMap(\.mounts)
    stores = Set(mounts.compactMap(\.store)).sorted()
  }

  /// The workload of a name; nil where there is none.
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

/// One server with the model it serves: what an instance becomes.
package struct Workload: Sendable, Equatable {
  /// The profile and model that it came from.
  package let provenance: Provenance
  /// The port of the machine that leads to the server.
  package let exposure: Exposure
  /// What programs can ask the server.
  package let endpoint: Endpoint
  /// What the lines of the server's log mean.
  package let log: ServerLog
  /// The server itself; it has the workload's name.
  package let server: Container
  /// What must run once the server does, such as making its model.
  package let preparation: [Container]

  /// - Parameter preparation: Run in order, each after the server has started.
  package init(
    _ provenance: Provenance, server: Container, exposure: Exposure, endpoint: Endpoint,
    log: ServerLog = ServerLog(), preparation: [Container] = []
  ) {
    self.provenance = provenance
    self.exposure = exposure
    self.endpoint = endpoint
    self.log = log
    var server = server
    server.exposure = exposure
    self.server = server
    self.preparation = preparation
  }

  package var name: ResourceName { server.name }

  /// Where the key is kept that clients must bring; nil where they need none.
  package var key: SecretReference? {
    endpoint.key.flatMap { key in server.secrets.first { $0.variable == key } }
  }

  /// The server, then its preparation steps in the order in which they run.
  package var containers: [Container] { [server] + preparation }

  /// Where programs on the host reach the server: `http://127.0.0.1:8080`.
  package var url: String {
    "http://\(exposure.address.reachable.bracketed):\(exposure.host.number)"
  }
}

/// What a workload was made from.
package struct Provenance: Sendable, Equatable {
  /// The profile by its path in the workspace: `coding/deepseek-coder`.
  package let profile: String
  /// The runtime's name.
  package let runtime: String
  /// The name that clients use for the model.
  package let model: String

  package init(profile: String, runtime: String, model: String) {
    self.profile = profile
    self.runtime = runtime
    self.model = model
  }
}
