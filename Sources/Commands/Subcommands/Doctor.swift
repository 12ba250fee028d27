import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Operations
import Reports
import Values
import Workspaces

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look whether this machine can run model servers, and those of the workspace.",
    discussion: """
      Looks at what starts the servers: the user's systemd, its groups, its Podman. Each finding \
      comes with the command that fixes it. Without a workspace, the machine alone is looked at. \
      Exit status 3 when servers cannot run.

      '--report' writes a summary to be pasted into a report: without the user's name, without paths \
      of own files, and without names of what is served. Read it before you send it.

      Examples:
        amm doctor
        amm doctor --json
        amm doctor --report > report.txt
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print a summary of the machine for others, without names and paths of yours.")
  var report = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !(json && report) else {
      throw ValidationError("'--report' is text; it does not go with '--json'.")
    }
  }

  func run() throws {
    try attempt {
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

  /// What is to be served, and what there is to say of the workspace.
  private func servers() throws -> (Examinations.Servers?, Finding) {
    let subject = "workspace"
    let folder = try workspace.open()
    guard try folder.exists else {
      // One that was named is meant to be there.
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
        nil, Finding(subject, .error, "\(count) in \(folder.path)", fix: "amm validate tells them")
      )
    }
    let servers = Examinations.Servers(workspace: found, folder: folder)
    return (servers, Finding(subject, .ok, folder.path))
  }

  private func show(_ findings: [Finding]) {
    let style = Style(for: .output)
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
