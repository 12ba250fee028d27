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
      podman, userNamespaces, linger, delegation, network, disk, homeManager, git,
    ].map { $0() } + gpus() + tokens() + mounts() + ports()
  }

  /// The user's name.
  var user: String? {
    Terminal.variable("USER") ?? Terminal.variable("LOGNAME")
      ?? (try? Subprocess.capture(["id", "-un"]))?.output.split(separator: "\n").first
      .map(String.init)
  }

  private func linger() -> Finding {
    guard let user else { return Finding("linger", .unseen, "the user's name cannot be told") }
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
      fix: "printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | "
        + "sudo install -D /dev/stdin /etc/systemd/system/user@.service.d/delegate.conf, "
        + "then restart")
  }

  /// Where Podman keeps images and volumes; without Podman, the user's folder.
  private func disk() -> Finding {
    let info = try? Subprocess.capture(["podman", "info", "--format", "{{.Store.GraphRoot}}"])
    let root = info.flatMap { $0.output.split(separator: "\n").first.map(String.init) }
    guard let path = root ?? Terminal.variable("HOME"), let free = Files.freeBytes(at: path) else {
      return Finding("disk", .unseen, "the free space cannot be told")
    }
    let text = "\(free >> 30) GiB are free in \(path)"
    guard free >= 40 << 30 else {
      return Finding(
        "disk", .warning, "\(text); an image has about 10 GiB, a model from 2 to 60",
        fix: "podman system prune")
    }
    return Finding("disk", .ok, text)
  }

  private func homeManager() -> Finding {
    let path = Subprocess.find("home-manager")
    return Finding(
      "home-manager", .ok, path ?? "not installed; 'amm switch' then installs quadlet files itself")
  }

  /// A flake sees only what git tracks.
  private func git() -> Finding {
    guard Subprocess.find("git") != nil else { return Finding("git", .unseen, "there is no git") }
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
