package import Catalogues
package import Deployments
package import Diagnostics
package import Locks
package import Memory
package import Models
package import Schema
package import Values

/// A server program that amm can run, and how a profile configures it.
///
/// To add one, add a file next to this one and a line to `Runtimes.all`.
package protocol Runtime: Sendable {
  /// The options of the runtime's own section.
  associatedtype Options: Record where Options.Destination == LaunchOption

  /// Returns the options of a profile that make its server take more or less memory than
  /// ``memory(of:_:)`` counts.
  ///
  /// - Parameter facts: The facts of its model; nil if they are not known.
  static func uncounted(in profile: Profile, _ facts: ModelFacts?) -> [String]
  /// Returns a sentence about what a plan leaves out for such an option.
  static func omission(of option: String) -> String

  /// The value that a profile sets for `runtime`.
  static var name: String { get }
  /// The key of the runtime's own section in a profile.
  static var sectionKey: String { get }
  /// The kinds of source that the runtime can load a model from.
  static var sources: [SourceSection.Kind] { get }
  /// Whether a profile must name an image, because the runtime has no default image.
  static var needsImage: Bool { get }
  /// Returns the pinned image for a kind of processor, or nil if the project publishes none.
  static func image(for processor: Processor) -> ImageReference?
  /// Returns the pinned image that is built for NVIDIA cards of all these capabilities, or nil.
  static func image(computing cards: Set<ComputeCapability>) -> ImageReference?
  /// Returns the ports, paths and protocols of the server.
  static func interface(of profile: Profile) -> ServerInterface
  /// Returns the query that asks a server which model it serves, or nil if it does not report one.
  static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity?
  /// The meaning of the lines in the server's log, in addition to those that any server can write.
  static var log: ServerLog { get }
  /// How to enable OpenAI's protocol if the server does not serve it; nil if that is not possible.
  static var openAIHelp: String? { get }
  /// The source that a generated profile uses for a well-known model; nil if none is generated.
  static var familySource: SourceSection.Kind? { get }
  /// Whether the key-value heads are copied if there are more GPUs than such heads.
  static var copiesKeyValueHeads: Bool { get }
  /// A command in the container that lists the server's models; nil if it has only one.
  static var modelListCommand: [String]? { get }
  /// How to query the number of requests under way; nil if the server does not report it.
  static var activity: ActivityQuery? { get }
  /// Returns how to query which model a server serves whose model has another name for clients.
  static func identityOfNamed(_ launch: Launch, _ profile: Profile) -> ModelIdentity?
  /// Makes a server accept a name for its model; returns false if that is not possible.
  static func name(_ launch: inout Launch, as name: Argument, for profile: Profile) -> Bool
  /// Whether one server can have several models.
  static var servesSeveralModels: Bool { get }
  /// The variables with which its program serves several models, which amm sets for `models`.
  static var variablesOfModels: [String] { get }
  /// Returns the launch of one server with several models; nil if the runtime serves only one.
  ///
  /// - Parameter models: At least two, of this runtime, with different names. The first determines
  ///   the settings of the server itself.
  static func launch(of models: [LaunchedProfile]) throws(ModelConflict) -> Launch?
  /// Returns the cache for downloads; nil if amm does not know of any downloads.
  static func cache(of profile: Profile) -> ModelCache?
  /// The number of seconds that the server may take to finish running requests when it stops.
  static var stopTimeout: Int { get }
  /// The shared memory that the server's processes need; nil for the engine's default of 64 MiB.
  static var sharedMemory: ByteCount? { get }
  /// The folder in the image that contains the programs, if a mount is likely to hide it.
  static var programFolder: String? { get }
  /// Whether the server starts child processes, which an init process must reap.
  static var startsProcesses: Bool { get }
  /// Whether the server spreads a model over all cards and main memory by itself.
  static var spreadsModels: Bool { get }
  /// Whether the server can load a given commit of a repository.
  static var loadsRevisions: Bool { get }
  /// Returns which of a repository's files the server loads; nil for all files of the model.
  static func pick(of options: AnyOptions) -> ModelName.Pick?
  /// Whether the models write text, instead of only computing vectors and scores.
  static var writesText: Bool { get }
  /// How to make the server parse the tool calls that a model writes; nil if no setting is needed.
  static var toolCallHelp: String? { get }
  /// Whether its processes on several Intel GPUs communicate through oneCCL, which looks up the
  /// cards in `/dev/dri/by-path`.
  static var usesOneCCL: Bool { get }
  /// Where the server keeps what it compiles when it starts; nil if it compiles nothing.
  static var compileCache: CompileCache? { get }
  /// The variable from which the server reads the clients' API key; nil if it has none.
  static var keyVariable: EnvironmentVariable.Name? { get }
  /// Returns the arguments of a server with an API key; unchanged if it reads the variable itself.
  static func asking(_ arguments: [Argument]) -> [Argument]
  /// How other tools' files name the server.
  static var foreign: ForeignWords { get }
  /// Returns how one server runs on several nodes; nil if it cannot.
  ///
  /// - Parameter nodes: At least 2.
  static func span(over nodes: Int) -> Span?
  /// Returns the variables that the image needs for a kind of processor.
  static func environment(for processor: Processor) -> [(name: String, value: String)]
  /// Returns the variable that selects one of several processors by index; nil if there is none.
  static func selectingVariable(for processor: Processor) -> String?
  /// Returns the variable from which the server reads a Hugging Face token; nil if it has none.
  static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name?
  /// The boolean variables and the values that they accept; others stop the server or are misread.
  static var booleanVariables: (names: [String], words: [String]) { get }
  /// Whether the server exits at a variable that it cannot read, instead of using its default.
  static var exitsAtWrongVariables: Bool { get }
  /// The variables and arguments that amm sets itself and that a profile cannot set.
  static var reserved: [String] { get }
  /// Returns an option's name as the launcher's table spells it.
  static func spelling(of option: Substring) -> String
  /// The prefixes of the launcher's own variables, all of which are in its tables.
  static var variablePrefixes: [String] { get }
  /// Returns why a text cannot be an option's value, as words that follow its name; nil if it can.
  static func problem(with text: String, of option: CatalogueOption) -> String?
  /// Whether the model's files replace the word that a profile gives to an option.
  static func replacesWord(of option: CatalogueOption, for profile: Profile) -> Bool
  /// How the launcher parses a command line.
  static var argumentSyntax: ArgumentSyntax { get }
  /// Returns where amm writes a launcher option for which it has no field.
  static func place(of option: CatalogueOption) -> LaunchOption
  /// For each option whose values a plugin file can extend, the option that names the file.
  static var wordPlugins: [String: String] { get }
  /// What to use instead of a removed option, by the option's name.
  static var replacements: [String: String] { get }
  /// Descriptions of the options for which amm has no field, by the option's name.
  static var sentences: [String: String] { get }
  /// Returns how the runtime handles a common setting.
  static func use(of field: CommonField) -> FieldUse
  /// Returns how the runtime handles a quantization, for a kind of processor if that is known.
  static func use(of quantization: Quantization, on processor: Processor?) -> WordUse
  /// The quantizations that newer versions refuse, each with the first version that does.
  static var formerQuantizations: [Quantization: Release] { get }
  /// Returns whether the launcher accepts a kind of context length.
  static func takesContext(_ context: ContextLength) -> Bool
  /// Returns how the runtime handles a number format.
  static func use(of dtype: DataType) -> WordUse
  /// Returns the share of GPU memory that the server takes even if the model needs less, or nil.
  static func gpuShare(of profile: Profile) -> Double?
  /// The setting of that share; nil for a server that takes what its model needs.
  static var shareSetting: ShareSetting? { get }
  /// Returns how much memory the server of a profile takes; nil if amm cannot estimate it.
  ///
  /// - Throws: ``MissingFacts``.
  static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate?
  /// Whether the runtime loads GGUF files.
  static var readsGGUF: Bool { get }
  /// When maintenance of the project ended, as words that follow "since"; nil if it is maintained.
  static var unmaintainedSince: String? { get }
  /// Whether its profiles can be migrated to another runtime.
  static var migrates: Bool { get }
  /// Returns the counterpart of a key of its section in another runtime.
  static func migrated(_ key: String, _ value: Value, to target: MigrationTarget) -> Migrated
  /// Returns the settings that a profile needs for a trial; nil if the runtime has no such setting.
  static func words(for trial: MemoryTrial) -> String?
  /// Returns whether the profile extends the model's context beyond its trained length.
  static func stretchesContext(_ profile: Profile) -> Bool
  /// The checks of a profile that apply only to this runtime.
  static var checks: [Check] { get }
  /// The checks of a profile and the instance that serves it that apply only to this runtime.
  static var placementChecks: [PlacementCheck] { get }
  /// Returns the field of a profile that contains the runtime's own options.
  ///
  /// This and the next two have one implementation. They are requirements of the protocol so that
  /// the compiler specializes them for each runtime.
  static func sectionField() -> Field<ProfileDocument, Never>
  /// Reads the runtime's own section of a document, including settings that belong elsewhere.
  static func readSection(of document: inout ProfileDocument, _ collector: DiagnosticCollector)
  /// Returns the runtime's own options that the profile sets.
  static func settings(in options: AnyOptions) -> [Settings.Own]
  /// Returns the field that sets a variable or option with a given name.
  static func field(setBy written: String) -> FieldPlace?
  /// Completes the launch of a model, to which the settings have already been added.
  static func complete(_ launch: inout Launch, for profile: Profile)
}

