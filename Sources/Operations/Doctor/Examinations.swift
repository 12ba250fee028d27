package import Deployments
import Diagnostics
import Host
package import Targets
package import Workspaces

/// The checks of 'amm doctor': a function for each subject, listed in `ofMachine` or `ofServers`.
package struct Examinations {
  /// The machine that is examined.
  package let machine: Machine
  /// The machine's distribution.
  package let distribution: Distribution
  /// The servers to run; nil if there is no workspace yet.
  package let servers: Servers?

  /// A workspace with the servers to run.
  package struct Servers {
    /// The workspace.
    package let workspace: Workspace
    /// The workspace's folder.
    package let folder: WorkspaceFolder

    package init(workspace: Workspace, folder: WorkspaceFolder) {
      self.workspace = workspace
      self.folder = folder
    }

    /// Looks for the servers of a folder.
    ///
    /// - Parameter isNamed: Whether the user named the folder, which must then be a workspace.
    /// - Returns: The servers, nil without a workspace or if it has errors, and the finding about it.
    package static func found(
      in folder: WorkspaceFolder, isNamed: Bool
    ) throws -> (servers: Servers?, finding: Finding) {
      let subject = "workspace"
      guard try folder.exists else {
        if isNamed { try folder.requireWorkspace() }
        let finding = Finding(
          subject, .ok, "there is none in \(folder.path) yet", fix: "amm init \(folder.path)")
        return (nil, finding)
      }
      let outcome = try WorkspaceLoader(folder).load()
      guard let workspace = outcome.value else {
        let count = Phrase.count(outcome.diagnostics.count { $0.severity == .error }, "error")
        return (
          nil, Finding(subject, .error, "\(count) in \(folder.path)", fix: "amm validate")
        )
      }
      return (Servers(workspace: workspace, folder: folder), Finding(subject, .ok, folder.path))
    }

    /// The workspace's deployment.
    package var deployment: Deployment { workspace.deployment(on: folder.machine) }
    /// The newest Podman that an instance is written for.
    package var podman: PodmanVersion? { workspace.instances.map(\.podman).max() }
  }

  package init(_ machine: Machine, _ servers: Servers?) {
    self.machine = machine
    self.servers = servers
    distribution = Distribution(of: machine)
  }

  /// All findings, those of the machine first.
  package var all: [Finding] { ofMachine + (servers.map(ofServers) ?? []) }

  /// The findings that need no workspace.
  private var ofMachine: [Finding] {
    [podman, generator, systemd, userNamespaces, linger, limits, network, disk, homeManager].map {
      $0()
    }
      + graphics() + cardMemory()
  }

  private func ofServers(_ servers: Servers) -> [Finding] {
    [git(servers.folder)] + firstProcess(servers.deployment) + tokens(servers.deployment)
      + mounts(servers.deployment) + disks(servers.deployment)
      + ports(servers.deployment) + online(servers.deployment) + proxy(servers.deployment)
      + hostedPrograms(servers.deployment)
  }

  private func systemd() -> Finding {
    machine.services.answers
      ? Finding("systemd", .ok, "answers for this user")
      : Finding(
        "systemd", .error, "does not answer for this user",
        fix: "log in as this user, not with 'su' or 'sudo'")
  }

  private func linger() -> Finding {
    guard let user = machine.userName else {
      return Finding("linger", .unseen, "the user's name is not known")
    }
    guard machine.exists("/var/lib/systemd/linger/\(user)") else {
      return Finding(
        "linger", .warning,
        "servers stop when '\(user)' logs out, and do not start at boot",
        fix: "loginctl enable-linger")
    }
    return Finding("linger", .ok, "servers run without a login")
  }

  /// Checks the controllers of the user's slice, which limits of memory and cores need.
  private func limits() -> Finding {
    let id = machine.user
    let path =
      "/sys/fs/cgroup/user.slice/user-\(id).slice/user@\(id).service/cgroup.controllers"
    guard let text = machine.text(path) else {
      return Finding("limits", .unseen, "\(path) does not exist")
    }
    let controllers = text.split { $0 == " " || $0 == "\n" }
    let missing = ["cpu", "memory"].filter { name in !controllers.contains { $0 == name } }
    guard !missing.isEmpty else {
      return Finding("limits", .ok, "memory and cores can be limited")
    }
    let isLimited = servers?.deployment.workloads.contains { $0.server.limits != Limits() } ?? false
    return Finding(
      "limits", isLimited ? .error : .warning,
      "\(missing.joined(separator: " and ")) cannot be limited\(isLimited ? ", but profiles set limits" : "")",
      fix: "printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | "
        + "sudo install -D /dev/stdin /etc/systemd/system/user@.service.d/delegate.conf, "
        + "then restart the machine")
  }

  /// Checks the free space of Podman's images and volumes; without Podman, of the user's folder.
  private func disk() -> Finding {
    let root = machine.firstLine(of: ["podman", "info", "--format", "{{.Store.GraphRoot}}"])
    guard let path = root ?? ((try? machine.folders.home) ?? nil),
      let free = Files.freeBytes(at: machine.root + path)
    else { return Finding("disk", .unseen, "the free space is not known") }
    return Self.disk(free: free, at: path)
  }

  /// - Parameter free: Free bytes.
  package static func disk(free: Int, at path: String) -> Finding {
    let text = "\(free >> 30) GiB are free in \(path)"
    guard free >= 40 << 30 else {
      return Finding(
        "disk", .warning, "\(text); an image takes about 10 GiB, a model 2 to 60 GiB",
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
        "the configuration includes amm's module, mode \($0.mode.rawValue)"
      }
        ?? "the configuration does not include amm's module; 'amm switch' installs quadlet files itself"
    )
  }

  /// Checks whether git tracks the workspace: a flake only sees tracked files.
  private func git(_ folder: WorkspaceFolder) -> Finding {
    guard machine.has("git") else { return Finding("git", .unseen, "git is not installed") }
    let tracking = FlakeTracking(folder)
    guard tracking.repository != nil else {
      return Finding(
        "git", .ok,
        "the workspace is not in a repository; a repository lets you review every switch")
    }
    let parts = ["instances.yaml", "active", "profiles", "custom", "generated"]
    let files = tracking.untracked(parts)
    guard !files.isEmpty else { return Finding("git", .ok, "git tracks the workspace") }
    let shown = FlakeTracking.summary(of: files)
    return Finding(
      "git", tracking.isFlake ? .error : .warning,
      tracking.isFlake
        ? "not tracked, so your flake does not see them: \(shown)"
        : "not tracked: \(shown)",
      fix: tracking.command(for: files, in: parts))
  }
}
