import Deployments
import Host
import Profiles
import Schema
import Workspaces

/// What is looked at: one function a subject, and its line in `all`.
struct Examinations {
  let workspace: Workspace
  let plan: Deployment
  let folder: WorkspaceFolder

  var all: [Finding] {
    [
      podman, userNamespaces, linger, delegation, disk, homeManager, git,
    ].compactMap { $0() } + gpus() + tokens() + ports()
  }

  private func podman() -> Finding {
    guard let result = try? Subprocess.capture(["podman", "version", "--format", "{{.Version}}"]),
      result.isSuccess
    else {
      return Finding(
        "podman", .error, "Podman is not there, or does not run",
        fix: "install Podman \(PodmanVersion.oldest.text) or newer")
    }
    let text = result.output.split(separator: "\n").first.map(String.init) ?? ""
    let numbers = text.prefix { $0.isNumber || $0 == "." }
    guard let version = PodmanVersion(String(numbers)) else {
      return Finding("podman", .unseen, "the version '\(text)' says nothing to amm")
    }
    guard version >= .oldest else {
      return Finding(
        "podman", .error,
        "Podman is \(version.text); amm writes for \(PodmanVersion.oldest.text) on",
        fix: "update Podman")
    }
    if let newer = plan.instances.map(\.podman).max(), newer > version {
      return Finding(
        "podman", .error,
        "the workspace is written for Podman \(newer.text), here is \(version.text)",
        fix: "set 'podman: \"\(version.text)\"' under 'defaults:' and run 'amm generate'")
    }
    return Finding("podman", .ok, "Podman \(version.text)")
  }