extension Runtime {
  package static var needsImage: Bool { false }
  package static var unmaintainedSince: String? { nil }
  package static func image(computing cards: Set<ComputeCapability>) -> ImageReference? { nil }
  package static func spelling(of option: Substring) -> String { String(option) }
  package static func problem(with text: String, of option: CatalogueOption) -> String? { nil }
  package static func replacesWord(of option: CatalogueOption, for profile: Profile) -> Bool {
    false
  }
  package static var exitsAtWrongVariables: Bool { true }
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
  package static func span(over nodes: Int) -> Span? { nil }
  package static var foreign: ForeignWords { ForeignWords() }
  package static func selectingVariable(for processor: Processor) -> String? {
    processor.selectingVariable
  }
  package static func environment(
    for processor: Processor
  ) -> [(name: String, value: String)] { [] }
  package static var modelListCommand: [String]? { nil }
  package static var activity: ActivityQuery? { nil }
  package static func name(
    _ launch: inout Launch, as name: Argument, for profile: Profile
  ) -> Bool { false }
  package static var servesSeveralModels: Bool { false }
  package static var variablesOfModels: [String] { [] }
  package static func launch(of models: [LaunchedProfile]) throws(ModelConflict) -> Launch? { nil }
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
  package static var formerQuantizations: [Quantization: Release] { [:] }

