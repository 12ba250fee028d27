import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports
import Values
import Workspaces

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check whether this machine can run the workspace's servers.",
    discussion: """
      Checks what the servers need: the user's systemd, groups and Podman. Each problem is shown \
      with a command that fixes it. Without a workspace, only the machine is checked. Exit status 3 \
      if servers cannot run.

      '--report' prints a summary for a bug report. It leaves out your user name, the paths of your \
      files, and the names of what you serve. Read it before you send it.

      '--target' checks a cluster instead, with 'kubectl': the namespace, the secrets and their keys, \
      the classes of storage and runtime, and the GPUs that nodes offer.

      Examples:
        amm doctor
        amm doctor --target prod
        amm doctor --json
        amm doctor --report > report.txt
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print a summary of the machine for a bug report, without your names and paths.")
  var report = false

  @Option(help: ArgumentHelp("Check the cluster of this target.", valueName: "name"))
  var target: String?

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard target == nil || !report else {
      throw ValidationError("'--target' cannot be combined with '--report'.")
    }
    guard !(json && report) else {
      throw ValidationError("'--report' cannot be combined with '--json'.")
    }
  }

  func run() throws {
    try attempt {
      if let target { return try checkCluster(target) }
      let (servers, workspaceFinding) = try servers()
      var machine = Machine.here
      machine.userName = machine.knownUserName()
      let examinations = Examinations(machine, servers)
      let findings = examinations.all + [workspaceFinding]
      if report {
        Console.write(Shown(lines: DoctorReport(examinations, findings).text))
      } else if json {
        Console.write(Shown(json: .document(["findings": .list(findings.map(\.value))])))
      } else {
        show(findings)
      }
      if findings.contains(where: { $0.state == .error }) { throw ExitStatus.refused }
    }
  }

  private func checkCluster(_ name: String) throws {
    let folder = try workspace.open()
    try requireWorkspace(folder)
    let outcome = try WorkspaceLoader(folder).load()
    guard let found = outcome.value else {
      Console.report(outcome.diagnostics)
      throw ExitStatus.invalid
    }
    let clusters = Cluster.all(of: found, on: folder.machine)
    guard let cluster = clusters.first(where: { $0.name == name }) else {
      let names = clusters.map(\.name)
      throw OperationError(
        .invalid, "the workspace has no cluster '\(name)'",
        help: names.isEmpty
          ? "add a target of the kind 'kubernetes'"
          : Suggestion.help(
            for: name, among: names, otherwise: "its clusters are \(Phrase.allOf(names))"))
    }
    let findings = ClusterExaminations(cluster).all
    if json {
      Console.write(Shown(json: .document(["findings": .list(findings.map(\.value))])))
    } else {
      show(findings)
    }
    if findings.contains(where: { $0.state == .error }) { throw ExitStatus.refused }
  }

  /// Returns the servers of the workspace, and the finding about the workspace.
  private func servers() throws -> (Examinations.Servers?, Finding) {
    let subject = "workspace"
    let folder = try workspace.open()
    guard try folder.exists else {
      // A workspace that the user names must exist.
      if workspace.workspace != nil { try requireWorkspace(folder) }
      return (
        nil,
        Finding(subject, .ok, "there is none in \(folder.path) yet", fix: "amm init \(folder.path)")
      )
    }
    let outcome = try WorkspaceLoader(folder).load()
    guard let found = outcome.value else {
      let count = Phrase.count(outcome.diagnostics.count { $0.severity == .error }, "error")
      return (
        nil, Finding(subject, .error, "\(count) in \(folder.path)", fix: "amm validate")
      )
    }
    let servers = Examinations.Servers(workspace: found, folder: folder)
    return (servers, Finding(subject, .ok, folder.path))
  }

  private func show(_ findings: [Finding]) {
    let style = Style.ofOutput
    let width = findings.map(\.subject.displayWidth).max() ?? 0
    for finding in findings {
      let word =
        switch finding.state {
        case .ok: style.good("ok     ")
        case .warning: style.warning("warning")
        case .error: style.error("error  ")
        case .unseen: style.faint("?      ")
        }
      let gap = String(repeating: " ", count: width - finding.subject.displayWidth)
      Console.print("\(word)  \(finding.subject)\(gap)  \(finding.message)")
      if let fix = finding.fix { Console.print("         \(style.good("help:")) \(fix)") }
    }
  }
}
