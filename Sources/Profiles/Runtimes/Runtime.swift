package import Catalogues
package import Deployments
package import Diagnostics
package import Locks
package import Memory
package import Schema
package import Values

/// A server program that amm can run, and how a profile drives it.
///
/// Adding one is a new file beside this one and a line in `Runtimes.all`.
package protocol Runtime: Sendable {
  /// The options that only this runtime has.
  associatedtype Options: Record where Options.Destination == LaunchOption

  /// Options of a profile by which its server takes memory that ``memory(of:_:)`` does not count, or less
  /// than it does.
  static func uncounted(in profile: Profile) -> [String]

  /// The word a profile writes after `runtime:`.
  static var name: String { get }
  /// The key of its own section in a profile.
  static var sectionKey: String { get }
  /// The kinds of source it can load a model from.
  static var sources: [SourceSection.Kind] { get }
  /// Whether a profile must name an image, because the runtime has none of its own.
  static var needsImage: Bool { get }
  /// The pinned image for a kind of processor; nil where its project publishes none.
  static func image(for processor: Processor) -> ImageReference?
  /// The pinned image that is made for NVIDIA cards of these capabilities; nil where
  /// none is made for all of them.
  static func image(computing cards: Set<ComputeCapability>) -> ImageReference?
  /// How its server is reached and asked.
  static func interface(of profile: Profile) -> ServerInterface
  /// How the server of a launch is asked which model it serves; nil where it tells none.
  static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity?
  /// What the lines of its log mean, besides those that every server may write.
  static var log: ServerLog { get }
  /// What gives it OpenAI's protocol where it does not speak it; nil where nothing does.
  static var openAIHelp: String? { get }
  /// Where a profile that is made for a well-known model takes it from; nil where it is made for none.
  static var familySource: SourceSection.Kind? { get }
  /// Whether more GPUs than the model has heads of keys and values get copies of them.
  static var copiesKeyValueHeads: Bool { get }
  /// A command in its container that lists the models it has; nil where it has one alone.
  static var modelListCommand: [String]? { get }
  /// Where it keeps what it downloads; nil when it downloads nothing that amm knows of.
  static func cache(of profile: Profile) -> ModelCache?
  /// Seconds the server may take to answer what is under way when it is told to stop.
  static var stopTimeout: Int { get }
  /// Shared memory that its processes need; nil for the engine's default of 64 MiB.
  static var sharedMemory: ByteCount? { get }
  /// The folder of its image that holds its programs, where a mount is likely to hide them.
  static var programFolder: String? { get }
  /// Whether its server starts processes of its own, which somebody has to reap.
  static var startsProcesses: Bool { get }
  /// Whether it spreads a model over all cards and main memory by itself.
  static var spreadsModels: Bool { get }
  /// Whether it can be told which commit of a repository it loads.
  static var loadsRevisions: Bool { get }
  /// Which of a repository's files it loads; nil for all that a model is made of.
  static func pick(of options: AnyOptions) -> ModelName.Pick?
  /// Whether its models write text, and do not only make vectors and scores.
  static var writesText: Bool { get }
  /// What makes it read the calls of tools that a model writes; nil where nothing has to be said.
  static var toolCallHelp: String? { get }
  /// Whether its processes on several Intel GPUs talk by oneCCL, which looks up the cards in
  /// `/dev/dri/by-path`.
  static var usesOneCCL: Bool { get }
  /// Where it keeps what it compiles at a start; nil where it compiles nothing.
  static var compileCache: CompileCache? { get }
  /// The variable that it reads the key from which clients must bring; nil where it has none.
  static var keyVariable: EnvironmentVariable.Name? { get }
  /// The words of a server that asks for a key; the same for one that reads the variable by itself.
  static func asking(_ arguments: [Argument]) -> [Argument]
  /// Variables that its image wants for a kind of processor.
  static func environment(for processor: Processor) -> [(name: String, value: String)]
  /// The variable by which it takes one of its processors by its place; nil where none does.
  static func selectingVariable(for processor: Processor) -> String?
  /// The variable it reads a Hugging Face token from; nil when it has none.
  static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name?
  /// Variables that it reads as a boolean, and the words it reads as one; any other stops the
  /// server or means what nobody meant.
  static var booleanVariables: (names: [String], words: [String]) { get }
  /// Variables and arguments that amm itself sets and a profile may not.
  static var reserved: [String] { get }
  /// An option's name as its launcher's table has it.
  static func spelling(of option: Substring) -> String
  /// What the names of its launcher's own variables begin with, of which its tables have all.
  static var variablePrefixes: [String] { get }
  /// What keeps a text from being an option's value, in words that follow its name; nil for nothing.
  static func problem(with text: String, of option: CatalogueOption) -> String?
  /// How its launcher takes a command line apart.
  static var argumentSyntax: ArgumentSyntax { get }
  /// Where an option of its launcher's goes that amm has no field for.
  static func place(of option: CatalogueOption) -> LaunchOption
  /// The option that names a file with more words, for each whose words such a file may add to.
  static var wordPlugins: [String: String] { get }
  /// What to do instead of an option that is gone, by the option.
  static var replacements: [String: String] { get }
  /// What options mean that amm has no field for, by the option's name.
  static var sentences: [String: String] { get }
  /// What becomes of each common setting.
  static func use(of field: CommonField) -> FieldUse
  /// What becomes of a way to store weights, on a kind of processor where that is known.
  static func use(of quantization: Quantization, on processor: Processor?) -> WordUse
  /// Whether its launcher takes a context of a kind.
  static func takesContext(_ context: ContextLength) -> Bool
  /// What becomes of a number format.
  static func use(of dtype: DataType) -> WordUse
  /// The share of a GPU's memory that its server takes whether the model needs it or not; nil for
  /// one that takes what it needs.
  static func gpuShare(of profile: Profile) -> Double?
  /// How much memory the server of a profile takes; nil for a server of which amm knows nothing.
  ///
  /// - Throws: ``MissingFacts``.
  static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate?
  /// Whether it loads GGUF files.
  static var readsGGUF: Bool { get }
  /// When its project ended, in words that follow "since"; nil for one that goes on.
  static var unmaintainedSince: String? { get }
  /// Whether its profiles can be written as ones of another runtime.
  static var migrates: Bool { get }
  /// What becomes of a key of its section in another runtime.
  static func migrated(_ key: String, _ value: Value, to target: MigrationTarget) -> Migrated
  /// What a profile would say for a trial; nil for one that the runtime has no setting for.
  static func words(for trial: MemoryTrial) -> String?
  /// Whether the profile stretches the model's context beyond what it was trained for.
  static func stretchesContext(_ profile: Profile) -> Bool
  /// What must hold of a profile for this runtime alone.
  static var checks: [Check] { get }
  /// What must hold of a profile for this runtime where it is served.
  static var placementChecks: [PlacementCheck] { get }
  /// The field of a profile that holds its own options. This and the next two have one body for all
  /// and stand here so that the compiler makes them for each runtime.
  static func sectionField() -> Field<ProfileDocument, Never>
  /// Reads its own section of a document, and what in it belongs elsewhere.
  static func readSection(of document: inout ProfileDocument, _ collector: DiagnosticCollector)
  /// The options of its own that are written.
  static func settings(in options: AnyOptions) -> [Settings.Own]
  /// The field that becomes a variable or an option of a name.
  static func field(setBy written: String) -> FieldPlace?
  /// The launch of a model, to which the settings have been added.
  static func complete(_ launch: inout Launch, for profile: Profile)
}

