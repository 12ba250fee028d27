import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Operations
import Reports
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
      if watch { Terminal.endWithReader() }
      repeat {
        let folder = try workspace.open()
        try requireWorkspace(folder)
        let outcome = try WorkspaceLoader(folder).load()
        guard let workspace = outcome.value else {
          Console.report(outcome.diagnostics)
          throw ExitStatus.invalid
        }
        let report = try StatusReport(workspace, in: folder)
        if watch { Console.write(.clearScreen) }
        Console.write(json ? Shown(json: report.value) : report.shown(in: .ofOutput))
        if watch { folder.machine.clock.sleep(2) }
      } while watch
    }
  }
}
