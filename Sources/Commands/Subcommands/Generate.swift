import ArgumentParser
import Deployments
import Diagnostics
import Host
import Rendering
import Values
import Workspaces

extension Target: ExpressibleByArgument {}

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write the files that Podman and home-manager take, all of them or none.",
    discussion: """
      Examples:
        amm generate
        amm generate --diff
        amm generate --check                    in CI: exit status 2 when 'generated/' is stale
        amm generate --target quadlet --output ~/.config/containers/systemd/ai-models

      Files of the output folder that amm did not write are never touched; those that it wrote \
      and no longer would are removed. The list of its own files is '.amm-manifest' there.
      """)

  @OptionGroup var workspace: WorkspaceOption

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Where to write.", valueName: "dir"))
  var output: String?

  @Option(
    name: [.short, .long], parsing: .upToNextOption,
    help: "What to write; without it, everything.")
  var target: [Target] = []

  @Flag(help: "Write nothing; exit with 2 when something would change.")
  var check = false

  @Flag(help: "Write nothing; print what would change as a unified diff.")
  var diff = false

  func run() throws {
    try attempt {
      let loader = try WorkspaceLoader(workspace.folder)
      try requireWorkspace(loader)
      let outcome = try loader.load()
      Console.report(outcome.diagnostics)
      guard let plan = outcome.value?.plan() else { throw ExitStatus.invalid }
      let files = plan.render(target.isEmpty ? Target.allCases : target)
      let folder = output ?? workspace.folder.file("generated")
      let changes = try OutputChanges(of: files, in: folder)
      if diff {
        for change in changes.changed { Console.print(change.diff.dropLastNewline) }
      }
      if check { return try report(changes, folder) }
      if diff { return }
      try write(files, changes, to: folder)
    }
  }

  private func report(_ changes: OutputChanges, _ folder: String) throws {
    guard !changes.changed.isEmpty else {
      Console.print("\(folder) is up to date (\(Phrase.count(changes.total, "file")))")
      return
    }
    for change in changes.changed {
      Console.say("\(folder)/\(change.path): \(change.explanation)")
    }
    Console.fail("\(folder) is not what would be written", help: "run 'amm generate'")
    throw ExitStatus.stale
  }

  private func write(
    _ files: [RenderedFile], _ changes: OutputChanges, to folder: String
  ) throws {
    let count = Phrase.count(files.count, "file")
    // Podman's folder is not there before the first unit.
    if let slash = folder.lastIndex(of: "/") { try FolderCreator.makeAll(String(folder[..<slash])) }
    // Even when nothing is to be written: what an interrupted run left is cleared.
    let writer = try FolderWriter(folder)
    guard !changes.changed.isEmpty else {
      Console.print("\(folder) is up to date (\(count)); nothing written")
      return
    }
    let foreign = try writer.conflicts(with: files.map(\.path))
    guard foreign.isEmpty else {
      throw HostError(
        "write", folder + "/" + Phrase.allOf(foreign),
        reason: "amm did not write what stands there; move it away")
    }
    try writer.replace(with: files)
    for change in changes.changed { Console.print("\(change.verb) \(folder)/\(change.path)") }
    Console.print("\(folder) is complete: \(count), \(changes.changed.count) changed")
  }
}

extension Deployment {
  /// Writes everything that is generated, all of it or nothing.
  func write(to folder: String) throws(HostError) {
    let files = render()
    let writer = try FolderWriter(folder)
    let foreign = try writer.conflicts(with: files.map(\.path))
    guard foreign.isEmpty else {
      throw HostError(
        "write", folder + "/" + Phrase.allOf(foreign),
        reason: "amm did not write what stands there; move it away")
    }
    guard try !OutputChanges(of: files, in: folder).changed.isEmpty else { return }
    try writer.replace(with: files)
  }
}

extension FolderWriter {
  /// Writes files, and notes their hashes: so `amm status` can tell one that was edited by hand.
  func replace(with files: [RenderedFile]) throws(HostError) {
    try replace(
      with: files.map { ($0.path, Array($0.text.utf8)) },
      noting: { SHA256.digest(of: files[$0].text) })
  }

  /// The files of a tree that are not as amm wrote them, or are gone, sorted.
  static func edited(in tree: String) throws(HostError) -> [String] {
    var edited: [String] = []
    for (path, note) in try notes(in: tree) {
      guard let note else { continue }
      let bytes = try Files.read("\(tree)/\(path)")
      let hash = bytes.map { SHA256.digest(of: String(decoding: $0, as: UTF8.self)) }
      if hash != note { edited.append(path) }
    }
    return edited
  }
}

/// What writing files would change in a folder.
struct OutputChanges {
  struct Change {
    let path: String
    let old: String?
    let new: String?

    var verb: String { old == nil ? "created" : new == nil ? "removed" : "changed" }
    var diff: String { UnifiedDiff.text(from: old, to: new, path: path) }

    /// Which way it differs, and where first.
    var explanation: String {
      guard let old, let new else { return old == nil ? "is missing" : "should not be there" }
      let pairs = zip(
        old.split(separator: "\n", omittingEmptySubsequences: false),
        new.split(separator: "\n", omittingEmptySubsequences: false))
      let line = pairs.enumerated().first { !$1.0.utf8.elementsEqual($1.1.utf8) }?.offset
      return "differs from line \((line ?? pairs.underestimatedCount) + 1) on"
    }
  }

  /// Files that are missing, different or no longer wanted, sorted by path.
  let changed: [Change]
  let total: Int

  init(of files: [RenderedFile], in folder: String) throws(HostError) {
    var changed: [Change] = []
    for file in files {
      let old = try Files.read(folder + "/" + file.path).map { String(decoding: $0, as: UTF8.self) }
      // By bytes: Swift takes two spellings of one accent for the same text.
      if old.map({ !$0.utf8.elementsEqual(file.text.utf8) }) ?? true {
        changed.append(Change(path: file.path, old: old, new: file.text))
      }
    }
    let wanted = Set(files.map(\.path))
    for path in try FolderWriter.owned(in: folder) where !wanted.contains(path) {
      let old = try Files.read(folder + "/" + path).map { String(decoding: $0, as: UTF8.self) }
      if let old { changed.append(Change(path: path, old: old, new: nil)) }
    }
    self.changed = changed.sorted { $0.path < $1.path }
    total = files.count
  }
}
