import Deployments
import Diagnostics
import Host
import Locks
import Models
import Profiles
import Text
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
    /// Whether the hub is asked where nothing of the model is on this machine.
    package var asksHub = true

    package init(source: String) { self.source = source }

    /// Whether more than the model is asked for.
    var isSpecific: Bool { runtime != nil || context != nil }
  }

  /// Its path below `profiles/`, without its ending.
  package let id: String
  /// The file that it is, or is to be.
  package let path: String
  /// The file's text.
  package let text: String
  /// What does not fit the machine; nil where all does, or nothing is known of it.
  package let warning: String?
  /// Why the hub did not say what the model is; nil where it did, or was not asked.
  let failure: Fetcher.Failure?
  /// What a lock calls its model; nil for one of this machine.
  let lockName: ModelName?
  /// What it serves, as ``ModelSource/text`` has it.
  let model: String
  /// Where the model was read; nil where its files are not on this machine.
  package let origin: String?
  private let workspace: WorkspaceFolder

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
    var found = try ModelFinder(machine: workspace.machine)
      .find(address, quantization: request.quantization)
    found.wantsGGUF = request.runtime == RuntimeChoice.ofGGUF.runtime.name
    // What is locked need not be asked for.
    if found.facts == nil, let name = found.lockName,
      let model = workspace.modelLock.value?.models[name]
    {
      found.take(model)
    }
    failure =
      found.facts == nil && request.asksHub
      ? try Self.ask(of: &found, on: workspace.machine) : nil
    let choice = try Self.runtime(request.runtime, for: found)
    let runtime = choice.runtime
    if found.isGGUF, !["llama-cpp", "ollama"].contains(runtime.name) {
      throw OperationError(
        .usage, "'\(runtime.name)' loads no GGUF files",
        help: "leave '--runtime' out: llama.cpp serves them")
    }
    let name = try Self.name(request.name, for: found)
    guard Self.isFileName(name) else {
      throw OperationError(
        .usage, "'\(name)' cannot be a profile's name",
        help: "letters, digits, '.', '-' and '_' can, at most 63, the first a letter or digit")
    }
    let category = request.category ?? Self.category(of: found, for: runtime, name)
    let folders = category.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard folders.count <= 8, folders.allSatisfy(Self.isFileName) else {
      throw OperationError(.usage, "'\(category)' cannot be a category")
    }
    id = "\(category)/\(name)"
    let relative = WorkspaceFolder.path(ofProfile: id)
    path = workspace.file(relative)
    self.workspace = workspace
    var draft = ProfileDraft(
      found: found, choice: choice, name: name, category: category,
      askedContext: request.context,
      command: request.source.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        ? "amm add \(request.source)" : "amm add")
    let cards = try Self.cards(of: request.instance, in: workspace)
    draft.gpuMemory =
      runtime.spreadsModels
      ? FoundModel.sum(cards.map(\.memory)) : cards.map(\.memory).min()
    // Without a path that would be read again, and that a release may not load.
    let first = Profile.read(SourceFile(path: path, text: draft.text)).value
    if let first, let facts = found.plannedFacts, let limit = draft.longest {
      draft.plan = LargestContext(
        of: first, PlannedModel(facts: facts, gpus: cards.map(\.gpu)), atMost: limit)
    }
    // Some servers leave a part of each GPU alone.
    if let share = first.flatMap({ runtime.gpuShare(of: $0) }), (0...1).contains(share) {
      draft.gpuMemory = draft.gpuMemory.map { Int(Double($0) * share) }
    }
    text = SchemaFile.profile.comment(at: relative) + draft.text
    warning = draft.warning
    origin = found.origin
    let outcome = Profile.read(SourceFile(path: path, text: text), known: LocalModel.known)
    guard let profile = outcome.value, !outcome.diagnostics.hasErrors else {
      workspace.machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    }
    model = profile.model.text
    lockName = profile.lockName
    if !outcome.diagnostics.isEmpty { workspace.machine.tell(.diagnostics(outcome.diagnostics)) }
  }

  /// Writes the file; one that is there is not overwritten.
  package func write() throws {
    try workspace.addProfile(text, as: id, otherwise: "name another one with '--as'")
  }

  // MARK: The hub

  /// Asks the hub, or Ollama's registry, for what is not on this machine.
  ///
  /// - Throws: Where there is no such model. Without network the profile is written as far as that goes.
  /// - Returns: Why it did not answer; nil where it did.
  private static func ask(
    of found: inout FoundModel, on machine: Machine
  ) throws -> Fetcher.Failure? {
    guard let name = found.lockName, !machine.isOffline else { return nil }
    var answer: Result<ModelLock, Fetcher.Failure>?
    do throws(HostError) {
      let fetcher = try Fetcher(machine)
      try fetcher.describe([name.key]) { answer = $1 }
    } catch {
      machine.tell(.note("the hub is not asked: \(error.message)"))
    }
    switch answer {
    case .success(let lock):
      guard let model = lock.models[name] else { break }
      found.take(model)
      if model.facts == nil {
        machine.tell(
          .warning(
            "its repository has no 'config.json' that says what it is",
            help: "look whether the server knows models of this kind"))
      }
    case .failure(let failure) where failure.kind == "missing":
      throw OperationError(.invalid, failure.message, help: failure.help)
    case .failure(let failure):
      if failure.kind == "gated" { found.isGated = true }
      machine.tell(
        .warning("what the model is could not be read: \(failure.message)", help: failure.help))
      return failure
    case nil: break
    }
    return nil
  }

  // MARK: Choices

  private static func runtime(
    _ named: String?, for found: FoundModel
  ) throws(OperationError) -> RuntimeChoice {
    guard let named else { return found.choice }
    let fitting = Runtimes.all.filter { $0.sources.contains(found.kind) && !$0.needsImage }
    if let runtime = fitting.first(where: { $0.name == named }) {
      return RuntimeChoice(named: runtime)
    }
    let names = fitting.map { $0.name }
    throw OperationError(
      .usage, "no runtime '\(named)' serves models from \(found.kind.rawValue)",
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

  /// Whether a text is one that a profile's file, and a folder of them, may be called.
  private static func isFileName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isASCIIAlphanumeric, text.utf8.count <= 63 else {
      return false
    }
    return !text.contains("..")
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || [0x2D, 0x2E, 0x5F].contains($0) }
  }

  private static func category(
    of found: FoundModel, for runtime: any Runtime.Type, _ name: String
  ) -> String {
    if found.task != .writes || !runtime.writesText { return "embedding" }
    if name.contains("cod") { return "coding" }
    return ["r1", "qwq", "reason", "think"].contains(where: name.contains) ? "reasoning" : "chat"
  }

  /// An instance's GPUs, as `host.gpus` describes them.
  private static func cards(
    of instance: String?, in workspace: WorkspaceFolder
  ) throws -> [HostCard] {
    let names = try workspace.instanceNames
    if let instance, !names.contains(instance) {
      throw OperationError(
        .usage, "there is no instance '\(instance)'",
        help: Suggestion.help(
          for: instance, among: names, otherwise: "there are \(Phrase.allOf(names))"))
    }
    let file = "instances.yaml"
    guard let content = try workspace.read(file, limit: Composer.Limits.bytes) else { return [] }
    let source = SourceFile(path: workspace.file(file), bytes: content.bytes)
    return Composer.compose(source).value.map {
      Workspace.cards($0, from: source, of: instance)
    } ?? []
  }
}

extension FoundModel {
  fileprivate var kind: SourceSection.Kind {
    switch source {
    case .huggingFace: .huggingface
    case .ollama: .ollama
    case .local: .local
    }
  }

  /// What it does with a text, by its files, or by its name where there are none.
  fileprivate var task: ModelFacts.Task {
    if let facts { return facts.task }
    guard case .huggingFace(let id, _, _, _) = source else { return .writes }
    let name = id.lowercased().split(separator: "/").last.map(String.init) ?? ""
    if name.contains("rerank") { return .ranks }
    let embeds =
      ["bge-", "gte-", "e5-"].contains(where: name.hasPrefix)
      || ["embed", "-e5-"].contains(where: name.contains)
    return embeds ? .embeds : .writes
  }

  fileprivate var choice: RuntimeChoice {
    if isGGUF { return .ofGGUF }
    if case .ollama = source { return .ofOllama }
    return .ofHub(task, architecture: facts?.architecture)
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
    let name63 = letters.drop { !$0.isLetter && !$0.isNumber }.prefix(63)
    return String(name63).replacing("..", with: ".")
  }
}
