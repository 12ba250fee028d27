package import Deployments
import Diagnostics
import Host
package import Targets

extension Machine {
  /// The version of the first Podman on the search path; nil if it does not answer or amm does not
  /// support the version.
  package var podmanVersion: PodmanVersion? {
    let answer = firstLine(of: ["podman", "version", "--format", "{{.Version}}"])
    let version = answer.flatMap { PodmanVersion($0.versionNumbers) }
    return version.flatMap { $0 < .oldest ? nil : $0 }
  }
}

/// Checks of Podman, and of what its rootless containers need on the system.
extension Examinations {
  /// Checks whether Podman is installed and recent enough.
  package func podman() -> Finding {
    let program = starter
    let answer = machine.capture([program, "version", "--format", "{{.Version}}"])
    if let overrun = answer?.overrun {
      return Finding("podman", .error, "Podman \(overrun.rawValue)", fix: "podman info")
    }
    guard let answer, answer.isSuccess, let line = answer.output.split(separator: "\n").first else {
      return Finding(
        "podman", .error, "Podman is not installed, or does not run",
        fix: distribution.command(for: .podman))
    }
    let text = String(line)
    let path = program.hasPrefix("/") ? " (\(program))" : ""
    guard let version = PodmanVersion(text.versionNumbers) else {
      return Finding("podman", .unseen, "unknown version '\(text)'\(path)")
    }
    guard version >= .oldest else {
      return Finding(
        "podman", .error,
        "Podman is \(version.text)\(path); amm requires \(PodmanVersion.oldest.text) or newer",
        fix: distribution.command(for: .podman))
    }
    if let newer = servers?.podman, newer > version {
      return Finding(
        "podman", .error,
        "the workspace is written for Podman \(newer.text), but this machine has \(version.text)\(path)",
        fix:
          "write 'podman: \"\(version.text)\"' under 'defaults:' in instances.yaml, then: amm generate"
      )
    }
    if let older = servers?.podman, older == .oldest, version > older {
      return Finding(
        "podman", .ok,
        "Podman \(version.text)\(path); 'podman: \"\(version.text)\"' under 'defaults:' enables its newer keys"
      )
    }
    return Finding("podman", .ok, "Podman \(version.text)\(path)")
  }

  /// The Podman that units start according to systemd, which can differ from the first on the path.
  var starter: String {
    for instance in servers?.deployment.workloads ?? [] {
      for unit in [
        "\(instance.name.text).service", Services.homeManagerName(of: instance.name.text),
      ] {
        let words = machine.services.systemctl + ["show", "-p", "ExecStart", unit]
        // `ExecStart={ path=/usr/bin/podman ; argv[]=... }`
        let line = machine.firstLine(of: words) ?? ""
        guard let start = line.firstRange(of: "path=")?.upperBound else { continue }
        let path = String(line[start...].prefix { $0 != " " })
        if path.hasSuffix("/podman") { return path }
      }
    }
    // The path in the generators of Debian, Fedora, Arch and openSUSE.
    return machine.exists("/usr/bin/podman") ? "/usr/bin/podman" : "podman"
  }

  /// The folders of generators: those of systemd.generator(7), and that of NixOS.
  private static let generatorFolders = [
    "/run/systemd", "/etc/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd",
    "/run/current-system/sw/lib/systemd",
  ]

  /// Checks for the generator, the program that creates services from quadlet files.
  package func generator() -> Finding {
    let scope = machine.scope == .user ? "user" : "system"
    let paths = Self.generatorFolders.map { "\($0)/\(scope)-generators/podman-\(scope)-generator" }
    guard let path = paths.first(where: machine.exists) else {
      return Finding(
        "quadlets", machine.has("home-manager") ? .warning : .error,
        "Podman's generator is not where systemd looks for it, so quadlet files have no effect",
        fix: distribution.command(for: .podman))
    }
    guard let text = machine.firstLine(of: [machine.root + path, "-version"]),
      let version = PodmanVersion(text.versionNumbers)
    else { return Finding("quadlets", .ok, path) }
    if let newer = servers?.podman, newer > version {
      return Finding(
        "quadlets", .error,
        "the workspace is written for Podman \(newer.text), but the generator \(path) has version \(version.text)",
        fix:
          "write 'podman: \"\(version.text)\"' under 'defaults:' in instances.yaml, then: amm generate"
      )
    }
    return Finding("quadlets", .ok, "\(path), from Podman \(version.text)")
  }

  func userNamespaces() -> Finding {
    let subject = "user namespaces"
    guard let user = machine.userName else {
      return Finding(subject, .unseen, "the user's name is not known")
    }
    for file in ["/etc/subuid", "/etc/subgid"] {
      let lines = machine.read(file).map { String(decoding: $0, as: UTF8.self) }
      guard lines?.split(separator: "\n").contains(where: { $0.hasPrefix(user + ":") }) == true
      else {
        return Finding(
          subject, .error, "\(file) has no IDs for rootless containers of '\(user)'",
          fix: "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(user)")
      }
    }
    guard machine.has("newuidmap") else {
      return Finding(
        subject, .error, "newuidmap is missing", fix: distribution.command(for: .newuidmap))
    }
    return Finding(subject, .ok, "IDs for rootless containers are set up")
  }

  /// Checks whether systemd regards the machine as online, which units of Podman 5.3 and later wait
  /// for.
  package func online(_ deployment: Deployment) -> [Finding] {
    guard deployment.containers.contains(where: \.waitsForNetwork),
      machine.podmanVersion.map({ $0 >= PodmanVersion(5, 3) }) ?? false
    else { return [] }
    guard !machine.services.isOnline else {
      return [Finding("online", .ok, "network-online.target is active")]
    }
    return [
      Finding(
        "online", .warning,
        "network-online.target is not active, so each start of a server waits up to 90 s; "
          + "'wait_for_network: false' under 'defaults:' in instances.yaml also avoids it",
        fix: "sudo systemctl add-wants multi-user.target network-online.target && "
          + "sudo systemctl start network-online.target")
    ]
  }

  /// Checks the program that connects rootless containers, and the network that instances share.
  package func network() -> Finding {
    let format =
      "{{.Host.NetworkBackend}} {{.Host.Pasta.Executable}} {{.Host.Slirp4NetNS.Executable}}"
    guard !asksAsRoot else {
      return Finding("network", .unseen, "only root can ask Podman for the system's networks")
    }
    guard let line = machine.firstLine(of: ["podman", "info", "--format", format]) else {
      return Finding("network", .unseen, "Podman is not installed, or does not answer")
    }
    let words = line.split(separator: " ")
    guard words.contains(where: { $0.hasPrefix("/") }) else {
      return Finding(
        "network", .error, "neither pasta nor slirp4netns is installed to connect containers",
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
        ? "\(backend) has '\(name)'" : "\(backend) creates '\(name)' when a server starts")
  }
}

extension String {
  /// The numbers of a version: `5.4.2` of `5.4.2-dev`.
  fileprivate var versionNumbers: String { String(prefix { $0.isNumber || $0 == "." }) }
}
