import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Operations

/// The arguments of `start`, `stop`, `restart` and `logs`: an instance, and how to find its unit.
struct ServiceOptions: ParsableArguments {
  @Argument(help: "The instance.", completion: Completion.instances)
  var instance: String

  @OptionGroup var workspace: WorkspaceOption

  /// Returns the name of the instance's service in systemd.
  func service() throws -> String {
    let folder = try workspace.open()
    if try !folder.instanceNames.isEmpty { try folder.requireInstance(instance) }
    guard let state = Machine.here.services.state(of: instance) else {
      guard Machine.here.services.answers else {
        Console.fail("systemd does not answer for this user", help: Services.remedy)
        throw ExitStatus.refused
      }
      Console.fail(
        "systemd has no unit for '\(instance)'",
        help: "install it with 'amm switch' or 'home-manager switch'")
      throw ExitStatus.refused
    }
    return state.name
  }

  func systemctl(_ verb: String) throws {
    let service = try service()
    if verb != "stop" {
      // A unit that reached its start limit can then start again, with all of its attempts.
      _ = Machine.here.capture(["systemctl", "--user", "reset-failed", service])
    }
    let result = try Machine.here.run(["systemctl", "--user", verb, service])
    guard result.isSuccess else { throw ExitStatus.refused }
  }
}

struct Start: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start an instance's server.",
    discussion: """
      Examples:
        amm start tgi-primary
      """)
  @OptionGroup var options: ServiceOptions
  func run() throws { try attempt { try options.systemctl("start") } }
}

struct Stop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Stop an instance's server.",
    discussion: """
      Examples:
        amm stop tgi-primary
      """)
  @OptionGroup var options: ServiceOptions
  func run() throws { try attempt { try options.systemctl("stop") } }
}

struct Restart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Restart an instance's server.",
    discussion: """
      Examples:
        amm restart tgi-primary
      """)
  @OptionGroup var options: ServiceOptions
  func run() throws { try attempt { try options.systemctl("restart") } }
}

struct Logs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show the log of an instance's server.",
    discussion: """
      Examples:
        amm logs tgi-primary
        amm logs tgi-primary -f
      """)
  @Flag(name: [.customShort("f"), .long], help: "Keep printing new lines.")
  var follow = false

  @Option(name: [.customShort("n"), .long], help: "The number of lines.")
  var lines = 100

  @OptionGroup var options: ServiceOptions

  func run() throws {
    try attempt {
      if follow { Terminal.endWithReader() }
      let words = ["journalctl", "--user", "-u", try options.service(), "-n", String(lines)]
      let result = try Machine.here.run(words + (follow ? ["-f"] : ["--no-pager"]))
      guard result.isSuccess else { throw ExitStatus.refused }
    }
  }
}
