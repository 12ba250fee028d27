import Deployments
import Host
import Models
import Profiles

/// A model as far as files of this machine tell of it, and where a profile takes it from.
struct FoundModel {
  /// Where a profile takes it from.
  enum Source {
    case huggingFace(id: String, revision: String?, quantization: String?, file: String?)
    case ollama(name: String)
    case local(HostPath)
  }

  let source: Source
  /// What its files say; nil where they are not on this machine.
  var facts: ModelFacts?
  /// Bytes of its weights; nil where that is not known.
  var weightBytes: Int?
  /// Where it was read, in words that follow "read from"; nil where nothing was.
  var origin: String?
  /// Whether it can hold a conversation, as its tokenizer's template tells; nil where there is none to read.
  var template: ChatTemplate?
  /// What its author samples with.
  var sampling: GenerationDefaults?
  /// Whether its repository has code of its own.
  var hasOwnCode = false
}

/// Looks for a model on this machine: in the hub's cache, in Ollama's store, at a path.
struct ModelFinder {
  private static let headLimit = 1 << 20
  private static let fileLimit = 16 << 20

  let machine: Machine

  /// The model of an address.
  ///
  /// - Throws: An ``OperationError`` for a path at which no model is, and for a kind of address that no
  ///   runtime takes.
  func find(_ address: ModelAddress, quantization: String?) throws -> FoundModel {
    switch address {
    case .hub(let id, let revision, let file, let named):
      return hub(id, revision, file, quantization ?? named)
    case .ollama(let name):
      try refuse(quantization, "a model of Ollama's names it behind the colon: 'ollama://NAME:TAG'")
      return ollama(name)
    case .path(let text):
      try refuse(quantization, "a file has the one that it has")
      return try local(text)
    case .oci(let name):
      throw OperationError(
        .invalid, "no runtime takes a model from an OCI registry ('\(name)')",
        help: "fetch it ('skopeo copy', 'oras pull'), and add the file or folder")
    }
  }

  private func refuse(_ quantization: String?, _ reason: String) throws(OperationError) {
    guard quantization != nil else { return }
    throw OperationError(.usage, "'--quant' does not go with this source: \(reason)")
  }

  // MARK: The hub's cache

