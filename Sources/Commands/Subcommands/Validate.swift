import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports
import Targets

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Report every problem in a workspace, or in single files.",
    discussion: """
      Examples:
        amm validate
        amm validate ~/dotfiles/ai-models --strict
        amm validate profiles/coding/deepseek-coder.yaml tasks/mine.yaml
        amm validate --as task ~/drafts/mine.yaml
        amm validate --json | jq '.diagnostics[].code'
        amm validate --format sarif > amm.sarif
        amm validate docker-compose.yaml     check a file of another tool
        amm validate --fix                   fix mistakes with a certain fix
        amm validate --format github         annotate files in a GitHub workflow
        amm validate --policy /etc/amm/policy.yaml
        amm validate --stdin profiles/coding/mine.yaml --json < editor-buffer
      """)

  @Argument(
    help:
      "Profiles, tasks, workspaces, or folders of them; by default the entire workspace.",
    completion: .file())
  var paths: [String] = []

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "The kind of the paths: workspace, profile, task or foreign; by default it follows from their names.",
      valueName: "kind"))
  var kind: CheckedFiles.Kind?

  @Flag(
    help: ArgumentHelp(
      "Fail on warnings.",
      discussion:
        "Advice, such as that a runtime is unmaintained, does not count; 'AMM_ADVICE=off' hides it."
    ))
  var strict = false

  @Option(
    help: ArgumentHelp(
      "Also check profiles and instances against a policy.",
      discussion:
        "A file that limits what contributors to the workspace may set; see 'amm schema policy'.",
      valueName: "file"), completion: .file())
  var policy: String?

  @Flag(
    help: ArgumentHelp(
      "Apply fixes that are certain, show them as a diff, and check again.",
      discussion:
        "Fixes misspelt keys and values, and variables and arguments that are settings; only in profiles."
    ))
  var fix = false

  @Option(
    help: ArgumentHelp(
      "Check the standard input as the content of this file, for editors.",
      discussion: "Only problems of this file are reported.", valueName: "file"))
  var stdin: String?

  @Option(
    help: ArgumentHelp(
      "The format of the report: text, json, sarif (2.1.0), github or junit.",
      discussion: "Text goes to standard error, all others to standard output.", valueName: "format"
    ))
  var format: ReportFormat = .text

  @Option(
    help: ArgumentHelp(
      "Also check that Podman of this version can run the workspace's units.",
      valueName: "version"))
  var podman: PodmanVersion?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "With '--podman', check only the units of this target: its name, or the host name of its machine.",
      valueName: "name"))
  var host: String?

  @Flag(help: "Short for '--format json'.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !json || [.text, .json].contains(format) else {
      throw ValidationError("'--json' cannot be combined with another '--format'.")
    }
    guard host == nil || podman != nil else {
      throw ValidationError("'--for' needs '--podman'.")
    }
    guard podman == nil || (paths.isEmpty && stdin == nil) else {
      throw ValidationError("'--podman' cannot be combined with paths or '--stdin'.")
    }
    guard stdin == nil || (paths.isEmpty && !fix) else {
      throw ValidationError("'--stdin' cannot be combined with paths or '--fix'.")
    }
  }

  func run() throws {
    try attempt {
      if fix { try applyFixes() }
      let findings = try findings
      let sorted = Console.told(of: findings.diagnostics)
      let format = json ? .json : format
      let untrusted = findings.untrusted
      if let report = format.report(
        sorted, files: findings.files, wantingTrust: untrusted.map(\.name))
      {
        Console.write(report)
      } else {
        Console.report(sorted)
        if sorted.isEmpty { Console.print("\(findings.counted): no problems") }
        for part in untrusted {
          Console.say("'\(part.name)' does not run before you agree: \(part.summary)")
        }
        if !untrusted.isEmpty { Console.say("  'amm trust --show' shows what would run") }
      }
      if sorted.hasErrors || (strict && sorted.hasMistakes) { throw ExitStatus.invalid }
      if let podman { try requireUnits(for: podman) }
    }
  }

  /// Rejects units that are written for a newer Podman than the machine's.
  private func requireUnits(for podman: PodmanVersion) throws {
    guard let wanted = try workspace.open().loaded().newestPodman(for: host), podman < wanted
    else { return }
    throw OperationError(
      .invalid,
      "the workspace is written for Podman \(wanted.text), and the machine has \(podman.text)",
      help: "set 'podman' under 'defaults' in instances.yaml, or use a newer Podman")
  }

  /// Applies the certain fixes to the profiles that are checked.
  private func applyFixes() throws {
    for file in try profilesToFix() {
      guard let mended = try file.mended(on: .here), mended.count > 0 else { continue }
      Console.say(mended.diff)
      try file.replace(with: mended, on: .here)
      Console.say("fixed \(Phrase.count(mended.count, "problem")) in '\(file.path)'")
    }
  }

  private func profilesToFix() throws -> [ProfileFile] {
    let own = { (folder: WorkspaceFolder) in
      try folder.requireWorkspace()
      return try WorkspaceLoader(folder).files
    }
    guard !paths.isEmpty else { return try own(workspace.open()) }
    let given = try CheckedFiles(paths, as: kind, on: .here)
    return try given.workspaces.flatMap(own) + given.profiles
  }

  /// Checks the entire workspace, the given paths, or the standard input.
  private var findings: Findings {
    get throws {
      let validation = Validation(policy: policy)
      if let stdin {
        let given = try CheckedFiles(standardInputAs: stdin, as: kind, on: .here)
        var found = try validation.check(given, in: workspace.open())
        found.diagnostics.removeAll { $0.location.path != stdin }
        return found
      }
      guard !paths.isEmpty else { return try validation.check(workspace.open()) }
      return try validation.check(
        CheckedFiles(paths, as: kind, on: .here), in: workspace.open())
    }
  }
}

extension CheckedFiles.Kind: ExpressibleByArgument {}

extension ReportFormat: ExpressibleByArgument {}
