import Deployments
import Host
import Locks
import Models
import Profiles

/// Finds a model on this machine: in the hub's cache, in Ollama's store, or at a path.
struct ModelFinder {
  let machine: Machine

  /// Returns the model at an address.
  ///
  /// - Throws: An ``OperationError`` if there is no model at a path, or if no runtime loads models
  ///   from such an address.
  func find(_ address: ModelAddress, quantization: String?) throws -> FoundModel {
    switch address {
    case .hub(let id, let revision, let file, let named):
      if let named, let quantization, named != quantization {
        throw OperationError(
          .usage,
          "'--quant \(quantization)' contradicts '\(named)' in the source",
          help: "remove one of the two")
      }
      if let file, let quantization {
        throw OperationError(
          .usage,
          "'--quant \(quantization)' cannot be combined with the file '\(file)' in the source",
          help: "remove one of the two")
      }
      // The first part represents the model, even if another part is named.
      let whole = file.map { SplitName($0)?.parts.first ?? $0 }
      return hub(id, revision, whole, quantization ?? named)
    case .ollama(let name):
      try refuse(quantization, "an Ollama model has it in its tag: 'ollama://NAME:TAG'")
      return ollama(name)
    case .path(let text):
      try refuse(quantization, "a file has a fixed quantization")
      return try local(text)
    case .oci(let name):
      throw OperationError(
        .invalid, "no runtime loads a model from an OCI registry ('\(name)')",
        help: "fetch it ('skopeo copy', 'oras pull') and add the file or folder")
    }
  }

  /// Returns the model with a name from a lock, with the facts that this machine has.
  func find(_ name: ModelName) -> FoundModel? {
    switch name {
    case .hub(let id, let revision, let pick):
      switch pick {
      case .file(let file): hub(id, revision, file, nil)
      case .quantization(let word): hub(id, revision, nil, word)
      case nil: hub(id, revision, nil, nil)
      }
    case .ollama(let text): ollama(text)
    }
  }

  private func refuse(_ quantization: String?, _ reason: String) throws(OperationError) {
    guard quantization != nil else { return }
    throw OperationError(.usage, "'--quant' cannot be used with this source: \(reason)")
  }

  // MARK: The hub's cache

