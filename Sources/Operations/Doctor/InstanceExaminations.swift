package import Deployments
import Diagnostics
import Host
import Targets

/// Checks of single instances: tokens, files and ports.
extension Examinations {
  /// Checks whether the secrets and token files that the instances name exist.
  package func tokens(_ deployment: Deployment) -> [Finding] {
    var variables: [Token: Set<String>] = [:]
    for reference in deployment.containers.flatMap(\.secrets) {
      variables[Token(reference, on: machine), default: []].insert(reference.variable.text)
    }
    return variables.sorted { $0.key.text < $1.key.text }.map { token, variables in
      if asksAsRoot {
        if let secret = token.secret {
          return Finding("token", .unseen, "only root can see the system's secret '\(secret)'")
        }
        if Files.permissions(of: token.text) == nil {
          return Finding("token", .unseen, "only root can see whether '\(token.text)' exists")
        }
      }
      return token.finding(machine, of: variables.sorted())
    }
  }

  /// A source of tokens.
  private struct Token: Hashable {
    let secret: String?
    let file: String?
    var text: String { secret ?? file ?? "" }

    init(_ reference: SecretReference, on machine: Machine) {
      switch reference.source {
      case .stored(let name, _):
        secret = name.text
        file = nil
      case .environmentFile(let path):
        secret = nil
        file = path.here(on: machine)
      }
    }

    /// - Parameter variables: The variables that it has values of.
    func finding(_ machine: Machine, of variables: [String]) -> Finding {
      if let secret {
        let found = machine.capture(["podman", "secret", "exists", secret])
        guard let found else { return Finding("token", .unseen, "Podman is not installed") }
        return found.isSuccess
          ? Finding("token", .ok, "the Podman secret '\(secret)' exists")
          : Finding(
            "token", .error, "there is no Podman secret '\(secret)'",
            fix: "podman secret create \(secret) FILE")
      }
      guard let file, let mode = Files.permissions(of: file) else {
        return Finding(
          "token", .error, "'\(text)' does not exist", fix: fix(variables, redirection: ">"))
      }
      guard mode & 0o077 == 0 else {
        return Finding("token", .error, "other users can read '\(file)'", fix: "chmod 600 \(file)")
      }
      let missing = missing(variables, in: file)
      return missing.isEmpty
        ? Finding("token", .ok, "only you can read '\(file)'")
        : Finding(
          "token", .error,
          "'\(file)' has no line \(Phrase.allOf(missing.map { "'\($0)=…'" }))",
          fix: fix(missing, redirection: ">>"))
    }

    /// Returns the variables that a file has no line of; none if it cannot be read.
    ///
    /// The hub's token has a second name that libraries read.
    private func missing(_ variables: [String], in file: String) -> [String] {
      guard let bytes = try? Files.read(file, limit: 1 << 16) else { return [] }
      let names = Set(
        String(decoding: bytes, as: UTF8.self).split(separator: "\n")
          .map { $0.drop { $0 == " " }.prefix { $0 != "=" } }.map(String.init))
      return variables.filter { $0 != "HF_TOKEN" && !names.contains($0) }
    }

    private func fix(_ variables: [String], redirection: String) -> String {
      let lines = variables.map { "read -rs value; echo \($0)=$value" }.joined(separator: "; ")
      return variables.count == 1
        ? "(umask 077; \(lines) \(redirection) \(text))"
        : "(umask 077; { \(lines); } \(redirection) \(text))"
    }
  }

  /// Checks the host's folders and files that containers mount: without them, containers do not
  /// start.
  package func mounts(_ deployment: Deployment) -> [Finding] {
    let paths = deployment.containers.flatMap(\.mounts).compactMap { mount in
      if case .path(let path) = mount.source { path } else { nil }
    }
    return Set(paths).sorted { $0.text < $1.text }.compactMap { path in
      guard Files.canonical(path.here(on: machine)) == nil else { return nil }
      let isFile = path.lastPart.contains(".")
      return Finding(
        "files", .error, "'\(path.text)' does not exist, but a container mounts it",
        fix: isFile ? "cp FILE \(path.text)" : "mkdir -p \(path.text)")
    }
  }

