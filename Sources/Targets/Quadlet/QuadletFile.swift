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

  /// Returns the names of the files that Podman's generator does not read, because they are units
  /// of systemd: those of a server that starts on demand.
  ///
  /// systemd finds them through links in its own folder.
  package static func plainUnits(of workload: Workload) -> [String] {
    workload.activation == nil
      ? [] : [ActivationUnits.socket(of: workload), ActivationUnits.proxy(of: workload)]
  }

  /// Returns whether a file is a unit of systemd that Podman's generator does not read.
  package static func isPlainUnit(_ path: String) -> Bool {
    path.hasSuffix(".socket") || path.hasSuffix(".service")
  }
}
