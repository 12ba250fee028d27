import ArgumentParser
import CommandSupport
import Comparison
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
    abstract: "Print the JSON Schema of a file format.",
    discussion: """
      Examples:
        amm schema profile > profile.schema.json
        amm schema instances
        amm schema experiment
        amm schema task
        amm schema policy
      """)

  @Argument(help: "The format: profile, instances, experiment, task or policy.")
  var format: SchemaFile = .profile

  @OptionGroup var color: ColorOption

  func run() throws { Console.write(Shown(json: format.value)) }
}

extension SchemaFile: ExpressibleByArgument {}
