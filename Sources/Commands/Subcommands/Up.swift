import ArgumentParser
import CommandSupport
import Deployments
import Operations
import Profiles
import Reports
import Workspaces

struct Up: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Serve a model: set up everything from its name to a server that answers.",
    discussion: """
      Creates a workspace if there is none, writes a profile like 'amm add', locks the model and its \
      image like 'amm lock', downloads both, switches the instance, and waits until the server \
      answers. Steps that are already done are skipped; after an interruption, run the same command \
      again.

      Exit status: 1 no such model, or the workspace would have errors, 3 an error of the machine, \
      4 the server does not answer.

      Examples:
        amm up hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M
        amm up Qwen/Qwen3-8B --context 16384
        amm up ~/models/gemma-3-4b-it-Q4_K_M.gguf
        amm up chat/qwen3.5-4b --instance main
      """)

  @ArgumentParser.Argument(
    help: "A model in a form that 'amm add' accepts, or a profile.", completion: Completion.profiles
  )
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
    help: "The name of a new profile; by default it follows from the model's name.")
  var name: String?

  @Option(
    help: "The instance that serves the model; by default 'main', else the first.",
    completion: Completion.instances)
  var instance: String?

  @Option(help: "How to apply the switch.")
  var apply: Method?

  @Option(
    help: ArgumentHelp("How long to wait until the server answers.", valueName: "seconds"))
  var wait = SwitchRequest.standardWait

  @Flag(help: WorkspaceOption.trustHelp)
  var trust = false

  @Flag(help: "Print the address of the server as JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    if let context, !(1...100_000_000).contains(context) {
      throw ValidationError("'--context' must be a whole number of tokens, at least 1.")
    }
    guard wait > 0 else {
      throw ValidationError("'--wait' must be a whole number of seconds, at least 1.")
    }
  }

  func run() throws {
    try attempt {
      var request = AddedProfile.Request(source: source)
      request.runtime = runtime
      request.quantization = quant
      request.context = context
      request.name = name
      request.instance = instance
      let bringUp = { () throws -> Workload in
        try BringUp(in: workspace.workspace, on: .here)
          .run(request, SwitchRequest(method: apply?.settings, wait: wait, isTrusted: trust))
      }
      let served = try json ? Console.withOutputToError(bringUp) : bringUp()
      let parts = json ? [Shown(json: served.answer)] : served.welcome
      for part in parts { Console.write(part) }
    }
  }
}

extension Up {
  /// A method to apply a switch with which the server can answer: all except 'none'.
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case homeManager = "home-manager"
    case quadlet, command

    /// The same method of a switch.
    var settings: ApplySettings.Method {
      switch self {
      case .homeManager: .homeManager
      case .quadlet: .quadlet
      case .command: .command
      }
    }
  }
}
