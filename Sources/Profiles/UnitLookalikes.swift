package import Deployments
package import Schema
import Text
import YAML

// Podman's generator and home-manager mistake some texts for names of units. amm rejects these
// texts when it reads them, so that a profile is valid for every target or for none.

extension ImageReference {
  /// Whether Podman's generator reads it as a unit's name (pkg/systemd/quadlet, handleImageSource).
  var looksLikeUnit: Bool {
    let end = text.utf8.suffix(6)
    return end.elementsEqual(".image".utf8) || end.elementsEqual(".build".utf8)
  }
}

extension HostPath {
  /// Whether Podman's generator reads it, or its parent, as a unit's name: text that begins with a
  /// specifier, such as `%h/models.volume`, is not a path (pkg/systemd/quadlet,
  /// handleStorageSource).
  private var looksLikeUnit: Bool {
    base == .home
      && relative.utf8.split(separator: UInt8(ascii: "/"))
        .contains { $0.suffix(7).elementsEqual(".volume".utf8) }
  }

  /// Returns the path itself; throws if it would be mistaken for the name of a unit.
  package func refusingUnits() throws(Refusal) -> HostPath {
    guard looksLikeUnit else { return self }
    throw Refusal(
      "must not have a part that ends with '.volume' after '~/', found '\(text.abbreviated)'",
      help: "Podman would look for a unit with that name; write an absolute path")
  }
}

extension ContainerPath {
  /// Whether home-manager may change it in a volume mount: it writes `podman-` before every
  /// occurrence of the name of the volume's unit (modules/services/podman/linux/containers.nix).
  private var looksLikeUnit: Bool { text.holds(".volume") }

  /// Returns the path itself; throws if it would be mistaken for the name of a unit.
  package func refusingUnits() throws(Refusal) -> ContainerPath {
    guard looksLikeUnit else { return self }
    throw Refusal(
      "must not contain '.volume' where a volume is mounted, found '\(text.abbreviated)'",
      help: "home-manager would mistake it for the volume's name and change it")
  }
}

extension Argument.Problem {
  /// The problem, as text that follows a name.
  package var message: String {
    switch self {
    case .empty: "must not be empty: an empty argument cannot be passed to a container"
    case .loneSemicolon: "must not be a lone ';': systemd would end the command there"
    case .tooLong: "must be shorter than \(Argument.limit) bytes"
    case .nul: "must not contain a NUL character"
    }
  }
}
