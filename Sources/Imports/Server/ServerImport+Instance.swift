import Deployments
import Diagnostics
import Profiles
import Schema
import Text

extension ServerImport {
  /// The port of the machine, and the address that it is opened on.
  private struct Opening {
    var port: Int
    var address: String
    var range: SourceRange
    /// The port of the source that it is; nil if the source has none for the server.
    var written: ForeignServer.Ports?
  }

  /// The lines of the instance, with the port that the server listens on in its container.
  ///
  /// - Parameters:
  ///   - cache: The folder in the container where the image looks for downloads; nil if it has none.
  ///   - standard: The runtime's own port.
  mutating func instance(
    cache: String?, standard: Int, ports: inout PortChoice
  ) -> ImportedText {
    let inside = port ?? standard
    let opening = opening(of: inside, &ports)
    var text = ImportedText()
    text.add("  \(name):", at: server.name.range)
    text.add("    port: \(opening.port)", at: opening.range)
    if opening.address != "127.0.0.1" {
      text.add("    bind: \(ImportedText.quoted(opening.address))", at: opening.range)
    }
    if let description = server.description, !description.value.isEmpty {
      text.add("    description: " + ImportedText.quoted(description.value), at: description.range)
    }
    if let group = server.group {
      server.settings.removeAll { $0.key == "exclusive" }
      let isChosen = server.isAlternative || !server.isContainer
      if isChosen, !server.settings.contains(where: { $0.key == "start" }) {
        text.add("    start: manual", at: server.name.range)
      }
      text.add("    exclusive: \(group)", at: server.name.range)
    }
    addName(to: &text)
    assumeGPUs()
    tellUnchecked()
    if server.isContainer || server.gpus != nil {
      let gpus = server.gpus?.value ?? gpusOfEngine
      text.add(
        "    gpus: [" + gpus.map(ImportedText.scalar).joined(separator: ", ") + "]",
        at: server.gpus?.range ?? server.name.range)
    }
    // A service that others extend is no server itself.
    if hasModel || isLeftOut || findsModels || runtime.pullsModels {
      tellGPUs()
      tellSharedMemory()
      tellPorts(inside: inside)
      tellUnmounted(cache: cache)
      tellDownloads(cache: cache)
    }
    tellOpenTools(opening.address, at: opening.range)
    addPlaces(to: &text, cache: cache)
    addPorts(to: &text, besides: opening, &ports)
    if let token { text.add("    token: " + token.secret, at: token.origin) }
    if let key { text.add("    api_key: " + key.secret, at: key.origin) }
    addSettings(to: &text)
    return text
  }

  private mutating func opening(of inside: Int, _ ports: inout PortChoice) -> Opening {
    let written = server.name.range
    if !server.isContainer || server.usesHostNetwork {
      let own = !server.isContainer ? words.standardAddress : words.imageAddress
      var heard = address.flatMap { server.isOpen($0) ? nil : $0.value } ?? own
      if heard == "localhost" { heard = "127.0.0.1" }
      if heard == "::" { heard = "0.0.0.0" }
      let isAddress = BindAddress(heard) != nil
      let port =
        hasOpenPort
        ? ports.free(from: inside) : place(of: inside, at: address?.range ?? written, &ports)
      return Opening(
        port: port,
        // A container that runs already opens no further port.
        address: isAddress && server.insideOf == nil ? heard : "127.0.0.1",
        range: address?.range ?? written)
    }
    let own = server.ports.filter { $0.value.container == inside }
    let matching = own.first { $0.value.host != nil } ?? own.first ?? server.ports.first
    guard let matching, let host = matching.value.host else {
      let port = ports.free(from: inside)
      let why =
        server.hasOpenPorts
        ? "its port is not known"
        : matching == nil ? "the file opens no port" : "the engine would choose a port"
      fates.append(
        Fate(
          key: Located("port", matching?.range ?? written), kind: .changed,
          reason: "\(why); amm opens 127.0.0.1:\(port)"))
      return Opening(
        port: port, address: "127.0.0.1", range: matching?.range ?? written,
        written: matching?.value)
    }
    return Opening(
      port: place(of: host, at: matching.range, &ports),
      address: matching.value.address ?? "0.0.0.0", range: matching.range, written: matching.value)
  }

  /// Adds the name that clients use, if it is one that stays the same when the instance is switched.
  private mutating func addName(to text: inout ImportedText) {
    guard let first = servedNames.first, !words.namesInSection else { return }
    let isPlain = first.value.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
    if isPlain, first.value.utf8.count <= 64, first.value.utf8.first?.isASCIIAlphanumeric ?? false {
      text.add("    model_name: " + ImportedText.scalar(first.value), at: first.range)
    } else {
      fates.append(
        Fate(
          key: first, kind: .dropped,
          reason: "a name that stays the same has letters, digits, '.', '_' and '-'"))
    }
    for name in servedNames.dropFirst() {
      fates.append(Fate(key: name, kind: .dropped, reason: "an instance has one name for clients"))
    }
  }

  private mutating func addPorts(
    to text: inout ImportedText, besides main: Opening, _ ports: inout PortChoice
  ) {
    var others: [Located<String>] = []
    for port in server.ports {
      guard !server.usesHostNetwork else {
        fates.append(
          Fate(
            key: Located("\(port.value.host ?? port.value.container)", port.range), kind: .dropped,
            reason: "with the network of the machine, the engine opens no ports"))
        continue
      }
      if let written = main.written, port.value.container == written.container,
        port.value.host == written.host, port.value.address == written.address
      {
        continue
      }
      guard let host = port.value.host else {
        fates.append(
          Fate(
            key: Located("\(port.value.container)", port.range), kind: .dropped,
            reason: "the engine would choose a port; see 'extra_ports'"))
        continue
      }
      let address = port.value.address ?? "0.0.0.0"
      let shown = address.contains(":") ? "[\(address)]" : address
      let prefix = address == main.address ? "" : shown + ":"
      let place = place(of: host, at: port.range, &ports)
      others.append(Located("\(prefix)\(place):\(port.value.container)", port.range))
    }
    guard !others.isEmpty else { return }
    text.add("    extra_ports:", at: others[0].range)
    for port in others { text.add("      - \"\(port.value)\"", at: port.range) }
  }
}
