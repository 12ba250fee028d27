package import Deployments

/// The names of quadlet files and of the services that Podman generates from them
/// (podman-systemd.unit(5)).
package enum QuadletFile {
  private static let ending = ".container"

  /// Returns the name of a container's file in the folder that Podman's generator reads.
  package static func name(of container: Container) -> String { container.name.text + ending }

  /// Returns the service that Podman generates from a container's file.
  package static func service(of container: Container) -> String {
    container.name.text + ".service"
  }

  /// Returns the service that Podman generates from a file in any folder, or nil if the file is not
  /// a container's.
  package static func service(ofFile path: String) -> String? {
    guard path.hasSuffix(ending), let name = path.split(separator: "/").last else { return nil }
    return name.dropLast(ending.count) + ".service"
  }

  /// A unit of systemd that Podman's generator does not read.
  ///
  /// systemd finds it through a link in its own folder.
  package struct PlainUnit: Sendable, Hashable {
    /// The name of the unit and its file.
    package let name: String
    /// Whether it starts with the session.
    package let isAutomatic: Bool
  }

  /// Returns the socket and the proxy of a server that starts on demand.
  package static func plainUnits(of workload: Workload) -> [String] {
    workload.activation == nil ? [] : ActivationUnits.names(of: workload.name.text)
  }

  /// Returns all units of a deployment that Podman's generator does not read.
  package static func plainUnits(of deployment: Deployment) -> [PlainUnit] {
    deployment.workloads.flatMap { workload in
      plainUnits(of: workload).map {
        PlainUnit(name: $0, isAutomatic: $0 == ActivationUnits.socket(of: workload.name.text))
      }
    }
      + deployment.companions.compactMap { companion in
        guard case .hosted(let program) = companion.program else { return nil }
        return PlainUnit(name: HostedUnit.name(of: program), isAutomatic: program.isAutomatic)
      }
  }

  /// Returns the service that runs a companion.
  package static func service(of companion: Companion) -> String {
    companion.name.text + ".service"
  }

  /// Returns the names of the files of a companion.
  package static func names(of companion: Companion) -> [String] {
    switch companion.program {
    case .container(let container): [name(of: container)]
    case .hosted(let program): [HostedUnit.name(of: program), program.file]
    }
  }

  /// Returns whether a file is a unit of systemd that Podman's generator does not read.
  package static func isPlainUnit(_ path: String) -> Bool {
    path.hasSuffix(".socket") || path.hasSuffix(".service")
  }
}
