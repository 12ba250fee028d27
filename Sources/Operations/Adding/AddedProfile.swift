import Deployments
import Diagnostics
import Host
import Models
package import Profiles
import Workspaces
import YAML

/// A profile for a model that a person named.
package struct AddedProfile {
  /// What is to be added.
  package struct Request: Sendable {
    /// As it was typed.
    package let source: String
    /// The runtime's name; nil for one that fits the model.
    package var runtime: String?
    /// Which of several GGUF files.
    package var quantization: String?
    /// Tokens of prompt and answer.
    package var context: Int?
    /// The profile's name; nil for one made from the model's.
    package var name: String?
    /// The folder that it goes to.
    package var category: String?
    /// The instance whose GPUs decide what fits; nil for the first one.
    package var instance: String?

    package init(source: String) { self.source = source }
  }

  /// Its path below `profiles/`, without its ending.
  package let id: String
  /// The file that it is, or is to be.
  package let path: String
  /// The file's text.
  package let text: String
  /// The profile itself.
  package let profile: Profile
  /// What does not fit the machine; nil where all does, or nothing is known of it.
  package let warning: String?
  /// Where the model was read; nil where its files are not on this machine.
  package let origin: String?
  private let workspace: WorkspaceFolder
  private let relative: String

  /// Looks for the model and writes the profile's lines, and no file.
  ///
  /// - Throws: An ``OperationError`` for a source that names nothing, a name that is taken, and lines that
  ///   make no profile.
  package init(_ request: Request, in workspace: WorkspaceFolder) throws {
    let address: ModelAddress
    do {
      address = try ModelAddress(request.source)
    } catch {
      throw OperationError(.usage, "'\(request.source)' \(error.message)", help: error.help)
    }
    let found = try ModelFinder(machine: workspace.machine)
      .find(address, quantization: request.quantization)
    let runtime = try Self.runtime(request.runtime, for: found)
    let name = try Self.name(request.name, for: found)
    let category = request.category ?? Self.category(of: found, name)
    guard category.split(separator: "/").allSatisfy({ !$0.hasPrefix(".") }), !category.isEmpty
    else {
      throw OperationError(.usage, "'\(category)' cannot be a category")
    }
    id = "\(category)/\(name)"
    relative = "profiles/\(id).yaml"
    path = workspace.file(relative)
    self.workspace = workspace
    let draft = ProfileDraft(
      found: found, runtime: runtime, name: name, category: category,
      askedContext: request.context,
      gpuMemory: try Self.memory(for: runtime, of: request.instance, in: workspace),
      command: "amm add \(request.source)")
    text = SchemaFile.profile.comment(at: relative) + draft.text
    warning = draft.warning
    origin = found.origin
    let outcome = Profile.read(SourceFile(path: path, text: text), known: LocalModel.known)
    guard let profile = outcome.value, !outcome.diagnostics.hasErrors else {
      workspace.machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    }
    if !outcome.diagnostics.isEmpty { workspace.machine.tell(.diagnostics(outcome.diagnostics)) }
    self.profile = profile
  }

  /// Writes the file; one that is there is not overwritten.
  package func write() throws {
    let isThere =
      try workspace.kind(of: relative) != nil
      || WorkspaceLoader(workspace).files.contains { $0.id == id }
    guard !isThere else {
      throw OperationError(
        .invalid, "'\(path)' is there already, and is not overwritten",
        help: "name another one with '--as'")
    }
    try workspace.write(text, to: relative)
  }

  // MARK: Choices

  private static func runtime(
    _ named: String?, for found: FoundModel
  ) throws(OperationError) -> any Runtime.Type {
    let kind: SourceSection.Kind
    switch found.source {
    case .huggingFace: kind = .huggingface
    case .ollama: kind = .ollama
    case .local: kind = .local
    }
    let fitting = Runtimes.all.filter { $0.sources.contains(kind) && !$0.needsImage }
    guard let named else {
      let name = found.runtimeName
      return fitting.first { $0.name == name } ?? fitting[0]
    }
    if let runtime = fitting.first(where: { $0.name == named }) { return runtime }
    let names = fitting.map { $0.name }
    throw OperationError(
      .usage, "no runtime '\(named)' serves models from \(kind.rawValue)",
      help: Suggestion.help(
        for: named, among: names, otherwise: "those that do are \(Phrase.allOf(names))"))
  }

  private static func name(
    _ asked: String?, for found: FoundModel
  ) throws(OperationError) -> String {
    if let asked { return asked }
    let name = found.plainName
    guard !name.isEmpty else {
      throw OperationError(.usage, "no name follows from the source", help: "give one with '--as'")
    }
    return name
  }

  private static func category(of found: FoundModel, _ name: String) -> String {
    if found.facts.map({ $0.task != .writes }) ?? false { return "embedding" }
    if name.contains("cod") { return "coding" }
    return ["r1", "qwq", "reason", "think"].contains(where: name.contains) ? "reasoning" : "chat"
  }

  /// Bytes that a server of a runtime can use of an instance's GPUs, as `host.gpus` describes them.
  private static func memory(
    for runtime: any Runtime.Type, of instance: String?, in workspace: WorkspaceFolder
  ) throws -> Int? {
    let names = try workspace.instanceNames
    if let instance, !names.contains(instance) {
      throw OperationError(
        .usage, "there is no instance '\(instance)'",
        help: Suggestion.help(
          for: instance, among: names, otherwise: "there are \(Phrase.allOf(names))"))
    }
    guard let loaded = try WorkspaceLoader(workspace).load().value,
      let one = instance.flatMap(loaded.instance(named:)) ?? loaded.instances.first
    else { return nil }
    let cards = loaded.gpuMemory(of: one)
    // Without settings of their own, llama.cpp and Ollama use all cards, the others one.
    let usesAll = ["llama-cpp", "ollama"].contains(runtime.name)
    return usesAll ? (cards.isEmpty ? nil : cards.reduce(0, +)) : cards.min()
  }
}

extension FoundModel {
  fileprivate var runtimeName: String {
    switch source {
    case .ollama: "ollama"
    case .local where facts?.format == .gguf: "llama-cpp"
    case .huggingFace(let id, _, let quantization, let file)
    where quantization != nil || file?.hasSuffix(".gguf") == true
      || id.lowercased().hasSuffix("gguf"):
      "llama-cpp"
    default: facts.map { $0.task != .writes } ?? false ? "tei" : "vllm"
    }
  }

  /// The model's own name in letters that names of profiles have: at most 63, in lower case.
  fileprivate var plainName: String {
    let whole: String
    switch source {
    case .huggingFace(let id, _, _, _): whole = String(id.split(separator: "/").last ?? "")
    case .ollama(let name):
      whole = String(name.split(separator: "/").last ?? "").replacing(":", with: "-")
    case .local(let path): whole = path.lastPart
    }
    var name = whole.lowercased()
    for ending in [".gguf", "-gguf"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    if case .local(let path) = source, SplitFile(path) != nil { name.removeLast(15) }
    let letters = name.unicodeScalars.map { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(Character(scalar))
          || ".-_".unicodeScalars.contains(scalar))
        ? Character(scalar) : "-"
    }
    return String(letters.drop { !$0.isLetter && !$0.isNumber }.prefix(63))
  }
}