  private func userNamespaces() -> Finding {
    guard let user = Terminal.variable("USER") ?? Terminal.variable("LOGNAME") else {
      return Finding("user namespaces", .unseen, "USER is not set")
    }
    for file in ["/etc/subuid", "/etc/subgid"] {
      let lines = (try? Files.read(file)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
      guard lines?.split(separator: "\n").contains(where: { $0.hasPrefix(user + ":") }) == true
      else {
        return Finding(
          "user namespaces", .error, "\(file) gives '\(user)' no ids for rootless containers",
          fix: "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(user)")
      }
    }
    guard Subprocess.find("newuidmap") != nil else {
      return Finding(
        "user namespaces", .error, "newuidmap is missing",
        fix: "install Debian's package uidmap, or your system's")
    }
    return Finding("user namespaces", .ok, "ids for rootless containers are set up")
  }

  private func linger() -> Finding {
    guard let user = Terminal.variable("USER") ?? Terminal.variable("LOGNAME") else {
      return Finding("linger", .unseen, "USER is not set")
    }
    guard ((try? Files.kind(of: "/var/lib/systemd/linger/\(user)")) ?? nil) != nil else {
      return Finding(
        "linger", .warning,
        "servers stop when '\(user)' logs out, and do not start with the machine",
        fix: "loginctl enable-linger")
    }
    return Finding("linger", .ok, "servers run without a login")
  }

  /// Limits of memory and cores need their controllers in the user's slice.
  private func delegation() -> Finding {
    let id = Host.userID
    let path =
      "/sys/fs/cgroup/user.slice/user-\(id).slice/user@\(id).service/cgroup.controllers"
    guard let bytes = (try? Files.readStream(path)) ?? nil else {
      return Finding("limits", .unseen, "\(path) is not there")
    }
    let controllers = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    let missing = ["cpu", "memory"].filter { name in !controllers.contains { $0 == name } }
    let limited = plan.instances.contains { $0.server.limits != Limits() }
    guard limited else { return Finding("limits", .ok, "no instance limits memory or cores") }
    guard !missing.isEmpty else {
      return Finding("limits", .ok, "memory and cores can be limited")
    }
    return Finding(
      "limits", .error,
      "\(missing.joined(separator: " and ")) cannot be limited, and profiles do so",
      fix: "give user@.service 'Delegate=cpu cpuset io memory pids' (systemctl edit user@.service)")
  }

  private func disk() -> Finding {
    guard let home = Terminal.variable("HOME"), let free = Files.freeBytes(at: home) else {
      return Finding("disk", .unseen, "the free space cannot be told")
    }
    let text = ByteCount(bytes: free).text
    guard free >= 40 << 30 else {
      return Finding(
        "disk", .warning, "\(text) are free; an image has about 10 GiB, a model from 2 to 60",
        fix: "podman system prune")
    }
    return Finding("disk", .ok, "\(text) are free")
  }

  private func homeManager() -> Finding {
    let path = Subprocess.find("home-manager")
    return Finding(
      "home-manager", .ok, path ?? "not installed; 'amm switch' then installs quadlet files itself")
  }

  /// A flake sees only what git tracks.
  private func git() -> Finding? {
    guard Subprocess.find("git") != nil else { return nil }
    let inside = try? Subprocess.capture(
      ["git", "-C", folder.path, "rev-parse", "--is-inside-work-tree"])
    guard inside?.isSuccess == true else {
      return Finding("git", .ok, "the workspace is not in a repository")
    }
    let tracked = try? Subprocess.capture(
      ["git", "-C", folder.path, "ls-files", "--error-unmatch", "generated/instances.nix"])
    guard tracked?.isSuccess == true else {
      return Finding(
        "git", .warning, "generated/ is not tracked: for a flake it does not exist",
        fix: "git -C \(folder.path) add generated")
    }
    return Finding("git", .ok, "generated/ is tracked")
  }

  private func gpus() -> [Finding] {
    let devices = Set(plan.instances.flatMap(\.server.devices))
    var findings: [Finding] = []
    if devices.contains(where: { if case .nvidia = $0 { true } else { false } }) {
      let described = ["/etc/cdi", "/var/run/cdi", "/run/cdi"].contains { folder in
        ((try? Files.names(in: folder)) ?? []).contains { name in
          let bytes = (try? Files.read(folder + "/" + name)).flatMap { $0 } ?? []
          return String(decoding: bytes, as: UTF8.self).contains("nvidia.com/gpu")
        }
      }
      findings.append(
        described
          ? Finding("NVIDIA GPUs", .ok, "described for containers")
          : Finding(
            "NVIDIA GPUs", .error, "no CDI file describes them, so Podman cannot pass them on",
            fix: "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"))
    }
    if devices.contains(.amd) {
      let isOpen = Files.canReadAndWrite("/dev/kfd")
      findings.append(
        isOpen
          ? Finding("AMD GPUs", .ok, "/dev/kfd can be opened")
          : Finding(
            "AMD GPUs", .error, "/dev/kfd is not there, or not yours to open",
            fix: "sudo usermod -aG video,render $USER, and log in again"))
    }
    return findings
  }

  private func tokens() -> [Finding] {
    Set(plan.instances.compactMap(\.server.token).map(Token.init)).sorted { $0.text < $1.text }
      .map(\.finding)
  }

  /// A place that tokens come from.
  private struct Token: Hashable {
    let secret: String?
    let file: String?
    var text: String { secret ?? file ?? "" }

    init(_ source: TokenSource) {
      switch source {
      case .secret(let name, _):
        secret = name.text
        file = nil
      case .environmentFile(let path):
        secret = nil
        file =
          path.base == .home ? (Terminal.variable("HOME") ?? "~") + "/" + path.relative : path.text
      }
    }

    var finding: Finding {
      if let secret {
        let found = try? Subprocess.capture(["podman", "secret", "exists", secret])
        guard let found else { return Finding("token", .unseen, "there is no podman to ask") }
        return found.isSuccess
          ? Finding("token", .ok, "the Podman secret '\(secret)' is there")
          : Finding(
            "token", .error, "there is no Podman secret '\(secret)'",
            fix: "podman secret create \(secret) FILE")
      }
      guard let file, let mode = Files.permissions(of: file) else {
        return Finding("token", .error, "'\(text)' is not there", fix: "write HF_TOKEN=… into it")
      }
      return mode & 0o077 == 0
        ? Finding("token", .ok, "'\(file)' is yours alone")
        : Finding("token", .error, "others can read '\(file)'", fix: "chmod 600 \(file)")
    }
  }

  private func ports() -> [Finding] {
    plan.instances.compactMap { instance in
      guard let port = instance.server.port else { return nil }
      let address = port.address.isWildcard ? "127.0.0.1" : port.address.text
      let answers = HTTP.isListening(address: address, port: port.host.number)
      let name = instance.name.text
      guard answers else { return Finding("port \(port.host.number)", .ok, "free for \(name)") }
      if Services.state(of: name)?.active == "active" {
        return Finding("port \(port.host.number)", .ok, "\(name) listens")
      }
      return Finding(
        "port \(port.host.number)", .error, "another program than \(name) listens",
        fix: "ss -ltnp 'sport = :\(port.host.number)' tells which")
    }
  }
}
