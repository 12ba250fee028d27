package import ArgumentParser
import CommandSupport
import Deployments
import Diagnostics
import Operations
import Reports
package import Targets
import Workspaces

extension Format: ExpressibleByArgument {
  /// Creates the format of a name; nil if no target writes it.
  package init?(argument: String) {
    guard let format = Targets.formats.first(where: { $0.name == argument }) else { return nil }
    self = format
  }

  /// The names of all formats.
  package static var allValueStrings: [String] { Targets.formats.map(\.name) }
  /// The completion of formats: their names.
  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension PodmanVersion: ExpressibleByArgument {
  /// Creates a version such as `5.4`; nil if the text is not a version or is too old for amm.
  package init?(argument: String) {
    guard let version = PodmanVersion(argument), version >= .oldest else { return nil }
    self = version
  }
}

extension Scope: ExpressibleByArgument {}

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write the files for all targets, either all of them or none.",
    discussion: """
      Examples:
        amm generate
        amm generate --diff
        amm generate --podman 5.4
        amm generate --check --format github    annotate stale files, in CI
        amm generate --check                    exit with 2 if a file is stale
        amm generate --target quadlet --output ~/.config/containers/systemd/ai-models
        amm generate --for gpu1 --output /tmp/gpu1
        amm generate --for prod --print         the objects of a cluster
        amm generate --diff --live              what 'kubectl apply' would change

      Files in the output folder that amm did not write are never changed. Files that amm wrote and \
      that are no longer needed are removed; '.amm-manifest' in the folder lists them.
      """)

  @OptionGroup var workspace: WorkspaceOption

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The output folder.", valueName: "dir"))
  var output: String?

  @Option(
    name: [.short, .long], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Which kinds of files to write, now and in later runs: \(Targets.formats.map(\.name).joined(separator: ", ")).",
      discussion:
        "By default the kinds that were last chosen for the folder, or all. A single kind is "
        + "written directly into the folder of '--output', as Podman's generator requires.",
      valueName: "kind"))
  var target: [Format] = []

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "Only the files of one target: its name, or the host name of its machine.",
      discussion: "They are written directly into the folder of '--output'.", valueName: "name"))
  var only: String?

  @Option(
    help: ArgumentHelp(
      "If a host has two targets, the one with this scope: user or system.", valueName: "scope"))
  var scope: Scope?

  @Flag(
    name: .customLong("print"), help: "With '--for', print the objects of a cluster as one text.")
  var prints = false

  @Flag(
    help:
      "With '--diff', show what the clusters would change: exit status 2 if anything, 3 on failure."
  )
  var live = false

  @Option(
    help: ArgumentHelp(
      "The Podman version to write for, if instances.yaml sets none.",
      discussion: "By default the oldest version that amm supports.", valueName: "version"))
  var podman: PodmanVersion?

  @Flag(help: "Write nothing; exit with status 2 if something would change.")
  var check = false

  @Flag(help: "Write nothing; print what would change as a unified diff.")
  var diff = false

  @Flag(help: "Print what changed, or with '--check' would change, as JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "The format of problems and stale files: text, json, sarif, github or junit.",
      discussion: "A stale file is reported at the profile or instance that changes it.",
      valueName: "format"))
  var format: ReportFormat = .text

  func validate() throws {
    guard !(json && diff) else {
      throw ValidationError("'--json' cannot be combined with '--diff'.")
    }
    guard !live || (diff && output == nil) else {
      throw ValidationError("'--live' needs '--diff', without '--output'.")
    }
    guard only == nil || output != nil || prints || live else {
      throw ValidationError("'--for' needs '--output', '--print' or '--live'.")
    }
    guard !prints || (only != nil && output == nil && !check && !diff && !json) else {
      throw ValidationError("'--print' needs '--for', and no other way of writing.")
    }
    guard scope == nil || only != nil else {
      throw ValidationError("'--scope' needs '--for'.")
    }
    guard format == .text || (check && !json && !diff) else {
      throw ValidationError("'--format' requires '--check', without '--json' and '--diff'.")
    }
  }

  func run() throws {
    try attempt {
      let isWriting = !check && !diff && !prints
      // With '--output', the workspace itself does not change.
      let folder = try isWriting && output == nil ? workspace.openToChange() : workspace.open()
      try folder.requireWorkspace()
      let outcome = try WorkspaceLoader(folder).load(podman: podman)
      if format == .text { Console.report(outcome.diagnostics) }
      guard let whole = outcome.value else {
        show(outcome.diagnostics)
        throw ExitStatus.invalid
      }
      let chosen = try only.map { try whole.entry(named: $0, in: scope) }
      if live {
        let isDifferent = try Cluster.showDifferences(of: whole, only: chosen, in: folder)
        if isDifferent { throw ExitStatus.stale }
        return
      }
      if prints, let chosen, let only {
        return Console.write(Shown(lines: try whole.objects(of: chosen, named: only)))
      }
      let found = chosen.map { whole.with(only: $0) } ?? whole
      try found.requireTargets(of: formats)
      let shown = output ?? folder.file("generated")
      let place =
        try output.map { try OutputFolder(typed: $0, formats, makingParents: isWriting, on: .here) }
        ?? OutputFolder(of: folder, formats)
      let files = place.files(of: found)
      if isWriting { return try write(found, files, to: place, shown, in: folder) }
      let changes = try place.changes(to: files)
      if format == .text { warn(of: changes) }
      if diff { for change in changes.changed { Console.write(change.diff) } }
      if format != .text {
        show(
          outcome.diagnostics + changes.diagnostics(of: found, in: folder, output: shown))
        if !changes.changed.isEmpty { throw ExitStatus.stale }
        return
      }
      if check { try report(changes, shown) }
    }
  }

  /// The formats of `--target` in their fixed order, each once; empty without the option.
  private var formats: [Format] { Targets.formats.filter(target.contains) }

  /// Prints problems in a format for programs; text was printed already.
  private func show(_ diagnostics: [Diagnostic]) {
    let sorted = Console.told(of: diagnostics)
    let files = Set(sorted.map(\.location.path)).sorted()
    if let report = format.report(sorted, files: files, wantingTrust: []) { Console.write(report) }
  }

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
    Console.fail("\(folder) is not up to date", help: "run 'amm generate'")
    throw ExitStatus.stale
  }

  /// Warns of changes that a cluster does not accept.
  private func warn(of changes: OutputChanges) {
    for claim in changes.refusedClaims { Console.warn(claim.message, help: claim.help) }
  }

  private func write(
    _ workspace: Workspace, _ files: [RenderedFile], to place: OutputFolder, _ shown: String,
    in folder: WorkspaceFolder
  ) throws {
    let units = try UnitFolder(of: folder, makingParents: false)
    let isInstalled = units.map { place.isSame(as: $0.place) } ?? false
    if isInstalled { try units?.requireOwn() }
    let properties = isInstalled ? units?.properties ?? [:] : [:]
    let changes = try place.write(workspace, rendered: files, properties)
    warn(of: changes)
    if json { return Console.write(Shown(json: changes.value(of: shown))) }
    Console.write(changes.written(to: shown))
  }
}
