import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Imports
import Operations
import Reports
import Values
import Workspaces
import YAML

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

  @Flag(help: "Short for '--format json'.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !json || [.text, .json].contains(format) else {
      throw ValidationError("'--json' cannot be combined with another '--format'.")
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
    }
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
      try requireWorkspace(folder)
      return try WorkspaceLoader(folder).files
    }
    guard !paths.isEmpty else { return try own(workspace.open()) }
    let given = try CheckedFiles(paths, as: kind, on: .here)
    return try given.workspaces.flatMap(own) + given.profiles
  }

  /// What was checked, and its problems.
  private struct Findings {
    var diagnostics: [Diagnostic] = []
    var files: [String] = []
    var profiles = 0
    var instances = 0
    var companions = 0
    var tasks = 0
    var servers = 0
    var foreign = 0
    var untrusted: [Trust.Part] = []

    /// The numbers as text: "3 profiles, 1 instance".
    var counted: String {
      let parts = [
        (instances, "instance"), (companions, "companion"), (tasks, "task"), (servers, "server"),
      ]
      .filter { $0.0 > 0 }
      let isOther = profiles + instances + companions == 0 && tasks + foreign > 0
      let isWithoutServer = isOther && parts.isEmpty
      let all =
        (isOther ? [] : [(profiles, "profile")]) + (isWithoutServer ? [(foreign, "file")] : parts)
      return all.map { Phrase.count($0.0, $0.1) }.joined(separator: ", ")
    }
  }

  /// Checks the entire workspace, the given paths, or the standard input.
  private var findings: Findings {
    get throws {
      if let stdin {
        let content = try Files.readLog(nil, limit: Composer.Limits.bytes + 1)
        var found = try check(CheckedFiles(content, of: stdin, as: kind, on: .here))
        found.diagnostics.removeAll { $0.location.path != stdin }
        return found
      }
      return try paths.isEmpty
        ? check(workspace.open()) : check(CheckedFiles(paths, as: kind, on: .here))
    }
  }

  private func check(
    _ folder: WorkspaceFolder, instances: FileContent? = nil
  ) throws -> Findings {
    if instances == nil { try requireWorkspace(folder) }
    var findings = Findings()
    var loader = try WorkspaceLoader(folder)
    loader.instances = instances
    let rules = policy.map { PolicyFile.read($0, for: folder) }
    let outcome = try loader.load(checkingAll: true, policy: rules?.value)
    let tasks = try TaskFolder(folder).ownFiles
    findings.profiles = loader.files.count
    findings.instances = outcome.value?.instances.count ?? 0
    findings.companions = outcome.value?.placedCompanions.count ?? 0
    findings.tasks = tasks.count
    findings.files =
      [folder.file("instances.yaml")] + loader.files.map(\.path) + tasks.map(\.path)
    findings.diagnostics =
      outcome.diagnostics + TaskFolder.check(tasks) + (rules?.diagnostics ?? [])
    if findings.counted == "0 profiles", findings.diagnostics.isEmpty {
      findings.diagnostics.append(CheckedFiles.nothingFound(folder.path, "profiles and instances"))
    }
    findings.untrusted = Trust.missing(of: outcome.value, in: folder)
    return findings
  }

  private func check(_ given: CheckedFiles) throws -> Findings {
    var findings = Findings()
    for folder in given.workspaces {
      let part = try check(folder, instances: given.instances)
      findings.diagnostics += part.diagnostics
      findings.files += part.files
      findings.profiles += part.profiles
      findings.instances += part.instances
      findings.companions += part.companions
      findings.tasks += part.tasks
      findings.untrusted += part.untrusted
    }
    let profiles = given.profiles
    findings.profiles += profiles.count
    findings.tasks += given.tasks.count
    findings.files +=
      profiles.map(\.path) + given.tasks.map(\.path) + given.foreign.map(\.path)
    for file in given.foreign {
      let imported = file.read()
      findings.servers += imported.servers.count
      findings.foreign += 1
      findings.diagnostics += imported.diagnostics
      if !imported.knowsServer, !imported.diagnostics.hasErrors {
        findings.diagnostics.append(CheckedFiles.noServer(file.path, besides: imported.others))
      }
    }
    let folder = try workspace.open()
    let lock = try profiles.isEmpty || !folder.exists ? nil : folder.modelLock.value
    let root = Files.canonical(folder.path).map { $0 + "/" }
    let rules = policy.map { PolicyFile.read($0, for: folder) }
    findings.diagnostics +=
      given.diagnostics + TaskFolder.check(given.tasks) + (rules?.diagnostics ?? [])
      + Parallel.map(count: profiles.count) { index in
        // A workspace's lock applies only to its own profiles.
        let place = Files.canonical(profiles[index].path) ?? profiles[index].path
        let isOwn = root.map(place.hasPrefix) ?? false
        let outcome = profiles[index].read(isOwn ? lock : nil)
        return outcome.diagnostics + (outcome.value.flatMap { rules?.value?.judge($0) } ?? [])
      }.flatMap { $0 }
    return findings
  }
}

extension CheckedFiles.Kind: ExpressibleByArgument {}

extension ReportFormat: ExpressibleByArgument {}
