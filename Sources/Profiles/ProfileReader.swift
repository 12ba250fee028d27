package import Deployments
package import Diagnostics
package import Locks
package import Models
import Schema
package import YAML

/// What can be wrong between a profile's sections.
package enum ProfileRules {
  static let foreignSection = Rule(
    "foreign-section", "A runtime's own section stands in profiles of that runtime.",
    Explanation(
      """
      The settings of one server mean nothing to another. They would be dropped, although the \
      profile looks as if they counted.
      """,
      wrong: """
        container:
          runtime: tgi
        llama_cpp:
          n_gpu_layers: 20
        """,
      right: """
        container:
          runtime: llama-cpp
        llama_cpp:
          n_gpu_layers: 20
        """))
  static let unsupportedSource = Rule(
    "unsupported-source", "The runtime can load models from the source.",
    Explanation(
      """
      Each server can fetch models from some places only. It would stop at a name that it takes \
      for one of another hub.
      """,
      wrong: """
        source:
          type: ollama
          model_id: llama3.2:3b
        container:
          runtime: tgi
        """,
      right: """
        source:
          type: ollama
          model_id: llama3.2:3b
        container:
          runtime: ollama
        """))
  static let sourceFields = Rule(
    "source-fields", "A source has the fields of its type, and no others.",
    Explanation(
      """
      A field of another type of source would be dropped, and without its own the model has no \
      name. The server would fetch another model than the profile seems to ask for, or none.
      """,
      wrong: """
        source:
          type: huggingface
          model_id: llama3.2:3b
        """,
      right: """
        source:
          type: huggingface
          model_id: meta-llama/Llama-3.2-3B-Instruct
        """))

  /// Every rule of this file, for the reference.
  package static let all = [foreignSection, unsupportedSource, sourceFields]
}

extension Profile {
  /// A file's profile, with everything that is wrong with it.
  ///
  /// - Parameters:
  ///   - lock: What models that are not on this machine are known by; nil where the workspace has none.
  ///   - known: What the files of a model on this machine say of it; nil where there are none.
  package static func read(
    _ source: SourceFile, lock: ModelLock? = nil,
    known: (HostPath) -> ModelFacts? = { _ in nil }
  ) -> Outcome<Profile> {
    Composer.compose(source).then { read($0, from: source, lock: lock, known: known) }
  }

  /// The profile that a tree means.
  package static func read(
    _ node: Node, from source: SourceFile, lock: ModelLock? = nil,
    known: (HostPath) -> ModelFacts? = { _ in nil }
  ) -> Outcome<Profile> {
    let collector = DiagnosticCollector(source)
    guard let document = ProfileDocument.read(node, collector),
      let profile = Profile(document, collector, lock, known)
    else {
      collector.refuseSecrets()
      return Outcome(nil, collector.diagnostics)
    }
    Check.run(Checks.all, on: profile, collector)
    Check.run(profile.runtime.value.checks, on: profile, collector)
    collector.refuseSecrets()
    return Outcome(profile, collector.diagnostics)
  }

  private convenience init?(
    _ written: ProfileDocument, _ collector: DiagnosticCollector, _ lock: ModelLock?,
    _ known: (HostPath) -> ModelFacts?
  ) {
    var document = written
    let source = document.source
    let model = source.flatMap { ModelSource($0, collector) }
    guard let container = document.container?.value, let word = container.runtime,
      let runtime = Runtimes.named(word.value)
    else {
      // Whose it will be is not known; what is wrong in any of them is wrong all the same.
      for section in document.runtimeSections {
        Runtimes.named(section.runtime)?.readSection(of: &document, collector)
      }
      return nil
    }
    runtime.readSection(of: &document, collector)
    for section in document.runtimeSections where section.runtime != runtime.name {
      collector.emit(
        ProfileRules.foreignSection, section.range,
        "this section belongs to the runtime '\(section.runtime)'",
        help: "remove it, or change 'container.runtime'",
        notes: [collector.note(word.range, "the profile's runtime is '\(runtime.name)'")])
    }
    if let kind = source?.value.kind, !runtime.sources.contains(kind.value) {
      collector.emit(
        ProfileRules.unsupportedSource, kind.range,
        "'\(runtime.name)' cannot load a model from '\(kind.value.rawValue)'",
        help: "it loads from \(Phrase.allOf(runtime.sources.map(\.rawValue)))",
        notes: [collector.note(word.range, "the runtime is chosen here")])
    }
    guard let name = document.name, let model else { return nil }
    let section = document.runtimeSections.first { $0.runtime == runtime.name }
    let options = section?.options ?? runtime.noOptions
    let locked = lock.flatMap { lock in
      ModelName(model, runtime.pick(of: options)).flatMap { lock.models[$0] }
    }
    var files: Located<ModelFacts>?
    if case .local(let path) = model {
      files = known(path.value).map { Located($0, path.range) }
    } else {
      files = locked?.facts.map { facts in
        var facts = facts
        facts.missingFiles = [locked?.missingPart].compactMap { $0 }
        return Located(facts, model.range)
      }
      // What everybody knows of it; other files of the same model say other things of themselves.
      if locked == nil, let known = PublicModel.named(model.text), !known.isOfOtherFiles {
        files = Located(known.facts, model.range)
      }
    }
    var facts = document.model
    if let files { facts.add(files.value, at: files.range) }
    self.init(
      source: collector.source, name: name,
      model: runtime.loadsRevisions ? model.pinned(by: locked) : model,
      runtime: Located(runtime, word.range), options: options,
      settings: Settings(document, section, of: runtime), document: document, facts: facts,
      files: files, named: model, locked: locked)
  }
}

