import Catalogues
import Deployments
package import Diagnostics
import Profiles
import Schema
import Text

/// A server of another tool's file as a profile and an instance.
package struct ImportedServer: Sendable {
  /// The name of the profile and the instance.
  package let name: String
  /// The place of the server in the source.
  package let range: SourceRange
  package let runtime: String
  /// The profile.
  package let profile: ImportedText
  /// The lines of the instance below `instances:`.
  package let instance: ImportedText
  /// The secrets that the user has to create.
  package let secrets: [String]
  /// What became of each key of the source.
  package let fates: [Fate]
  /// Problems that only the source shows.
  package let findings: [Diagnostic]
}

/// Makes a profile and an instance from a recognised server.
struct ServerImport {
  let server: ForeignServer
  let source: SourceFile
  let runtime: any Runtime.Type
  let name: String
  /// The folder of the source, for relative paths; nil if it is not known.
  let folder: String?

  private var words: ForeignWords { runtime.foreign }
  private(set) var findings: [Diagnostic] = []
  private(set) var fates: [Fate] = []
  private(set) var secrets: [String] = []
  /// Whether the server names a model, so that it can be imported.
  private(set) var hasModel = true

  // What is found.
  private var model: Located<String>?
  private var repository: Located<String>?
  private var file: Located<String>?
  private var revision: Located<String>?
  private var servedName: Located<String>?
  private var port: Int?
  private var cacheFolders: [String] = []
  /// The secret with the hub's token, and that with the key for clients.
  private var token: (secret: String, origin: SourceRange)?
  private var key: (secret: String, origin: SourceRange)?
  /// Lines of the runtime's section, by key, in order.
  private var options: [(key: String, value: String, origin: SourceRange)] = []
  private var arguments: [Located<String>] = []
  private var environment: [(name: Located<String>, value: String)] = []
  private var ownSecrets: [(variable: String, secret: String, origin: SourceRange)] = []

  init(
    _ server: ForeignServer, _ recognised: Recognition.Server, of source: SourceFile,
    as name: String,
    in folder: String?
  ) {
    self.server = server
    self.source = source
    runtime = recognised.runtime
    self.name = name
    self.folder = folder
    fates = server.fates
    findings = server.findings
    readArguments(recognised.arguments)
    readVariables()
    readSecrets()
  }

  // MARK: Arguments

  private var image: ImageReference? {
    server.image.flatMap { ImageReference(Self.qualified($0.value)) }
  }

  /// Returns an image's name with the registry that Docker and Compose assume.
  static func qualified(_ text: String) -> String {
    let host = text.split(separator: "/").first ?? ""
    guard text.contains("/") else { return "docker.io/library/" + text }
    return host.contains(".") || host.contains(":") || host == "localhost"
      ? text : "docker.io/" + text
  }

  private mutating func readArguments(_ words: [Located<String>]) {
    var rest = words[...]
    if self.words.modelIsFirst, let first = rest.first, !first.value.hasPrefix("-") {
      model = first
      rest = rest.dropFirst()
    }
    guard let table = LauncherTable(runtime, image: image) else {
      arguments += rest
      return
    }
    let given = rest.compactMap { word in
      Argument(word.value).map { Located($0, word.range) }
    }
    let parsed = GivenOptions(given, runtime, table.catalogue)
    for option in parsed.options { read(option, table) }
    arguments += parsed.strays.map { Located($0.value.text, $0.range) }
  }

  private mutating func read(_ given: GivenOption, _ table: LauncherTable) {
    let value = given.values.first
    if take(given.name, value, at: given.range) { return }
    guard let option = given.option, let text = Self.value(of: given, option) else {
      // What no field takes stays as it is written, and is judged there.
      arguments.append(Located(given.name, given.range))
      arguments += given.values
      return
    }
    add(option.names[0].asKey, text, option, at: given.range)
  }

