import ArgumentParser
import CommandSupport
import Deployments
import Diagnostics
import Operations
import Reports
import Values

extension Export.Form: ExpressibleByArgument {}

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print a server as a command, as 'podman run', or for Compose.",
    discussion: """
      Prints instances or profiles in a form that works without amm: the command of the server's own \
      program ('--as command'), 'podman run' ('--as run'), or a file for Compose ('--as compose'). It \
      is made from the same checked deployment as the files of 'amm generate', and \
      'amm import' reads it back.

      Secrets are never printed. 'podman run' names the secrets of Podman; a command and a Compose \
      file take the variables of your environment, or name their files. What the form cannot have \
      is reported on standard error.

      Examples:
        amm export main --as run
        amm export chat/qwen3.5-4b --as command --port 8080
        amm export main embed --as compose --output compose.yaml
        amm export main --as run --json
      """)

  @ArgumentParser.Argument(
    help: "Instances, or profiles (path, file name or name).",
    completion: Completion.profilesAndInstances)
  var names: [String]

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("The form: command, run or compose.", valueName: "form"))
  var form: Export.Form

  @Option(
    help: ArgumentHelp(
      "The port of a profile; by default the server's own.", valueName: "port"))
  var port: Int?

  @Option(
    help: ArgumentHelp("Write to a file instead.", valueName: "file"), completion: .file())
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !names.isEmpty else { throw ValidationError("Name an instance or a profile.") }
    guard port.map({ (1...65_535).contains($0) }) ?? true else {
      throw ValidationError("'--port' must be from 1 to 65535.")
    }
    guard !(json && output != nil) else {
      throw ValidationError("'--json' cannot be combined with '--output'.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      let outcome = try ExportedServers(in: folder, port: port).deployment(of: names)
      Console.report(outcome.diagnostics)
      guard let deployment = outcome.value else { throw ExitStatus.invalid }
      let export = try Export(deployment, as: form)
      for lost in export.lost { Console.say("amm: \(lost)") }
      if json { return Console.write(Shown(json: export.value, made: ["text"])) }
      if let output {
        try export.write(to: output, on: folder.machine)
        Console.print("wrote \(output)")
      } else {
        Console.write(Shown(made: export.text))
      }
      for secret in export.secrets {
        Console.say("\(secret.variable) comes from \(secret.place)")
      }
    }
  }
}
