import ArgumentParser
import Diagnostics
import Host
import Operations
import Profiles
import Reports

struct CreateProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create-profile",
    abstract: "Write a profile of a well-known model, to be edited.",
    discussion: """
      Examples:
        amm create-profile my-llama --base llama --size 8b
        amm create-profile fast-coder --base qwen-coder --runtime vllm
        amm create-profile mine --base mistral --model me/my-mistral --category custom
      """,
    aliases: ["create", "new"])

  @ArgumentParser.Argument(help: "The profile's name, and its file's.")
  var name: String

  @Option(
    help: "The family: llama, mistral, phi, deepseek-coder, codellama, starcoder, qwen-coder, …",
    completion: .list(ModelFamily.all.map(\.base)))
  var base: String

  @Option(help: "Its size, such as 7b; needed where there are several.")
  var size: String?

  @Option(
    help: "The folder it goes to; the family's own without.", completion: Completion.categories)
  var category: String?

  @Option(
    help: "The runtime: \(Phrase.oneOf(runtimes.map { $0.name })).",
    completion: .list(runtimes.map { $0.name }))
  var runtime = runtimes[0].name

  @Option(help: "Another model of the family, by its id.")
  var model: String?

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let workspace = try workspace.open()
      try requireWorkspace(workspace)
      let loader = try WorkspaceLoader(workspace)
      let family = try family()
      let folder = category ?? family.category
      let id = "\(folder)/\(name)"
      let text =
        SchemaFile.profile.comment(at: "profiles/\(id).yaml")
        + family.profile(named: name, category: folder, runtime: try knownRuntime(), model: model)
      let relative = "profiles/\(id).yaml"
      let path = workspace.file(relative)
      guard try workspace.kind(of: relative) == nil, !loader.files.contains(where: { $0.id == id })
      else {
        Console.fail("'\(path)' is there already, and is not overwritten")
        throw ExitStatus.invalid
      }
      // What the words of the command line made of it is checked like any profile.
      let outcome = Profile.read(SourceFile(path: path, text: text))
      guard outcome.value != nil else {
        Console.report(outcome.diagnostics)
        throw ExitStatus.invalid
      }
      guard folder.split(separator: "/").allSatisfy({ !$0.hasPrefix(".") }) else {
        Console.fail("'\(folder)' cannot be a category")
        throw ExitStatus.invalid
      }
      try workspace.write(text, to: relative)
      Console.print("\(path): written; edit what is marked, then 'amm switch INSTANCE \(id)'")
    }
  }

  /// Those that profiles are made for.
  private static let runtimes = Runtimes.all.filter { $0.familySource != nil }

  private func knownRuntime() throws -> any Runtime.Type {
    if let known = Self.runtimes.first(where: { $0.name == runtime }) { return known }
    let names = Self.runtimes.map { $0.name }
    Console.fail(
      "no profile is made for the runtime '\(runtime)'",
      help: Suggestion.help(
        for: runtime, among: names, otherwise: "profiles are made for \(Phrase.allOf(names))"))
    throw ExitStatus.invalid
  }

  private func family() throws -> ModelFamily {
    let known = ModelFamily.all.filter { $0.base == base }
    guard !known.isEmpty else {
      let words = ModelFamily.all.map(\.base)
      Console.fail(
        "there is no family '\(base)'",
        help: Suggestion.help(
          for: base, among: words, otherwise: "the known ones are \(Phrase.allOf(words))"))
      throw ExitStatus.invalid
    }
    guard let size else {
      if known.count == 1 { return known[0] }
      Console.fail(
        "'\(base)' comes in several sizes", help: "choose by '--size': \(sizes(known))")
      throw ExitStatus.invalid
    }
    if let family = known.first(where: { $0.size == size.lowercased() }) { return family }
    Console.fail("amm knows no '\(base)' in '\(size)'", help: "it knows \(sizes(known))")
    throw ExitStatus.invalid
  }

  private func sizes(_ families: [ModelFamily]) -> String { Phrase.allOf(families.map(\.size)) }
}
