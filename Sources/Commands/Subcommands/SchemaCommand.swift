import ArgumentParser
import CommandSupport
import Comparison
import Diagnostics
import Experiments
import Operations
import Profiles
import Reports
import Schema
import Values
import Workspaces

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of a file format, or of a command's JSON.",
    discussion: """
      Examples:
        amm schema profile > profile.schema.json
        amm schema instances
        amm schema --output-of status
        amm schema --outputs
      """)

  @Argument(help: "The format: profile, instances, experiment, task or policy.")
  var format: SchemaFile?

  @Option(
    help: ArgumentHelp(
      "Print the schema of a command's output with '--json'.", valueName: "name"),
    completion: .list(CommandOutput.all.map(\.name)))
  var outputOf: String?

  @Flag(help: "List the names that '--output-of' accepts.")
  var outputs = false

  @OptionGroup var color: ColorOption

  func validate() throws {
    guard [format != nil, outputOf != nil, outputs].count(where: { $0 }) <= 1 else {
      throw ValidationError("Use one of the three: a format, '--output-of' or '--outputs'.")
    }
  }

  func run() throws {
    if outputs {
      var table = Table()
      for output in CommandOutput.all { table.add(output.name, output.command) }
      for line in table.lines() { Console.print(line) }
    } else if let outputOf {
      try show(outputOf)
    } else {
      Console.write(Shown(json: (format ?? .profile).value))
    }
  }

  private func show(_ name: String) throws {
    guard let output = CommandOutput.named(name) else {
      Console.fail(
        "there is no output '\(name)'",
        help: Suggestion.help(
          for: name, among: CommandOutput.all.map(\.name),
          otherwise: "'amm schema --outputs' lists them"))
      throw ExitStatus.usage
    }
    Console.write(Shown(json: output.schema))
  }
}

extension SchemaFile: ExpressibleByArgument {}
