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

  package init(network: ResourceName, workloads: [Workload]) {
    self.network = network
    self.workloads = workloads.sorted { $0.name < $1.name }
    let mounts = workloads.flatMap(\.containers).flatMap(\.mounts)
    stores = Set(mounts.compactMap(\.store)).sorted()
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
  /// The host port that is forwarded to the server.
  package let exposure: Exposure
  /// The paths and protocols that the server supports.
  package let endpoint: Endpoint
  /// The meaning of the lines in the server's log.
  package let log: ServerLog
  /// The server's container, which has the workload's name.
  package let server: Container
  /// The steps to run after the server has started, such as creating its model.
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

  /// The secret that holds the API key for clients, or nil if the server requires no key.
  package var key: SecretReference? {
    endpoint.key.flatMap { key in server.secrets.first { $0.variable == key } }
  }

  /// The server, followed by its preparation steps in the order in which they run.
  package var containers: [Container] { [server] + preparation }

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

  package init(profile: String, runtime: String, model: String) {
    self.profile = profile
    self.runtime = runtime
    self.model = model
  }
}
