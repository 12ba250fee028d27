import Deployments
import Diagnostics
import Host
package import Targets

extension Machine {
  /// The release of the Podman that is first on the search path; nil where none answers, or one that
  /// amm does not write for.
  package var podmanVersion: PodmanVersion? {
    let answer = firstLine(of: ["podman", "version", "--format", "{{.Version}}"])
    let version = answer.flatMap { PodmanVersion($0.versionNumbers) }
    return version.flatMap { $0 < .oldest ? nil : $0 }
  }
}

/// Podman itself, and what its rootless containers need of the system.
extension Examinations {
  /// Whether Podman is there, and recent enough.
  package func podman() -> Finding {
    let program = starter
    let answer = machine.capture([program, "version", "--format", "{{.Version}}"])
    if let overrun = answer?.overrun {
      return Finding("podman", .error, "Podman \(overrun.rawValue)", fix: "podman info")
    }
    guard let answer, answer.isSuccess, let line = answer.output.split(separator: "\n").first else {
      return Finding(
        "podman", .error, "Podman is not there, or does not run",
        fix: distribution.command(for: .podman))
    }
    let text = String(line)
    let path = program.hasPrefix("/") ? " (\(program))" : ""
    guard let version = PodmanVersion(text.versionNumbers) else {
      return Finding("podman", .unseen, "amm does not understand the version '\(text)'\(path)")
    }
    guard version >= .oldest else {
      return Finding(
        "podman", .error,
        "Podman is \(version.text)\(path); amm writes for \(PodmanVersion.oldest.text) and newer",
        fix: distribution.command(for: .podman))
    }
    if let newer = servers?.podman, newer > version {
      return Finding(
        "podman", .error,
        "the workspace is written for Podman \(newer.text), here is \(version.text)\(path)",
        fix:
          "write 'podman: \"\(version.text)\"' under 'defaults:' in instances.yaml, then: amm generate"
      )
    }
    if let older = servers?.podman, older == .oldest, version > older {
      return Finding(
        "podman", .ok,
        "Podman \(version.text)\(path); 'podman: \"\(version.text)\"' under 'defaults:' lets amm use its keys"
      )
    }
    return Finding("podman", .ok, "Podman \(version.text)\(path)")
  }

  /// The Podman that units start: the one that systemd was told of, not the first on this shell's path.
  var starter: String {
    for instance in servers?.deployment.workloads ?? [] {
      for unit in [
        "\(instance.name.text).service", Services.homeManagerName(of: instance.name.text),
      ] {
        let words = ["systemctl", "--user", "show", "-p", "ExecStart", unit]
        // `ExecStart={ path=/usr/bin/podman ; argv[]=... }`
        let line = machine.firstLine(of: words) ?? ""
        guard let start = line.firstRange(of: "path=")?.upperBound else { continue }
        let path = String(line[start...].prefix { $0 != " " })
        if path.hasSuffix("/podman") { return path }
      }
    }
    // What the generator of Debian, Fedora, Arch and openSUSE has been built with.
    return machine.exists("/usr/bin/podman") ? "/usr/bin/podman" : "podman"
  }

  /// Where systemd looks for a user's generators (systemd.generator(7)), and NixOS's place.
  private static let generatorFolders = [
    "/run/systemd/user-generators", "/etc/systemd/user-generators",
    "/usr/local/lib/systemd/user-generators", "/usr/lib/systemd/user-generators",
    "/lib/systemd/user-generators", "/run/current-system/sw/lib/systemd/user-generators",
  ]

  /// The program that makes services of quadlet files.
  package func generator() -> Finding {
    let paths = Self.generatorFolders.map { $0 + "/podman-user-generator" }
    guard let path = paths.first(where: machine.exists) else {
      return Finding(
        "quadlets", machine.has("home-manager") ? .warning : .error,
        "Podman's generator is not where systemd looks for it, so quadlet files make no services",
        fix: distribution.command(for: .podman))
    }
    guard let text = machine.firstLine(of: [machine.root + path, "-version"]),
      let version = PodmanVersion(text.versionNumbers)
    else { return Finding("quadlets", .ok, path) }
    if let newer = servers?.podman, newer > version {
      return Finding(
        "quadlets", .error,
        "the workspace is written for Podman \(newer.text), and the generator \(path) is of \(version.text)",
        fix:
          "write 'podman: \"\(version.text)\"' under 'defaults:' in instances.yaml, then: amm generate"
      )
    }
    return Finding("quadlets", .ok, "\(path), of Podman \(version.text)")
  }

  func userNamespaces() -> Finding {
    let subject = "user namespaces"
    guard let user = machine.userName else {
      return Finding(subject, .unseen, "the user's name cannot be told")
    }
    for file in ["/etc/subuid", "/etc/subgid"] {
      let lines = machine.read(file).map { String(decoding: $0, as: UTF8.self) }
      guard lines?.split(separator: "\n").contains(where: { $0.hasPrefix(user + ":") }) == true
      else {
        return Finding(
          subject, .error, "\(file) gives '\(user)' no ids for rootless containers",
          fix: "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(user)")
      }
    }
    guard machine.has("newuidmap") else {
      return Finding(
        subject, .error, "newuidmap is missing", fix: distribution.command(for: .newuidmap))
    }
    return Finding(subject, .ok, "ids for rootless containers are set up")
  }

  /// What connects rootless containers, and the network that instances share.
  package func network() -> Finding {
    let format =
      "{{.Host.NetworkBackend}} {{.Host.Pasta.Executable}} {{.Host.Slirp4NetNS.Executable}}"
    guard let line = machine.firstLine(of: ["podman", "info", "--format", format]) else {
      return Finding("network", .unseen, "there is no podman to ask")
    }
    let words = line.split(separator: " ")
    guard words.contains(where: { $0.hasPrefix("/") }) else {
      return Finding(
        "network", .error, "neither pasta nor slirp4netns is there to connect containers",
        fix: distribution.command(for: .passt))
    }
    let backend = words.first.map(String.init) ?? "Podman"
    guard let name = servers?.deployment.network.text else {
      return Finding("network", .ok, backend)
    }
    let found = machine.capture(["podman", "network", "exists", name])
    return Finding(
      "network", .ok,
      found?.isSuccess == true
        ? "\(backend) has '\(name)'" : "\(backend) makes '\(name)' when a server starts")
  }
}

extension String {
  /// `5.4.2` of `5.4.2-dev`.
  fileprivate var versionNumbers: String { String(prefix { $0.isNumber || $0 == "." }) }
}
