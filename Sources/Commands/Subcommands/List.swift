import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Operations
import Profiles
import Reports
import Schema
import Values

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the profiles of the workspace and those that come with amm.",
    discussion: """
      Examples:
        amm list
        amm list coding --runtime tgi
        amm list --tag vision --json
      """,
    aliases: ["ls"])

  @Argument(help: "Only profiles of this category.", completion: Completion.categories)
  var category: String?

  @Option(
    name: [.short, .long], help: "Only profiles with this tag.", completion: Completion.tags)
  var tag: String?

  @Option(
    name: [.short, .long], help: "Only profiles of this runtime.", completion: Completion.runtimes)
  var runtime: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      let all = try ProfileCatalog(folder).read()
      let entries = all.filter(isWanted)
      let plans = ProfileCatalog.plans(of: entries, on: folder.machine)
      if json {
        Console.write(
          Shown(json: .list(zip(entries, plans).map { entry, plan in entry.value(with: plan) })))
      } else {
        printTable(entries, plans)
      }
      if entries.isEmpty, let category, !json {
        let known = Set(all.map(\.category)).sorted()
        Console.fail(
          "no profile matches '\(category)'",
          help: Suggestion.help(
            for: category, among: known, otherwise: "the categories are \(Phrase.allOf(known))"))
        throw ExitStatus.invalid
      }
    }
  }

  private func isWanted(_ entry: ProfileCatalog.Entry) -> Bool {
    if let category, entry.category != category { return false }
    if let runtime, entry.profile?.runtime.value.name != runtime { return false }
    if let tag {
      let tags = entry.profile?.document.tags?.value ?? []
      return tags.contains { $0.value == tag }
    }
    return true
  }

  private func printTable(_ entries: [ProfileCatalog.Entry], _ plans: [MemoryPlan?]) {
    let style = Style(for: .output)
    var table = Table()
    let isNarrow = Layout.ofOutput.columns.map { $0 < 60 } ?? false
    for (entry, plan) in zip(entries, plans) {
      guard let profile = entry.profile else {
        table.add(entry.file.id, "invalid", "see 'amm validate \(entry.file.path)'")
        continue
      }
      let (size, text) = (plan?.size ?? "", profile.document.description?.value ?? "")
      let runtime = profile.runtime.value.name
      if isNarrow {
        table.add(
          entry.file.id, runtime, [size, text].filter { !$0.isEmpty }.joined(separator: " "))
      } else {
        table.add(entry.file.id, runtime, size, text)
      }
    }
    for line in table.lines({ column, cell in
      switch column {
      case 0: style.bold(cell)
      case 1: cell == "invalid" ? style.error(cell) : style.good(cell)
      default: cell
      }
    }) {
      Console.print(line)
    }
  }
}

extension ProfileCatalog.Entry {
  /// The profile's own word, else the first folder of its path.
  fileprivate var category: String {
    profile?.document.category?.value ?? file.id.split(separator: "/").first.map(String.init) ?? ""
  }

  fileprivate func value(with plan: MemoryPlan?) -> Value {
    .set([
      "id": .text(file.id),
      "path": .text(file.path),
      "library": .boolean(file.isFromLibrary),
      "valid": .boolean(profile != nil),
      "name": profile.map { .text($0.name.value) },
      "category": .text(category),
      "description": profile?.document.description.map { .text($0.value) },
      "runtime": profile.map { .text($0.runtime.value.name) },
      "model": profile.map { .text($0.model.text) },
      "tags": profile.map { .texts($0.document.tags?.value.map(\.value) ?? []) },
      "memory": plan?.estimate == nil ? nil : plan?.brief,
    ])
  }
}
