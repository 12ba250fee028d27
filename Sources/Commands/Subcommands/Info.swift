import ArgumentParser
import CommandSupport
import Deployments
import Diagnostics
import Locks
import Operations
import Profiles
import Reports
import Schema
import Values
import Workspaces

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show the settings of a profile, or what an instance runs.",
    discussion: """
      Examples:
        amm info chat/qwen3.5-4b
        amm info main
        amm info --json                show every instance as it is deployed
        amm info main --yaml
      """)

  @ArgumentParser.Argument(
    help: "A profile (path, file name or name) or an instance; by default every instance.",
    completion: Completion.profilesAndInstances)
  var name: String?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print YAML with the members of '--json'.")
  var yaml = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !(json && yaml) else {
      throw ValidationError("'--json' cannot be combined with '--yaml'.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try requireNamed(folder, workspace)
      if let name {
        return show(try NamedEntry.find(name, by: WorkspaceLoader(folder)).value(in: folder))
      }
      let found = try folder.loaded()
      let address = found.urls(on: folder.machine)
      let values = found.deployment.workloads.lazy.map {
        $0.value(at: address($0), of: found, in: folder)
      }
      if json || yaml {
        show(.list(Array(values)))
      } else {
        Console.write(Outline.shown(each: values))
      }
    }
  }

  /// Prints a list of instances, or one instance or profile, in the requested format.
  private func show(_ value: Value) {
    guard json || yaml else { return Console.write(Outline.shown(value)) }
    let document: Value =
      if case .set(let members) = value { .document(members) } else {
        .document(["instances": value])
      }
    Console.write(json ? Shown(json: document) : Shown(yaml: document))
  }
}
