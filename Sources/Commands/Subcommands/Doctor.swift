import ArgumentParser
import Diagnostics
import Host
import Values
import Workspaces

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look whether this machine can run the workspace's servers.",
    discussion: """
      Each finding comes with the command that mends it. Exit status 3 when servers cannot run.

      Examples:
        amm doctor
        amm doctor --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let loader = try WorkspaceLoader(workspace.folder)
      try requireWorkspace(loader)
      let outcome = try loader.load()
      guard let found = outcome.value else {
        Console.report(outcome.diagnostics)
        throw ExitStatus.invalid
      }
      let findings = Examinations(workspace: found, plan: found.plan(), folder: workspace.folder)
        .all
      if json {
        Console.print(JSON.text(.list(findings.map(\.value))).dropLastNewline)
      } else {
        show(findings)
      }
      if findings.contains(where: { $0.state == .error }) { throw ExitStatus.refused }
    }
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
