package import Deployments
package import Diagnostics
package import Locks
package import Models
import Schema
package import YAML

/// Rules about sections of a profile that contradict each other.
package enum ProfileRules {
  static let foreignSection = Rule(
    "foreign-section", "The section belongs to another runtime.",
    Explanation(
      """
      The settings of one server have no meaning for another. They would be dropped, although the \
      profile looks as if they took effect.
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
    "unsupported-source", "The runtime cannot load models from the source.",
    Explanation(
      """
      Each server can load models only from certain sources. It would look for the name on the wrong \
      hub and stop.
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
    "source-fields", "The fields of the source do not match its type.",
    Explanation(
      """
      A field of another source type would be dropped, and without the fields for its type the \
      model has no name. The server would load a different model than expected, or none.
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

  /// All rules of this file, for the reference.
  package static let all = [foreignSection, unsupportedSource, sourceFields]
}

extension Profile {
  /// Reads the profile in a file and reports every problem in it.
  ///
  /// - Parameters:
  ///   - lock: The locked facts about models on a hub; nil if the workspace has no lock.
  ///   - known: Returns the facts from a local model's files; nil if there are none.
  package static func read(
    _ source: SourceFile, lock: ModelLock? = nil,
    known: (HostPath) -> ModelFacts? = { _ in nil }
  ) -> Outcome<Profile> {
    Composer.compose(source).then { read($0, from: source, lock: lock, known: known) }
  }

  /// Reads a profile from a YAML tree.
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
      // The runtime is not known, but a mistake in any runtime's section is still a mistake.
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
    let options = section?.options ?? Runtimes.noOptions(of: runtime)
    let locked = lock.flatMap { lock in
      ModelName(model, runtime.pick(of: options)).flatMap { lock.models[$0] }
    }
    var files: FileFacts?
    if case .local(let path) = model {
      files = known(path.value).map { FileFacts($0, path.range) }
    } else {
      files = locked?.facts.map { facts in
        var facts = facts
        facts.missingFiles = [locked?.missingPart].compactMap { $0 }
        return FileFacts(facts, model.range)
      }
      // Public facts about the model. They do not describe other files of the same model.
      if locked == nil, let known = PublicModel.named(model.text), !known.isOfOtherFiles {
        files = FileFacts(known.facts, model.range)
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

extension Runtimes {
  /// Returns the options of a profile without a section for its runtime; all such profiles share
  /// them.
  fileprivate static func noOptions(of runtime: any Runtime.Type) -> AnyOptions {
    guard let options = noOptions[runtime.name] else {
      preconditionFailure("'\(runtime.name)' is not in the list of runtimes")
    }
    return options
  }

  private static let noOptions = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0.noOptions) })
}

extension Runtime {
  fileprivate static var noOptions: AnyOptions { RuntimeOptions(Options()) }
}

extension ModelSource {
  /// Returns the same model, at the commit that the lock has for it.
  fileprivate func pinned(by locked: LockedModel?) -> ModelSource {
    guard let locked, case .huggingFace(let id, let revision) = self else { return self }
    return .huggingFace(id, revision: Located(locked.commit, revision?.range ?? id.range))
  }

  /// The place where the model is named.
  package var range: SourceRange {
    switch self {
    case .huggingFace(let id, _): id.range
    case .ollama(let name): name.range
    case .local(let path): path.range
    }
  }

  /// Reads the model from a section; nil if a field is missing or wrong, which is reported.
  fileprivate init?(_ section: Located<SourceSection>, _ collector: DiagnosticCollector) {
    guard let kind = section.value.kind else { return nil }
    let source = section.value
    func refuse(_ range: SourceRange?, _ key: String, _ reason: String) {
      guard let range else { return }
      collector.emit(
        ProfileRules.sourceFields, range,
        "'source.\(key)' is not allowed with 'type: \(kind.value.rawValue)': \(reason)",
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
          "a model on the Hugging Face hub must be named 'organisation/model', found '\(id.value)'",
          help: Self.help(for: id.value))
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
      refuse(source.revision?.range, "revision", "a local file has no revision")
      guard let path = source.path else {
        missing("path")
        return nil
      }
      self = .local(path)
    }
  }
}

extension Profile {
  /// The model's name in a lock; nil for a local model and for a name that a lock cannot hold.
  package var lockName: ModelName? { ModelName(named, runtime.value.pick(of: options)) }
}

extension ModelName {
  /// Creates the name that a lock has for a profile's model; nil for a local model and for a name
  /// that a lock cannot hold.
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
