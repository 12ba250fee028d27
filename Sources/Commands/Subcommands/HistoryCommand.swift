import ArgumentParser
import CommandSupport
import Diagnostics
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
        amm history main --json
      """)

  @Argument(help: "List only the switches of this instance.", completion: Completion.instances)
  var instance: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try requireNamed(folder, workspace)
      let entries = try SwitchHistory(folder).entries(of: instance)
      // A removed instance can still have a history.
      if entries.isEmpty, let instance, try folder.exists { try folder.requireInstance(instance) }
      if json {
        return Console.write(
          Shown(json: .document(["switches": .list(entries.map { .set($0.members) })])))
      }
      guard !entries.isEmpty else {
        return Console.say(instance.map { "no switches of '\($0)' yet" } ?? "no switches yet")
      }
      show(
        entries.map { entry in
          [
            entry.time, entry.instance, "\(entry.from ?? "nothing") -> \(entry.to)", entry.outcome,
            "\(entry.duration) ms",
          ]
        })
    }
  }

  /// A table, or two lines for each switch on a narrow terminal.
  private func show(_ rows: [[String]]) {
    let style = Style.ofOutput
    let table = Table([["TIME", "INSTANCE", "SWITCH", "RESULT", "TOOK"]] + rows)
    guard let columns = Console.columns, table.width > columns else {
      for line in table.lines(titles: style) { Console.print(line) }
      return
    }
    for row in rows {
      Console.print(style.faint("\(row[0])") + "  " + style.bold("\(row[1])"))
      Console.print("  \(row[2])")
      Console.print("  \(row[3]), \(row[4])")
    }
  }
}
