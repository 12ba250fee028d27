import ArgumentParser
import CommandSupport
import Deployments
import Diagnostics
import Host
import Operations
import Profiles
import Reports
import Values

extension UnusedStorage.Item.Kind: ExpressibleByArgument {}

struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract:
      "List volumes, images and models that nothing uses any more, and remove them when told.",
    discussion: """
      Examples:
        amm clean
        amm clean --only image --remove
        amm clean --json

      Used is what this workspace names, served or not, what any unit of yours names, and what a \
      container has. Models are those in volumes of amm's; folders of yours are never touched.
      """)

  @Flag(help: "Remove what is listed.")
  var remove = false

  @Option(
    name: .long, parsing: .upToNextOption, help: "Only these: volume, image, model.",
    completion: .list(UnusedStorage.Item.Kind.allCases.map(\.rawValue)))
  var only: [UnusedStorage.Item.Kind] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !(json && remove) else {
      throw ValidationError("'--json' and '--remove' exclude each other.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try requireWorkspace(folder)
      let loader = try WorkspaceLoader(folder)
      let outcome = try loader.load()
      if outcome.value == nil { Console.report(outcome.diagnostics) }
      guard let loaded = outcome.value else { throw ExitStatus.invalid }
      let profiles = loader.files.compactMap { $0.read().value }
      let areAll = profiles.count == loader.files.count
      guard let unused = UnusedStorage(beside: loaded, profiles, areAll: areAll, on: .here) else {
        Console.fail("there is no Podman to ask", help: "'amm doctor' says more")
        throw ExitStatus.refused
      }
      if !areAll {
        Console.say(
          "a profile cannot be read ('amm validate' says why), so models are not looked for")
      }
      let kinds = Set(only.isEmpty ? UnusedStorage.Item.Kind.allCases : only)
      let items = unused.items.filter { kinds.contains($0.kind) }
      if json { return Console.write(Shown(json: .document(["unused": .list(items.map(\.value))]))) }
      guard !items.isEmpty else { return Console.print("nothing is unused") }
      for item in items { Console.print(item.shown) }
      let total = ByteCount(clamping: items.compactMap(\.size).reduce(0) { $0 + $1 })
      guard remove else {
        Console.print("\(total.text) in all; 'amm clean --remove' removes it")
        return
      }
      let failed = try unused.remove(kinds, on: .here)
      for (item, reason) in failed { Console.fail("'\(item.name)' is still there: \(reason)") }
      guard failed.isEmpty else { throw ExitStatus.refused }
      Console.print("removed \(total.text)")
    }
  }
}
