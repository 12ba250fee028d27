import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text
import Values

extension ServerImport {
  /// Whether a model's name is the path of a file or folder, relative to the folder of the command.
  ///
  /// The hub's names have one slash.
  func isRelativePath(_ model: String) -> Bool {
    guard !runtime.pullsModels, !["/", ".", "~", "$"].contains(where: model.hasPrefix) else {
      return false
    }
    let folders: Set = [
      "models", "model", "checkpoints", "checkpoint", "ckpt", "ckpts", "weights", "output",
      "outputs", "saved", "saves",
    ]
    let parts = model.split(separator: "/")
    return words.modelIsPath || parts.count > 2
      || parts.count == 2 && folders.contains(String(parts[0]))
  }

  /// The lines of `source`; nil if the server names no model that amm can load.
  mutating func readModel() -> ImportedText? {
    var text = ImportedText()
    if let repository {
      guard !server.isOpen(repository) else { return leaveOut(repository) }
      let parts = repository.value.split(separator: ":", maxSplits: 1).map(String.init)
      text.add("source:", at: repository.range)
      text.add("  type: huggingface", at: repository.range)
      text.add("  model_id: " + ImportedText.scalar(parts.first ?? ""), at: repository.range)
      return text
    }
    guard
      let model = model ?? server.pulled.first.map({ runtime.pullsModels ? $0 : nil }) ?? nil,
      !model.value.isEmpty
    else { return nil }
    guard !server.isOpen(model) else { return leaveOut(model) }
    text.add("source:", at: model.range)
    let path = absolute(isRelativePath(model.value) ? "./" + model.value : model.value)
    guard !WindowsPath.begins(model.value.utf8[...]) else {
      tellWindows(model)
      isLeftOut = true
      return nil
    }
    if path.hasPrefix("."), !server.isContainer {
      return leaveOut(model, "the folder to which the model's path is relative is not known")
    }
    if ["/", "./", "~", "../"].contains(where: path.hasPrefix) {
      guard server.insideOf == nil else {
        return leaveOut(model, "it is in a container, whose folders the command does not show")
      }
      guard let found = machinePath(of: path) else {
        return leaveOut(model, "no mounted folder of this machine has the model's files")
      }
      // The folder that has the file is not known.
      guard !found.contains("$") else { return leaveOut(Located(found, model.range)) }
      if let snapshot = HubSnapshot(found), !words.modelIsPath {
        self.snapshot = snapshot
        fates.append(
          Fate(key: model, kind: .changed, reason: "it is in the hub's cache, under its name"))
        text.add("  type: huggingface", at: model.range)
        text.add("  model_id: " + ImportedText.scalar(snapshot.repository), at: model.range)
        text.add("  revision: " + ImportedText.quoted(snapshot.commit), at: model.range)
        return text
      }
      text.add("  type: local", at: model.range)
      text.add("  path: " + ImportedText.scalar(found), at: model.range)
      return text
    }
    guard runtime.pullsModels || !model.value.contains(":") else {
      return leaveOut(model, "a profile of '\(runtime.name)' names no file of a GGUF repository")
    }
    text.add("  type: " + (runtime.pullsModels ? "ollama" : "huggingface"), at: model.range)
    text.add("  model_id: " + ImportedText.scalar(model.value), at: model.range)
    if let revision, !server.isOpen(revision) {
      text.add("  revision: " + ImportedText.quoted(revision.value), at: revision.range)
    }
    return text
  }

  /// Whether words of the command are known only when the server starts, of which one may be the model.
  var hasOpenWords: Bool {
    server.command.contains(where: server.isOpen)
      || server.fates.contains { $0.kind == .unknown && $0.key.value.hasPrefix("$") }
  }

  /// Records that a server cannot be imported, with the reason.
  private mutating func leaveOut(_ model: Located<String>, _ reason: String) -> ImportedText? {
    fates.append(Fate(key: model, kind: .unknown, reason: reason))
    isLeftOut = true
    return nil
  }

  /// Records that a server cannot be imported, because its model is known only when it starts.
  private mutating func leaveOut(_ model: Located<String>) -> ImportedText? {
    tellOpen(Located("the model", model.range), model)
    isLeftOut = true
    return nil
  }

  /// The lines of `source` for judging the other settings of a server that names no model.
  var placeholder: ImportedText {
    var text = ImportedText()
    text.add("source:", at: server.name.range)
    text.add(
      "  type: \(runtime.pullsModels ? "ollama" : "huggingface")",
      at: server.name.range)
    text.add(
      "  model_id: \(runtime.pullsModels ? "llama3.2" : "org/model")",
      at: server.name.range)
    return text
  }

