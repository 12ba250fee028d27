import Deployments
import Diagnostics
import Schema
import Workspaces

/// The variables of a companion with addresses of servers.
extension CompanionImport {
  /// Finds the servers that variables name, and records what becomes of these variables.
  mutating func readConnections() {
    let (chats, others) = (
      words.connections.filter { $0.task == .chat }, words.connections.filter { $0.task != .chat }
    )
    for connection in chats { readChats(connection) }
    for connection in others { readOthers(connection) }
  }

  /// Returns the variables of a connection that the file sets, with their values.
  private func written(
    _ names: [String]
  ) -> [(name: Located<String>, value: Located<String>?)] {
    names.compactMap { name in
      guard let found = server.variables.last(where: { $0.name.value == name }) else { return nil }
      return (found.name, found.value.map { Located($0, found.name.range) })
    }
  }

  private func isOff(_ connection: CompanionWords.Connection) -> Bool {
    connection.toggle.flatMap { server.value(of: $0)?.value.lowercased() } == "false"
  }

  /// Returns the addresses of a variable, which semicolons separate.
  private static func addresses(in text: String) -> [ForeignAddress] {
    text.split(separator: ";").flatMap { ForeignAddress.all(in: String($0)) }
  }

  // MARK: Servers that write text

  private mutating func readChats(_ connection: CompanionWords.Connection) {
    let all = written(connection.variables)
    for (name, _) in all {
      let isKey = connection.keys.contains(name.value)
      fates.append(
        Fate(
          key: name, kind: .changed,
          reason: isKey
            ? "amm passes on the keys of the servers"
            : "amm sets the connections to the servers under 'for'"))
    }
    guard !isOff(connection), !hasConfiguration else { return }
    // Of several variables, the first one counts.
    let first = written(connection.addresses).first { !($0.value?.value.isEmpty ?? true) }
    if let first, let value = first.value {
      guard !server.isOpen(value) else {
        return refuse("the value of '\(first.name.value)' is known only when it starts")
      }
      for part in value.value.split(separator: ";") {
        // The program itself gives a path such as '/ollama' a meaning.
        guard part.contains("://") else { continue }
        guard let address = ForeignAddress.all(in: String(part)).first else {
          return refuse("'\(first.name.value)' has no address of a server")
        }
        use(address, of: first.name)
      }
    } else if let standard = connection.standard,
      let other = ForeignAddress.all(in: standard).first,
      written(connection.keys).contains(where: { isKnown($0.value) })
    {
      refuse("it also uses '\(other.host)', which is no server of the file or of the workspace")
    }
  }

  /// Whether a value is in the file and not empty.
  private func isKnown(_ value: Located<String>?) -> Bool {
    guard let value, !value.value.isEmpty else { return false }
    return !server.isOpen(value)
  }

  /// Records the server of an address, or why there is none.
  mutating func use(_ address: ForeignAddress, of name: Located<String>) {
    switch directory.place(of: address, from: server) {
    case .server(let entry, let isRight):
      if !isRight { tellPort(address, entry, name) }
      use(entry)
    case .service(let other):
      refuse("it uses '\(other.abbreviatedName)', which is not imported")
    case .itself:
      tell(
        ImportRules.port, name.range,
        "'\(name.value.abbreviatedName)' names \(address.host), which is the container of '\(server.name.value.abbreviatedName)' itself",
        help: "write the name of the server's container in place of '\(address.host)'")
      refuse("the address '\(address.shown)' is the container itself")
    case .unknown:
      refuse(
        "it uses '\(address.shown.abbreviatedName)', which is no server of the file or of the workspace"
      )
    }
  }

  private mutating func tellPort(
    _ address: ForeignAddress, _ entry: ServerDirectory.Entry, _ name: Located<String>
  ) {
    let own = entry.ports.sorted().first ?? 0
    tell(
      ImportRules.port, name.range,
      "'\(name.value.abbreviatedName)' names the port \(address.port.map(String.init) ?? "of its protocol"), but '\(address.host.abbreviatedName)' listens on \(own)",
      help: "write '\(address.scheme)://\(address.host.abbreviatedName):\(own)'")
  }

  // MARK: Other servers

  /// Reads the connection to a server for documents, which is optional.
  private mutating func readOthers(_ connection: CompanionWords.Connection) {
    let all = written(connection.variables)
    guard !all.isEmpty, refusal == nil else { return }
    let texts = written(connection.addresses).compactMap(\.value)
    let addresses = texts.flatMap { Self.addresses(in: $0.value) }
    let found = addresses.compactMap { address -> ServerDirectory.Entry? in
      guard case .server(let entry, _) = directory.place(of: address, from: server),
        entry.workload.provenance.models.contains(where: { $0.task == connection.task })
      else { return nil }
      return entry
    }
    let hasServer = uses.contains { entry in
      entry.workload.provenance.models.contains { $0.task == connection.task }
    }
    let engine = connection.engine.flatMap { server.value(of: $0)?.value } ?? ""
    if !addresses.isEmpty, found.count == addresses.count {
      for address in addresses { use(address, of: all[0].name) }
      return leaveOut(all, .changed, "amm sets it for the server under 'for'")
    }
    if hasServer {
      guard addresses.isEmpty else {
        return refuse("it uses other servers for documents than those that amm would set")
      }
      return leaveOut(all, .changed, "amm sets it for the server under 'for'")
    }
    guard addresses.isEmpty, connection.protocols.contains(engine) else { return }
    // The program would send these requests to an address that amm does not set.
    leaveOut(all, .dropped, "no server of the import does this; declare an instance for it")
  }

  /// Leaves out variables, which are not read further.
  private mutating func leaveOut(
    _ variables: [(name: Located<String>, value: Located<String>?)], _ kind: Fate.Kind,
    _ reason: String
  ) {
    for (name, _) in variables {
      done.insert(name.value)
      fates.append(Fate(key: name, kind: kind, reason: reason))
    }
  }
}
