/// The systemd of a user, which starts the servers with its own permissions.
///
/// It keeps the groups that it was started with. If it lingers, a new login does not restart it.
package struct UserManager {
  /// The IDs of its groups; nil if it does not run or cannot be inspected.
  package let groups: Set<Int>?
  private let machine: Machine

  init(of machine: Machine) {
    self.machine = machine
    let id = machine.user
    let scope =
      "/sys/fs/cgroup/user.slice/user-\(id).slice/user@\(id).service/init.scope/cgroup.procs"
    let process = machine.text(scope)?.split(separator: "\n").first
    let lines = process.flatMap { machine.text("/proc/\($0)/status") }?.split(separator: "\n")
    groups = lines.map { lines in
      let ids = lines.filter { $0.hasPrefix("Groups:") || $0.hasPrefix("Gid:") }
        .flatMap { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst() }
      return Set(ids.compactMap { Int($0) })
    }
  }

  /// A group in /etc/group.
  package struct Group {
    package let name: String
    /// Whether the user is listed as a member.
    let hasUser: Bool
  }

  /// Returns the group with an ID in /etc/group; nil if there is none.
  package func group(_ id: Int) -> Group? {
    for line in (machine.text("/etc/group") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count > 3, Int(parts[2]) == id else { continue }
      let members = parts[3].split(separator: ",")
      let hasUser = machine.userName.map { user in members.contains { $0 == user } }
      return Group(name: String(parts[0]), hasUser: hasUser ?? false)
    }
    return nil
  }
}