  private mutating func add(
    _ key: String, _ text: String, _ option: CatalogueOption, at range: SourceRange
  ) {
    if let index = options.firstIndex(where: { $0.key == key }) {
      // Launchers use the last one; a repeated option has a list.
      if option.count == .repeated, options[index].value.hasPrefix("["), text.hasPrefix("[") {
        options[index].value = options[index].value.dropLast() + ", " + text.dropFirst()
      } else {
        options[index] = (key, text, range)
      }
      return
    }
    options.append((key, text, range))
  }

  /// Takes an option or variable that amm sets itself; returns whether it is one.
  private mutating func take(
    _ name: String, _ value: Located<String>?, at range: SourceRange
  ) -> Bool {
    let written = Located(name, range)
    if words.models.contains(name) {
      model = value ?? model
    } else if words.repositories.contains(name) {
      repository = value ?? repository
    } else if words.files.contains(name) {
      file = value ?? file
    } else if words.names.contains(name) {
      servedName = value ?? servedName
    } else if words.revisions.contains(name) {
      revision = value ?? revision
    } else if words.keys.contains(name) {
      takeSecret(written, value, isKey: true)
    } else if words.tokens.contains(name) {
      takeSecret(written, value, isKey: false)
    } else if words.ports.contains(name) {
      port = value.flatMap { Int($0.value) } ?? port
      fates.append(Fate(key: written, kind: .changed, reason: "amm sets the port in the container"))
    } else if words.addresses.contains(name) {
      fates.append(Fate(key: written, kind: .changed, reason: "'bind' is the address"))
    } else if words.caches.contains(name) {
      if let value { cacheFolders.append(value.value) }
      fates.append(Fate(key: written, kind: .changed, reason: "'cache' is the folder"))
    } else {
      return false
    }
    return true
  }

  /// Takes a token or key, which is never written.
  private mutating func takeSecret(
    _ name: Located<String>, _ value: Located<String>?, isKey: Bool
  ) {
    let secret = isKey ? self.name + "-key" : "hf-token"
    if isKey { key = (secret, name.range) } else { token = (secret, name.range) }
    if !secrets.contains(secret) { secrets.append(secret) }
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
    guard let value, !value.value.isEmpty, !value.value.hasPrefix("$") else { return }
    tell(
      ImportRules.secret, value.range, "'\(name.value)' has its value in the file",
      help: "run 'podman secret create \(secret) FILE', and remove the value")
  }

