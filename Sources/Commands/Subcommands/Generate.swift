package import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Operations
import Reports
package import Targets
import Workspaces

extension Format: ExpressibleByArgument {
  /// The format of a name; nil where no target writes it.
  package init?(argument: String) {
    guard let format = Targets.formats.first(where: { $0.name == argument }) else { return nil }
    self = format
  }

  /// The names of all formats.
  package static var allValueStrings: [String] { Targets.formats.map(\.name) }
  /// The names of all formats.
  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension PodmanVersion: ExpressibleByArgument {
  /// A release such as `5.4`; nil for a text that is none, or older than amm writes for.
  package init?(argument: String) {
    guard let version = PodmanVersion(argument), version >= .oldest else { return nil }
    self = version
  }
}

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write the files that Podman and home-manager take, all of them or none.",
    discussion: """
      Examples:
        amm generate
        amm generate --diff
        amm generate --podman 5.4
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
    help: ArgumentHelp(
      "What to write, from now on: \(Targets.formats.map(\.name).joined(separator: ", ")).",
      discussion:
        "Without it, what the folder holds; that is all until it was said. A single format lies in "
        + "the folder of '--output' itself, as Podman's generator wants it."))
  var target: [Format] = []

  @Option(
    help: ArgumentHelp(
      "The Podman release to write for where instances.yaml says none.",
      discussion: "Without it, the oldest that amm writes for.", valueName: "release"))
  var podman: PodmanVersion?

  @Flag(help: "Write nothing; exit with 2 when something would change.")
  var check = false

  @Flag(help: "Write nothing; print what would change as a unified diff.")
  var diff = false

  @Flag(help: "Print what changed, or with '--check' would change, as JSON.")
  var json = false

  func validate() throws {
    guard !(json && diff) else { throw ValidationError("Choose '--json' or '--diff'.") }
  }

  func run() throws {
    try attempt {
      let isWriting = !check && !diff
      // Elsewhere, nothing of the workspace is written.
      let folder = try isWriting && output == nil ? workspace.openToChange() : workspace.open()
      try requireWorkspace(folder)
      let outcome = try WorkspaceLoader(folder).load(podman: podman)
      Console.report(outcome.diagnostics)
      guard let found = outcome.value else { throw ExitStatus.invalid }
      try requireTarget(of: found)
      let shown = output ?? folder.file("generated")
      guard let place = try place(in: folder, isWriting) else {
        throw HostError("read", shown, reason: "the folder that it is in is missing")
      }
      let changes = try place.changes(for: found)
      if diff { for change in changes.changed { Console.write(change.diff) } }
      if check { return try report(changes, shown) }
      if !diff { try write(found, to: place, shown, in: folder) }
    }
  }

  /// Refuses a format that no target of the workspace writes: its files would be none.
  private func requireTarget(of workspace: Workspace) throws {
    let known = workspace.targets.formats
    guard let missing = formats.first(where: { !known.contains($0) }) else { return }
    Console.fail(
      "no target of the workspace writes '\(missing.name)'",
      help: "it has targets for \(Phrase.allOf(known.map(\.name))); add another under 'targets:'")
    throw ExitStatus.invalid
  }

  /// What is written; nil where the folder above it is missing and not to be made.
  private func place(
    in folder: WorkspaceFolder, _ isWriting: Bool
  ) throws(HostError) -> OutputFolder? {
    guard let output else { return try OutputFolder(of: folder, formats) }
    guard let place = try OutputPlace.typed(output, makingParents: isWriting) else { return nil }
    return try OutputFolder(named: place, formats, on: folder.machine)
  }

  /// What is to be written, in its own order, each once; nothing where nothing was said.
  private var formats: [Format] { Targets.formats.filter(target.contains) }

  private func report(_ changes: OutputChanges, _ folder: String) throws {
    if json { Console.write(Shown(json: changes.value(of: folder))) }
    guard !changes.changed.isEmpty else {
      if json { return }
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
    _ workspace: Workspace, to place: OutputFolder, _ shown: String, in folder: WorkspaceFolder
  ) throws {
    let units = try UnitFolder(of: folder, makingParents: false)
    let isInstalled =
      units.map { $0.place.path == place.place.path || isSame($0.place, place.place) } ?? false
    if isInstalled { try units?.requireOwn() }
    let changes = try place.write(workspace, isInstalled ? units?.properties ?? [:] : [:])
    if json { return Console.write(Shown(json: changes.value(of: shown))) }
    let count = Phrase.count(changes.total, "file")
    guard !changes.changed.isEmpty else {
      Console.print("\(shown) is up to date (\(count)); nothing written")
      return
    }
    for change in changes.changed { Console.print("\(change.verb) \(shown)/\(change.path)") }
    Console.print("\(shown) is complete: \(count), \(changes.changed.count) changed")
  }

  /// Whether two places are one folder, through whichever links they are named.
  private func isSame(_ one: OutputPlace, _ other: OutputPlace) -> Bool {
    Files.canonical(one.parent.path) == Files.canonical(other.parent.path)
      && one.name == other.name
  }
}
