import Deployments
import Host

/// Podman itself, and what its rootless containers need of the system.
extension Examinations {
  func podman() -> Finding {
    let install = PackageManager.command(
      for: "podman", nixOS: "virtualisation.podman.enable = true;")
    guard let result = try? Subprocess.capture(["podman", "version", "--format", "{{.Version}}"]),
      result.isSuccess
    else {
      return Finding("podman", .error, "Podman is not there, or does not run", fix: install)
    }
    let text = result.output.split(separator: "\n").first.map(String.init) ?? ""
    let numbers = text.prefix { $0.isNumber || $0 == "." }
    guard let version = PodmanVersion(String(numbers)) else {
      return Finding("podman", .unseen, "the version '\(text)' says nothing to amm")
    }
    guard version >= .oldest else {
      return Finding(
        "podman", .error,
        "Podman is \(version.text); amm writes for \(PodmanVersion.oldest.text) on, which newer releases of your system have",
        fix: install)
    }
    if let newer = plan.instances.map(\.podman).max(), newer > version {
      return Finding(
        "podman", .error,
        "the workspace is written for Podman \(newer.text), here is \(version.text)",
        fix:
          "write 'podman: \"\(version.text)\"' under 'defaults:' in instances.yaml, then: amm generate"
      )
    }
    return Finding("podman", .ok, "Podman \(version.text)")
  }

  func userNamespaces() -> Finding {
    let subject = "user namespaces"
    guard let user else { return Finding(subject, .unseen, "the user's name cannot be told") }
    for file in ["/etc/subuid", "/etc/subgid"] {
      let lines = (try? Files.read(file)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
      guard lines?.split(separator: "\n").contains(where: { $0.hasPrefix(user + ":") }) == true
      else {
        return Finding(
          subject, .error, "\(file) gives '\(user)' no ids for rootless containers",
          fix: "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(user)")
      }
    }
    guard Subprocess.find("newuidmap") != nil else {
      return Finding(
        subject, .error, "newuidmap is missing",
        fix: PackageManager.command(
          for: "uidmap",
          others: [.dnf: "shadow-utils-subid", .zypper: "shadow", .pacman: "shadow"],
          nixOS: "virtualisation.podman.enable = true;"))
    }
    return Finding(subject, .ok, "ids for rootless containers are set up")
  }

  /// What connects rootless containers, and the network that instances share.
  func network() -> Finding {
    let format =
      "{{.Host.NetworkBackend}} {{.Host.Pasta.Executable}} {{.Host.Slirp4NetNS.Executable}}"
    guard let result = try? Subprocess.capture(["podman", "info", "--format", format]),
      result.isSuccess
    else { return Finding("network", .unseen, "there is no podman to ask") }
    let words = result.output.split { $0 == " " || $0 == "\n" }
    guard words.contains(where: { $0.hasPrefix("/") }) else {
      return Finding(
        "network", .error, "neither pasta nor slirp4netns is there to connect containers",
        fix: PackageManager.command(for: "passt", nixOS: "virtualisation.podman.enable = true;"))
    }
    let name = plan.network.text
    let found = try? Subprocess.capture(["podman", "network", "exists", name])
    let backend = words.first.map(String.init) ?? "Podman"
    return Finding(
      "network", .ok,
      found?.isSuccess == true
        ? "\(backend) has '\(name)'" : "\(backend) makes '\(name)' when a server starts")
  }
}
