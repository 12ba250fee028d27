import Deployments
import Host
package import Targets

/// The Linux distribution of a machine, and its way to install programs.
package struct Distribution {
  /// The ID in os-release(5), such as `debian`, `ubuntu`, `fedora` or `nixos`.
  package let id: String
  /// The full name, such as "Debian GNU/Linux 12 (bookworm)".
  package let name: String
  private let machine: Machine
  private let manager: PackageManager?

  /// Reads the distribution of a machine from os-release(5).
  package init(of machine: Machine) {
    self.machine = machine
    let lines = (machine.text("/etc/os-release") ?? "").split(separator: "\n")
    func value(_ key: String) -> String? {
      lines.first { $0.hasPrefix(key + "=") }.map { line in
        line.dropFirst(key.count + 1).filter { $0 != "\"" && $0 != "'" }
      }
    }
    id = machine.exists("/etc/NIXOS") ? "nixos" : value("ID") ?? "linux"
    name = value("PRETTY_NAME") ?? "this system"
    manager = PackageManager.allCases.first { machine.has($0.rawValue) }
  }

  /// Programs that install packages.
  package enum PackageManager: String, CaseIterable {
    case apt = "apt-get"
    case dnf
    case zypper
    case pacman
  }

  /// A package that servers need.
  package struct Package {
    /// Its name, unless `others` has another one.
    package let name: String
    /// The names for package managers that use another name.
    package var others: [PackageManager: String] = [:]
    /// The line that enables it in NixOS's `configuration.nix`.
    let nixOS: String
    /// The oldest version that works; nil if all versions work.
    package var oldest: PodmanVersion?
    /// A source for systems that do not package it.
    package var elsewhere: String?
    /// The package managers whose archives have it; nil for all.
    var archives: Set<PackageManager>?
  }

  /// Returns the way to install a package on this system.
  package func command(for package: Package) -> String {
    if id == "nixos" {
      return "add '\(package.nixOS)' to configuration.nix, then: sudo nixos-rebuild switch"
    }
    let elsewhere = package.elsewhere.map { "; \($0)" } ?? ""
    guard let manager else {
      return "install \(package.name) with your system's package manager" + elsewhere
    }
    if let archives = package.archives, !archives.contains(manager) {
      return "\(name) has no package '\(package.name)'" + elsewhere
    }
    let name = package.others[manager] ?? package.name
    if manager == .apt, let objection = objection(to: name, package.oldest) {
      return objection + elsewhere
    }
    return switch manager {
    case .apt: "sudo apt-get install \(name)"
    case .dnf: "sudo dnf install \(name)"
    case .zypper: "sudo zypper install \(name)"
    case .pacman: "sudo pacman -S \(name)"
    }
  }

  /// Returns the reason that apt cannot install a package: it is missing, or it is too old.
  private func objection(to package: String, _ oldest: PodmanVersion?) -> String? {
    // Without caches, which only root can write.
    let options = ["-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="]
    guard let answer = machine.capture(["apt-cache"] + options + ["policy", package]),
      answer.isSuccess
    else { return nil }
    let line = answer.output.split(separator: "\n").first { $0.contains("Candidate:") }
    let word = line?.split(separator: " ").last.map(String.init)
    guard let word, word != "(none)" else { return "\(name) has no package '\(package)'" }
    guard let oldest, let version = PodmanVersion(versionPart(word)), version < oldest else {
      return nil
    }
    return "\(name) only has \(package) \(version.text)"
  }

  /// Returns the version in a package version: `4.3.1` of `4:4.3.1+ds1-8+deb12u1`.
  private func versionPart(_ word: String) -> String {
    let start = word.lastIndex(of: ":").map { word.index(after: $0) } ?? word.startIndex
    return String(word[start...].prefix { $0.isNumber || $0 == "." })
  }
}

extension Distribution.Package {
  /// Podman itself.
  package static let podman = Self(
    name: "podman", nixOS: "virtualisation.podman.enable = true;", oldest: .oldest,
    elsewhere:
      "Debian 13, Ubuntu 24.04, Fedora 40 and Nix (on any system) have a new enough version")

  /// The program that maps user IDs for rootless Podman.
  package static let newuidmap = Self(
    name: "uidmap",
    others: [.dnf: "shadow-utils-subid", .zypper: "shadow", .pacman: "shadow"],
    nixOS: "virtualisation.podman.enable = true;")

  /// The init process of containers.
  static let firstProcess = Self(
    name: "catatonit", nixOS: "virtualisation.podman.enable = true;")

  static let passt = Self(name: "passt", nixOS: "virtualisation.podman.enable = true;")

  static let containerToolkit = Self(
    name: "nvidia-container-toolkit", nixOS: "hardware.nvidia-container-toolkit.enable = true;",
    elsewhere: "NVIDIA's archive has it: "
      + "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
    archives: [.pacman, .apt])
}
