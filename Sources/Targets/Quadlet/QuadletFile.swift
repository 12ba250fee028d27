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
}
