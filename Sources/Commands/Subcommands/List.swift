import ArgumentParser
import CommandSupport
import Memory
import Operations
import Reports
import Values
import Workspaces

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the profiles of the workspace and those that come with amm.",
    discussion: """
      Examples:
        amm list
        amm list coding --runtime vllm
        amm list --fits                       only those that certainly fit
        amm list --fits --gpu "RTX 4090" --sort size
        amm list --tag vision --json

      CONTEXT is the most that the model supports. MEMORY is what the profile needs on each GPU with \
      its own context, or in main memory without GPUs. \
      With 'host.gpus' in instances.yaml, or with '--gpu' or '--memory', a column shows whether each \
      server fits: 'yes' and 'no' are certain, 'unsure' is in between.
      """,
    aliases: ["ls"])

  @Argument(help: "List only profiles of this category.", completion: Completion.categories)
  var category: String?

  @Option(
    name: [.short, .long], help: "List only profiles with this tag.", completion: Completion.tags)
  var tag: [String] = []

  @Option(
    name: [.short, .long], help: "List only profiles of this runtime.",
    completion: Completion.runtimes)
  var runtime: String?

  @Flag(help: "List only profiles whose server certainly fits.")
  var fits = false

  @OptionGroup var cards: CardOption

  @Option(
    help: ArgumentHelp(
      "Sort by name, size, context or memory, the smallest first.", valueName: "order"))
  var sort: ProfileListing.Order = .name

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try requireNamed(folder, workspace)
      let loader = try WorkspaceLoader(folder)
      let all = try ProfileCatalog(loader).read()
      let wanted = try ProfileFilter(category: category, runtime: runtime, tags: tag).applied(
        to: all)
      let host = loader.hostFacts()
      let gpus = try cards(of: host.cards)
      let found = ProfileCatalog.listing(
        of: wanted, on: gpus, memory: host.memory,
        active: try loader.activeProfiles(), folder.machine)
      let listings = found.filter { !fits || $0.fit == .yes }.sorted(by: sort)
      if json {
        Console.write(Shown(json: .document(["profiles": .list(listings.map(\.value))])))
      } else {
        for line in listings.table(.ofOutput) { Console.print(line) }
      }
      guard listings.isEmpty else { return }
      if all.isEmpty {
        return Console.say("there are no profiles; 'amm add' and 'amm create-profile' write one")
      }
      let cards = gpus?.count == 1 ? "this card" : "these cards"
      Console.say(
        found.isEmpty ? "no profile matches all filters" : "no profile is sure to fit \(cards)")
    }
  }

  /// Returns the cards that profiles must fit, from the options or the workspace; nil if neither
  /// names any.
  ///
  /// This does not query the machine, which would start a program.
  private func cards(of known: [GPU]?) throws -> [GPU]? {
    if let gpus = try cards.request.gpus { return gpus }
    if let known, !known.isEmpty { return known }
    guard fits else { return nil }
    throw OperationError(
      .usage, "'--fits' requires a card",
      help: "set it with '--gpu' or '--memory', or in 'host.gpus' of instances.yaml")
  }
}

extension ProfileListing.Order: ExpressibleByArgument {}
