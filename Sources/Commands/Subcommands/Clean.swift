import ArgumentParser
import CommandSupport
import Deployments
import Diagnostics
import Operations
import Profiles
import Reports
import Values

extension UnusedStorage.Item.Kind: ExpressibleByArgument {}

struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract:
      "List volumes, images and models that nothing uses any more, or remove them.",
    discussion: """
      Examples:
        amm clean
        amm clean --only image --remove
        amm clean --json

      An item is in use if this workspace names it, served or not, if a unit of yours names it, or \
      if a container uses it. Only models in amm's volumes are listed; your folders are never \
      changed.
      """)

  @Flag(help: "Remove the listed items.")
  var remove = false

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Limit the list to these kinds: volume, image, model.",
    completion: .list(UnusedStorage.Item.Kind.allCases.map(\.rawValue)))
  var only: [UnusedStorage.Item.Kind] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !(json && remove) else {
      throw ValidationError("'--json' cannot be combined with '--remove'.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try folder.requireWorkspace()
      let machine = folder.machine
      guard !machine.asksAsRoot else {
        throw OperationError(
          .refused, "only root can ask Podman about the system's volumes and images",
          help: "run the command with 'sudo'")
      }
      let loader = try WorkspaceLoader(folder)
      let loaded = try loader.loaded()
      let profiles = loader.files.compactMap { $0.read().value }
      let areAll = profiles.count == loader.files.count
      guard let unused = UnusedStorage(beside: loaded, profiles, areAll: areAll, on: machine) else {
        Console.fail("Podman does not answer", help: "run 'amm doctor'")
        throw ExitStatus.refused
      }
      if !areAll {
        Console.say(
          "models are not checked because a profile cannot be read; run 'amm validate'")
      }
      let kinds = Set(only.isEmpty ? UnusedStorage.Item.Kind.allCases : only)
      let items = unused.items.filter { kinds.contains($0.kind) }
      if json {
        return Console.write(Shown(json: .document(["unused": .list(items.map(\.value))])))
      }
      guard !items.isEmpty else { return Console.print("nothing is unused") }
      for item in items { Console.print(item.shown) }
      let total = ByteCount(clamping: items.compactMap(\.size).reduce(0) { $0 + $1 })
      guard remove else {
        Console.print("\(total.text) in total; 'amm clean --remove' removes it")
        return
      }
      let failed = try unused.remove(kinds, on: machine)
      for (item, reason) in failed { Console.fail("cannot remove '\(item.name)': \(reason)") }
      guard failed.isEmpty else { throw ExitStatus.refused }
      Console.print("removed \(total.text)")
    }
  }
}
