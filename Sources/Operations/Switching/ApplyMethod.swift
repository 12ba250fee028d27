import Host
import Schema
package import Workspaces

/// The method that applies a switch to the machine, and the reason for it.
package struct ApplyMethod: Equatable {
  /// The method.
  package let method: ApplySettings.Method
  /// The reason for the choice, for messages: "as set by '--apply'".
  package let reason: String

  /// The programs of the machine that the choice depends on.
  package struct Programs: Equatable {
    /// Whether the program `home-manager` exists.
    var hasHomeManager: Bool
    /// Whether home-manager's configuration includes amm's module.
    var hasModule: Bool
    /// Whether the program `systemctl` exists.
    var hasSystemd: Bool

    package init(hasHomeManager: Bool, hasModule: Bool, hasSystemd: Bool) {
      self.hasHomeManager = hasHomeManager
      self.hasModule = hasModule
      self.hasSystemd = hasSystemd
    }

    /// Finds the programs of a machine.
    package init(on machine: Machine) {
      hasHomeManager = machine.has("home-manager")
      hasModule = HomeManagerModule.installed(on: machine) != nil
      hasSystemd = machine.has("systemctl")
    }
  }

  /// Chooses the user's method, or else the workspace's, or else one that the machine supports.
  ///
  /// `home-manager switch` activates all of a user's configuration. Therefore, it only runs if the
  /// user or the workspace selects it, or if the configuration includes amm's module.
  ///
  /// - Parameter typed: The method on the command line.
  /// - Returns: Nil if the machine has nothing that can run servers.
  init?(
    typed: ApplySettings.Method?, written settings: ApplySettings,
    on programs: @autoclosure () -> Programs
  ) {
    if let typed {
      self.init(
        typed, "as set by \(typed == .none ? "'--no-apply' or '--apply none'" : "'--apply'")")
    } else if let method = settings.method?.value {
      self.init(method, "as set by 'apply.method' in instances.yaml")
    } else if settings.command != nil {
      self.init(.command, "as set by 'apply.command' in instances.yaml")
    } else if settings.arguments != nil {
      self.init(.homeManager, "as set by 'apply.arguments' in instances.yaml")
    } else {
      self.init(found: programs())
    }
  }

  private init?(found programs: Programs) {
    switch (programs.hasHomeManager, programs.hasModule, programs.hasSystemd) {
    case (true, true, _):
      self.init(.homeManager, "home-manager's configuration includes amm's module")
    case (true, false, true):
      self.init(.quadlet, "home-manager's configuration does not include amm's module")
    case (false, _, true): self.init(.quadlet, "home-manager is not installed")
    case (_, _, false): return nil
    }
  }

  private init(_ method: ApplySettings.Method, _ reason: String) {
    self.method = method
    self.reason = reason
  }
}

/// The installed amm module for home-manager, from a file that the module writes.
package struct HomeManagerModule: Equatable {
  /// The module's option `mode`.
  package enum Mode: String {
    case podman
    case quadlet
    case importFromDerivation = "podman-ifd"
  }

  /// The use of generated files in the configuration.
  package let mode: Mode

  /// The prefix of service names: home-manager adds one to the services that it creates.
  package var servicePrefix: String { mode == .quadlet ? "" : "podman-" }

  /// Returns the module that was activated last; nil if there is none.
  package static func installed(on machine: Machine) -> HomeManagerModule? {
    guard let path = try? machine.folders.data + "/amm/home-manager",
      let bytes = (try? Files.read(path, limit: 4096)) ?? nil
    else { return nil }
    let word = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    return Mode(rawValue: word).map(HomeManagerModule.init)
  }
}
