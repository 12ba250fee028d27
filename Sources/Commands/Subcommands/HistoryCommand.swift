import ArgumentParser
import CommandSupport
import Host
import Operations
import Reports
import Values

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List the switches of a workspace, the newest last.",
    discussion: """
      Examples:
        amm history
        amm history tgi-primary --json
      """)

  @Argument(help: "Only this instance's.", completion: Completion.instances)
  var instance: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let entries = try SwitchHistory(workspace.open()).entries(of: instance)
      if json {
        return Console.write(Shown(json: .list(entries.map(\.value))))
      }
      var table = Table()
      for entry in entries {
        let result = entry.isUndone ? "\(entry.result) failed, taken back" : entry.result
        table.add(
          entry.time, entry.instance, "\(entry.from ?? "nothing") -> \(entry.to)", result,
          "\(entry.duration) ms")
      }
      for line in table.lines({ $1 }) { Console.print(line) }
    }
  }
}
