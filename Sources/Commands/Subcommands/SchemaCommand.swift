import ArgumentParser
import Profiles
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
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case profile, instances }

  @Argument(help: "The format: profile or instances.")
  var format: Format = .profile

  func run() throws {
    let schema =
      switch format {
      case .profile:
        ProfileDocument.fields.document(
          title: "amm model profile", id: "urn:amm:schema:profile")
      case .instances:
        InstancesDocument.fields.document(
          title: "amm instances", id: "urn:amm:schema:instances")
      }
    Console.print(JSON.text(schema).dropLastNewline)
  }
}
