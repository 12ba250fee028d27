import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// Ports of the machine that an import has given away.
struct PortChoice {
  /// The ports that servers of the file or of the workspace have.
  var taken: Set<Int>

  /// Returns a free port, the wanted one if possible, and takes it.
  mutating func free(from wanted: Int) -> Int {
    var port = min(max(wanted, 1024), 65535)
    for _ in 0..<65535 where taken.contains(port) { port = port == 65535 ? 1024 : port + 1 }
    taken.insert(port)
    return port
  }
}

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
    if server.isAlternative {
      server.settings.removeAll { ["start", "exclusive"].contains($0.key) }
      text.add("    start: manual", at: server.name.range)
      text.add("    exclusive: alternatives", at: server.name.range)
    }
    addName(to: &text)
    if server.isContainer || server.gpus != nil {
      let gpus = server.gpus?.value ?? []
      text.add(
        "    gpus: [" + gpus.map(ImportedText.scalar).joined(separator: ", ") + "]",
        at: server.gpus?.range ?? server.name.range)
    }
    // A service that others extend is no server itself.
    if hasModel || isLeftOut || findsModels || runtime.pullsModels {
      tellGPUs()
      tellSharedMemory()
      tellPorts(inside: inside)
    }
    addPlaces(to: &text, cache: cache)
    addPorts(to: &text, besides: opening)
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
      ports.taken.insert(inside)
      return Opening(
        port: inside, address: isAddress ? heard : "127.0.0.1", range: address?.range ?? written)
    }
    let own = server.ports.filter { $0.value.container == inside }
    let matching = own.first { $0.value.host != nil } ?? own.first ?? server.ports.first
    guard let matching, let host = matching.value.host else {
      let port = ports.free(from: inside)
      fates.append(
        Fate(
          key: Located("port", matching?.range ?? written), kind: .changed,
          reason: matching == nil
            ? "the file opens no port; amm opens 127.0.0.1:\(port)"
            : "the engine would choose a port; amm opens 127.0.0.1:\(port)"))
      return Opening(
        port: port, address: "127.0.0.1", range: matching?.range ?? written,
        written: matching?.value)
    }
    return Opening(
      port: host, address: matching.value.address ?? "0.0.0.0", range: matching.range,
      written: matching.value)
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

  // MARK: Mounts

  private mutating func addPlaces(to text: inout ImportedText, cache: String?) {
    var volumes: [Located<String>] = []
    var hasCache = false
    for place in server.places {
      if take(place, cache: cache, &hasCache, &text) { continue }
      let from = place.value.isVolume ? place.value.source : absolute(place.value.source)
      if !place.value.isVolume, let exposure = HostExposure(of: from) {
        fates.append(
          Fate(
            key: Located(from, place.range), kind: .dropped,
            reason: "it is \(exposure.reason); an instance mounts it with 'unsafe: true'"))
        continue
      }
      guard !from.contains("$") else {
        tellOpen(Located(place.value.target, place.range), Located(from, place.range))
        continue
      }
      if let volume = volume(place, from: from) { volumes.append(volume) }
    }
    for file in files {
      volumes.append(Located("\(file.value):\(file.value):ro", file.range))
      fates.append(
        Fate(key: file, kind: .changed, reason: "its container gets the file under 'volumes'"))
    }
    if !hasCache, server.isContainer { tellCache(cache) }
    if let folder = ownCache {
      text.add("    cache: " + ImportedText.scalar(folder), at: server.name.range)
    }
    guard !volumes.isEmpty else { return }
    text.add("    volumes:", at: volumes[0].range)
    for volume in volumes {
      text.add("      - " + ImportedText.quoted(volume.value), at: volume.range)
    }
  }

  /// The folder of the machine for `cache`, of a server that runs without a container; nil if its variable
  /// names none that amm would use in the same way.
  private var ownCache: String? {
    guard !server.isContainer, let cacheFolder, !absolute(cacheFolder).contains("$") else {
      return nil
    }
    let folder = absolute(cacheFolder)
    if runtime.pullsModels {
      return folder.hasSuffix("/models") ? String(folder.dropLast(7)) : nil
    }
    return hasHubFolder ? folder : folder + "/hub"
  }

  /// Takes a mount that amm makes itself: the cache, or the folder of a local model.
  private mutating func take(
    _ place: Located<ForeignServer.Place>, cache: String?, _ hasCache: inout Bool,
    _ text: inout ImportedText
  ) -> Bool {
    let target = place.value.target
    if let model, !place.value.isVolume, Self.is(model.value, in: target) {
      // Other files of the folder stay where the arguments name them.
      guard !hasOthers(in: target) else { return false }
      fates.append(
        Fate(
          key: Located(target, place.range), kind: .changed, reason: "amm mounts the model's file"))
      return true
    }
    let folder = cacheFolder ?? cache
    // Of several mounts on the way to the folder, the innermost one has it.
    let isInnermost = !server.places.contains { other in
      other.value.target.utf8.count > target.utf8.count
        && folder.map { Self.is($0, in: other.value.target) } ?? false
    }
    guard !hasCache, isInnermost, let folder, Self.is(folder, in: target) else {
      // amm mounts its cache where the image looks for it.
      guard let cache, target == cache || Self.is(cache, in: target), cacheFolder != nil || hasCache
      else { return false }
      fates.append(
        Fate(
          key: Located(target, place.range), kind: .dropped,
          reason: "the server looks for models in '\(cacheFolder ?? cache)'"))
      return true
    }
    hasCache = true
    if absolute(place.value.source).contains("$") {
      tellOpen(Located(target, place.range), Located(place.value.source, place.range))
    } else if !place.value.isVolume {
      let rest = folder.dropFirst(target.hasSuffix("/") ? target.utf8.count - 1 : target.utf8.count)
      text.add(
        "    cache: " + ImportedText.scalar(absolute(place.value.source) + rest), at: place.range)
    }
    let isOther =
      place.value.isVolume && sharedStore != place.value.source && place.value.source != name
    fates.append(
      Fate(
        key: Located(target, place.range), kind: .changed,
        reason: isOther
          ? "amm has another volume for models, so those of '\(place.value.source.abbreviatedName)' are fetched again"
          : place.value.isReadOnly
            ? "'cache' is the models' folder, which the server can write to"
            : "'cache' is the models' folder"))
    return true
  }

  private static func `is`(_ path: String, in folder: String) -> Bool {
    path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  /// Whether an argument or variable besides the model names something in a folder of the container.
  private func hasOthers(in folder: String) -> Bool {
    let mounted = options.filter { words.hostPaths.contains(spellings[$0.key] ?? "") }.map(\.key)
    return arguments.contains { $0.value.contains(folder + "/") }
      || environment.contains { $0.value.contains(folder + "/") }
      || options.contains { !mounted.contains($0.key) && $0.value.contains(folder + "/") }
  }

  /// Reports a folder for models that is mounted where the image does not look.
  private mutating func tellCache(_ cache: String?) {
    // Another user has another home folder.
    guard let folder = cacheFolder ?? cache, model.map({ !$0.value.hasPrefix("/") }) ?? true,
      !findsModels, !server.settings.contains(where: { $0.key == "user" })
    else { return }
    for place in server.places {
      let target = place.value.target
      let words = (place.value.source + " " + target).lowercased()
      let isCompiled = ["flashinfer", "torch", "triton", "/vllm", "inductor"].contains {
        target.hasSuffix($0)
      }
      let looksLikeCache = ["huggingface", "hf-cache", "hf_cache", "hub", "models", "ollama"]
        .contains { words.contains($0) }
      let isFile = target.split(separator: "/").last?.contains(".") ?? false
      guard looksLikeCache, !isCompiled, !Self.is(target, in: folder), !hasOthers(in: target),
        !isFile || target.contains("/.cache") || target.hasSuffix(".ollama")
      else { continue }
      tell(
        ImportRules.cache, place.range,
        "the server looks for models in '\(folder)', not in '\(target)'",
        help: "mount the folder at '\(folder)'")
    }
  }

  private mutating func addPorts(to text: inout ImportedText, besides main: Opening) {
    var others: [Located<String>] = []
    for port in server.ports {
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
      others.append(Located("\(prefix)\(host):\(port.value.container)", port.range))
    }
    guard !others.isEmpty else { return }
    text.add("    extra_ports:", at: others[0].range)
    for port in others { text.add("      - \"\(port.value)\"", at: port.range) }
  }
}
