import Host

/// Folders of the user's own, by the XDG Base Directory specification.
package struct UserFolder {
  /// The machine whose user is meant.
  package let machine: Machine

  /// The home folder.
  ///
  /// - Throws: Where `$HOME` does not say: amm would write somewhere else than anybody looks.
  package var home: String {
    get throws(HostError) {
      guard let home = machine.variable("HOME"), home.hasPrefix("/") else {
        throw HostError(
          "find", "$HOME", reason: "it is not set to an absolute path; set it to your home folder")
      }
      return home
    }
  }

  /// The home folder where it is there.
  ///
  /// - Throws: Where it is not: amm makes no home, such as that of a build, which has none.
  func requireHome(above path: String) throws(HostError) {
    guard let home = try? home, path.hasPrefix(home + "/"), try Files.kind(of: home) == nil else {
      return
    }
    throw HostError("make", path, reason: "there is no home folder '\(home)'")
  }

  /// Where amm keeps what it remembers.
  package var state: String {
    get throws(HostError) { try base("XDG_STATE_HOME", ".local/state") + "/amm" }
  }

  /// The user's workspace.
  package var workspace: String {
    get throws(HostError) { try base("XDG_CONFIG_HOME", ".config") + "/ai-models" }
  }

  /// Where programs keep data of the user's.
  package var data: String {
    get throws(HostError) { try base("XDG_DATA_HOME", ".local/share") }
  }

  /// Where Podman's generator reads the units that amm installs.
  package var units: String {
    get throws(HostError) {
      try base("XDG_CONFIG_HOME", ".config") + "/containers/systemd/ai-models"
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