  /// Returns the options of a profile that runs on this runtime.
  package static func options(of profile: Profile) -> RuntimeOptions<Options> {
    (profile.options as? RuntimeOptions<Options>) ?? RuntimeOptions(Options())
  }

  /// Returns the launcher option that a common setting sets, or nil if it sets none.
  package static func option(for field: CommonField) -> LaunchOption? {
    if case .sets(let option) = use(of: field) { option } else { nil }
  }
}

/// The port, the health check and the endpoint of a server.
package struct ServerInterface: Sendable {
  /// The port in the container; it is unprivileged because the server has no capabilities.
  package let port: Port
  /// A command in the image that succeeds when the server responds.
  package let healthCommand: PlainText?
  /// The server's paths and protocols.
  package let endpoint: Endpoint

  /// Returns the command that queries a path of a server in the image that only its profile describes.
  package static func query(of path: String, at port: Int) -> String {
    "curl -fsS http://127.0.0.1:\(port)\(path)"
  }

  /// Creates an interface; paths are relative to the server's address, and nil if it lacks them.
  package init(
    port: Port, health: String?, healthCommand: PlainText?, info: String?, metrics: String?,
    openAI: OpenAIProtocol?
  ) {
    self.port = port
    self.healthCommand = healthCommand
    endpoint = Endpoint(health: health, info: info, metrics: metrics, openAI: openAI)
  }

  /// Creates an interface whose image has curl.
  package init(
    port: Port, health: String, info: String?, metrics: String?, openAI: OpenAIProtocol?
  ) {
    self.init(
      port: port, health: health,
      healthCommand: PlainText(Self.query(of: health, at: port.number)), info: info,
      metrics: metrics, openAI: openAI)
  }

  /// Returns the health check for an engine; nil if the image has no command for it.
  ///
  /// - Parameter startPeriod: The number of seconds that loading the model may take.
  package func healthCheck(startPeriod: Int) -> HealthCheck? {
    healthCommand.map { command in
      let probe = endpoint.health.map { HealthCheck.Probe.http(path: $0, command: command) }
      return HealthCheck(probe ?? .command(command), startPeriod: startPeriod)
    }
  }
}