  private mutating func tell(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String
  ) {
    findings.append(
      Diagnostic(rule, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Returns an option's value as YAML; nil if it has none that a field takes.
  private static func value(of given: GivenOption, _ option: CatalogueOption) -> String? {
    func single(_ text: String) -> String {
      switch option.kind {
      case .integer, .number, .size: Double(text) != nil ? text : ImportedText.quoted(text)
      case .json:
        text.hasPrefix("{") || text.hasPrefix("[") ? text : ImportedText.quoted(text)
      case .flag:
        ["true", "false"].contains(text.lowercased())
          ? text.lowercased() : ImportedText.quoted(text)
      case .text: ImportedText.scalar(text)
      }
    }
    // A key of an object stays with the other arguments.
    guard !given.name.hasPrefix("--") || !given.name.dropFirst(2).contains(".") else { return nil }
    if given.isOff { return "false" }
    guard let first = given.values.first else {
      return option.kind == .flag ? "true" : nil
    }
    switch option.count {
    case .some, .any, .repeated, .two:
      return "[" + given.values.map { single($0.value) }.joined(separator: ", ") + "]"
    default: return given.values.count == 1 ? single(first.value) : nil
    }
  }

  // MARK: Variables

  private static let ofGPUs: Set = [
    "NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES",
    "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
  ]

  private mutating func readVariables() {
    let table = LauncherTable(runtime, image: image)
    for (name, text) in server.variables {
      let value = text.map { Located($0, name.range) }
      if ForeignWords.tokenVariables.contains(name.value) {
        takeSecret(name, value, isKey: false)
      } else if runtime.keyVariable?.text == name.value {
        takeSecret(name, value, isKey: true)
      } else if ForeignWords.cacheVariables.contains(name.value) {
        if let value { cacheFolders.append(value.value) }
        fates.append(Fate(key: name, kind: .changed, reason: "amm sets the folder of the cache"))
      } else if Self.ofGPUs.contains(name.value) {
        fates.append(Fate(key: name, kind: .changed, reason: "'gpus' names the GPUs"))
      } else if take(name.value, value, at: name.range) {
        continue
      } else if let value, let table, let option = table.catalogue.option(variable: name.value) {
        let text = Self.variable(value.value, of: option)
        if let text {
          add(option.names[0].asKey, text, option, at: name.range)
        } else {
          environment.append((name, value.value))
        }
      } else if Self.isSecret(name.value), value.flatMap({ Int($0.value) }) == nil {
        let secret = self.name + "-" + name.value.lowercased().replacing("_", with: "-")
        secrets.append(secret)
        ownSecrets.append((name.value, secret, name.range))
        if let value, !value.value.isEmpty {
          tell(
            ImportRules.secret, name.range, "'\(name.value)' has its value in the file",
            help: "run 'podman secret create \(secret) FILE', and remove the value")
        }
      } else if let value {
        environment.append((name, value.value))
      }
    }
  }

  /// Takes secrets that the engine has already.
  private mutating func readSecrets() {
    for (variable, secret) in server.secrets {
      if ForeignWords.tokenVariables.contains(variable.value) {
        token = (secret, variable.range)
      } else if runtime.keyVariable?.text == variable.value {
        key = (secret, variable.range)
      } else {
        ownSecrets.append((variable.value, secret, variable.range))
      }
    }
    for file in server.variableFiles {
      fates.append(
        Fate(
          key: file, kind: .dropped,
          reason:
            "name its variables under 'secrets', or write 'token: {environment_file: …}' for a token"
        )
      )
    }
  }

  private static func variable(_ text: String, of option: CatalogueOption) -> String? {
    switch option.kind {
    case .flag:
      ["true", "1"].contains(text.lowercased())
        ? "true" : ["false", "0", ""].contains(text.lowercased()) ? "false" : nil
    case .integer, .number, .size: Double(text) != nil ? text : nil
    case .json: nil
    case .text: option.count == .one ? ImportedText.scalar(text) : nil
    }
  }

  private static func isSecret(_ name: String) -> Bool {
    let upper = name.uppercased()
    return ["_TOKEN", "_API_KEY", "_SECRET", "_PASSWORD"].contains { upper.hasSuffix($0) }
  }
}

// MARK: The profile

extension ServerImport {
  /// The place of a file in the container, as a path of the machine; nil if no mount has it.
  private func machinePath(of path: String) -> String? {
    guard server.image != nil else { return path }
    for place in server.places where !place.value.isVolume {
      let target = place.value.target
      guard path == target || path.hasPrefix(target + (target.hasSuffix("/") ? "" : "/")) else {
        continue
      }
      return absolute(place.value.source) + path.dropFirst(target.utf8.count)
    }
    return nil
  }

  /// Returns a path of the machine that amm accepts: absolute, or below the home folder.
  private func absolute(_ path: String) -> String {
    if path.hasPrefix("$HOME") { return "~" + path.dropFirst(5) }
    if path.hasPrefix("${HOME}") { return "~" + path.dropFirst(7) }
    if path.hasPrefix("%h") { return "~" + path.dropFirst(2) }
    for here in ["$PWD", "${PWD}", "$(pwd)"] where path.hasPrefix(here) {
      return absolute("." + path.dropFirst(here.utf8.count))
    }
    guard path.hasPrefix("."), let folder else { return path }
    var parts = folder.split(separator: "/")
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The lines of `source`; nil if the server names no model.
  private var modelLines: ImportedText? {
    var text = ImportedText()
    let isFile = { (path: String) in
      path.hasPrefix("/") || path.hasPrefix("./") || path.hasPrefix("~") || path.hasPrefix("../")
    }
    if let repository {
      let parts = repository.value.split(separator: ":", maxSplits: 1).map(String.init)
      text.add("source:", at: repository.range)
      text.add("  type: huggingface", at: repository.range)
      text.add("  model_id: " + ImportedText.scalar(parts.first ?? ""), at: repository.range)
      return text
    }
    guard let model, !model.value.isEmpty else { return nil }
    text.add("source:", at: model.range)
    if isFile(model.value) {
      let path = machinePath(of: absolute(model.value)) ?? absolute(model.value)
      text.add("  type: local", at: model.range)
      text.add("  path: " + ImportedText.scalar(path), at: model.range)
    } else {
      text.add("  type: huggingface", at: model.range)
      text.add("  model_id: " + ImportedText.scalar(model.value), at: model.range)
      if let revision {
        text.add("  revision: " + ImportedText.quoted(revision.value), at: revision.range)
      }
    }
    return text
  }

  /// The lines of `source` for judging the other settings of a server that names no model.
  private var placeholder: ImportedText {
    var text = ImportedText()
    text.add("source:", at: server.name.range)
    text.add(
      "  type: \(runtime.sources.contains(.ollama) ? "ollama" : "huggingface")",
      at: server.name.range)
    text.add(
      "  model_id: \(runtime.sources.contains(.ollama) ? "llama3.2" : "org/model")",
      at: server.name.range)
    return text
  }

  /// Returns the profile; if the server names no model, with a finding and any model.
  mutating func profile(from origin: String) -> ImportedText {
    let named = modelLines
    if named == nil {
      tell(
        ImportRules.model, server.name.range,
        "'\(server.name.value.abbreviatedName)' names no model, so it has no profile",
        help: runtime.sources.contains(.ollama)
          ? "write one with 'amm add ollama:NAME'" : "write one with 'amm add ORG/NAME'")
    }
    hasModel = named != nil
    let modelLines = named ?? placeholder
    var text = ImportedText()
    text.add("# Imported from \(origin).")
    text.add("name: " + ImportedText.scalar(name), at: server.name.range)
    if !runtime.writesText {
      text.add("category: embedding", at: server.name.range)
      if (model ?? repository)?.value.lowercased().contains("rerank") ?? false {
        text.add("capabilities: [reranking]", at: server.name.range)
      }
    }
    text.add("", at: nil)
    text.add(modelLines)
    text.add("")
    text.add("container:", at: server.image?.range ?? server.name.range)
    text.add("  runtime: \(runtime.name)", at: server.image?.range ?? server.name.range)
    if let image = server.image {
      text.add(
        "  image: " + ImportedText.quoted(Self.qualified(image.value)), at: image.range)
    }
    addOptions(to: &text)
    if !arguments.isEmpty {
      text.add("")
      text.add("arguments:")
      for word in arguments { text.add("  - " + ImportedText.quoted(word.value), at: word.range) }
    }
    if !environment.isEmpty {
      text.add("")
      text.add("environment:")
      for (name, value) in environment {
        text.add(
          "  \(ImportedText.scalar(name.value)): " + ImportedText.quoted(value), at: name.range)
      }
    }
    return text
  }

  private func addOptions(to text: inout ImportedText) {
    var lines = options
    if let repository {
      let parts = repository.value.split(separator: ":", maxSplits: 1).map(String.init)
      if let file {
        lines.insert(("file", ImportedText.quoted(file.value), file.range), at: 0)
      } else if parts.count == 2 {
        lines.insert(("quant", ImportedText.scalar(parts[1]), repository.range), at: 0)
      }
    }
    guard !lines.isEmpty else { return }
    text.add("")
    text.add(runtime.sectionKey + ":")
    for (key, value, origin) in lines { text.add("  \(key): \(value)", at: origin) }
  }
}

// MARK: The instance

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
  private mutating func tellMissingGPU() {
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

  private mutating func addPlaces(
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
  private mutating func take(
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

  private func addSettings(to text: inout ImportedText) {
    var groups: [(key: String, members: [String], origin: SourceRange)] = []
    let usesHostMemory = server.settings.contains { $0.key == "ipc" }
    for (key, value) in server.settings where !(usesHostMemory && key == "shm_size") {
      guard let dot = key.firstIndex(of: ".") else {
        let isWord = ["read_only", "init"].contains(key)
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

extension String {
  /// The name for a message, without control characters.
  fileprivate var abbreviatedName: String { String(prefix(60)).filter { !$0.isNewline } }
}
