import Deployments
import Diagnostics
import Host
import Locks
import Models
import Profiles
import Text
import Workspaces
import YAML

/// A profile for a model that the user names.
package struct AddedProfile {
  /// The options of 'amm add'.
  package struct Request: Sendable {
    /// The source as it was typed.
    package let source: String
    /// The runtime's name; nil to choose one that fits the model.
    package var runtime: String?
    /// The quantization, for a repository with several GGUF files.
    package var quantization: String?
    /// The context in tokens, for prompt and answer.
    package var context: Int?
    /// The profile's name; nil to derive it from the model's name.
    package var name: String?
    /// The folder for the profile.
    package var category: String?
    /// The instance whose GPUs determine what fits; nil for the first one.
    package var instance: String?
    /// Whether to query the hub for a model that is not on this machine.
    package var asksHub = true

    package init(source: String) { self.source = source }

    /// Whether the request sets more than the model.
    var isSpecific: Bool { runtime != nil || context != nil }
  }

  /// The path below `profiles/`, without the file extension.
  package let id: String
  /// The path of the existing or new file.
  package let path: String
  /// The file's text.
  package let text: String
  /// A warning that the model does not fit the machine; nil if it fits or nothing is known.
  package let warning: String?
  /// Why the hub did not describe the model; nil if it did or was not queried.
  let failure: Fetcher.Failure?
  /// The model's name in a lock; nil for a model of this machine.
  let lockName: ModelName?
  /// The model it serves, in the form of ``ModelSource/text``.
  let model: String
  /// Where the model's facts were read; nil if its files are not on this machine.
  package let origin: String?
  private let workspace: WorkspaceFolder

  /// Finds the model and creates the profile's text, without writing a file.
  ///
  /// - Throws: An ``OperationError`` if the source does not exist, the name is taken, or the result
  ///   is not a valid profile.
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
    // A locked model need not be queried.
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
        .usage, "'\(runtime.name)' does not load GGUF files",
        help: "omit '--runtime': llama.cpp serves them")
    }
    let name = try Self.name(request.name, for: found)
    guard Self.isFileName(name) else {
      throw OperationError(
        .usage, "'\(name)' is not a valid profile name",
        help: "use up to 63 letters, digits, '.', '-' and '_', starting with a letter or digit")
    }
    let category = request.category ?? Self.category(of: found, for: runtime, name)
    let folders = category.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard folders.count <= 8, folders.allSatisfy(Self.isFileName) else {
      throw OperationError(.usage, "'\(category)' is not a valid category")
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
    // Does not pass 'known': a path would be read again, and a version may not load the model.
    let first = Profile.read(SourceFile(path: path, text: draft.text)).value
    if let first, let facts = found.plannedFacts, let limit = draft.longest {
      draft.plan = LargestContext(
        of: first, PlannedModel(facts: facts, gpus: cards.map(\.gpu)), atMost: limit)
    }
    // Some servers use only a share of each GPU.
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

  /// Writes the file; an existing file is not overwritten.
  package func write() throws {
    try workspace.addProfile(text, as: id, otherwise: "choose another name with '--as'")
  }

  // MARK: The hub

  /// Queries the hub, or Ollama's registry, for a model that is not on this machine.
  ///
  /// - Throws: If there is no such model. Without a network, the profile is written with what is
  ///   known.
  /// - Returns: Why it did not answer; nil if it did.
  private static func ask(
    of found: inout FoundModel, on machine: Machine
  ) throws -> Fetcher.Failure? {
    guard let name = found.lockName, !machine.isOffline else { return nil }
    var answer: Result<ModelLock, Fetcher.Failure>?
    do throws(HostError) {
      let fetcher = try Fetcher(machine)
      try fetcher.describe([name.key]) { answer = $1 }
    } catch {
      machine.tell(.note("the hub is not queried: \(error.message)"))
    }
    switch answer {
    case .success(let lock):
      guard let model = lock.models[name] else { break }
      found.take(model)
      if model.facts == nil {
        machine.tell(
          .warning(
            "its repository has no 'config.json' that describes the model",
            help: "check whether the server supports models of this kind"))
      }
    case .failure(let failure) where failure.kind == "missing":
      throw OperationError(.invalid, failure.message, help: failure.help)
    case .failure(let failure):
      if failure.kind == "gated" { found.isGated = true }
      machine.tell(
        .warning("cannot read the model's details: \(failure.message)", help: failure.help))
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
    let place =
      switch found.kind {
      case .huggingface: "the Hugging Face hub"
      case .ollama: "Ollama's registry"
      case .local: "this machine"
      }
    throw OperationError(
      .invalid, "no runtime '\(named)' can load models of \(place)",
      help: Suggestion.help(
        for: named, among: names, otherwise: "the runtimes that do are \(Phrase.allOf(names))"))
  }

  private static func name(
    _ asked: String?, for found: FoundModel
  ) throws(OperationError) -> String {
    if let asked { return asked }
    let name = found.plainName
    guard !name.isEmpty else {
      throw OperationError(
        .usage, "cannot derive a name from the source", help: "set one with '--as'")
    }
    return name
  }

  /// Returns whether a text is valid as the name of a profile's file or of its folder.
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

  /// Returns an instance's GPUs as described in `host.gpus`.
  private static func cards(
    of instance: String?, in workspace: WorkspaceFolder
  ) throws -> [HostCard] {
    let names = try workspace.instanceNames
    if let instance, !names.contains(instance) {
      throw OperationError(
        .invalid, "there is no instance '\(instance)'",
        help: Suggestion.help(
          for: instance, among: names, otherwise: "the instances are \(Phrase.allOf(names))"))
    }
    let file = "instances.yaml"
    guard let content = try workspace.read(file, limit: Composer.InstanceLimits.bytes) else {
      return []
    }
    let source = SourceFile(path: workspace.file(file), bytes: content.bytes)
    return Composer.compose(instances: source).value.map {
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

  /// The model's task, determined from its files, or from its name if there are none.
  fileprivate var task: ModelFacts.Task {
    if let facts { return facts.task }
    guard case .huggingFace(let id, _, _, _) = source else { return .writes }
    return ModelNames.ranks(id) ? .ranks : ModelNames.embeds(id) ? .embeds : .writes
  }

  fileprivate var choice: RuntimeChoice {
    if isGGUF { return .ofGGUF }
    if case .ollama = source { return .ofOllama }
    return .ofHub(task, architecture: facts?.architecture)
  }

  /// The model's name in characters that are valid in a profile's name: at most 63, in lower case.
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
