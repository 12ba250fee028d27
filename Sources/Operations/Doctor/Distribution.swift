import Deployments
import Host
package import Targets

/// Which system a machine has, and how programs are installed there.
package struct Distribution {
  /// `debian`, `ubuntu`, `fedora`, `nixos`: the word of os-release(5).
  package let id: String
  /// "Debian GNU/Linux 12 (bookworm)".
  package let name: String
  private let machine: Machine
  private let manager: PackageManager?

  /// The distribution of a machine, by its os-release(5).
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

  /// Programs that install others.
  package enum PackageManager: String, CaseIterable {
    case apt = "apt-get"
    case dnf
    case zypper
    case pacman
  }

  /// A program that servers need.
  package struct Package {
    /// Its name everywhere but where `others` says so.
    package let name: String
    /// The package's name where a manager calls it otherwise.
    package var others: [PackageManager: String] = [:]
    /// What NixOS has for it in `configuration.nix`.
    let nixOS: String
    /// The oldest version that is of use; nil where any is.
    package var oldest: PodmanVersion?
    /// Where it is to be had for systems that do not have it themselves.
    package var elsewhere: String?
    /// The systems whose own archive has it; nil where all have.
    var archives: Set<PackageManager>?
  }

  /// The way to a package that works on this system.
  package func command(for package: Package) -> String {
    if id == "nixos" {
      return "write '\(package.nixOS)' into configuration.nix, then: sudo nixos-rebuild switch"
    }
    let elsewhere = package.elsewhere.map { "; \($0)" } ?? ""
    guard let manager else {
      return "install \(package.name) with your system's package manager" + elsewhere
    }
    if let archives = package.archives, !archives.contains(manager) {
      return "\(name) does not have \(package.name)" + elsewhere
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

  /// Why apt cannot help: its lists have no such package, or only one that is too old.
  private func objection(to package: String, _ oldest: PodmanVersion?) -> String? {
    // Without caches, which root would write.
    let options = ["-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="]
    guard let answer = machine.capture(["apt-cache"] + options + ["policy", package]),
      answer.isSuccess
    else { return nil }
    let line = answer.output.split(separator: "\n").first { $0.contains("Candidate:") }
    let word = line?.split(separator: " ").last.map(String.init)
    guard let word, word != "(none)" else { return "\(name) does not have \(package)" }
    guard let oldest, let version = PodmanVersion(versionPart(word)), version < oldest else {
      return nil
    }
    return "\(name) has \(package) \(version.text) at most"
  }

  /// The version of `4:4.3.1+ds1-8+deb12u1`.
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
      "Debian 13, Ubuntu 24.04 and Fedora 40 have one that is new enough, and Nix has on any")

  /// What rootless Podman maps user IDs with.
  package static let newuidmap = Self(
    name: "uidmap",
    others: [.dnf: "shadow-utils-subid", .zypper: "shadow", .pacman: "shadow"],
    nixOS: "virtualisation.podman.enable = true;")

  /// The small first process of containers.
  static let firstProcess = Self(
    name: "catatonit", nixOS: "virtualisation.podman.enable = true;")

  static let passt = Self(name: "passt", nixOS: "virtualisation.podman.enable = true;")

  static let containerToolkit = Self(
    name: "nvidia-container-toolkit", nixOS: "hardware.nvidia-container-toolkit.enable = true;",
    elsewhere: "NVIDIA's own archive has it: "
      + "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html",
    archives: [.pacman, .apt])
}
