import Diagnostics
import Schema
import Text
import YAML

extension ComposeSource {
  /// Returns the pairs of a mapping, or of a list of `NAME=VALUE`.
  mutating func pairs(of node: Node) -> [(Located<String>, Located<String>?)] {
    if let entries = node.entries {
      return entries.map { entry in
        let value = text(entry.value) ?? inherited(entry.key, entry.keyRange)
        let isPlain = entry.value.scalar?.isPlain ?? false
        if isPlain, let value, Self.number(value.value) != value.value, value.value.hasPrefix("0"),
          !value.value.contains(".")
        {
          tell(
            entry.value, "YAML reads \(value.value) as the number \(Self.number(value.value))",
            help: "write it in quotes: \"\(value.value)\"")
        }
        return (
          Located(entry.key, entry.keyRange),
          isPlain ? value.map { Located(Self.number($0.value), $0.range) } : value
        )
      }
    }
    return (node.items ?? []).compactMap { item in
      if let entry = item.entries?.first {
        refuse(
          item,
          "an item 'NAME=VALUE' is expected, and found the mapping '\(entry.key.abbreviated):'",
          help: "write '- \(entry.key.abbreviated)=…', or remove the '-' of all items")
      }
      guard let pair = text(item) else { return nil }
      guard let equals = pair.value.firstIndex(of: "=") else {
        return (pair, inherited(pair.value, pair.range))
      }
      let value = String(pair.value[pair.value.index(after: equals)...])
      return (Located(String(pair.value[..<equals]), pair.range), Located(value, pair.range))
    }
  }

  /// Returns the value that `.env` has for a variable without a value.
  private mutating func inherited(_ name: String, _ range: SourceRange) -> Located<String>? {
    guard let value = variables.value(of: name) else { return nil }
    variables.markReferred(range)
    return Located(value, range)
  }

