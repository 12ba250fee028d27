import ArgumentParser
import Diagnostics
import Host
import Values

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what every instance serves and how it is.",
    discussion: """
      Says what it could not see where there is no systemd or Podman. 'drift' tells when what \
      was generated, installed or started is not what the workspace says, or was edited by hand.

      Examples:
        amm status
        amm status --json
        amm status --watch
      """,
    aliases: ["st"])

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Show it again every two seconds, until interrupted.")
  var watch = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      repeat {
        let loader = try WorkspaceLoader(workspace.folder)
        try requireWorkspace(loader)
        let outcome = try loader.load()
        guard let workspace = outcome.value else {
          Console.report(outcome.diagnostics)
          throw ExitStatus.invalid
        }
        let report = try StatusReport(workspace, in: self.workspace.folder)
        if watch { Terminal.write("\u{1B}[H\u{1B}[2J", to: .output) }
        Console.print(
          json ? JSON.text(report.value).dropLastNewline : report.text.dropLastNewline)
        if watch { Clock.sleep(seconds: 2) }
      } while watch
    }
  }
}