extension Runtime {
  package static var needsImage: Bool { false }
  package static var unmaintainedSince: String? { nil }
  package static func image(computing cards: Set<ComputeCapability>) -> ImageReference? { nil }
  package static func spelling(of option: Substring) -> String { String(option) }
  package static func problem(with text: String, of option: CatalogueOption) -> String? { nil }
  package static var variablePrefixes: [String] { [] }
  package static var argumentSyntax: ArgumentSyntax { .argparse }
  package static var wordPlugins: [String: String] { [:] }
  package static var replacements: [String: String] { [:] }
  package static var sentences: [String: String] { [:] }
  package static var stopTimeout: Int { 10 }
  package static var booleanVariables: (names: [String], words: [String]) { ([], []) }
  package static var placementChecks: [PlacementCheck] { [] }
  package static var sharedMemory: ByteCount? { nil }
  package static var programFolder: String? { nil }
  package static var startsProcesses: Bool { false }
  package static var usesOneCCL: Bool { false }
  package static var spreadsModels: Bool { false }
  package static var writesText: Bool { true }
  package static var loadsRevisions: Bool { true }
  package static func pick(of options: AnyOptions) -> ModelName.Pick? { nil }
  package static var toolCallHelp: String? { nil }
  package static var compileCache: CompileCache? { nil }
  package static var keyVariable: EnvironmentVariable.Name? { nil }
  package static func asking(_ arguments: [Argument]) -> [Argument] { arguments }
  package static func selectingVariable(for processor: Processor) -> String? {
    processor.selectingVariable
  }
  package static func environment(
    for processor: Processor
  ) -> [(name: String, value: String)] { [] }
  package static var modelListCommand: [String]? { nil }
  package static var log: ServerLog { ServerLog() }
  package static var openAIHelp: String? { nil }
  package static var familySource: SourceSection.Kind? { nil }
  package static var copiesKeyValueHeads: Bool { true }
  package static func gpuShare(of profile: Profile) -> Double? { nil }
  package static func stretchesContext(_ profile: Profile) -> Bool { false }
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? { nil }
  package static func use(of dtype: DataType) -> WordUse { .same }
  package static func takesContext(_ context: ContextLength) -> Bool {
    if case .tokens = context { true } else { false }
  }
  package static func use(of quantization: Quantization, on processor: Processor?) -> WordUse {
    .same
  }