  /// Returns a number as Compose writes it, without zeros at its end.
  private static func number(_ text: String) -> String {
    // YAML reads a number that begins with 0 as an octal one.
    if text.utf8.count > 1, text.utf8.count < 15, text.hasPrefix("0"),
      let number = Int(text, radix: 8)
    {
      return String(number)
    }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isASCIIDigit) }),
      text.utf8.count < 15
    else { return text }
    var out = text
    while out.hasSuffix("0") { out.removeLast() }
    if out.hasSuffix(".") { out.removeLast() }
    return out
  }

  mutating func readEnvironment(_ node: Node, into server: inout ForeignServer) {
    if node.scalar != nil {
      refuse(node, "'environment' is a mapping or a list", help: "write '{NAME: VALUE}'")
    }
    for (name, value) in pairs(of: node) {
      if node.items != nil, let value { checkQuotes(name.value, value) }
      server.variables.removeAll { $0.name.value == name.value }
      server.variables.append((name, value?.value))
      // The place of a variable is that of its name.
      if let value, variables.open.contains(value.range) { variables.markOpen(name.range) }
      if let value, variables.referred.contains(value.range) { variables.markReferred(name.range) }
    }
  }

  /// Reports quotes around the value of `- NAME="value"`, which neither YAML nor Compose removes.
  private mutating func checkQuotes(_ name: String, _ value: Located<String>) {
    guard let first = value.value.first, first == "\"" || first == "'", value.value.count > 1,
      value.value.last == first
    else { return }
    tell(
      ImportRules.value, value.range, "the quotes belong to the value of '\(name.abbreviated)'",
      help: "put them around the whole item, or leave them out")
  }

  /// Whether amm wrote a service for a server.
  func isInstance(_ service: Node) -> Bool {
    guard !OwnTraces.isExport(source) else { return true }
    let labels = service["labels"]
    let name = OwnTraces.profile
    return labels?[name] != nil
      || labels?.items?.contains { $0.scalar?.text.hasPrefix(name + "=") ?? false } ?? false
  }

  mutating func readPort(_ node: Node, into server: inout ForeignServer) {
    if node.entries != nil {
      guard let inside = text(node["target"]) else {
        return refuse(node, "a port needs 'target'", help: "write the port of the container")
      }
      let host = text(node["published"])?.value ?? ""
      let address = text(node["host_ip"]).map {
        $0.value.contains(":") ? "[\($0.value)]" : $0.value
      }
      let name = text(node["protocol"])?.value ?? "tcp"
      let short = (address.map { $0 + ":" } ?? "") + host + ":" + inside.value + "/" + name
      readShort(Located(short, node.range), node, into: &server)
      return
    }
    guard let written = text(node) else { return }
    readShort(written, node, into: &server)
  }

  /// Reads a port; an unset variable lets the engine choose it.
  private mutating func readShort(
    _ written: Located<String>, _ node: Node, into server: inout ForeignServer
  ) {
    let isOpen = variables.open.contains(written.range)
    var plain = written.value
    while isOpen, let start = plain.firstRange(of: "${"),
      let end = plain[start.upperBound...].firstIndex(of: "}")
    {
      plain.removeSubrange(start.lowerBound...end)
    }
    guard !server.readPort(Located(plain, written.range)), !isOpen else { return }
    refuse(
      node, "'\(written.value.abbreviated)' is not a port",
      help: "write 'HOST:CONTAINER' with ports from 1 to 65535")
  }

  mutating func readVolume(_ node: Node, into server: inout ForeignServer) {
    if node.entries != nil {
      guard let target = text(node["target"])?.value else {
        return refuse(node, "a volume needs 'target'", help: "write the path in the container")
      }
      server.otherMounts.insert(target)
      let kind = text(node["type"])?.value ?? "volume"
      guard let from = text(node["source"])?.value, kind == "bind" || kind == "volume" else {
        let size = kind == "tmpfs" && target == "/dev/shm" ? text(node["tmpfs"]?["size"]) : nil
        if let size {
          server.addSetting("shm_size", size)
          return
        }
        return server.tell(
          Located(target, node.range), .dropped, "it is empty after each start; see 'read_only'")
      }
      if leaveOutOpenTarget(target, at: node["target"]?.range ?? node.range, &server) { return }
      let label = text(node["bind"]?["selinux"])?.value
      server.places.append(
        Located(
          .init(
            source: named(from, at: node.range), target: target,
            isReadOnly: text(node["read_only"])?.value == "true",
            options: [label].compactMap(\.self)), node.range))
      return
    }
    guard let written = text(node) else { return }
    let source = written.value.prefix { $0 != ":" }
    let whole = named(String(source), at: node.range) + written.value.dropFirst(source.count)
    let parts = whole.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 1, leaveOutOpenTarget(String(parts[1]), at: written.range, &server) { return }
    guard !server.readVolume(Located(whole, written.range)), !variables.open.contains(written.range)
    else { return }
    tell(
      node, "'\(written.value.abbreviated)' is not a volume",
      help: "write 'SOURCE:TARGET', with an absolute path in the container")
  }

  /// Leaves out a mount at a path that begins with a folder of the caller, which amm does not know; returns
  /// whether it is one.
  private mutating func leaveOutOpenTarget(
    _ target: String, at range: SourceRange, _ server: inout ForeignServer
  ) -> Bool {
    guard target.hasPrefix("~") || target.hasPrefix("."), variables.referred.contains(range) else {
      return false
    }
    variables.markOpen(range)
    server.tell(
      Located(target, range), .unknown, "the path in the container depends on who starts Compose")
    return true
  }

  // MARK: Names and files

  /// Reads the names by which other services reach a service, and the files that the file has for it.
  mutating func readNames(_ entry: Node.Entry, into server: inout ForeignServer) {
    switch entry.key {
    case "networks":
      for network in entry.value.entries ?? [] {
        for alias in network.value["aliases"]?.items ?? [] {
          if let name = text(alias)?.value { server.aliases.insert(name) }
        }
      }
    case "configs":
      for item in entry.value.items ?? [] {
        guard let name = text(item["source"] ?? item)?.value, let content = contents[name] else {
          continue
        }
        let target = text(item["target"])?.value ?? "/" + name
        server.contents.append((target, content))
        server.unwritten.insert(target)
      }
    default:
      if let name = text(entry.value)?.value { server.aliases.insert(name) }
    }
  }

  /// Reads the files that the file itself has.
  mutating func readContents(_ node: Node?) {
    for entry in node?.entries ?? [] {
      contents[entry.key] = text(entry.value["content"])
    }
  }

  /// Returns the engine's name of a volume, or a path as it is.
  private func named(_ source: String, at range: SourceRange) -> String {
    volumes[source] ?? rebased(source, at: range)
  }

  /// Reads the names that volumes have for the engine.
  mutating func readVolumeNames(_ node: Node?) {
    for entry in node?.entries ?? [] {
      if let name = text(entry.value["name"])?.value {
        volumes[entry.key] = name
      } else if let device = text(entry.value["driver_opts"]?["device"])?.value,
        text(entry.value["driver_opts"]?["o"])?.value.contains("bind") ?? false
      {
        // A volume that is a folder of the machine.
        volumes[entry.key] = device
      }
    }
  }
}
