import Host
import Schema
package import Workspaces

/// How a switch reaches the machine, and why so.
package struct ApplyMethod: Equatable {
  /// How it is applied.
  package let method: ApplySettings.Method
  /// Why it was chosen, for people: "as '--apply' says".
  package let reason: String

  /// What of the machine the choice depends on.
  package struct Programs: Equatable {
    /// Whether there is a program `home-manager`.
    var hasHomeManager: Bool
    /// Whether home-manager's configuration holds amm's module.
    var hasModule: Bool
    /// Whether there is a program `systemctl`.
    var hasSystemd: Bool

    package init(hasHomeManager: Bool, hasModule: Bool, hasSystemd: Bool) {
      self.hasHomeManager = hasHomeManager
      self.hasModule = hasModule
      self.hasSystemd = hasSystemd
    }

    /// Those of a machine.
    package init(on machine: Machine) {
      hasHomeManager = machine.has("home-manager")
      hasModule = HomeManagerModule.installed(on: machine) != nil
      hasSystemd = machine.has("systemctl")
    }
  }

  /// The user's choice, else the workspace's, else what the machine has.
  ///
  /// `home-manager switch` activates all of a user's configuration. So it is run only where that is
  /// asked for, or where the configuration holds amm's module.
  ///
  /// - Parameter typed: What the command line says.
  /// - Returns: Nil where the machine has nothing that could run servers.
  init?(
    typed: ApplySettings.Method?, written settings: ApplySettings,
    on programs: @autoclosure () -> Programs
  ) {
    if let typed {
      self.init(typed, "as '--apply' says")
    } else if let method = settings.method?.value {
      self.init(method, "as 'apply.method' in instances.yaml says")
    } else if settings.command != nil {
      self.init(.command, "as 'apply.command' in instances.yaml says")
    } else if settings.arguments != nil {
      self.init(.homeManager, "as 'apply.arguments' in instances.yaml says")
    } else {
      self.init(found: programs())
    }
  }

  private init?(found programs: Programs) {
    switch (programs.hasHomeManager, programs.hasModule, programs.hasSystemd) {
    case (true, true, _): self.init(.homeManager, "home-manager's configuration holds amm's module")
    case (true, false, true):
      self.init(.quadlet, "home-manager's configuration does not hold amm's module")
    case (false, _, true): self.init(.quadlet, "home-manager is not installed")
    case (_, _, false): return nil
    }
  }

  private init(_ method: ApplySettings.Method, _ reason: String) {
    self.method = method
    self.reason = reason
  }
}

/// What amm's module for home-manager leaves where amm finds it.
package struct HomeManagerModule: Equatable {
  /// The module's option `mode`.
  package enum Mode: String {
    case podman
    case quadlet
    case importFromDerivation = "podman-ifd"
  }

  /// What the configuration does with generated files.
  package let mode: Mode

  /// What stands before an instance's name in its service's: home-manager gives its own a prefix.
  package var servicePrefix: String { mode == .quadlet ? "" : "podman-" }

  /// The module that was activated last; nil where none was.
  package static func installed(on machine: Machine) -> HomeManagerModule? {
    guard let path = try? machine.folders.data + "/amm/home-manager",
      let bytes = (try? Files.read(path, limit: 4096)) ?? nil
    else { return nil }
    let word = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    return Mode(rawValue: word).map(HomeManagerModule.init)
  }
}
