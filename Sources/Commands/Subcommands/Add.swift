import ArgumentParser
import CommandSupport
import Operations
import Profiles
import Reports
import Values

struct Add: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Write a profile for a model: from the hub, from Ollama, a file or a folder.",
    discussion: """
      What the model is is read from files of this machine: the hub's cache, Ollama's store, the head \
      of a GGUF file, 'config.json' of a folder. Else the hub, or Ollama's registry, is asked for its small \
      files and the head of a large one, and nothing more is downloaded. Runtime, context and memory \
      follow from that, and a comment says why each line is there.

      Examples:
        amm add Qwen/Qwen3-8B
        amm add hf.co/unsloth/Qwen3-8B-GGUF:Q5_K_M --context 16384
        amm add https://huggingface.co/BAAI/bge-m3 --as search
        amm add ollama://llama3.2:3b --offline
        amm add ~/models/gemma-3-4b-it-Q4_K_M.gguf --dry-run
      """)

  @ArgumentParser.Argument(
    help: "An id or address of the hub, 'ollama://NAME:TAG', a GGUF file or a model's folder.",
    completion: .file())
  var source: String

  @Option(
    help: "The runtime; one that fits the model without.",
    completion: .list(Runtimes.all.filter { !$0.needsImage }.map { $0.name }))
  var runtime: String?

  @Option(help: "Which of a repository's GGUF files, such as Q4_K_M.")
  var quant: String?

  @Option(help: "Tokens of prompt and answer together; what fits without.")
  var context: Int?

  @Option(name: .customLong("as"), help: "The profile's name; one made from the model's without.")
  var name: String?

  @Option(help: "The folder it goes to.", completion: Completion.categories)
  var category: String?

  @Option(help: "The instance whose GPUs decide what fits.", completion: Completion.instances)
  var instance: String?

  @Flag(help: "Ask nobody: read what is on this machine.")
  var offline = false

  @Flag(help: "Print the profile, and write nothing.")
  var dryRun = false

  @Flag(help: "Print the profile and its file as JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    if let context, !(1...100_000_000).contains(context) {
      throw ValidationError("'--context' is a number of tokens from 1 on.")
    }
  }

  func run() throws {
    try attempt {
      let workspace = try workspace.open()
      try requireWorkspace(workspace)
      var request = AddedProfile.Request(source: source)
      request.runtime = runtime
      request.quantization = quant
      request.context = context
      request.name = name
      request.category = category
      request.instance = instance
      request.asksHub = !offline
      let added = try AddedProfile(request, in: workspace)
      if let warning = added.warning { Console.warn(warning) }
      if !dryRun { try added.write() }
      if json { return Console.write(Shown(json: added.value(written: !dryRun))) }
      if dryRun { return Console.write(Shown(lines: added.text).asLines) }
      Console.print(
        "\(added.path): written, \(added.origin.map { "read from \($0)" } ?? "the model's files are not on this machine")"
      )
      let command: Shown = "'amm switch \(instance ?? "INSTANCE") \(added.id)'"
      Console.print(
        added.warning == nil ? command + " serves it" : command + " would serve it where it fits")
    }
  }
}
