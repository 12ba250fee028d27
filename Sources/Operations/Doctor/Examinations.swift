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
          nil, Finding(subject, .error, "\(count) in \(folder.shownPath)", fix: "amm validate")
        )
      }
      return (
        Servers(workspace: workspace, folder: folder), Finding(subject, .ok, folder.shownPath)
      )
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
    if let elsewhere { return elsewhere }
    guard !isForCompose else { return [compose(), disk()] + graphics() + cardMemory() }
    // Containers of the system are root's, and start with the machine.
    let ofUser = machine.scope == .user ? [userNamespaces(), linger(), limits()] : []
    return [podman(), generator(), systemd()] + ofUser + [network(), disk(), homeManager()]
      + graphics() + cardMemory()
  }

  private func ofServers(_ servers: Servers) -> [Finding] {
    let deployment = servers.deployment
    let files = [git(servers.folder)]
    guard elsewhere == nil else { return files }
    guard !isForCompose else { return files + mounts(deployment) + ports(deployment) }
    return files + firstProcess(deployment) + tokens(deployment)
      + mounts(deployment) + disks(deployment)
      + ports(deployment) + online(deployment) + proxy(deployment) + hostedPrograms(deployment)
  }

  /// Where the servers run if none of the workspace's targets is for this machine; nil if one is.
  private var elsewhere: [Finding]? {
    guard let workspace = servers?.workspace, !workspace.targets.entries.isEmpty,
      workspace.target(on: machine) == nil
    else { return nil }
    let clusters = Cluster.all(of: workspace, on: machine)
    let kubectl =
      machine.has("kubectl")
      ? Finding("kubectl", .ok, "is installed")
      : Finding("kubectl", .warning, "is not installed, so amm cannot ask a cluster")
    let others = workspace.otherMachines(than: machine).map { Finding("machine", .unseen, $0) }
    return (clusters.isEmpty ? [] : [kubectl])
      + clusters.map { cluster in
        Finding(cluster.name, .unseen, "not checked", fix: "amm doctor --target \(cluster.name)")
      } + [others].compactMap { $0 }
  }

  /// Whether only root could ask Podman about the images, secrets and networks of the servers.
  var asksAsRoot: Bool { machine.asksAsRoot }

  /// Whether Compose runs the servers of this machine, without Podman's units.
  private var isForCompose: Bool {
    servers.flatMap { $0.workspace.target(on: machine) }.map { $0.scope == nil } ?? false
  }

  /// Checks for a program that reads the file of a target of the kind `compose`.
  private func compose() -> Finding {
    for words in [["docker", "compose"], ["podman", "compose"], ["podman-compose"]] {
      let name = words.joined(separator: " ")
      guard let result = machine.capture(words + ["version"]), result.isSuccess else { continue }
      return Finding("compose", .ok, "'\(name)' answers")
    }
    return Finding(
      "compose", .error, "neither 'docker compose' nor 'podman compose' answers",
      fix: "install Docker with its Compose plugin, or podman-compose")
  }

  private func systemd() -> Finding {
    let isUsers = machine.scope == .user
    let whose = isUsers ? " for this user" : ""
    return machine.services.answers
      ? Finding("systemd", .ok, "answers" + whose)
      : Finding(
        "systemd", .error, "does not answer" + whose,
        fix: isUsers
          ? "log in as this user, not with 'su' or 'sudo'" : "start the machine with systemd")
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
    let root =
      asksAsRoot
      ? nil
      : machine.firstLine(of: ["podman", "info", "--format", "{{.Store.GraphRoot}}"])
    guard let path = asksAsRoot ? "/var/lib" : root ?? ((try? machine.folders.home) ?? nil),
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