  /// Checks whether the port of each instance and companion is free or used by itself.
  package func ports(_ deployment: Deployment) -> [Finding] {
    deployment.workloads.map { instance in
      // Before amm connects: that would start the server.
      let socket = ActivationUnits.socket(of: instance.name.text)
      if instance.activation != nil, machine.network.isOwn(instance.exposure.reachable.address),
        machine.services.isActive(socket)
      {
        return Finding(
          "port \(instance.exposure.host.number)", .ok,
          "a socket listens and starts \(instance.name.text) on demand")
      }
      return port(instance.exposure, of: instance.name, orOf: deployment.rivals(of: instance))
    } + deployment.companions.map { port($0.exposure, of: $0.name, orOf: []) }
  }

  /// - Parameter rivals: The instances that may use the port instead.
  private func port(
    _ port: Exposure, of name: ResourceName, orOf rivals: @autoclosure () -> [Workload]
  ) -> Finding {
    let address = port.address.reachable.text
    let subject = "port \(port.host.number)"
    guard machine.network.isOwn(address) else {
      return Finding(
        subject, .error,
        "\(name.text) is configured to listen on \(address), which is not an address of this machine",
        fix: "set its 'bind' in instances.yaml to 127.0.0.1 or an address from 'ip address'")
    }
    guard machine.network.isListening(address, port.host.number) else {
      return Finding(subject, .ok, "free for \(name.text)")
    }
    if machine.services.state(of: name.text)?.active == "active" {
      return Finding(subject, .ok, "\(name.text) listens")
    }
    let rival = rivals().first {
      $0.exposure.host == port.host
        && machine.services.state(of: $0.name.text)?.active == "active"
    }
    if let rival {
      return Finding(subject, .ok, "\(rival.name.text) of the same group listens")
    }
    let owner = listener(on: port.host.number)
    return Finding(
      subject, .error,
      owner.map { "'\($0.name)' (process \($0.process)) listens, not \(name.text)" }
        ?? "another program listens, not \(name.text)",
      fix: "choose another port for \(name.text) in instances.yaml, or stop that program"
        + (owner == nil
          ? "; sudo ss -ltnp 'sport = :\(port.host.number)' shows which one" : ""))
  }

  /// Checks whether systemd's proxy exists, which starts servers on demand.
  package func proxy(_ deployment: Deployment) -> [Finding] {
    guard deployment.workloads.contains(where: { $0.activation != nil }) else { return [] }
    let places = ActivationUnits.programPlaces
    guard let place = places.first(where: machine.exists) else {
      return [
        Finding(
          "on demand", .error,
          "systemd's program 'systemd-socket-proxyd' is in none of \(Phrase.allOf(places.map { "'\($0)'" }))",
          fix: "install the systemd package of your distribution, or write 'start: boot'")
      ]
    }
    return [Finding("on demand", .ok, "'\(place)' exists")]
  }

  /// Checks whether the programs of companions that run on the machine itself are installed.
  package func hostedPrograms(_ deployment: Deployment) -> [Finding] {
    deployment.companions.compactMap { companion in
      guard case .hosted(let program) = companion.program else { return nil }
      let name = program.program.text
      let subject = "companion"
      let places = HostedUnit.programPlaces(
        for: name, home: machine.variable("HOME") ?? "", user: machine.userName ?? "")
      guard let path = places.first(where: machine.exists) else {
        return Finding(
          subject, .error, "'\(name)', which \(program.name.text) runs, is not installed",
          fix: "install '\(name)' in ~/.local/bin or with your package manager")
      }
      return Finding(subject, .ok, "\(program.name.text) runs '\(path)'")
    }
  }

  /// Returns the user's own program that listens on a port: `users:(("python3",pid=4711,fd=3))`.
  private func listener(on port: Int) -> (name: String, process: Int)? {
    let words = ["ss", "-Hltnp", "sport = :\(port)"]
    let parts = (machine.capture(words)?.output ?? "").split(separator: "\"")
    guard parts.count > 2, parts[0].hasSuffix("users:(("), parts[2].hasPrefix(",pid=") else {
      return nil
    }
    let process = parts[2].dropFirst(",pid=".count).prefix { $0.isNumber }
    return Int(process).map { (String(parts[1]), $0) }
  }
}

extension HostPath {
  /// Returns the path on this machine.
  fileprivate func here(on machine: Machine) -> String {
    absolute(home: try? machine.folders.home) ?? text
  }
}
