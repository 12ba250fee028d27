import Deployments
import Diagnostics
import Schema
import Text
import Workspaces

/// The variables and secrets of a companion that are not about servers.
extension CompanionImport {
  /// Reads the variables, each once.
  mutating func readVariables() {
    let ofChats = Set(
      words.connections.filter { $0.task == .chat }.flatMap(\.variables))
    var last: [String: Int] = [:]
    for (index, variable) in server.variables.enumerated() { last[variable.name.value] = index }
    for (index, (name, text)) in server.variables.enumerated() {
      guard last[name.value] == index, !ofChats.contains(name.value), !done.contains(name.value)
      else { continue }
      read(name, text.map { Located($0, name.range) })
    }
    for secret in server.secrets { readSecret(secret, besides: ofChats) }
    for file in server.variableFiles { readFile(file) }
  }

  private mutating func read(_ name: Located<String>, _ value: Located<String>?) {
    func tell(_ kind: Fate.Kind, _ reason: String) {
      fates.append(Fate(key: name, kind: kind, reason: reason))
    }
    if name.value == words.keyVariable { return takeKey(name, value) }
    if words.configurations.contains(name.value) || words.configurationPaths.contains(name.value)
      || ofConfiguration.contains(name.value)
    {
      return tell(.changed, "amm writes the configuration")
    }
    if words.ports.contains(name.value) {
      inside = value.flatMap { Int($0.value) }
      return tell(.changed, "amm sets the port in the container")
    }
    if let data = words.data, data.variable == name.value {
      guard value?.value == data.folder else {
        return refuse(
          "its data is in '\(value?.value.abbreviatedName ?? "")', not in '\(data.folder)'")
      }
      return tell(.changed, "amm sets the folder")
    }
    if kind.reserved.contains(name.value) {
      return tell(.changed, "amm sets it for \(kind.name)")
    }
    if words.settings.contains(where: { $0.name == name.value && $0.value == value?.value }) {
      return tell(.changed, "amm sets the same value")
    }
    readOther(name, value)
  }

  private mutating func readOther(_ name: Located<String>, _ value: Located<String>?) {
    let isSecret =
      Secrets.isSecretName(name.value) || value.map { Secrets.isSecret("", $0.value) } ?? false
    if let value, value.value.isEmpty, isSecret {
      fates.append(
        Fate(key: name, kind: .changed, reason: "it is empty, as if it were not set"))
    } else if isSecret, value.flatMap({ Int($0.value) }) == nil {
      let secret = self.name + "-" + ForeignNames.plain(name.value)
      secrets.add(secret)
      ownSecrets.append((name.value, ImportedText.scalar(secret), name.range))
      fates.append(
        Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
      if let value {
        tellSecret(name, value, secret)
        check(value.value, of: name)
      }
    } else if let value {
      guard !server.isOpen(value) else { return tellOpen(name, value) }
      environment.append((name, rewritten(value.value, of: name)))
    } else {
      fates.append(
        Fate(
          key: name, kind: .dropped,
          reason: "its value comes from the caller; write it under 'environment' of the companion"))
    }
  }

  // MARK: Secrets

  /// Takes the key for clients, which is never written.
  ///
  /// - Parameter reason: Why there is one, before its name.
  mutating func takeKey(
    _ name: Located<String>, _ value: Located<String>?, _ reason: String = ""
  ) {
    let secret = self.name + "-key"
    key = Located(ImportedText.scalar(secret), name.range)
    secrets.add(secret)
    fates.append(
      Fate(key: name, kind: .changed, reason: reason + "the secret '\(secret)', which you create"))
    if let value { tellSecret(name, value, secret) }
  }

  private mutating func readSecret(
    _ secret: ForeignServer.Secret, besides ofChats: Set<String>
  ) {
    let variable = secret.variable
    if variable.value == words.keyVariable {
      key = Located(secret.text, variable.range)
    } else if ofChats.contains(variable.value) || ofConfiguration.contains(variable.value)
      || done.contains(variable.value) || Self.isPassedOn(variable.value)
    {
      fates.append(
        Fate(key: variable, kind: .changed, reason: "amm passes on the keys of the servers"))
    } else {
      ownSecrets.append((variable.value, secret.text, variable.range))
    }
  }

  /// Whether a variable is one by which amm passes on the key of a server.
  private static func isPassedOn(_ name: String) -> Bool {
    name.hasPrefix(CompanionWords.keyPrefix)
      && Int(name.dropFirst(CompanionWords.keyPrefix.count)) != nil
  }

  private mutating func readFile(_ file: Located<String>) {
    guard !kind.isCustom else { return refuse("a companion has no file of variables") }
    guard key == nil, words.keyVariable != nil, server.variableFiles.count == 1,
      !absolute(file.value).contains("$")
    else {
      fates.append(
        Fate(key: file, kind: .dropped, reason: "name its variables under 'secrets'"))
      return
    }
    key = Located("{environment_file: \(ImportedText.scalar(absolute(file.value)))}", file.range)
    fates.append(
      Fate(key: file, kind: .changed, reason: "'api_key' names the file with the key"))
  }

  /// Without a key, the program does not start.
  mutating func readKey() {
    guard let variable = words.keyVariable, key == nil else { return }
    takeKey(
      Located(variable, server.name.range), nil, "\(kind.name) does not start without a key: ")
  }

  // MARK: Other containers

  /// Returns a value in which servers have the addresses that amm gives them.
  ///
  /// A companion that needs another container of the file is refused.
  mutating func rewritten(_ text: String, of name: Located<String>) -> String {
    var out = text
    for address in ForeignAddress.all(in: text).reversed() {
      switch directory.place(of: address, from: server) {
      case .server(let entry, let isRight):
        guard isRight, address.scheme == "http" else {
          refuse(
            "'\(name.value.abbreviatedName)' names another port or protocol of '\(address.host)'")
          continue
        }
        if kind.isCustom { use(entry) }
        out.replaceSubrange(address.range, with: entry.address)
      case .service(let other):
        refuse("it uses '\(other.abbreviatedName)', which is not imported")
      case .itself, .unknown: break
      }
    }
    check(text, of: name)
    return out
  }

  /// Refuses a value that names another container of the file without a scheme: `db` or `db:5432`.
  private mutating func check(_ text: String, of name: Located<String>) {
    guard text.utf8.count < 500 else { return }
    for part in text.split(whereSeparator: { ",;".contains($0) }) {
      let word = String(part).trimmed
      let host = String(word.prefix { $0 != ":" })
      let port = word.dropFirst(host.count + 1).prefix { $0 != "/" }
      let isAddress = !port.isEmpty && port.utf8.allSatisfy(\.isASCIIDigit)
      guard isAddress || word == host else { continue }
      if let other = directory.other(named: host), !server.names.contains(host.lowercased()) {
        refuse("it uses '\(other.abbreviatedName)', which is not imported")
      } else if isAddress, directory.entry(named: host) != nil {
        refuse("'\(name.value.abbreviatedName)' names a server without a protocol")
      }
    }
    for address in ForeignAddress.all(in: text) {
      if case .service(let other) = directory.place(of: address, from: server) {
        refuse("it uses '\(other.abbreviatedName)', which is not imported")
      }
    }
  }
}
