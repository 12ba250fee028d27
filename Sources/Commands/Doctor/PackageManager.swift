import Host

/// The machine's way to have programs installed, for the commands that findings come with.
enum PackageManager: String, CaseIterable {
  case apt = "apt-get"
  case dnf
  case zypper
  case pacman

  /// The command that installs a program.
  ///
  /// - Parameters:
  ///   - package: Its package; it has the same name everywhere but where `others` says so.
  ///   - option: What NixOS has for it in `configuration.nix`.
  static func command(
    for package: String, others: [PackageManager: String] = [:], nixOS option: String
  ) -> String {
    if ((try? Files.kind(of: "/etc/NIXOS")) ?? nil) != nil {
      return "write '\(option)' into configuration.nix, then: sudo nixos-rebuild switch"
    }
    let manager = allCases.first { Subprocess.find($0.rawValue) != nil }
    let name = manager.flatMap { others[$0] } ?? package
    return switch manager {
    case .apt: "sudo apt-get install \(name)"
    case .dnf: "sudo dnf install \(name)"
    case .zypper: "sudo zypper install \(name)"
    case .pacman: "sudo pacman -S \(name)"
    case nil: "install \(name) with your system's package manager"
    }
  }
}
