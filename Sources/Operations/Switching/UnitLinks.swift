import Host
import Targets

/// The links in systemd's own folder to installed units that Podman's generator does not read, such
/// as the sockets of servers that start on demand.
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
  func requireRoom(for units: [QuadletFile.PlainUnit]) throws(HostError) {
    guard !units.isEmpty, let folder = try Folder.open(folder) else { return }
    let own = try installed
    for name in units.map(\.name) where !own.contains(name) {
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
    for ending in [".socket", ".service"] {
      // systemd does not know a unit whose file is gone.
      for name in names where name.hasSuffix(ending) && machine.services.state(named: name) != nil {
        try systemctl(["stop", name])
      }
    }
    for name in names {
      _ = machine.capture(machine.services.systemctl + ["--quiet", "disable", name])
    }
  }

  /// Adds the links of installed units, and lets those that start with the session do so.
  func add(_ wanted: [QuadletFile.PlainUnit]) throws(HostError) {
    let there = try installed
    let missing = wanted.filter { !there.contains($0.name) }
    try systemctl(["link"] + missing.map { units + "/" + $0.name })
    // Also units that had a link: they may start with the session only now, or no more.
    let (automatic, others) = (wanted.filter(\.isAutomatic), wanted.filter { !$0.isAutomatic })
    try systemctl(["enable"] + automatic.map(\.name))
    for unit in others where isEnabled(unit.name) {
      // 'disable' would also remove the link.
      try systemctl(["disable", unit.name])
      try systemctl(["link", units + "/" + unit.name])
    }
  }

  private func isEnabled(_ name: String) -> Bool {
    machine.capture(machine.services.systemctl + ["is-enabled", name])?.output.hasPrefix("enabled")
      ?? false
  }

  private func systemctl(_ words: [String]) throws(HostError) {
    // The command, without a unit.
    guard words.count > 1 else { return }
    try machine.services.control(["--quiet"] + words)
  }
}