  private func hub(
    _ id: String, _ revision: String?, _ file: String?, _ quantization: String?
  ) -> FoundModel {
    var found = FoundModel(
      source: .huggingFace(
        id: id, revision: revision, quantization: quantization, file: file))
    guard let cache = hubCache else { return found }
    let repository =
      cache + "/models--" + id.split(separator: "/").joined(separator: "--")
    let reference = revision ?? "main"
    let isCommit = reference.utf8.count == 40 && reference.allSatisfy(\.isHexDigit)
    guard
      let commit = isCommit
        ? reference
        : small(repository + "/refs/" + reference).map({
          String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self)
        }), commit.utf8.count == 40, commit.allSatisfy(\.isHexDigit)
    else { return found }
    let folder = repository + "/snapshots/" + commit
    read(folder, into: &found)
    if found.facts == nil { readGGUF(in: folder, file, quantization, into: &found) }
    if found.facts != nil {
      found.origin = "the hub's cache, commit \(commit.prefix(12))"
    }
    return found
  }

  /// huggingface_hub 1.0, constants.py: HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME.
  private var hubCache: String? {
    if let cache = machine.variable("HF_HUB_CACHE") { return cache }
    if let home = machine.variable("HF_HOME") { return home + "/hub" }
    let cache =
      machine.variable("XDG_CACHE_HOME") ?? machine.variable("HOME").map { $0 + "/.cache" }
    return cache.map { $0 + "/huggingface/hub" }
  }

  /// The one GGUF file that is meant, in a folder of several.
  private func readGGUF(
    in folder: String, _ file: String?, _ quantization: String?, into found: inout FoundModel
  ) {
    let names = ((try? Files.names(in: folder)) ?? []).filter { $0.hasSuffix(".gguf") }
    let wanted = (quantization ?? "Q4_K_M").lowercased()
    let name =
      file
      ?? names.first { name in
        name.lowercased().contains(wanted) && !name.hasPrefix("mmproj")
      }
    guard let name, names.contains(name) else { return }
    readHead(folder + "/" + name, into: &found)
  }

  // MARK: Ollama's store

  private func ollama(_ name: String) -> FoundModel {
    var found = FoundModel(source: .ollama(name: name))
    // `registry/namespace/name:tag`, of which most is left out (Ollama, types/model/name.go).
    let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
    let tag = parts.count > 1 ? parts[1] : "latest"
    var path = parts[0].split(separator: "/").map(String.init)
    if path.count == 1 { path.insert("library", at: 0) }
    if path.count == 2 { path.insert("registry.ollama.ai", at: 0) }
    let home = machine.variable("HOME")
    let stores = [
      machine.variable("OLLAMA_MODELS"), home.map { $0 + "/.ollama/models" },
      "/usr/share/ollama/.ollama/models",
    ].compactMap { $0 }
    for store in stores {
      let file = store + "/manifests/" + path.joined(separator: "/") + "/" + tag
      guard let bytes = small(file), let manifest = OllamaManifest(bytes),
        let layer = manifest.model
      else { continue }
      readHead(
        store + "/blobs/" + layer.digest.replacing(":", with: "-"), into: &found)
      found.weightBytes = layer.size
      found.origin = "Ollama's store"
      break
    }
    return found
  }

  // MARK: Paths

  private func local(_ text: String) throws -> FoundModel {
    let home = machine.variable("HOME")
    let path = try absolute(text, home: home)
    var found = FoundModel(source: .local(path))
    let place = path.absolute(home: home) ?? path.text
    guard let kind = try Files.kind(of: Files.canonical(place) ?? place) else {
      throw OperationError(.invalid, "'\(text)' is not there", help: "look at the path")
    }
    if kind == .folder {
      read(place, into: &found)
      let files = try Files.names(in: place).filter { $0.hasSuffix(".gguf") }
      guard found.facts != nil else {
        throw OperationError(
          .invalid, "'\(text)' holds no 'config.json', so it is no model's folder",
          help: files.first.map { "name the file: '\(text)/\($0)'" }
            ?? "name a folder of a model, or a GGUF file")
      }
      found.origin = "its 'config.json'"
    } else {
      readHead(place, into: &found)
      guard found.facts?.architecture != nil else {
        throw OperationError(
          .invalid, "'\(text)' is no GGUF file", help: "name a GGUF file, or the folder of a model")
      }
      found.weightBytes =
        SplitFile(path).map { file in
          file.parts.compactMap { $0.absolute(home: home).flatMap(Files.size) }.reduce(0, +)
        } ?? Files.size(of: place)
      found.origin = "the head of the file"
    }
    return found
  }

  /// A path as a profile has it: below the home where it lies there, so that it holds for others too.
  private func absolute(_ text: String, home: String?) throws(OperationError) -> HostPath {
    var whole = text
    if text.hasPrefix("~"), let home { whole = home + text.dropFirst() }
    if !whole.hasPrefix("/") { whole = Files.currentFolder() + "/" + whole }
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    var normal = "/" + parts.joined(separator: "/")
    if let home, normal.hasPrefix(home + "/") { normal = "~" + normal.dropFirst(home.count) }
    if let path = HostPath(normal) { return path }
    throw OperationError(
      .invalid, "'\(text)' cannot be carried to a unit",
      help: "move it to a path without blanks, colons, commas, quotes and backslashes")
  }

  // MARK: Files

  /// What a folder's small files say.
  private func read(_ folder: String, into found: inout FoundModel) {
    guard let bytes = small(folder + "/config.json"), var facts = ModelFacts(configuration: bytes)
    else { return }
    if let modules = small(folder + "/modules.json"), Pooling.isEmbedding(modules: modules) {
      facts.pooling = small(folder + "/1_Pooling/config.json").flatMap(Pooling.mode) ?? "other"
    }
    found.facts = facts
    found.sampling = small(folder + "/generation_config.json").flatMap(GenerationDefaults.init)
    found.template =
      small(folder + "/chat_template.jinja").map {
        ChatTemplate(String(decoding: $0, as: UTF8.self))
      }
      ?? small(folder + "/tokenizer_config.json").flatMap(ChatTemplate.init(tokenizer:))
    found.hasOwnCode = String(decoding: bytes, as: UTF8.self).contains("\"auto_map\"")
    let weights = ((try? Files.names(in: folder)) ?? []).filter {
      $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter_")
    }
    let sizes = weights.compactMap { Files.size(of: folder + "/" + $0) }
    if !sizes.isEmpty { found.weightBytes = sizes.reduce(0, +) }
  }

  private func readHead(_ path: String, into found: inout FoundModel) {
    guard let head = try? Files.read(path, limit: Self.headLimit),
      let header = try? GGUFHeader(head)
    else { return }
    found.facts = ModelFacts(header)
    found.weightBytes = found.weightBytes ?? Files.size(of: path)
    if case .text(let text)? = header.metadata["tokenizer.chat_template"] {
      found.template = ChatTemplate(text)
    }
  }

  /// A whole file; nil where there is none, or it is longer than such files are.
  private func small(_ path: String) -> [UInt8]? {
    guard let text = try? Files.read(path, limit: Self.fileLimit), text.count <= Self.fileLimit
    else {
      return nil
    }
    return text
  }
}
