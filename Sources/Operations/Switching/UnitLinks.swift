import Host
import Targets

/// The links in systemd's own folder to installed units that Podman's generator does not read: the
/// sockets and proxies of servers that start on demand.
///
/// Their files are in the folder that amm installs as a whole. A link that leads there is amm's,
/// and nothing else in systemd's folder is touched.
struct UnitLinks {
  private let machine: Machine
  /// The path of the installed units.
  private let units: String
  /// systemd's folder for the user's units.
  private let folder: String

  init(on machine: Machine) throws(HostError) {
    self.machine = machine
    units = try machine.folders.units
    folder = try machine.folders.systemdUnits
  }

  /// The names of units that systemd finds through links to the installed units, sorted.
  var installed: [String] {
    get throws(HostError) {
      guard let folder = try Folder.open(folder) else { return [] }
      var names: [String] = []
      for entry in try folder.entries()
      where QuadletFile.isPlainUnit(entry.name) && entry.isExact && entry.kind == .link {
        let target = try folder.destination(of: entry.name)
        if target == units + "/" + entry.name { names.append(entry.name) }
      }
      return names
    }
  }

  /// Throws if something else has the name of a unit.
  func requireRoom(for names: [String]) throws(HostError) {
    guard !names.isEmpty, let folder = try Folder.open(folder) else { return }
    let own = try installed
    for name in names where !own.contains(name) {
      guard try folder.kind(of: name) != nil else { continue }
      throw HostError(
        "install the unit", name,
        reason:
          "'\(self.folder)/\(name)' exists and is not amm's; remove it, or rename the instance")
    }
  }

  /// Stops units and removes their links.
  func remove(_ names: [String]) throws(HostError) {
    guard !names.isEmpty else { return }
    // The sockets first: until they are closed, a connection starts the proxies again.
    try systemctl(["stop"] + names.filter { $0.hasSuffix(".socket") })
    try systemctl(["stop"] + names.filter { $0.hasSuffix(".service") })
    try systemctl(["disable"] + names)
  }

  /// Adds the links of installed units, and lets sockets open with the session.
  func add(_ names: [String]) throws(HostError) {
    let missing = try Set(names).subtracting(installed).sorted()
    guard !missing.isEmpty else { return }
    try systemctl(["link"] + missing.map { units + "/" + $0 })
    try systemctl(["enable"] + missing.filter { $0.hasSuffix(".socket") })
  }

  private func systemctl(_ words: [String]) throws(HostError) {
    guard words.count > 1 else { return }
    let all = ["systemctl", "--user", "--quiet"] + words
    let result = try machine.run(all)
    guard result.isSuccess else {
      throw HostError(
        "run", all.joined(separator: " "), reason: "it ended with exit status \(result.status)")
    }
  }
}
