package import Comparison
import Deployments
package import Host
import Schema
import Text
import Values
package import Workspaces

/// What a workspace would have amm run on this machine, and whether this user has agreed to it.
///
/// Agreement is to words, not to a workspace: it is remembered by a hash of the workspace's path and
/// of what would be run, so that what changes is asked about again, as direnv does it.
package struct Trust {
  /// A part of a workspace that runs something on this machine.
  package struct Part {
    /// `apply`, `tasks/humaneval.yaml`.
    package let name: String
    /// What it does, in a few words.
    package let summary: String
    /// What would be run, word for word.
    package let lines: [String]
    /// All that is agreed to.
    fileprivate let content: String
    /// The words of its commands, of which some may be files of the workspace.
    fileprivate let words: [String]
  }

  private let source: WorkspaceFolder
  private let workspace: String
  private let state: StateFolder
  private static let folder = "trusted"

  /// What the user agreed to for a workspace; throws where the state folder cannot be used.
  package init(_ folder: WorkspaceFolder) throws(HostError) {
    source = folder
    workspace = Files.canonical(folder.path) ?? folder.path
    state = try StateFolder(folder.machine)
  }

  /// Bytes of a script that are read: a larger one cannot be agreed to.
  private static let largestScript = 16 << 20

  /// The hashes of the files of the workspace that the words of a command name: a script that changes
  /// is another one.
  ///
  /// - Throws: Where one cannot be read as a whole: nobody could tell whether it has changed.
  private func scripts(of part: Part) throws(HostError) -> String {
    var hashes: [String] = []
    for word in part.words where !word.utf8.contains(0) && word.utf8.count < 4096 {
      let path = word.hasPrefix("/") ? word : source.file(word)
      guard let target = Files.canonical(path), try Files.kind(of: target) == .file else {
        continue
      }
      // By its name or by where a link leads: either way the workspace decides what is run.
      let isNamedHere = !word.hasPrefix("/") || word.hasPrefix(workspace + "/")
      guard isNamedHere || target.hasPrefix(workspace + "/") else { continue }
      let bytes = try Files.read(target, limit: Self.largestScript) ?? []
      guard bytes.count <= Self.largestScript else {
        throw HostError("agree to", path, reason: "it is larger than 16 MiB")
      }
      hashes.append(SHA256.digest(of: bytes))
    }
    return hashes.joined(separator: "\n")
  }

  private func file(of part: Part) throws(HostError) -> String {
    let lengths = [workspace, part.name, part.content, try scripts(of: part)]
      .map { "\($0.utf8.count):\($0)" }
    return Self.folder + "/" + SHA256.digest(of: lengths.joined())
  }

  /// Whether this user trusts the part exactly as it is now.
  package func isTrusted(_ part: Part) throws(HostError) -> Bool {
    try state.read(file(of: part), limit: 1 << 20) != nil
  }

  /// Records that this user trusts the part as it is now.
  package func grant(_ part: Part) throws(HostError) {
    let text = "\(source.machine.clock.timestamp())\n\(workspace)\n\(part.name)\n"
    try state.write(text + part.lines.map { $0 + "\n" }.joined(), to: file(of: part))
  }

  /// Removes what was recorded for the part.
  package func revoke(_ part: Part) throws(HostError) { try state.remove(file(of: part)) }

  /// Throws unless the user agrees to what is to be run, or has before.
  ///
  /// - Parameter isGiven: Whether the command line agrees, for this once.
  package func require(_ parts: [Part], given isGiven: Bool) throws {
    for part in parts where !isGiven {
      if try isTrusted(part) { continue }
      source.machine.tell(.trustAsked(workspace: workspace, part))
      guard let answer = source.machine.agrees(part) else {
        throw OperationError(
          .invalid,
          "'\(part.name)' of this workspace was not agreed to as it stands, so it is not run",
          help: "look at it; then 'amm trust' agrees, or '--trust' for this once")
      }
      guard answer else {
        throw OperationError(.invalid, "'\(part.name)' is not run, and nothing has changed")
      }
      try grant(part)
    }
  }
}

extension Trust.Part {
  /// The part of an `apply` section that runs words of the workspace; nil where it runs none.
  ///
  /// - Parameter method: The one that is used.
  package init?(_ settings: ApplySettings, _ method: ApplySettings.Method) {
    let words: [String]
    switch method {
    case .command: words = (settings.command?.value ?? []).map(\.value.text)
    case .homeManager:
      let arguments = (settings.arguments?.value ?? []).map(\.value.text)
      words = arguments.isEmpty ? [] : ["home-manager", "switch"] + arguments
    case .quadlet, .none: words = []
    }
    guard !words.isEmpty else { return nil }
    name = method == .command ? "apply.command" : "apply.arguments"
    summary = "what 'amm switch' applies with"
    lines = [words.map(\.shellWord).joined(separator: " ")]
    content = JSON.line(.texts(words))
    self.words = words
  }

  /// The part of a task that runs commands on this machine, or stands in for a task of amm's own;
  /// nil for a task that does neither.
  package init?(_ task: ModelTask, at path: String, shadowing isShadowing: Bool) {
    let commands = task.hostCommands.map { $0.map(\.shellWord).joined(separator: " ") }
    guard !commands.isEmpty || isShadowing else { return nil }
    name = path
    summary =
      commands.isEmpty
      ? "it stands in for the task '\(task.name)' that comes with amm"
      : "it runs commands on this machine, outside of any sandbox"
    lines = commands.isEmpty ? ["(asks other questions under the name '\(task.name)')"] : commands
    content = task.hash
    words = task.hostCommands.flatMap { $0 }
  }
}

extension Trust {
  /// Every part of a workspace that wants trust, whether it has it or not.
  package static func parts(of workspace: Workspace?, in folder: WorkspaceFolder) throws(HostError)
    -> [Part]
  {
    var parts: [Part] = []
    // '--apply' may choose either, whatever 'apply.method' says.
    if let apply = workspace?.apply {
      parts += [.homeManager, .command].compactMap { Part(apply, $0) }
    }
    return try parts + TaskFolder(folder).partsWantingTrust
  }

  /// Those that were not agreed to yet, by their names.
  package static func missing(of workspace: Workspace?, in folder: WorkspaceFolder) -> [Part] {
    do throws(HostError) {
      let trust = try Trust(folder)
      var missing: [Part] = []
      for part in try parts(of: workspace, in: folder) where try !trust.isTrusted(part) {
        missing.append(part)
      }
      return missing
    } catch {
      return []
    }
  }
}
