/// The systemd of a user, which starts the servers: what it may is what they may.
///
/// It keeps the groups that it was started with. One that lingers is not started anew by a new login.
package struct UserManager {
  /// Its groups by their numbers; nil where it does not run, or cannot be looked at.
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

  /// A group by its number, as /etc/group has it.
  package struct Group {
    package let name: String
    /// Whether it names the user as a member.
    let hasUser: Bool
  }

  /// A group by its ID, as the user manager's processes have it; nil where they have not.
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
