package import Diagnostics
package import Experiments
package import Host
import Workspaces

/// The experiments of a workspace: `experiments/<id>.json`, and `.active` with the name of the
/// running one.
///
/// Each file is read, changed and replaced as a whole under the folder's lock, so that several
/// programs can log at the same time, and a crash leaves either the old or the new file. A file
/// that amm could not read back is never written.
package struct ExperimentStore {
  private let workspace: WorkspaceFolder

  /// Creates the store of a workspace.
  package init(_ workspace: WorkspaceFolder) { self.workspace = workspace }

  private static let folder = "experiments"
  private static let activeFile = folder + "/.active"

  private static func name(of id: String) -> String { "\(folder)/\(id).json" }

  /// Returns the path of an experiment's file, as the user sees it.
  package func file(of id: String) -> String { workspace.file(Self.name(of: id)) }

  /// An error for an invalid experiment file, or an invalid `.active` file.
  package struct Damage: Error {
    /// The problems in the file; empty if `message` is sufficient.
    package var diagnostics: [Diagnostic] = []
    /// The problem, in one line.
    package let message: String
    /// How to fix it.
    package let help: String
  }

  private static func firstLine(of bytes: [UInt8]) -> String {
    String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }

  /// Returns the name of the running experiment; nil if there is none.
  ///
  /// - Throws: `HostError`, or `Damage` if `.active` does not contain a name.
  package func activeID() throws -> String? {
    guard let content = try workspace.read(Self.activeFile, limit: 1024) else { return nil }
    // An editor or 'echo' adds a line end.
    let id = Self.firstLine(of: content.bytes)
    guard ExperimentID.isLegal(id) else {
      throw Damage(
        message: "'\(workspace.file(Self.activeFile))' does not name an experiment",
        help: "remove the file, or write the name of an experiment into it")
    }
    return id
  }

  /// Returns the names of all experiments; names made from the start time sort oldest first.
  package func ids() throws(HostError) -> [String] {
    try names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(5)) }.filter(ExperimentID.isLegal)
  }

  private var names: [String] {
    get throws(HostError) { try workspace.folder(Self.folder)?.entries().map(\.name) ?? [] }
  }

  /// Returns an experiment by its name; nil if there is none.
  ///
  /// - Throws: `HostError`, or `Damage` if its file is not valid.
  package func read(_ id: String) throws -> Experiment? {
    let path = file(of: id)
    guard let content = try workspace.read(Self.name(of: id), limit: Experiment.Limits.bytes)
    else { return nil }
    let outcome = Experiment.read(
      SourceFile(path: path, bytes: content.bytes, isQuotable: content.isQuotable))
    if let experiment = outcome.value { return experiment }
    throw Damage(
      diagnostics: outcome.diagnostics,
      message: "'\(path)' is not a valid experiment file; it was not changed",
      help: "fix the problems above, or move the file away")
  }

  /// Starts an experiment.
  ///
  /// - Returns: Its name.
  /// - Throws: `HostError`, `Damage`, or an ``OperationError`` if another one is running.
  package func start(_ description: String) throws -> String {
    let lock = try workspace.lock(Self.folder)
    defer { withExtendedLifetime(lock) {} }
    if let running = try activeID() {
      throw OperationError(
        .invalid, "experiment '\(running)' is already running",
        help: "'amm experiment stop' ends it")
    }
    let time = workspace.machine.clock.timestamp()
    let known = Set(try names)
    let id = ExperimentID.made(at: time) { known.contains($0 + ".json") }
    try write(Experiment(id: id, description: description, started: time), as: id)
    try workspace.write(id + "\n", to: Self.activeFile)
    return id
  }

  /// Ends the running experiment.
  ///
  /// - Returns: Its name.
  /// - Throws: `HostError`, `Damage`, or an ``OperationError`` if none is running.
  package func stop() throws -> String {
    guard try workspace.kind(of: Self.folder) != nil else { throw Self.noneRuns }
    let lock = try workspace.lock(Self.folder)
    defer { withExtendedLifetime(lock) {} }
    guard let id = try activeID() else { throw Self.noneRuns }
    // If the file is missing, there is no place to record the end.
    if var experiment = try read(id) {
      experiment.stopped = .written(workspace.machine.clock.timestamp())
      try write(experiment, as: id)
    }
    try workspace.remove(Self.activeFile)
    return id
  }

  /// Adds entries to an experiment: all of them, or none.
  ///
  /// - Parameter id: The experiment; nil for the running one.
  /// - Returns: The experiment's name; nil if `id` is nil and none is running.
  /// - Throws: `HostError`, or `Damage` if the experiment's file is invalid or missing.
  @discardableResult
  package func record(_ entries: [ExperimentEntry], in id: String? = nil) throws -> String? {
    guard try workspace.kind(of: Self.folder) != nil else { return nil }
    let lock = try workspace.lock(Self.folder)
    defer { withExtendedLifetime(lock) {} }
    guard let id = try id ?? activeID() else { return nil }
    guard var experiment = try read(id) else {
      throw Damage(
        message: "there is no experiment '\(id)' (no '\(file(of: id))')",
        help: "'amm experiment list' shows all experiments; 'amm experiment stop' ends this one")
    }
    for entry in entries { experiment.add(entry) }
    try write(experiment, as: id)
    return id
  }

  /// Returns the name of the experiment that a command adds to.
  ///
  /// - Parameter id: The name that the user typed; nil for the running one.
  /// - Throws: `HostError`, `Damage`, or an ``OperationError`` if there is none.
  package func recordable(_ id: String?) throws -> String {
    guard let id = try id ?? activeID() else { throw Self.noneRuns }
    let known = try ids()
    guard known.contains(id) else { throw Self.unknown(id, among: known) }
    return id
  }

  /// Returns an experiment to show, with its name.
  ///
  /// - Parameter id: The name that the user typed; nil for the running one, or else the newest.
  /// - Throws: `HostError`, `Damage`, or an ``OperationError`` if there is none.
  package func shown(_ id: String?) throws -> (id: String, experiment: Experiment) {
    let known = try ids()
    guard let id = try id ?? activeID() ?? known.last else { throw Self.noneRuns }
    guard ExperimentID.isLegal(id), let experiment = try read(id) else {
      throw Self.unknown(id, among: known)
    }
    return (id, experiment)
  }

  private static var noneRuns: OperationError {
    OperationError(
      .invalid, "no experiment is running",
      help: "'amm experiment start TEXT' starts one; 'amm experiment list' lists earlier ones")
  }

  private static func unknown(_ id: String, among known: [String]) -> OperationError {
    OperationError(
      .invalid, "there is no experiment '\(id)'",
      help: Suggestion.help(
        for: id, among: known, otherwise: "'amm experiment list' lists all of them"))
  }

  /// Writes an experiment; the caller holds the folder's lock.
  private func write(_ experiment: Experiment, as id: String) throws {
    let path = file(of: id)
    let text = experiment.text
    // Reading the text back finds what the format refuses (a token, a control character).
    let outcome = Experiment.read(SourceFile(path: path, text: text))
    guard outcome.value != nil else {
      throw Damage(
        message: outcome.diagnostics.first?.message ?? "the experiment cannot be written",
        help: "nothing was written")
    }
    try workspace.write(text, to: Self.name(of: id))
  }
}
