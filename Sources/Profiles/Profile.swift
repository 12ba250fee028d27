package import Deployments
package import Diagnostics
package import Locks
package import Models
package import Schema

/// A complete profile: one model and how to serve it.
///
/// This is a class because all checks and plans share the profile and none of them changes it.
package final class Profile: Sendable {
  /// The file that it was read from.
  package let source: SourceFile
  package let name: Located<String>
  /// The model to serve.
  package let model: ModelSource
  /// The runtime that serves it.
  package let runtime: Located<any Runtime.Type>
  package let image: Located<ImageReference>?
  /// The runtime's own options.
  let options: AnyOptions
  /// Its settings, under common names and the runtime's own.
  package let settings: Settings
  /// Everything else, as written.
  package let document: ProfileDocument
  /// The table that its options are checked against; nil if its runtime has none.
  package let table: LauncherTable?
  /// Its arguments, as its launcher parses them; empty if its runtime has no table.
  package let given: [GivenOption]
  /// All options that it sets in any form, by their places in the table.
  let written: [WrittenOption]

  init(
    source: SourceFile, name: Located<String>, model: ModelSource,
    runtime: Located<any Runtime.Type>, options: AnyOptions, settings: Settings,
    document: ProfileDocument, facts: ModelSection, files: FileFacts?,
    named: ModelSource, locked: LockedModel?
  ) {
    found = files.map { FoundFacts(facts, $0) }
    self.named = named
    lockEntry = locked.map(LockEntry.init)
    self.source = source
    self.name = name
    self.model = model
    self.runtime = runtime
    image = document.container?.value.image
    self.options = options
    self.settings = settings
    self.document = document
    let table = LauncherTable(runtime.value, image: document.container?.value.image?.value)
    let arguments = document.arguments?.value ?? []
    given =
      arguments.isEmpty || runtime.value.argumentSyntax == .nothing
      ? [] : table.map { GivenOptions(arguments, runtime.value, $0).options } ?? []
    let environment = document.environment?.value ?? []
    let given = given
    written =
      table.map {
        WrittenOption.all(settings, given, environment, runtime.value, $0.catalogue)
      } ?? []
    self.table = table
  }

  /// Settings that all runtimes share.
  package var parameters: Parameters { document.parameters }
  /// Request limits and batch sizes.
  package var performance: Performance { document.performance }
  /// Resources that the model needs.
  package var resources: Resources { document.resources }
  /// Facts about the model: those in the profile, and otherwise those from the model's files.
  package var facts: ModelSection { found?.facts ?? document.model }
  /// Facts from the model's files, at the place that names them; nil if amm did not read any.
  package var files: FileFacts? { found?.files }
  private let found: FoundFacts?
  /// Returns the text of a note about where a fact comes from.
  ///
  /// - Parameters:
  ///   - range: The place of the fact.
  ///   - text: The text for a fact that the profile itself states.
  func origin(of range: SourceRange, _ text: String) -> String {
    lockEntry != nil && range == model.range ? "the lock has this fact about the model" : text
  }

  /// The model as the profile names it, at its branch, tag or commit.
  let named: ModelSource
  /// The entry of its model in the workspace's lock; nil if there is none.
  package var locked: LockedModel? { lockEntry?.model }
  private let lockEntry: LockEntry?
  /// The text of a note at the model's name about where the facts about its files come from.
  var sourceOfFacts: String {
    lockEntry == nil
      ? "the model is named here" : "the model is named here; the lock describes its files"
  }
  /// The program that is started in the container; nil for the image's own.
  package var entrypoint: Located<PlainText>? { document.container?.value.entrypoint }
  /// Variables of the server's process.
  package var environment: Environment { document.environment?.value ?? [] }
  package var arguments: [Located<Argument>] { document.arguments?.value ?? [] }

  /// Whether its server may download something: the model, or a second one.
  package var loadsFromHub: Bool {
    if case .local = model { Self.otherModels.contains { launched($0) != nil } } else { true }
  }

  /// Options of all launchers that name a second model or a part of one.
  static let otherModels = [
    "--tokenizer", "--tokenizer-path", "--speculative-config", "--spec-model", "--lora-modules",
    "--lora-paths", "--lora-adapters", "--speculative-draft-model-path", "--spec-draft-hf",
    "--hf-repo-v", "--mmproj-url",
    "--default-mm-loras", "--hf-config-path", "--generation-config", "--speculative-token-map",
    "--uno-lora-path", "--spec-draft-model", "--docker-repo", "--model-url", "--mmproj",
    "--hf-repo-draft", "--lora", "--lora-scaled", "--control-vector", "--speculative-model",
  ]

  /// What its model is used for.
  package var task: ServedTask {
    let words = Set(
      ([document.category].compactMap { $0 } + (document.capabilities?.value ?? []))
        .map(\.value))
    if !words.isDisjoint(with: ["rerank", "reranking", "reranker"])
      || flag("--reranking")?.value == true || files?.value.task == .ranks
    {
      return .rank
    }
    return isEmbedding != nil || flag("--is-embedding")?.value == true
      || flag("--embedding")?.value == true || !runtime.value.writesText ? .embed : .chat
  }

  /// The tokens of prompt and answer that its server accepts; nil if the profile does not set them.
  package var contextTokens: Int? {
    parameters.contextLength?.value ?? parameters.maxTotalTokens?.value
  }

  /// Whether the model returns vectors instead of text.
  var isEmbedding: Located<Bool>? {
    let words = [document.category].compactMap { $0 } + (document.capabilities?.value ?? [])
    return words.first { $0.value == "embedding" || $0.value == "embeddings" }
      .map { Located(true, $0.range) }
  }
}

