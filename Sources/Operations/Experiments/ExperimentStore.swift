package import Diagnostics
package import Experiments
package import Host
import Workspaces

/// The experiments of a workspace: `experiments/<id>.json`, and `.active` with the name of the one
/// that runs.
///
/// A file is read, changed and replaced as a whole under the folder's lock, so that several
/// programs may log at once, and a crash leaves the old file or the new one. What could not be read
/// again is not written.
package struct ExperimentStore {
  private let workspace: WorkspaceFolder

  /// The experiments of a workspace.
  package init(_ workspace: WorkspaceFolder) { self.workspace = workspace }

  private static let folder = "experiments"
  private static let activeFile = folder + "/.active"

  private static func name(of id: String) -> String { "\(folder)/\(id).json" }

  /// The path of an experiment's file, as the user sees it.
  package func file(of id: String) -> String { workspace.file(Self.name(of: id)) }

  /// An experiment's file that was not understood, or a `.active` that names none.
  package struct Damage: Error {
    /// What is wrong in the file; empty where `message` says it all.
    package var diagnostics: [Diagnostic] = []
    /// What is wrong, in one line.
    package let message: String
    /// The way out.
    package let help: String
  }

  private static func firstLine(of bytes: [UInt8]) -> String {
    String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }

  /// The name of the experiment that runs; nil when none does.
  ///
  /// - Throws: `HostError`, or `Damage` where `.active` holds something else.
  package func activeID() throws -> String? {
    guard let content = try workspace.read(Self.activeFile, limit: 1024) else { return nil }
    // An editor or 'echo' ends the line.
    let id = Self.firstLine(of: content.bytes)
    guard ExperimentID.isLegal(id) else {
      throw Damage(
        message: "'\(workspace.file(Self.activeFile))' names no experiment",
        help: "remove the file, or write the name of an experiment into it")
    }
    return id
  }

  /// The names of all experiments, the oldest first where they are named by their time.
  package func ids() throws(HostError) -> [String] {
    try names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(5)) }.filter(ExperimentID.isLegal)
  }

  private var names: [String] {
    get throws(HostError) { try workspace.folder(Self.folder)?.entries().map(\.name) ?? [] }
  }

  /// An experiment by its name; nil where there is none.
  ///
  /// - Throws: `HostError`, or `Damage` where its file is not one of an experiment.
  package func read(_ id: String) throws -> Experiment? {
    let path = file(of: id)
    guard let content = try workspace.read(Self.name(of: id), limit: Experiment.Limits.bytes)
    else { return nil }
    let outcome = Experiment.read(
      SourceFile(path: path, bytes: content.bytes, isQuotable: content.isQuotable))
    if let experiment = outcome.value { return experiment }
    throw Damage(
      diagnostics: outcome.diagnostics,
      message: "'\(path)' is not an experiment's file; it was left as it is",
      help: "put right what is said above, or move the file away")
  }

  /// Begins an experiment.
  ///
  /// - Returns: Its name; nil when another one runs.
  package func start(_ description: String) throws -> String? {
    let lock = try workspace.lock(Self.folder)
    defer { withExtendedLifetime(lock) {} }
    guard try activeID() == nil else { return nil }
    let time = workspace.machine.clock.timestamp()
    let known = Set(try names)
    let id = ExperimentID.made(at: time) { known.contains($0 + ".json") }
    try write(Experiment(id: id, description: description, started: time), as: id)
    try workspace.write(id + "\n", to: Self.activeFile)
    return id
  }

  /// Ends the experiment that runs.
  ///
  /// - Returns: Its name; nil when none does.
  package func stop() throws -> String? {
    guard try workspace.kind(of: Self.folder) != nil else { return nil }
    let lock = try workspace.lock(Self.folder)
    defer { withExtendedLifetime(lock) {} }
    guard let id = try activeID() else { return nil }
    // One whose file is gone has nothing to say when it ended.
    if var experiment = try read(id) {
      experiment.stopped = .written(workspace.machine.clock.timestamp())
      try write(experiment, as: id)
    }
    try workspace.remove(Self.activeFile)
    return id
  }

  /// Adds to an experiment what is to be remembered: all of it, or nothing.
  ///
  /// - Parameter id: The experiment; nil for the one that runs.
  /// - Returns: The experiment's name; nil when none was named and none runs.
  /// - Throws: `HostError`, or `Damage` where the experiment's file is not one or is missing.
  @discardableResult
  package func record(_ entries: [ExperimentEntry], in id: String? = nil) throws -> String? {
    guard try workspace.kind(of: Self.folder) != nil else { return nil }
    let lock = try workspace.lock(Self.folder)
    defer { withExtendedLifetime(lock) {} }
    guard let id = try id ?? activeID() else { return nil }
    guard var experiment = try read(id) else {
      throw Damage(
        message: "there is no experiment '\(id)' (no '\(file(of: id))')",
        help: "'amm experiment list' shows those there are; 'amm experiment stop' ends this one")
    }
    for entry in entries { experiment.add(entry) }
    try write(experiment, as: id)
    return id
  }

  /// The caller has the folder's lock.
  private func write(_ experiment: Experiment, as id: String) throws {
    let path = file(of: id)
    let text = experiment.text
    // What the format refuses (a token, a control character) is found by reading it.
    let outcome = Experiment.read(SourceFile(path: path, text: text))
    guard outcome.value != nil else {
      throw Damage(
        message: outcome.diagnostics.first?.message ?? "the experiment cannot be written",
        help: "nothing was written")
    }
    try workspace.write(text, to: Self.name(of: id))
  }
}