  private func hub(
    _ id: String, _ revision: String?, _ file: String?, _ quantization: String?
  ) -> FoundModel {
    var found = FoundModel(
      source: .huggingFace(
        id: id, revision: revision, quantization: quantization, file: file))
    guard let cache = machine.hubCache else { return found }
    let repository = cache + "/" + ModelName.cacheFolder(of: id)
    let reference = revision ?? "main"
    let isCommit = reference.utf8.count == 40 && reference.allSatisfy(\.isHexDigit)
    guard
      let commit = isCommit
        ? reference
        : ModelFiles.small(repository + "/refs/" + reference).map({
          String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self)
        }), commit.utf8.count == 40, commit.allSatisfy(\.isHexDigit)
    else { return found }
    let folder = repository + "/snapshots/" + commit
    if found.isGGUF {
      readGGUF(in: folder, file, quantization, into: &found)
    } else {
      read(folder, into: &found)
    }
    if found.facts != nil {
      found.origin = "the hub's cache, commit \(commit.prefix(12))"
    }
    return found
  }

  /// Reads the requested GGUF file, in a folder with several files and subfolders.
  private func readGGUF(
    in folder: String, _ file: String?, _ quantization: String?, into found: inout FoundModel
  ) {
    var names: [String] = []
    for entry in (try? Files.entries(in: folder)) ?? [] {
      if entry.kind == .folder {
        names += ((try? Files.names(in: folder + "/" + entry.name)) ?? []).map {
          entry.name + "/" + $0
        }
      } else {
        names.append(entry.name)
      }
    }
    let wanted = (quantization ?? "Q4_K_M").lowercased()
    let files = names.filter { $0.hasSuffix(".gguf") && !$0.lowercased().contains("mmproj") }
    guard let name = file ?? files.first(where: { $0.lowercased().contains(wanted) }),
      files.contains(name)
    else { return }
    let path = folder + "/" + name
    readHead(path, into: &found)
    if let split = HostPath(path).flatMap(SplitFile.init) {
      found.weightBytes = FoundModel.sum(split.parts.compactMap { Files.size(of: $0.text) })
    }
  }

  // MARK: Ollama's store

  private func ollama(_ name: String) -> FoundModel {
    var found = FoundModel(source: .ollama(name: name))
    // `registry/namespace/name:tag`, of which most parts are optional (Ollama,
    // types/model/name.go).
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
      guard let bytes = ModelFiles.small(file), let manifest = OllamaManifest(bytes),
        let layer = manifest.model
      else { continue }
      readHead(
        store + "/blobs/" + layer.digest.replacing(":", with: "-"), into: &found)
      found.weightBytes = FoundModel.sum([layer.size])
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
      throw OperationError(.invalid, "'\(text)' does not exist", help: "check the path")
    }
    if kind == .folder {
      read(place, into: &found)
      let files = try Files.names(in: place).filter { $0.hasSuffix(".gguf") }
      guard found.facts?.architecture != nil || found.facts?.layerCount != nil else {
        let isThere = try Files.kind(of: place + "/config.json") != nil
        throw OperationError(
          .invalid,
          isThere
            ? "'config.json' in '\(text)' does not describe a model"
            : "'\(text)' contains no 'config.json', so it is not a model folder",
          help: files.first.map { "use the file: '\(text)/\($0)'" }
            ?? "use a model folder or a GGUF file")
      }
      found.origin = FoundModel.folderOrigin
    } else {
      readHead(place, into: &found)
      guard found.facts?.architecture != nil else {
        throw OperationError(
          .invalid, "'\(text)' is not a GGUF file of a model",
          help: "use a GGUF file or a model folder")
      }
      let parts = SplitFile(path)?.parts.compactMap { $0.absolute(home: home) } ?? [place]
      found.weightBytes = FoundModel.sum(parts.compactMap { Files.size(of: $0) })
      guard found.facts?.isPart == false else {
        throw OperationError(
          .invalid,
          "'\(text)' is an image encoder or an adapter, not a model",
          help:
            "use the model's file; an encoder goes into 'llama_cpp.mmproj', an adapter into 'lora'"
        )
      }
      found.origin = FoundModel.fileOrigin
    }
    return found
  }

  /// Returns the path for a profile: relative to the home folder where possible, so that it works
  /// for other users.
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
      .invalid, "a unit file cannot contain the path '\(text)'",
      help: "move it to a path without spaces, colons, commas, quotes and backslashes")
  }

  // MARK: Files

  /// Reads the facts from a folder's small files.
  private func read(_ folder: String, into found: inout FoundModel) {
    guard let facts = ModelFiles.facts(in: folder) else { return }
    found.facts = facts
    found.facts?.weights = ModelFiles.weights(ofFolder: folder)
    found.weightBytes = weights(in: folder)
  }

  /// Returns the size of a folder's weights: from its index, or the sum of its weight files, each
  /// counted once.
  private func weights(in folder: String) -> Int? {
    if let total = ModelFiles.index(in: folder)?.totalSize, total > 0 { return total }
    let names = (try? Files.names(in: folder)) ?? []
    // Mistral's repositories also contain the same weights in a second format; adapters have their
    // own weights.
    let others = ["consolidated", "adapter_", "optimizer", "training_args"]
    let files = names.filter { name in !others.contains(where: name.hasPrefix) }
    for ending in [".safetensors", ".bin"] {
      let wanted = files.filter {
        $0.hasSuffix(ending) && (ending != ".bin" || $0.hasPrefix("pytorch_model"))
      }
      if let sum = FoundModel.sum(wanted.compactMap { Files.size(of: folder + "/" + $0) }) {
        return sum
      }
    }
    return FoundModel.sum(
      names.filter { $0.hasPrefix("consolidated") }.compactMap { Files.size(of: folder + "/" + $0) }
    )
  }

  private func readHead(_ path: String, into found: inout FoundModel) {
    guard let facts = ModelFiles.facts(ofGGUF: path) else { return }
    found.facts = facts
    found.weightBytes =
      found.weightBytes ?? FoundModel.sum([Files.size(of: path)].compactMap { $0 })
  }
}
