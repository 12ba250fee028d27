import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Operations

/// What `start`, `stop`, `restart` and `logs` share: an instance and its unit.
struct ServiceOptions: ParsableArguments {
  @Argument(help: "The instance.", completion: Completion.instances)
  var instance: String

  @OptionGroup var workspace: WorkspaceOption

  /// The service that systemd has for the instance.
  func service() throws -> String {
    try requireKnown()
    guard let state = Machine.here.services.state(of: instance) else {
      Console.fail(
        "systemd has no unit for '\(instance)'",
        help: "'amm switch' or 'home-manager switch' installs it")
      throw ExitStatus.refused
    }
    return state.name
  }

  private func requireKnown() throws {
    let names = try workspace.open().instanceNames
    guard !names.isEmpty, !names.contains(instance) else { return }
    Console.fail(
      "there is no instance '\(instance)'",
      help: Suggestion.help(
        for: instance, among: names, otherwise: "'amm status' shows them"))
    throw ExitStatus.invalid
  }

  func systemctl(_ verb: String) throws {
    let service = try service()
    if verb != "stop" {
      // One that was given up is started anew, and has all of its starts before it.
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
    abstract: "Show what an instance's server said.",
    discussion: """
      Examples:
        amm logs tgi-primary
        amm logs tgi-primary -f
      """)
  @Flag(name: [.customShort("f"), .long], help: "Go on as it says more.")
  var follow = false

  @Option(name: [.customShort("n"), .long], help: "How many lines.")
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
