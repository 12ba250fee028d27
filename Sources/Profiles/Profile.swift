package import Deployments
package import Diagnostics
package import Locks
package import Models
package import Schema

/// A profile that makes sense: one model and how to serve it.
///
/// A class, because every check of it and every plan with it hands it on, and none changes it.
package final class Profile: Sendable {
  /// The file that it was read from.
  package let source: SourceFile
  package let name: Located<String>
  /// What is served.
  package let model: ModelSource
  /// What serves it.
  package let runtime: Located<any Runtime.Type>
  package let image: Located<ImageReference>?
  /// The runtime's own options.
  let options: AnyOptions
  /// What it sets, under common names and the runtime's own.
  package let settings: Settings
  /// Everything else, as written.
  package let document: ProfileDocument
  /// The table that its options are judged by; nil where its runtime has none.
  package let table: LauncherTable?
  /// Its arguments, as its launcher takes them apart; empty where its runtime has no table.
  package let given: [GivenOption]
  /// What it sets, wherever it is written, by the options' places in the table.
  let written: [WrittenOption]

  init(
    source: SourceFile, name: Located<String>, model: ModelSource,
    runtime: Located<any Runtime.Type>, options: AnyOptions, settings: Settings,
    document: ProfileDocument, facts: ModelSection, files: Located<ModelFacts>?,
    named: ModelSource, locked: LockedModel?
  ) {
    self.facts = facts
    self.files = files
    self.named = named
    self.locked = locked
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
      ? [] : table.map { GivenOptions(arguments, runtime.value, $0.catalogue).options } ?? []
    let environment = document.environment?.value ?? []
    let given = given
    written =
      table.map {
        WrittenOption.all(settings, given, environment, runtime.value, $0.catalogue)
      } ?? []
    self.table = table
  }

  /// What holds for the model whichever runtime serves it.
  package var parameters: Parameters { document.parameters }
  /// Limits and sizes of batches.
  package var performance: Performance { document.performance }
  /// What it asks of the machine.
  package var resources: Resources { document.resources }
  /// What is known of the model: what its author wrote, and else what its own files say.
  package let facts: ModelSection
  /// What the model's own files say, and where the profile names them; nil where nobody read them.
  package let files: Located<ModelFacts>?
  /// Who says a fact of the model, in words for a note.
  ///
  /// - Parameters:
  ///   - range: Where the fact is said.
  ///   - text: The words where its author said it.
  func origin(of range: SourceRange, _ text: String) -> String {
    locked != nil && range == model.range ? "the lock says this of the model" : text
  }

  /// The model as it is written: at the branch, tag or commit that its author names.
  let named: ModelSource
  /// What the workspace's lock says of its model; nil where it says nothing.
  package let locked: LockedModel?
  /// Where the model is named, and who says what its files are, in words for a note.
  var sourceOfFacts: String {
    locked == nil
      ? "the model is named here" : "the model is named here; its files are as the lock says"
  }
  /// The program that is started in the container; nil for the image's own.
  package var entrypoint: Located<PlainText>? { document.container?.value.entrypoint }
  /// Variables of the server's process.
  package var environment: Environment { document.environment?.value ?? [] }
  package var arguments: [Located<Argument>] { document.arguments?.value ?? [] }

  /// Whether its server may download something: the model, or what stands beside it.
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

  /// Whether the model turns text into vectors instead of text.
  var isEmbedding: Located<Bool>? {
    let words = [document.category].compactMap { $0 } + (document.capabilities?.value ?? [])
    return words.first { $0.value == "embedding" || $0.value == "embeddings" }
      .map { Located(true, $0.range) }
  }
}

/// The options of a runtime, whichever it is.
package class AnyOptions: @unchecked Sendable {
  // `@unchecked` because of the class below, which holds nothing but a constant.
  fileprivate init() {}
}

/// The options of one runtime: up to fifty fields, which would take longer to copy than to check.
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

  /// The model's name for people.
  package var text: String {
    switch self {
    case .huggingFace(let id, _): id.value
    case .ollama(let name): name.value
    case .local(let path): path.value.text
    }
  }
}
