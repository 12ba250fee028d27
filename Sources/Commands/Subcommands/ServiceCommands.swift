import ArgumentParser
import CommandSupport
import Diagnostics
import Operations

/// The arguments of `start`, `stop`, `restart` and `logs`: an instance, and how to find its unit.
struct ServiceOptions: ParsableArguments {
  @Argument(help: "The instance.", completion: Completion.instances)
  var instance: String

  @OptionGroup var workspace: WorkspaceOption

  /// Finds the instance's unit.
  func control() throws -> ServerControl {
    try ServerControl(instance, in: workspace.openInstalled())
  }

  /// Returns the command that prints the log of an instance on a cluster; nil if a machine runs it.
  func clusterLog(lines: Int, following follows: Bool) throws -> [String]? {
    let folder = try workspace.openInstalled()
    let loaded = try? WorkspaceLoader(folder).load().value
    guard let cluster = loaded?.cluster(running: instance, on: folder.machine) else { return nil }
    let words = cluster.kubectl(cluster.logWords(of: instance, lines: lines))
    // A log that is followed has no end.
    return follows ? words.filter { !$0.hasPrefix("--request-timeout") } + ["--follow"] : words
  }
}

struct Start: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start an instance's server.",
    discussion: """
      If the instance is in an exclusive group, the other servers of the group stop. First, amm \
      waits for their requests under way, for up to the time 'drain' in instances.yaml.

      With '--foreground', amm waits until the server is healthy and follows it. SIGTERM, SIGINT \
      and SIGHUP stop the server, unless it starts with the session. If amm is killed, the server \
      continues to run.

      Exit status: 3 systemd did not start it, 4 with '--foreground', it is not healthy or failed.

      Examples:
        amm start main
        amm start main --foreground
      """)

  @Flag(help: "Follow the server until it ends.")
  var foreground = false

  @Option(
    help: ArgumentHelp(
      "With '--foreground', seconds to wait until it is healthy.", valueName: "seconds"))
  var wait = SwitchRequest.standardWait

  @OptionGroup var options: ServiceOptions

  func validate() throws {
    guard wait > 0 else { throw ValidationError("'--wait' must be at least 1 second.") }
  }

  func run() throws {
    try attempt {
      guard foreground else { return try options.control().start() }
      try ServerControl.holdingSignals { try options.control().runInForeground(limit: wait) }
    }
  }
}

struct Stop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Stop an instance's server.",
    discussion: """
      A server that starts on demand starts again when a client connects to its port.

      Examples:
        amm stop main
      """)
  @OptionGroup var options: ServiceOptions
  func run() throws { try attempt { try options.control().stop() } }
}

struct Restart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Restart an instance's server.",
    discussion: """
      First, amm waits for requests under way, for up to the time 'drain' in instances.yaml.

      Examples:
        amm restart main
      """)
  @OptionGroup var options: ServiceOptions
  func run() throws { try attempt { try options.control().restart() } }
}

struct Logs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show the log of an instance's server.",
    discussion: """
      The lines come from systemd's journal, or for an instance on a cluster from 'kubectl'.

      Examples:
        amm logs main
        amm logs main -f
      """)
  @Flag(name: [.customShort("f"), .long], help: "Keep printing new lines.")
  var follow = false

  @Option(name: [.customShort("n"), .long], help: "The number of lines.")
  var lines = 100

  @OptionGroup var options: ServiceOptions

  func run() throws {
    try attempt {
      if follow { Console.endWithReader() }
      if let words = try options.clusterLog(lines: lines, following: follow) {
        return try Machine.here.passLog(of: words)
      }
      let control = try options.control()
      let words = control.journal + ["-n", String(lines)]
      let isShown = try Machine.here.passLines(of: words + (follow ? ["-f"] : ["--no-pager"]))
      guard isShown else { throw ExitStatus.refused }
    }
  }
}