extension Runtime {
  fileprivate static var noOptions: AnyOptions { RuntimeOptions(Options()) }
}

extension ModelSource {
  /// The same model at the commit that is locked for it.
  fileprivate func pinned(by locked: LockedModel?) -> ModelSource {
    guard let locked, case .huggingFace(let id, let revision) = self else { return self }
    return .huggingFace(id, revision: Located(locked.commit, revision?.range ?? id.range))
  }

  /// Where it is named.
  package var range: SourceRange {
    switch self {
    case .huggingFace(let id, _): id.range
    case .ollama(let name): name.range
    case .local(let path): path.range
    }
  }

  /// The model that a section names, or nil after saying what it lacks.
  fileprivate init?(_ section: Located<SourceSection>, _ collector: DiagnosticCollector) {
    guard let kind = section.value.kind else { return nil }
    let source = section.value
    func refuse(_ range: SourceRange?, _ key: String, _ reason: String) {
      guard let range else { return }
      collector.emit(
        ProfileRules.sourceFields, range,
        "'source.\(key)' does not go with 'type: \(kind.value.rawValue)': \(reason)",
        help: "remove the line")
    }
    func missing(_ key: String) {
      guard !collector.hasErrors(in: section.range) else { return }
      collector.emit(
        ProfileRules.sourceFields, kind.range,
        "'type: \(kind.value.rawValue)' needs 'source.\(key)'")
    }
    switch kind.value {
    case .huggingface:
      refuse(source.path?.range, "path", "the model is on the hub")
      guard let id = source.modelID else {
        missing("model_id")
        return nil
      }
      let name = id.value.utf8
      guard name.count(where: { $0 == UInt8(ascii: "/") }) <= 1,
        name.last != UInt8(ascii: "/"), !name.contains(UInt8(ascii: ":"))
      else {
        collector.emit(
          ProfileRules.sourceFields, id.range,
          "a model on the Hugging Face hub is 'organisation/model', found '\(id.value)'",
          help: "for a model of Ollama's library write 'type: ollama'")
        return nil
      }
      self = .huggingFace(id, revision: source.revision)
    case .ollama:
      refuse(source.path?.range, "path", "the model is in a registry")
      refuse(source.revision?.range, "revision", "the tag in 'model_id' names the version")
      guard let id = source.modelID else {
        missing("model_id")
        return nil
      }
      self = .ollama(id)
    case .local:
      refuse(source.modelID?.range, "model_id", "'path' names the model")
      refuse(source.revision?.range, "revision", "a file has none")
      guard let path = source.path else {
        missing("path")
        return nil
      }
      self = .local(path)
    }
  }
}

extension Profile {
  /// What a lock calls its model; nil for one of this machine, and for what a lock cannot name.
  package var lockName: ModelName? { ModelName(named, runtime.value.pick(of: options)) }
}

extension ModelName {
  /// The name that a lock has for a profile's model; nil for one of this machine, and for what a lock
  /// cannot name.
  fileprivate init?(_ model: ModelSource, _ pick: Pick?) {
    let name: ModelName
    switch model {
    case .huggingFace(let id, let revision):
      name = .hub(id: id.value, revision: revision?.value, pick: pick)
    case .ollama(let text): name = .ollama(text.value)
    case .local: return nil
    }
    guard ModelName(key: name.key) == name else { return nil }
    self = name
  }
}
