import Deployments
import Diagnostics
import Schema
import Workspaces

/// The lines of a companion.
extension CompanionImport {
  /// Returns the lines below `companions:`, or nil if it becomes none.
  ///
  /// - Parameters:
  ///   - origin: How the first line names the file, by which a later import finds it again.
  ///   - used: The ports of the machine that servers and other companions of the file have.
  mutating func text(
    from origin: String, besides used: Set<Int>, _ ports: inout PortChoice
  ) -> (text: ImportedText, port: Int)? {
    readCustom()
    let (description, start) = readSettings()
    let volumes = volumes()
    guard refusal == nil, let opening = opening(besides: used, &ports), refusal == nil else {
      return nil
    }
    let place = server.name.range
    var text = ImportedText()
    text.add("  # \(Import.mark(of: origin))", at: place)
    text.add("  \(name):", at: place)
    text.add("    kind: \(kind.name)", at: server.image?.range ?? place)
    text.add("    port: \(opening.port)", at: opening.range)
    if opening.address != "127.0.0.1" {
      text.add("    bind: \(ImportedText.quoted(opening.address))", at: opening.range)
    }
    if kind.isCustom { text.add("    container_port: \(opening.inside)", at: opening.range) }
    let names = uses.map { ImportedText.scalar($0.workload.name.text) }
    text.add("    for: [" + names.joined(separator: ", ") + "]", at: place)
    if let description, !description.value.isEmpty {
      text.add("    description: " + ImportedText.quoted(description.value), at: description.range)
    }
    if let start { text.add("    start: manual", at: start.range) }
    if let image = server.image {
      text.add(
        "    image: " + ImportedText.quoted(ServerImport.qualified(image.value)), at: image.range)
    }
    if let key { text.add("    api_key: \(key.value)", at: key.range) }
    if kind.isCustom, !arguments.isEmpty {
      text.add("    arguments:", at: arguments[0].range)
      for word in arguments {
        text.add("      - " + ImportedText.quoted(word.value), at: word.range)
      }
    }
    addVariables(to: &text)
    if !volumes.isEmpty {
      text.add("    volumes:", at: volumes[0].range)
      for volume in volumes {
        text.add("      - " + ImportedText.quoted(volume.value), at: volume.range)
      }
    }
    addGPUs(to: &text)
    if let check = healthCommand {
      moveCheck()
      text.add("    health_command: " + ImportedText.quoted(check.value), at: check.range)
    }
    return (text, opening.port)
  }

  private func addVariables(to text: inout ImportedText) {
    if let first = environment.first {
      text.add("    environment:", at: first.name.range)
      for (name, value) in environment {
        text.add(
          "      \(ImportedText.scalar(name.value)): " + ImportedText.quoted(value), at: name.range)
      }
    }
    if let first = ownSecrets.first {
      let members = ownSecrets.map { ImportedText.scalar($0.variable) + ": " + $0.secret }
      text.add("    secrets: {" + members.joined(separator: ", ") + "}", at: first.origin)
    }
  }

  private mutating func addGPUs(to text: inout ImportedText) {
    guard let gpus = server.gpus, !gpus.value.isEmpty else { return }
    guard !kind.unused.contains("gpus") else {
      fates.append(
        Fate(
          key: Located("gpus", gpus.range), kind: .dropped,
          reason: "\(kind.name) computes nothing on a GPU"))
      return
    }
    text.add(
      "    gpus: [" + gpus.value.map(ImportedText.scalar).joined(separator: ", ") + "]",
      at: gpus.range)
  }

  /// Returns the mounts, without the volume that amm adds for the data.
  private mutating func volumes() -> [Located<String>] {
    var volumes: [Located<String>] = []
    for place in server.places {
      let target = place.value.target
      // amm writes the configuration, and mounts its own volume.
      let isConfiguration =
        configurationPath.map { path in
          path.value == target || path.value.hasPrefix(target + "/") && !place.value.isVolume
        } ?? false
      if isConfiguration {
        fates.append(
          Fate(
            key: Located(target, place.range), kind: .changed,
            reason: "amm writes the configuration"))
      } else if place.value.isVolume, place.value.source == name + "-data",
        target == words.data?.folder
      {
        fates.append(
          Fate(key: Located(target, place.range), kind: .changed, reason: "amm mounts the volume"))
      } else if let volume = volume(of: place) {
        volumes.append(volume)
      } else if kind.isCustom {
        refuse("it mounts '\(place.value.source.abbreviatedName)'")
      }
    }
    return volumes
  }

  // MARK: Ports

  /// The port of the machine, the address that it is opened on, and the port in the container.
  private struct Opening {
    var port: Int
    var address: String
    let inside: Int
    var range: SourceRange
  }

  private mutating func opening(
    besides used: Set<Int>, _ ports: inout PortChoice
  ) -> Opening? {
    let open = server.ports.filter { $0.value.host != nil }
    if kind.isCustom {
      guard open.count == 1, server.ports.count == 1 else {
        refuse("a companion opens one port, and it opens \(server.ports.count)")
        return nil
      }
    }
    let inside = self.inside ?? kind.containerPort ?? open.first?.value.container ?? 0
    if server.usesHostNetwork {
      return free(
        Opening(port: inside, address: "0.0.0.0", inside: inside, range: server.name.range),
        besides: used, &ports)
    }
    guard let main = open.first(where: { $0.value.container == inside }) ?? open.first,
      let host = main.value.host
    else {
      let port = ports.free(from: inside)
      fates.append(
        Fate(
          key: Located("port", server.ports.first?.range ?? server.name.range), kind: .changed,
          reason: server.ports.isEmpty
            ? "the file opens no port; amm opens 127.0.0.1:\(port)"
            : "the engine would choose a port; amm opens 127.0.0.1:\(port)"))
      return Opening(port: port, address: "127.0.0.1", inside: inside, range: server.name.range)
    }
    if main.value.container != inside {
      tell(
        ImportRules.port, main.range,
        "the port \(main.value.container) of the container is opened, but \(kind.name) listens on \(inside)",
        help: "open the port \(inside) of the container")
    }
    for other in server.ports where other.range != main.range {
      fates.append(
        Fate(
          key: Located("\(other.value.container)", other.range), kind: .dropped,
          reason: "a companion opens one port"))
    }
    return free(
      Opening(
        port: host, address: main.value.address ?? "0.0.0.0", inside: main.value.container,
        range: main.range), besides: used, &ports)
  }

  /// Returns an opening with another port if the workspace, a server or another companion has the file's.
  private mutating func free(
    _ opening: Opening, besides used: Set<Int>, _ ports: inout PortChoice
  ) -> Opening {
    var opening = opening
    opening.port = place(of: opening.port, at: opening.range, &ports)
    guard used.contains(opening.port) else { return opening }
    let taken = opening.port
    opening.port = ports.free(from: taken)
    fates.append(
      Fate(
        key: Located("port", opening.range), kind: .changed,
        reason: "another server of the file has port \(taken); amm opens \(opening.port)"))
    return opening
  }
}
