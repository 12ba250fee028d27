import Deployments
import Schema

/// The servers that companions can use, by the addresses that lead to them in a file of another tool.
struct ServerDirectory {
  /// A server of the file or of the workspace.
  struct Entry {
    /// What amm runs.
    let workload: Workload
    /// The names that reach it from other containers, in lower case.
    let names: Set<String>
    /// The ports that reach it by these names.
    let ports: Set<Int>
    /// The ports of the machine that lead to it, with their addresses.
    let published: [(address: String?, port: Int)]
    /// Whether it is an instance of the workspace, and not of the file.
    var isOfWorkspace = false

    /// The address by which companions of amm reach it.
    var address: String { "http://\(workload.name.text):\(workload.exposure.container.number)" }
  }

  /// What an address leads to.
  enum Place {
    /// A server; with another port than the server's, only its name is right.
    case server(Entry, isRightPort: Bool)
    /// Another container of the file, by its name.
    case service(String)
    /// The container that has the address.
    case itself
    case unknown
  }

  private var entries: [Entry] = []
  private var byName: [String: Int] = [:]
  /// The containers of the file that become no instance, by their names in lower case.
  private var others: [String: String] = [:]

  /// Adds a server; the first one of a name has it.
  mutating func add(_ entry: Entry) {
    for name in entry.names where byName[name] == nil { byName[name] = entries.count }
    entries.append(entry)
  }

  /// Adds a container that becomes no instance.
  mutating func addOther(_ server: ForeignServer) {
    for name in server.names where others[name] == nil { others[name] = server.name.value }
  }

  /// Returns the server with a name in the file or in the workspace; nil if there is none.
  func entry(named name: String) -> Entry? { byName[name.lowercased()].map { entries[$0] } }

  /// Returns the container with a name that becomes no instance; nil if there is none.
  func other(named name: String) -> String? {
    let key = name.lowercased()
    guard byName[key].map({ entries[$0].isOfWorkspace }) ?? true else { return nil }
    return others[key]
  }

  /// Returns what an address of a container leads to.
  func place(of address: ForeignAddress, from server: ForeignServer) -> Place {
    if let index = byName[address.host] {
      let entry = entries[index]
      let isRight = address.port.map(entry.ports.contains) ?? false
      // A name of the workspace is certain only together with the port.
      if !entry.isOfWorkspace || isRight, other(named: address.host) == nil {
        return .server(entry, isRightPort: isRight)
      }
    }
    if let other = others[address.host] {
      return server.names.contains(address.host) ? .itself : .service(other)
    }
    let isOwn = Self.own.contains(address.host)
    guard !isOwn || server.usesHostNetwork else { return .itself }
    let found = entries.filter { entry in
      entry.published.contains { published in
        published.port == address.port
          && (isOwn || Self.machine.contains(address.host) || published.address == address.host)
      }
    }
    return found.first.map { .server($0, isRightPort: true) } ?? .unknown
  }

  /// The names of the container itself, or of the machine if the container uses its network.
  private static let own: Set = ["localhost", "127.0.0.1", "0.0.0.0", "::1", "::"]

  /// The names by which containers reach the machine.
  private static let machine: Set = [
    "host.docker.internal", "host.containers.internal", "gateway.docker.internal", "172.17.0.1",
  ]
}

extension ForeignServer {
  /// The names that reach it from other containers, in lower case.
  var names: Set<String> {
    Set(([name.value] + aliases + [containerName?.value].compactMap { $0 }).map { $0.lowercased() })
  }
}

extension ServerDirectory.Entry {
  /// An instance of the workspace.
  init(ofWorkspace workload: Workload) {
    self.init(
      workload: workload, names: [workload.name.text.lowercased()],
      ports: [workload.exposure.container.number],
      published: [(workload.exposure.address.text, workload.exposure.host.number)],
      isOfWorkspace: true)
  }

  /// A server of the file.
  ///
  /// - Parameter inside: The port that it listens on in the file.
  init(_ workload: Workload, of server: ForeignServer, inside: Int) {
    var published: [(address: String?, port: Int)] = server.ports.compactMap { port in
      port.value.host.map { (port.value.address, $0) }
    }
    if server.usesHostNetwork || !server.isContainer { published.append((nil, inside)) }
    self.init(
      workload: workload, names: server.isContainer ? server.names : [],
      ports: server.portsOfAliases.union([inside]), published: published)
  }
}
