import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports
import Values

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what each instance serves and whether it is healthy.",
    discussion: """
      Asks systemd, Podman, the GPU drivers and the servers themselves: a server that reports \
      another model is not healthy. 'drift' counts the differences between the workspace and \
      what was generated, installed or started. What could not be checked is listed at the end.

      '--check' is for monitoring: exit status 0 if everything is well, 2 if only drift was \
      found, 4 if an instance that starts by itself is not healthy.

      Examples:
        amm status
        amm status --watch
        amm status --drift
        amm status --check > /dev/null || notify-send "models: see 'amm status'"
        amm status --json
        amm status --html status.html
      """,
    aliases: ["st"])

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Repeat every 2 seconds until interrupted.")
  var watch = false

  @Flag(help: "List every difference between the workspace and the machine.")
  var drift = false

  @Flag(help: "Exit with status 2 if there is drift, 4 if an instance is not healthy.")
  var check = false

  @Option(
    help: ArgumentHelp(
      "Write a page with instances, GPUs and the latest switches; it needs no network.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !watch || (!check && !json && html == nil) else {
      throw ValidationError("'--watch' cannot be combined with '--check', '--json' or '--html'.")
    }
  }

  func run() throws {
    try attempt {
      if watch { Console.endWithReader() }
      repeat {
        let folder = try workspace.open()
        let report = try StatusReport(folder.loaded(), in: folder)
        if let html {
          let history = try SwitchHistory(folder).entries(of: nil)
          try write(report.html(history, at: folder.machine.clock.timestamp()), to: html)
        }
        show(report)
        if check { try end(with: report.verdict) }
        if watch { folder.machine.clock.sleep(2) }
      } while watch
    }
  }

  private func show(_ report: StatusReport) {
    guard !json else { return Console.write(Shown(json: report.value)) }
    let shown = report.shown(in: .ofOutput, listingDrift: drift)
    // One write, so that the screen does not flicker.
    Console.write(watch && Console.isInteractive ? .clearScreen + shown : shown)
  }

  private func end(with verdict: StatusReport.Verdict) throws {
    switch verdict {
    case .ok: break
    case .drift: throw ExitStatus.stale
    case .unhealthy: throw ExitStatus.unhealthy
    }
  }
}
