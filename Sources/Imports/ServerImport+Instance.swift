import Deployments
import Diagnostics
import Profiles
import Schema
import Text

extension ServerImport {
  /// The lines of the instance, with the port that the server listens on in its container.
  ///
  /// - Parameters:
  ///   - cache: The folder in the container where the image looks for downloads; nil if it has none.
  ///   - standard: The runtime's own port.
  mutating func instance(cache: String?, standard: Int) -> ImportedText {
    var text = ImportedText()
    text.add("  \(name):", at: server.name.range)
    let inside = port ?? standard
    // Without an image, the server's port is the machine's.
    let main = server.ports.first { $0.value.container == inside } ?? server.ports.first
    let host =
      main.flatMap { $0.value.host }
      ?? (server.image == nil ? inside : main?.value.container ?? inside)
    text.add("    port: \(host)", at: main?.range ?? server.name.range)
    if let address = main.map({ $0.value.address ?? "0.0.0.0" }), address != "127.0.0.1" {
      text.add("    bind: \(ImportedText.quoted(address))", at: main?.range)
    }
    if let description = server.description, !description.value.isEmpty {
      text.add("    description: " + ImportedText.quoted(description.value), at: description.range)
    }
    if let servedName {
      let isPlain = servedName.value.utf8.allSatisfy {
        $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E
      }
      if isPlain, servedName.value.utf8.count <= 64, !servedName.value.hasPrefix("-") {
        text.add("    model_name: " + ImportedText.scalar(servedName.value), at: servedName.range)
      } else {
        fates.append(
          Fate(
            key: servedName, kind: .dropped,
            reason: "a name that stays the same has letters, digits, '.', '_' and '-'"))
      }
    }
    if server.image != nil {
      let gpus = server.gpus?.value ?? []
      text.add(
        "    gpus: [" + gpus.map(ImportedText.scalar).joined(separator: ", ") + "]",
        at: server.gpus?.range ?? server.name.range)
    }
    tellMissingGPU()
    addPlaces(to: &text, cache: cache, main: main?.value)
    if let token {
      text.add("    token: " + ImportedText.scalar(token.secret), at: token.origin)
    }
    if let key { text.add("    api_key: " + ImportedText.scalar(key.secret), at: key.origin) }
    addSettings(to: &text)
    return text
  }

  /// Reports a container without a GPU whose image computes only on NVIDIA's.
  mutating func tellMissingGPU() {
    guard let image, server.gpus == nil, let own = runtime.image(for: .nvidia),
      image.name == own.name
    else { return }
    let tag = image.tag ?? ""
    let others = ["cpu", "rocm", "intel", "vulkan", "xpu", "gaudi", "neuron", "musa"]
    guard !others.contains(where: tag.contains),
      runtime.image(for: .cpu)?.name != own.name || tag.contains("cuda")
    else { return }
    tell(
      ImportRules.gpus, server.name.range,
      "'\(server.name.value.abbreviatedName)' gets no GPU, but its image computes on NVIDIA's",
      help: "reserve GPUs for the container, or use the image for processors")
  }

  mutating func addPlaces(
    to text: inout ImportedText, cache: String?, main: ForeignServer.Ports?
  ) {
    var volumes: [Located<String>] = []
    for place in server.places {
      if take(place, cache: cache, &text) { continue }
      let suffix = place.value.isReadOnly ? ":ro" : ""
      let from = place.value.isVolume ? place.value.source : absolute(place.value.source)
      volumes.append(Located("\(from):\(place.value.target)\(suffix)", place.range))
    }
    if !volumes.isEmpty {
      text.add("    volumes:", at: volumes[0].range)
      for volume in volumes {
        text.add("      - " + ImportedText.quoted(volume.value), at: volume.range)
      }
    }
    let others = server.ports.filter { port in
      guard let main else { return true }
      return port.value.container != main.container || port.value.host != main.host
    }.filter { $0.value.host != nil }
    if !others.isEmpty {
      text.add("    extra_ports:", at: others[0].range)
      for port in others {
        text.add("      - \"\(port.value.host ?? 0):\(port.value.container)\"", at: port.range)
      }
    }
  }

  /// Takes a mount that amm makes itself: the cache, or the folder of a local model.
  mutating func take(
    _ place: Located<ForeignServer.Place>, cache: String?, _ text: inout ImportedText
  ) -> Bool {
    let target = place.value.target
    if let model, model.value.hasPrefix("/"),
      model.value == target || model.value.hasPrefix(target + "/"), !place.value.isVolume
    {
      fates.append(
        Fate(
          key: Located(target, place.range), kind: .changed, reason: "amm mounts the model's file"))
      return true
    }
    let folders = (cache.map { [$0] } ?? []) + cacheFolders
    let holding = folders.first { $0 == target || $0.hasPrefix(target + "/") }
    if let holding {
      if !place.value.isVolume {
        let rest = holding.dropFirst(target.utf8.count)
        text.add(
          "    cache: " + ImportedText.scalar(absolute(place.value.source) + rest), at: place.range)
      }
      fates.append(
        Fate(
          key: Located(target, place.range), kind: .changed, reason: "'cache' is the models' folder"
        )
      )
      return true
    }
    let words = (place.value.source + " " + target).lowercased()
    let looksLikeCache = ["huggingface", "hf-cache", "hf_cache", "/.cache"].contains {
      words.contains($0)
    }
    if let cache, looksLikeCache, model.map({ !$0.value.hasPrefix("/") }) ?? true {
      tell(
        ImportRules.cache, place.range,
        "the server looks for models in '\(cache)', not in '\(target)'",
        help: "mount the folder at '\(cache)'")
    }
    return false
  }

  func addSettings(to text: inout ImportedText) {
    var groups: [(key: String, members: [String], origin: SourceRange)] = []
    let usesHostMemory = server.settings.contains { $0.key == "ipc" }
    for (key, value) in server.settings where !(usesHostMemory && key == "shm_size") {
      guard let dot = key.firstIndex(of: ".") else {
        let isWord = ["read_only", "init", "start_timeout"].contains(key)
        text.add(
          "    \(key): " + (isWord ? value.value : ImportedText.quoted(value.value)),
          at: value.range)
        continue
      }
      let (group, member) = (String(key[..<dot]), String(key[key.index(after: dot)...]))
      let isNumber = Int(value.value) != nil && group != "labels"
      let line =
        ImportedText.scalar(member) + ": "
        + (isNumber ? value.value : ImportedText.quoted(value.value))
      if let index = groups.firstIndex(where: { $0.key == group }) {
        groups[index].members.append(line)
      } else {
        groups.append((group, [line], value.range))
      }
    }
    for group in groups {
      text.add(
        "    \(group.key): {" + group.members.joined(separator: ", ") + "}", at: group.origin)
    }
    if !ownSecrets.isEmpty {
      let members = ownSecrets.map { "\($0.variable): \(ImportedText.scalar($0.secret))" }
      text.add("    secrets: {" + members.joined(separator: ", ") + "}", at: ownSecrets[0].origin)
    }
  }
}