  /// The names of the profile and of the instance's model: servers that take the model's name from the
  /// profile need no other for the same one.
  private var ownNames: (profile: String, served: [Located<String>]) {
    guard words.isNamedByProfile, let last = servedNames.last else { return (name, servedNames) }
    var names = servedNames
    if let first = server.profileName, first.value != last.value { names = [first, last] }
    guard let first = names.first, Self.isName(first.value) else { return (name, servedNames) }
    return (first.value, Array(names.dropFirst()))
  }

  /// Whether a text can be the name of a profile.
  private static func isName(_ text: String) -> Bool {
    let first = text.utf8.first ?? 0
    return text.utf8.count <= 63 && first.isASCIIAlphanumeric
      && text.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
  }

  /// Whether an option resembles one that names the model, which its finding shows.
  private func isMisspelt(_ option: String) -> Bool {
    guard option.hasPrefix("-"), let meant = table?.catalogue.vocabulary.nearest(to: option)
    else { return false }
    return words.models.contains(meant) || words.repositories.contains(meant)
  }

  /// Returns the profile; if the server names no model, with a finding and any model.
  mutating func profile(from origin: String) -> ImportedText {
    let named = readModel()
    tellPlaceholders()
    tellNewModel()
    tellEmbedding()
    // An option and its value in one word are told as an unknown option.
    // Real commands have far fewer options.
    let isTold = arguments.prefix(1000).contains { word in
      words.models.contains { word.value.hasPrefix($0 + " ") } || isMisspelt(word.value)
    }
    // Ollama loads a model when a request names it.
    let isNormal = findsModels || runtime.pullsModels
    if named == nil, hasOpenWords { isLeftOut = true }
    let ofModel = words.models.union(words.repositories).filter { !$0.hasPrefix("-") }
    if named == nil, !isNormal, !ofModel.isEmpty, hidesVariable(of: ofModel) {
      isLeftOut = true
      fates.append(
        Fate(
          key: Located("the model", server.variableFiles.first?.range ?? server.name.range),
          kind: .unknown, reason: "a variable whose value the file does not show may name its model"
        ))
    }
    if named == nil, !isLeftOut, !isNormal, !isTold {
      tell(
        ImportRules.model, server.name.range,
        "'\(server.name.value.abbreviatedName)' names no model, so it has no profile",
        help: "write one with 'amm add ORG/NAME'")
    }
    for other in server.pulled.dropFirst() where runtime.pullsModels {
      guard !server.isOpen(other) else {
        tellOpen(other, other)
        continue
      }
      fates.append(
        Fate(
          key: other, kind: .dropped,
          reason: "'amm add ollama:\(other.value.abbreviatedName)' writes its profile; see 'models'"
        ))
    }
    hasModel = named != nil
    let modelLines = named ?? placeholder
    var text = ImportedText()
    text.add("# \(Import.mark(of: origin))")
    let own = ownNames
    text.add("name: " + ImportedText.scalar(own.profile), at: server.name.range)
    servedNames = own.served
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
    if let image = server.image, !server.isOpen(image) {
      text.add(
        "  image: " + ImportedText.quoted(Self.qualified(image.value)), at: image.range)
    } else if let image = server.image {
      fates.removeAll { $0.key.value == "image" && $0.kind == .carried }
      tellOpen(Located("image", image.range), image)
    }
    if let entrypoint = recognised.entrypoint, let first = entrypoint.first {
      let words = entrypoint.count == 1 ? first : JSON.line(.list(entrypoint.map { .text($0) }))
      text.add(
        "  entrypoint: " + ImportedText.quoted(words),
        at: server.command.first?.range ?? server.name.range)
    }
    addOptions(to: &text)
    if !arguments.isEmpty {
      text.add("")
      text.add("arguments:")
      for word in arguments { text.add("  - " + ImportedText.quoted(word.value), at: word.range) }
    }
    let variables = environment.filter { !Checks.isUnsafeVariable($0.name.value) }
    if !variables.isEmpty {
      text.add("")
      text.add("environment:")
      for (name, value) in variables {
        text.add(
          "  \(ImportedText.scalar(name.value)): " + ImportedText.quoted(value), at: name.range)
      }
    }
    return text
  }

  func addOptions(to text: inout ImportedText) {
    var lines = options
    if words.namesInSection, !servedNames.isEmpty {
      let names = servedNames.map { ImportedText.scalar($0.value) }
      let isList = names.count > 1
      lines.append(
        (
          "served_model_name",
          isList ? "[" + names.joined(separator: ", ") + "]" : names[0], servedNames[0].range
        ))
    }
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
