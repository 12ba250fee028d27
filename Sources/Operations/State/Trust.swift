package import Comparison
import Deployments
package import Host
import Schema
import Text
import Values
package import Workspaces

/// The commands of a workspace that amm would run on this machine, and the user's agreement to
/// them.
///
/// The user agrees to the exact commands of a workspace. amm stores a hash of the workspace's path
/// and of the commands, and asks again if they change, as direnv does.
package struct Trust {
  /// A part of a workspace that runs something on this machine.
  package struct Part {
    /// The name, such as `apply.command` or `tasks/humaneval.yaml`.
    package let name: String
    /// A description in a few words.
    package let summary: String
    /// The commands that would run, verbatim.
    package let lines: [String]
    /// Everything that the user agrees to.
    fileprivate let content: String
    /// The words of its commands; some may be files of the workspace.
    fileprivate let words: [String]
  }

  private let source: WorkspaceFolder
  private let workspace: String
  private let state: StateFolder
  private static let folder = "trusted"

  /// Opens the agreements for a workspace; throws if the state folder cannot be used.
  package init(_ folder: WorkspaceFolder) throws(HostError) {
    source = folder
    workspace = Files.canonical(folder.path) ?? folder.path
    state = try StateFolder(folder.machine)
  }

  /// The maximum bytes of a script; the user cannot agree to a larger one.
  private static let largestScript = 16 << 20

  /// Returns the hashes of the workspace's files that the words of a command name, so that a
  /// changed script requires a new agreement.
  ///
  /// - Throws: If one cannot be read completely, because changes could not be detected.
  private func scripts(of part: Part) throws(HostError) -> String {
    var hashes: [String] = []
    for word in part.words where !word.utf8.contains(0) && word.utf8.count < 4096 {
      let path = word.hasPrefix("/") ? word : source.file(word)
      guard let target = Files.canonical(path), try Files.kind(of: target) == .file else {
        continue
      }
      // The name or the target of a link is in the workspace: the workspace decides what runs.
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

  /// Throws unless the user agrees to run the parts, or has agreed before.
  ///
  /// - Parameter isGiven: Whether the command line agrees for this run.
  package func require(_ parts: [Part], given isGiven: Bool) throws {
    for part in parts where !isGiven {
      if try isTrusted(part) { continue }
      source.machine.tell(.trustAsked(workspace: workspace, part))
      guard let answer = source.machine.agrees(part) else {
        throw OperationError(
          .invalid,
          "'\(part.name)' of this workspace was not run, because you have not agreed to its current content",
          help: "read it, then run 'amm trust', or use '--trust' to agree once")
      }
      guard answer else {
        throw OperationError(.invalid, "'\(part.name)' was not run, and nothing was changed")
      }
      try grant(part)
    }
  }
}

extension Trust.Part {
  /// Creates the part of an `apply` section that runs words of the workspace; nil if it runs none.
  ///
  /// - Parameter method: The method in use.
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
    summary = "'amm switch' runs it to apply a switch"
    lines = [words.map(\.shellWord).joined(separator: " ")]
    content = JSON.line(.texts(words))
    self.words = words
  }

  /// Creates the part of a task that runs commands on this machine, or replaces a task that comes
  /// with amm; nil if it does neither.
  package init?(_ task: ModelTask, at path: String, shadowing isShadowing: Bool) {
    let commands = task.hostCommands.map { $0.map(\.shellWord).joined(separator: " ") }
    guard !commands.isEmpty || isShadowing else { return nil }
    name = path
    summary =
      commands.isEmpty
      ? "it replaces the task '\(task.name)' that comes with amm"
      : "it runs commands on this machine, outside any sandbox"
    lines = commands.isEmpty ? ["(asks other questions under the name '\(task.name)')"] : commands
    content = task.hash
    words = task.hostCommands.flatMap { $0 }
  }
}

extension Trust {
  /// Returns all parts of a workspace that require trust, including trusted ones.
  package static func parts(of workspace: Workspace?, in folder: WorkspaceFolder) throws(HostError)
    -> [Part]
  {
    var parts: [Part] = []
    // '--apply' can choose either, regardless of 'apply.method'.
    if let apply = workspace?.apply {
      parts += [.homeManager, .command].compactMap { Part(apply, $0) }
    }
    return try parts + TaskFolder(folder).partsWantingTrust
  }

  /// Returns the parts that the user has not agreed to.
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
