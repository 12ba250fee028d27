package import Deployments
package import Schema
import YAML

// Texts that Podman's generator or home-manager takes for names of units. They are refused where they
// are read, so that a profile is right or wrong wherever it is served.

extension ImageReference {
  /// Whether Podman's generator takes it for a unit (pkg/systemd/quadlet, handleImageSource).
  var looksLikeUnit: Bool {
    let end = text.utf8.suffix(6)
    return end.elementsEqual(".image".utf8) || end.elementsEqual(".build".utf8)
  }
}

extension HostPath {
  /// Whether Podman's generator takes it, or its parent, for a unit: what begins with a specifier, as
  /// `%h/models.volume` does, is no path to it (pkg/systemd/quadlet, handleStorageSource).
  private var looksLikeUnit: Bool {
    base == .home
      && relative.utf8.split(separator: UInt8(ascii: "/"))
        .contains { $0.suffix(7).elementsEqual(".volume".utf8) }
  }

  /// The path itself; throws where Podman would take it for the name of a unit.
  package func refusingUnits() throws(Refusal) -> HostPath {
    guard looksLikeUnit else { return self }
    throw Refusal(
      "must have no part that ends with '.volume' after '~/', found '\(text.abbreviated)'",
      help: "Podman would look for a unit of that name; write the path from '/' on")
  }
}

extension ContainerPath {
  /// Whether home-manager may change it where a volume is mounted: it writes `podman-` before the
  /// name of the volume's unit wherever that occurs (modules/services/podman/linux/containers.nix).
  private var looksLikeUnit: Bool { text.utf8.firstRange(of: ".volume".utf8) != nil }

  /// The path itself; throws where Podman would take it for the name of a unit.
  package func refusingUnits() throws(Refusal) -> ContainerPath {
    guard looksLikeUnit else { return self }
    throw Refusal(
      "must not have '.volume' in it where a volume is mounted, found '\(text.abbreviated)'",
      help: "home-manager would take it for the volume's name and change it")
  }
}

extension Argument.Problem {
  /// In words that follow a name.
  package var message: String {
    switch self {
    case .empty: "must not be empty: no empty argument can be passed to a container"
    case .loneSemicolon: "must not be a lone ';': systemd would end the command there"
    case .tooLong: "must be shorter than \(Argument.limit) bytes"
    case .nul: "must not hold a NUL character"
    }
  }
}
