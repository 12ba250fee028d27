import Diagnostics
import Schema
import Workspaces

/// Ports of the machine that an import has given away.
struct PortChoice {
  /// The ports that servers of the file or of the workspace have.
  var taken: Set<Int> = []
  /// The ports of the workspace, each with the instance or companion that opens it.
  var owners: [Int: String] = [:]
  /// The ports of the file that are others in the workspace.
  private var moved: [Int: Int] = [:]

  init(in workspace: TakenPlaces) {
    owners = workspace.ports
    taken = Set(owners.keys)
  }

  /// Returns a free port, the wanted one if possible, and takes it.
  mutating func free(from wanted: Int) -> Int {
    var port = min(max(wanted, 1024), 65535)
    for _ in 0..<65535 where taken.contains(port) { port = port == 65535 ? 1024 : port + 1 }
    taken.insert(port)
    return port
  }

  /// Returns the port of the workspace for one that the file has; all servers of the file that share it
  /// get the same one.
  mutating func place(of port: Int) -> Int {
    guard owners[port] != nil else {
      taken.insert(port)
      return port
    }
    if let known = moved[port] { return known }
    let free = free(from: port)
    moved[port] = free
    return free
  }
}

extension ServiceImport {
  /// Returns the port of the machine for one that the file has, and reports it if it is another one.
  mutating func place(of port: Int, at range: SourceRange, _ ports: inout PortChoice) -> Int {
    let place = ports.place(of: port)
    guard place != port else { return port }
    tell(
      ImportRules.taken, range,
      "'\(ports.owners[port] ?? "")' of the workspace has port \(port) already; '\(name)' gets \(place)",
      help: "give one of them another port, or let clients use \(place)")
    fates.append(
      Fate(
        key: Located("port \(port)", range), kind: .changed,
        reason: "'\(ports.owners[port] ?? "")' has it already; amm opens \(place)"))
    return place
  }
}

/// What an instance gets from the workspace that it is added to.
extension ServerImport {
  /// The values that keys of an instance have without `defaults`, where the source means them.
  private static let meant: [(key: String, value: String)] = [
    ("bind", "127.0.0.1"), ("start", "boot"), ("volumes", "[]"), ("extra_ports", "[]"),
    ("read_only", "false"), ("ipc", "private"), ("on_unhealthy", "nothing"), ("drain", "0"),
  ]

  /// What `defaults` say about the machine, which is the same for every server.
  private static let ofMachine: Set = [
    "podman", "gpus", "target", "wait_for_network", "selinux", "keep_groups", "log_driver", "token",
    "runtimes", "start_timeout", "compile_cache", "stop_after_idle",
  ]

  /// Returns the lines of the instance, in which `defaults` of the workspace do not replace what the
  /// source means.
  mutating func settled(_ lines: ImportedText, besides defaults: [String]) -> ImportedText {
    guard !defaults.isEmpty else { return lines }
    let own = Set(
      lines.written.compactMap { line, _ in
        line.hasPrefix("    ") && !line.hasPrefix("     ")
          ? String(line.dropFirst(4).prefix { $0 != ":" }) : nil
      })
    var text = lines
    for key in defaults.map({ $0 == "auto_start" ? "start" : $0 }) where !own.contains(key) {
      if let meant = Self.meant.first(where: { $0.key == key }) {
        text.add("    \(key): " + ImportedText.value(meant.value), at: server.name.range)
      } else if !Self.ofMachine.contains(key) {
        fates.append(
          Fate(
            key: Located("defaults.\(key)", server.name.range), kind: .changed,
            reason: "the workspace sets it for all instances, and so for '\(name)'"))
      }
    }
    return text
  }
}

extension ImportedText {
  /// Returns a list, number or word of YAML as it is, and an address in quotes.
  fileprivate static func value(_ text: String) -> String {
    text.contains(".") ? quoted(text) : text
  }
}