/// Facts from a model's files, at the place that names them.
///
/// A class, because they are large and most profiles of a workspace have none.
package final class FileFacts: Sendable {
  /// The facts.
  package let value: ModelFacts
  /// The place that names the files.
  package let range: SourceRange

  init(_ value: ModelFacts, _ range: SourceRange) {
    self.value = value
    self.range = range
  }
}

/// Facts from a model's files, in a class: most profiles of a large workspace have none.
private final class FoundFacts: Sendable {
  /// The facts with those that the profile states.
  let facts: ModelSection
  let files: FileFacts
  init(_ facts: ModelSection, _ files: FileFacts) {
    self.facts = facts
    self.files = files
  }
}

/// An entry of a lock, in a class for the same reason.
private final class LockEntry: Sendable {
  let model: LockedModel
  init(_ model: LockedModel) { self.model = model }
}

/// The options of any runtime.
package class AnyOptions: @unchecked Sendable {
  // `@unchecked` because of the class below, which contains only a constant.
  fileprivate init() {}
}

/// The options of one runtime, in a class because copying up to fifty fields is slow.
@dynamicMemberLookup
package final class RuntimeOptions<Options: Sendable>: AnyOptions, @unchecked Sendable {
  /// The section as it was read.
  package let value: Options

  init(_ value: Options) { self.value = value }

  /// A field of the section.
  package subscript<Value>(dynamicMember path: KeyPath<Options, Value>) -> Value {
    value[keyPath: path]
  }
}

/// Where a model comes from.
package enum ModelSource: Sendable {
  /// `organisation/model` on the Hugging Face hub, at a branch, tag or commit.
  case huggingFace(Located<String>, revision: Located<String>?)
  /// A model of Ollama's library or another registry it can pull from.
  case ollama(Located<String>)
  /// A folder or file on this machine.
  case local(Located<HostPath>)

  /// The model's name for display.
  package var text: String {
    switch self {
    case .huggingFace(let id, _): id.value
    case .ollama(let name): name.value
    case .local(let path): path.value.text
    }
  }
}
