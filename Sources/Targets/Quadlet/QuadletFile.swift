package import Deployments

/// What Podman makes of the names of quadlet files (podman-systemd.unit(5)).
package enum QuadletFile {
  private static let ending = ".container"

  /// The file of a container, in the folder that Podman's generator reads.
  package static func name(of container: Container) -> String { container.name.text + ending }

  /// The service that Podman makes of a container's file.
  package static func service(of container: Container) -> String {
    container.name.text + ".service"
  }

  /// The service that Podman makes of a file, in whichever folder it is; nil for what is no container's.
  package static func service(ofFile path: String) -> String? {
    guard path.hasSuffix(ending), let name = path.split(separator: "/").last else { return nil }
    return name.dropLast(ending.count) + ".service"
  }
}
