import ArgumentParser
import CommandSupport
import Deployments
import Operations
import Profiles
import Reports
import Text
import Values
import Workspaces

struct Up: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Serve a model: from its name to a server that answers.",
    discussion: """
      Makes a workspace where there is none, writes a profile as 'amm add' does, locks the model and its \
      image as 'amm lock' does, fetches both, switches the instance, and waits until the server answers. \
      What is there already is used; after an interruption, the same command goes on.

      Exit status: 1 no such model, or the workspace would not be right, 3 the machine refused, 4 the \
      server did not come up.

      Examples:
        amm up hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M
        amm up Qwen/Qwen3-8B --context 16384
        amm up ~/models/gemma-3-4b-it-Q4_K_M.gguf
        amm up coding/deepseek-coder --instance tgi-primary
      """)

  @ArgumentParser.Argument(
    help: "A model, as 'amm add' takes it, or a profile.", completion: Completion.profiles)
  var source: String

  @Option(
    help: "The runtime; one that fits the model without.",
    completion: .list(Runtimes.all.filter { !$0.needsImage }.map { $0.name }))
  var runtime: String?

  @Option(help: "Which of a repository's GGUF files, such as Q4_K_M.")
  var quant: String?

  @Option(help: "Tokens of prompt and answer together; what fits without.")
  var context: Int?

  @Option(
    name: .customLong("as"), help: "A new profile's name; one made from the model's without.")
  var name: String?

  @Option(
    help: "The instance that serves it; 'main', else the first without.",
    completion: Completion.instances)
  var instance: String?

  @Option(help: "How to bring it to the machine: home-manager, quadlet or command.")
  var apply: ApplySettings.Method?

  @Option(
    help: ArgumentHelp("How long to wait for the server's answer.", valueName: "seconds"))
  var wait = SwitchRequest.standardWait

  @Flag(help: WorkspaceOption.trustHelp)
  var trust = false

  @Flag(help: "Print where the server is reached as JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    if let context, !(1...100_000_000).contains(context) {
      throw ValidationError("'--context' is a number of tokens from 1 on.")
    }
    guard wait > 0, apply != ApplySettings.Method.none else {
      throw ValidationError("'amm up' applies and waits; 'amm add' and 'amm switch' do less.")
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
      let served = try BringUp(in: workspace.workspace, on: .here)
        .run(request, SwitchRequest(method: apply, wait: wait, isTrusted: trust))
      show(served)
    }
  }

  private func show(_ served: Workload) {
    let model = served.provenance.model
    if json {
      Console.write(
        Shown(
          json: .document([
            "instance": .text(served.name.text), "profile": .text(served.provenance.profile),
            "model": .text(model), "url": .text(served.url),
          ])))
      return
    }
    Console.print("\(served.name.text) answers at \(served.url)")
    guard let openAI = served.endpoint.openAI else { return }
    let (path, body) =
      openAI.writesText
      ? (
        "chat/completions",
        Value.set([
          "model": .text(model),
          "messages": .list([.set(["role": "user", "content": "Hello!"])]),
        ])
      ) : ("embeddings", Value.set(["model": .text(model), "input": "Hello!"]))
    let key = served.key == nil ? "" : " -H \"Authorization: Bearer $KEY\""
    let type = "-H 'Content-Type: application/json'"
    let text = JSON.line(body).shellWord
    Console.print("  curl \(served.url)/v1/\(path)\(key) \(type) -d \(text)")
  }
}
