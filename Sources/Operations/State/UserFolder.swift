import Host
import Targets

/// The user's folders, by the XDG Base Directory Specification.
package struct UserFolder {
  /// The user's machine.
  package let machine: Machine

  /// The home folder.
  ///
  /// - Throws: If `$HOME` is not an absolute path: amm would write to an unexpected place.
  package var home: String {
    get throws(HostError) {
      guard let home = machine.variable("HOME"), home.hasPrefix("/") else {
        throw HostError(
          "find", "$HOME", reason: "it is not set to an absolute path; set it to your home folder")
      }
      return home
    }
  }

  /// Checks that the home folder exists if a path is below it.
  ///
  /// - Throws: If it does not exist, as in a build: amm does not create home folders.
  func requireHome(above path: String) throws(HostError) {
    guard let home = try? home, path.hasPrefix(home + "/"), try Files.kind(of: home) == nil else {
      return
    }
    throw HostError("create", path, reason: "there is no home folder '\(home)'")
  }

  /// The folder of amm's state.
  package var state: String {
    get throws(HostError) { try base("XDG_STATE_HOME", ".local/state") + "/amm" }
  }

  /// The user's workspace.
  package var workspace: String {
    get throws(HostError) { try base("XDG_CONFIG_HOME", ".config") + "/ai-models" }
  }

  /// The folder for the user's data.
  package var data: String {
    get throws(HostError) { try base("XDG_DATA_HOME", ".local/share") }
  }

  /// The folder in which systemd looks for units that users or administrators add
  /// (systemd.unit(5)).
  package var systemdUnits: String {
    get throws(HostError) {
      guard machine.scope == .user else { return machine.root + "/etc/systemd/system" }
      return try base("XDG_CONFIG_HOME", ".config") + "/systemd/user"
    }
  }

  /// The folder of the units that amm installs and Podman's generator reads.
  package var units: String {
    get throws(HostError) {
      guard machine.scope == .user else {
        return machine.root + "/etc/containers/systemd/ai-models"
      }
      return try base("XDG_CONFIG_HOME", ".config") + "/containers/systemd/ai-models"
    }
  }

  private func base(_ variable: String, _ standard: String) throws(HostError) -> String {
    if let base = machine.variable(variable), base.hasPrefix("/") { return base }
    return try home + "/" + standard
  }
}

extension Machine {
  /// The user's folders.
  package var folders: UserFolder { UserFolder(machine: self) }
}