  /// The options of a profile that runs on this runtime.
  package static func options(of profile: Profile) -> RuntimeOptions<Options> {
    (profile.options as? RuntimeOptions<Options>) ?? RuntimeOptions(Options())
  }

  /// Where a common setting goes, when it goes anywhere.
  static func option(for field: CommonField) -> LaunchOption? {
    if case .sets(let option) = use(of: field) { option } else { nil }
  }
}

/// How a server is reached and asked how it is.
package struct ServerInterface: Sendable {
  /// The port it listens on in its container: an unprivileged one, for a server without rights.
  package let port: Port
  /// A command in its image that succeeds when the server answers.
  package let healthCommand: PlainText?
  /// What it can be asked.
  package let endpoint: Endpoint

  /// A server on a port; paths are below its address, and nil where it has none.
  package init(
    port: Port, health: String?, healthCommand: PlainText?, info: String?, metrics: String?,
    openAI: OpenAIProtocol?
  ) {
    self.port = port
    self.healthCommand = healthCommand
    endpoint = Endpoint(health: health, info: info, metrics: metrics, openAI: openAI)
  }

  /// An interface whose image has curl.
  package init(
    port: Port, health: String, info: String?, metrics: String?, openAI: OpenAIProtocol?
  ) {
    self.init(
      port: port, health: health,
      healthCommand: PlainText("curl -fsS http://127.0.0.1:\(port.number)\(health)"), info: info,
      metrics: metrics, openAI: openAI)
  }

  /// How an engine finds out that the server answers; nil where nothing tells.
  ///
  /// - Parameter startPeriod: Seconds in which the model may be loaded.
  package func healthCheck(startPeriod: Int) -> HealthCheck? {
    healthCommand.map { command in
      let probe = endpoint.health.map { HealthCheck.Probe.http(path: $0, command: command) }
      return HealthCheck(probe ?? .command(command), startPeriod: startPeriod)
    }
  }
}

/// Where a runtime keeps the models it downloaded.
package struct ModelCache: Sendable {
  /// Where its image expects the cache.
  package let path: ContainerPath
  /// Whether several servers may use one cache at a time.
  package let isShareable: Bool
  /// What kind of cache it is; two kinds never share a place.
  package let kind: String
  /// Whether it holds downloads alone, so that a server of local files has no use for it.
  package let isOfDownloads: Bool
  /// The folder in it that is the hub's cache, empty for itself; nil for a cache of another layout.
  package let hub: String?

  /// A cache of a kind that its volume is named by.
  package init(
    _ kind: String, at path: ContainerPath, shareable: Bool, ofDownloads: Bool = true,
    hub: String? = nil
  ) {
    self.kind = kind
    self.hub = hub
    isOfDownloads = ofDownloads
    self.path = path
    isShareable = shareable
  }
}

/// Where a runtime keeps what it compiles for a GPU, so that the next start need not do it again.
package struct CompileCache: Sendable {
  /// The folder in the container.
  package let path: ContainerPath
  /// The variables that name folders below it.
  package let variables: [(name: String, folder: String)]

  /// A folder, and the variables of those below it.
  package init(at path: ContainerPath, _ variables: [(name: String, folder: String)]) {
    self.path = path
    self.variables = variables
  }

  /// The variables of what PyTorch's servers compile with: Triton (python/triton/knobs.py), PyTorch
  /// (torch/_inductor/runtime/cache_dir_utils.py), FlashInfer (flashinfer/jit/env.py).
  package static func ofPyTorch(_ more: [(name: String, folder: String)] = []) -> CompileCache {
    CompileCache(
      at: ContainerPath(literal: "/var/cache/compiled"),
      more + [
        ("TRITON_CACHE_DIR", "triton"), ("TORCHINDUCTOR_CACHE_DIR", "inductor"),
        ("FLASHINFER_WORKSPACE_BASE", "flashinfer"),
      ])
  }
}
