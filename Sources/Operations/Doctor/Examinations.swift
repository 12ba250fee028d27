package import Deployments
import Host
package import Targets
package import Workspaces

/// What is looked at: one function a subject, and its line in `ofMachine` or `ofServers`.
package struct Examinations {
  /// The machine that is examined.
  package let machine: Machine
  /// The system's name and its way to programs.
  package let distribution: Distribution
  /// What is to be served; nil where there is no workspace yet.
  package let servers: Servers?

  /// A workspace whose servers are to run.
  package struct Servers {
    /// The workspace whose servers are meant.
    package let workspace: Workspace
    /// Where it lies.
    package let folder: WorkspaceFolder

    package init(workspace: Workspace, folder: WorkspaceFolder) {
      self.workspace = workspace
      self.folder = folder
    }

    /// What it deploys.
    package var deployment: Deployment { workspace.deployment }
    /// The newest Podman that an instance is written for.
    package var podman: PodmanVersion? { workspace.instances.map(\.podman).max() }
  }

  package init(_ machine: Machine, _ servers: Servers?) {
    self.machine = machine
    self.servers = servers
    distribution = Distribution(of: machine)
  }

  /// Everything, the machine first.
  package var all: [Finding] { ofMachine + (servers.map(ofServers) ?? []) }

  /// What can be said without a workspace.
  private var ofMachine: [Finding] {
    [podman, generator, userNamespaces, linger, limits, network, disk, homeManager].map { $0() }
      + graphics() + cardMemory()
  }

  private func ofServers(_ servers: Servers) -> [Finding] {
    [git(servers.folder)] + firstProcess(servers.deployment) + tokens(servers.deployment)
      + mounts(servers.deployment) + disks(servers.deployment)
      + ports(servers.deployment)
  }

  private func linger() -> Finding {
    guard let user = machine.userName else {
      return Finding("linger", .unseen, "the user's name cannot be told")
    }
    guard machine.exists("/var/lib/systemd/linger/\(user)") else {
      return Finding(
        "linger", .warning,
        "servers stop when '\(user)' logs out, and do not start with the machine",
        fix: "loginctl enable-linger")
    }
    return Finding("linger", .ok, "servers run without a login")
  }

  /// Limits of memory and cores need their controllers in the user's slice.
  private func limits() -> Finding {
    let id = machine.user
    let path =
      "/sys/fs/cgroup/user.slice/user-\(id).slice/user@\(id).service/cgroup.controllers"
    guard let text = machine.text(path) else {
      return Finding("limits", .unseen, "\(path) is not there")
    }
    let controllers = text.split { $0 == " " || $0 == "\n" }
    let missing = ["cpu", "memory"].filter { name in !controllers.contains { $0 == name } }
    guard !missing.isEmpty else {
      return Finding("limits", .ok, "memory and cores can be limited")
    }
    let isLimited = servers?.deployment.workloads.contains { $0.server.limits != Limits() } ?? false
    return Finding(
      "limits", isLimited ? .error : .warning,
      "\(missing.joined(separator: " and ")) cannot be limited\(isLimited ? ", and profiles do so" : "")",
      fix: "printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | "
        + "sudo install -D /dev/stdin /etc/systemd/system/user@.service.d/delegate.conf, "
        + "then restart")
  }

  /// Where Podman keeps images and volumes; without Podman, the user's folder.
  private func disk() -> Finding {
    let root = machine.firstLine(of: ["podman", "info", "--format", "{{.Store.GraphRoot}}"])
    guard let path = root ?? ((try? machine.folders.home) ?? nil),
      let free = Files.freeBytes(at: machine.root + path)
    else { return Finding("disk", .unseen, "the free space cannot be told") }
    return Self.disk(free: free, at: path)
  }

  /// - Parameter free: Bytes.
  package static func disk(free: Int, at path: String) -> Finding {
    let text = "\(free >> 30) GiB are free in \(path)"
    guard free >= 40 << 30 else {
      return Finding(
        "disk", .warning, "\(text); an image has about 10 GiB, a model from 2 to 60",
        fix: "podman system prune")
    }
    return Finding("disk", .ok, text)
  }

  private func homeManager() -> Finding {
    guard machine.has("home-manager") else {
      return Finding(
        "home-manager", .ok, "not installed; 'amm switch' installs quadlet files itself")
    }
    return Finding(
      "home-manager", .ok,
      HomeManagerModule.installed(on: machine).map {
        "holds amm's module, mode \($0.mode.rawValue)"
      }
        ?? "does not hold amm's module; 'amm switch' installs quadlet files itself")
  }

  /// A flake sees only what git tracks.
  private func git(_ folder: WorkspaceFolder) -> Finding {
    guard machine.has("git") else { return Finding("git", .unseen, "there is no git") }
    let tracking = FlakeTracking(folder)
    guard tracking.repository != nil else {
      return Finding(
        "git", .ok, "the workspace is not in a repository; with one, every switch can be looked up")
    }
    let parts = ["instances.yaml", "active", "profiles", "custom", "generated"]
    let files = tracking.untracked(parts)
    guard !files.isEmpty else { return Finding("git", .ok, "the workspace is tracked") }
    let shown = FlakeTracking.summary(of: files)
    return Finding(
      "git", tracking.isFlake ? .error : .warning,
      tracking.isFlake
        ? "not tracked, so that for your flake they do not exist: \(shown)"
        : "not tracked: \(shown)",
      fix: tracking.command(for: files, in: parts))
  }
}
