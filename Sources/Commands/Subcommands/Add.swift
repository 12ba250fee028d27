import ArgumentParser
import CommandSupport
import Operations
import Profiles
import Reports
import Values

struct Add: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Write a profile for a model of the hub or Ollama, or for a local file or folder.",
    discussion: """
      Reads the model's facts from this machine: the hub's cache, Ollama's store, the header of a \
      GGUF file, or 'config.json' of a folder. Otherwise, amm downloads only the model's small files \
      and the header of a large one from the hub or Ollama's registry. Runtime, context and memory \
      follow from these facts. Comments in the profile explain each line.

      Examples:
        amm add Qwen/Qwen3-8B
        amm add hf.co/unsloth/Qwen3-8B-GGUF:Q5_K_M --context 16384
        amm add https://huggingface.co/BAAI/bge-m3 --as search
        amm add ollama://llama3.2:3b --offline
        amm add ~/models/gemma-3-4b-it-Q4_K_M.gguf --dry-run
      """)

  @ArgumentParser.Argument(
    help: "An id or address on the hub, 'ollama://NAME:TAG', a GGUF file or a model folder.",
    completion: .file())
  var source: String

  @Option(
    help: "The runtime; by default one that supports the model.",
    completion: .list(Runtimes.all.filter { !$0.needsImage }.map { $0.name }))
  var runtime: String?

  @Option(help: "The quantization of the GGUF file to use, such as Q4_K_M.")
  var quant: String?

  @Option(help: "The tokens of prompt and answer together; by default what fits.")
  var context: Int?

  @Option(
    name: .customLong("as"),
    help: "The name of the profile; by default it follows from the model's name.")
  var name: String?

  @Option(help: "The folder of the profile below profiles/.", completion: Completion.categories)
  var category: String?

  @Option(help: "The instance whose GPUs determine what fits.", completion: Completion.instances)
  var instance: String?

  @Flag(help: "Read only files on this machine, without the network.")
  var offline = false

  @Flag(help: "Print the profile and write nothing.")
  var dryRun = false

  @Flag(help: "Print the profile and its file as JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    if let context, !(1...100_000_000).contains(context) {
      throw ValidationError("'--context' must be a whole number of tokens, at least 1.")
    }
  }

  func run() throws {
    try attempt {
      let workspace = try workspace.open()
      try workspace.requireWorkspace()
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
        added.warning == nil ? command + " serves it" : command + " would serve it if it fits")
    }
  }
}
