package import Deployments
import Diagnostics

/// Checks of the disks that models are on, and of the init process of containers.
extension Examinations {
  /// The folders of Podman's helper programs (containers.conf(5), helper_binaries_dir).
  private static let helperFolders = [
    "/usr/local/libexec/podman", "/usr/local/lib/podman", "/usr/libexec/podman", "/usr/lib/podman",
  ]

  /// Checks whether the init process of containers is installed: it is not part of Podman.
  package func firstProcess(_ deployment: Deployment) -> [Finding] {
    let users = deployment.workloads.filter(\.server.hasInit).map(\.name.text)
    guard !users.isEmpty else { return [] }
    let subject = "catatonit"
    if machine.has("catatonit")
      || Self.helperFolders.contains(where: { machine.exists($0 + "/catatonit") })
    {
      return [Finding(subject, .ok, "it reaps processes in \(Phrase.allOf(users))")]
    }
    // NixOS's Podman has its helpers in the store.
    if machine.exists("/run/current-system") {
      return [
        Finding(subject, .unseen, "NixOS's Podman has it in a folder that amm does not check")
      ]
    }
    return [
      Finding(
        subject, .error,
        "it is not installed, but \(Phrase.allOf(users)) cannot start without it",
        fix: distribution.command(for: .firstProcess)
          + ", or write 'init: false' under 'defaults:' in instances.yaml")
    ]
  }

  /// Checks whether the paths that servers mount are on mounted disks that support labels.
  package func disks(_ deployment: Deployment) -> [Finding] {
    let mounted = mounts(of: "/proc/self/mounts")
    let declared = mounts(of: "/etc/fstab").filter { $0.place.hasPrefix("/") && $0.place != "/" }
    let enforces = machine.text("/sys/fs/selinux/enforce")?.hasPrefix("1") == true
    var findings: [Finding] = []
    var seen: Set<String> = []
    for workload in deployment.workloads {
      for mount in workload.server.mounts {
        guard case .path(let path) = mount.source, path.base == .root,
          seen.insert(path.text).inserted
        else { continue }
        if let missing = declared.last(where: { disk in
          path.text.isBelow(disk.place) && !mounted.contains { $0.place == disk.place }
        }) {
          findings.append(
            Finding(
              "disks", .error,
              "'\(path.text)' is on \(missing.place), which is not mounted, and a user's systemd cannot mount it",
              fix:
                "sudo mount \(missing.place); without 'noauto' in /etc/fstab, it is mounted at boot"
            ))
        }
        let labels: [Mount.Option] = [.sharedLabel, .privateLabel]
        let disk = mounted.filter { path.text.isBelow($0.place) }.max {
          $0.place.utf8.count < $1.place.utf8.count
        }
        if enforces, let disk, disk.kind.hasPrefix("nfs"),
          mount.options.contains(where: labels.contains)
        {
          findings.append(
            Finding(
              "disks", .error,
              "'\(path.text)' is on NFS, which has no SELinux labels, but \(workload.name.text) requires one",
              fix:
                "write 'selinux: off' for \(workload.name.text) in instances.yaml, then: amm generate"
            ))
        }
      }
    }
    return findings
  }

  /// Returns the places and kinds of the file systems that a file lists in the form of fstab(5).
  private func mounts(of file: String) -> [(place: String, kind: String)] {
    (machine.text(file) ?? "").split(separator: "\n").compactMap { line in
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard words.count > 2, !words[0].hasPrefix("#") else { return nil }
      return (String(words[1]), String(words[2]))
    }
  }
}

extension String {
  /// Returns whether a path is a folder or below it.
  fileprivate func isBelow(_ folder: String) -> Bool {
    self == folder || folder == "/" || hasPrefix(folder + "/")
  }
}
