import Host
import Schema
import Workspaces

/// How a switch reaches the machine, and why so.
struct ApplyMethod: Equatable {
  let method: ApplySettings.Method
  /// Why it was chosen, for people: "as '--apply' says".
  let reason: String

  /// What of the machine the choice depends on.
  struct Machine: Equatable {
    /// Whether there is a program `home-manager`.
    var hasHomeManager: Bool
    /// Whether home-manager's configuration holds amm's module.
    var hasModule: Bool
    /// Whether there is a program `systemctl`.
    var hasSystemd: Bool

    /// The one that amm runs on.
    static var here: Machine {
      Machine(
        hasHomeManager: Subprocess.find("home-manager") != nil,
        hasModule: HomeManagerModule.installed != nil,
        hasSystemd: Subprocess.find("systemctl") != nil)
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
    on machine: @autoclosure () -> Machine
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
      self.init(found: machine())
    }
  }

  private init?(found machine: Machine) {
    switch (machine.hasHomeManager, machine.hasModule, machine.hasSystemd) {
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
struct HomeManagerModule: Equatable {
  /// The module's option `mode`.
  enum Mode: String {
    case podman
    case quadlet
    case importFromDerivation = "podman-ifd"
  }

  let mode: Mode

  /// What stands before an instance's name in its service's: home-manager gives its own a prefix.
  var servicePrefix: String { mode == .quadlet ? "" : "podman-" }

  /// The module that was activated last; nil where none was.
  static var installed: HomeManagerModule? {
    guard let path = try? UserFolder.data + "/amm/home-manager",
      let bytes = (try? Files.read(path, limit: 4096)) ?? nil
    else { return nil }
    let word = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    return Mode(rawValue: word).map(HomeManagerModule.init)
  }
}
