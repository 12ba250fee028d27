import Foundation
import TestSupport
import Testing

/// What amm answers to wrong input: the transcript is recorded, and each answer names a way out.
struct WrongInputTests {
  /// One wrong input and the command that meets it.
  private struct Input {
    let name: String
    /// Files to write first, by their paths in the workspace; a value that begins with `->` is a link.
    var files: KeyValuePairs<String, String> = [:]
    let words: [String]
  }

  private static let start = """
    name: demo
    source: {type: huggingface, model_id: org/model}
    container: {runtime: vllm}

    """

  /// A profile that begins like a right one.
  private static func profile(_ name: String, _ rest: String) -> Input {
    Input(name: name, files: ["profiles/chat/demo.yaml": start + rest + "\n"], words: ["validate"])
  }

  /// A profile with nothing but this.
  private static func whole(_ name: String, _ text: String) -> Input {
    Input(name: name, files: ["profiles/chat/demo.yaml": text], words: ["validate"])
  }

  private static func instances(_ name: String, _ text: String) -> Input {
    Input(
      name: name, files: ["instances.yaml": "version: 1\ndefaults: {gpus: []}\n" + text + "\n"],
      words: ["validate"])
  }

  private static func command(_ words: String...) -> Input {
    Input(name: words.joined(separator: " "), words: words)
  }

  private static func model(_ name: String, _ id: String) -> Input {
    whole(
      name,
      "name: demo\nsource: {type: huggingface, model_id: \"\(id)\"}\ncontainer: {runtime: vllm}\n")
  }

  private static func llamaCpp(_ name: String, _ rest: String) -> Input {
    whole(
      name,
      """
      name: demo
      source: {type: huggingface, model_id: org/model-GGUF}
      container: {runtime: llama-cpp}
      \(rest)

      """)
  }

  /// Files: what people write into YAML.
  private static let files: [Input] = [
    profile("a typo in a key", "parameters: {context_lenght: 8192}"),
    profile("a typo in a section", "paramters: {context_length: 8192}"),
    profile("a typo in a value", "vllm: {dtype: bfloat}"),
    whole("a typo in the runtime", start.replacing("vllm", with: "vlmm")),
    whole("CRLF and a mistake", "name: demo\r\nsource: 1\r\n"),
    whole("a tab", "name: demo\nsource:\n\ttype: huggingface\n"),
    whole("bad indentation", "name: demo\n source: {}\n"),
    whole("an unclosed flow", "name: demo\nsource: {type: huggingface\n"),
    whole("an unclosed quote", "name: \"demo\nsource: {}\n"),
    whole("an empty file", ""), whole("only a comment", "# nothing yet\n"),
    whole("a list instead of a mapping", "- name: demo\n"),
    whole("JSON with a comma too many", "{\"name\": \"demo\",,}\n"),
    whole("two documents", start + "---\nname: other\n"),
    profile("the same key twice", "tags: [a]\ntags: [b]"),
    profile("a quoted number", "parameters: {context_length: \"8192\"}"),
    profile("yes for true", "vllm: {enforce_eager: yes}"),
    profile("a number with an underscore", "parameters: {context_length: 8_192}"),
    profile("a number with k", "parameters: {context_length: 32q}"),
    profile("a negative context", "parameters: {context_length: -1}"),
    profile("a fraction of a token", "parameters: {context_length: 8192.5}"),
    profile("a size without a unit", "resources: {gpu_memory_min: 24}"),
    profile("a size with a wrong unit", "resources: {gpu_memory_min: 24G}"),
    profile("a share in percent", "vllm: {gpu_memory_utilization: 90}"),
    profile(
      "a secret in a variable", "environment: {HF_TOKEN: hf_abcdefghijklmnopqrstuvwxyz012345}"),
    profile("a variable that a field has", "environment: {VLLM_ATTENTION_BACKEND: flash}"),
    profile("an unknown option", "vllm: {max_model_length: 8192}"),
    profile("an unknown argument", "arguments: [--max-model-length, \"8192\"]"),
    profile("an argument without its dashes", "arguments: [max-model-len, \"8192\"]"),
    profile("arguments as one text", "arguments: --max-model-len 8192"),
    profile("a section of another runtime", "llama_cpp: {n_gpu_layers: 99}"),
    whole("no source", "name: demo\ncontainer: {runtime: vllm}\n"),
    whole("no runtime", "name: demo\nsource: {type: huggingface, model_id: org/model}\n"),
    model("a link to the hub", "https://huggingface.co/Qwen/Qwen3-8B"),
    model("a file of the hub", "hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M"),
    model("a model with a space", "Qwen/Qwen3 8B"),
    llamaCpp("llama.cpp's own short options, one misspelt", "llama_cpp: {ngl: 99, ctx-sise: 8192}"),
    llamaCpp("layers on the GPU as a word", "llama_cpp: {n_gpu_layers: most}"),
    model(
      "a file's page on the hub",
      "https://huggingface.co/unsloth/Qwen3-8B-GGUF/blob/main/Qwen3-8B-Q4_K_M.gguf"),
    model("a model of Ollama", "llama3.2:3b"),
    profile("top_p in percent", "parameters: {top_p: 95}"),
    llamaCpp("a boolean for a choice", "llama_cpp: {flash_attn: true}"),
    whole(
      "a path of the other system",
      "name: demo\nsource: {type: local, path: 'C:\\models\\x.gguf'}\ncontainer: {runtime: llama-cpp}\n"
    ),
    whole(
      "a relative path",
      "name: demo\nsource: {type: local, path: models/x.gguf}\ncontainer: {runtime: llama-cpp}\n"),
    instances("a privileged port", "instances: {main: {port: 80}}"),
    instances("a port as a text", "instances: {main: {port: \"8080\"}}"),
    instances("the same port twice", "instances: {main: {port: 8080}, other: {port: 8080}}"),
    instances("a list of instances", "instances:\n  - {name: main, port: 8080}"),
    instances("a name with an underscore and a space", "instances: {my main: {port: 8080}}"),
    instances(
      "a runtime that is not accepted", "instances: {main: {port: 8080, runtimes: [ollama]}}"),
    instances("a runtime that does not exist", "instances: {main: {port: 8080, runtimes: [vlm]}}"),
    instances("a GPU by its number", "instances: {main: {port: 8080, gpus: [0]}}"),
    instances("a GPU by its vendor's product", "instances: {main: {port: 8080, gpus: [cuda]}}"),
    instances("a wrong address", "instances: {main: {port: 8080, bind: localhost}}"),
    Input(
      name: "a wrong version", files: ["instances.yaml": "version: 2\ninstances: {}\n"],
      words: ["validate"]),
    Input(
      name: "a link to nowhere", files: ["active/main.yaml": "->../profiles/chat/gone.yaml"],
      words: ["validate"]),
    Input(
      name: "an absolute link", files: ["active/main.yaml": "->/etc/passwd"], words: ["validate"]),
    Input(
      name: "a copy instead of a link", files: ["active/main.yaml": start], words: ["validate"]),
    Input(
      name: "a link for no instance", files: ["active/mian.yaml": "->../profiles/chat/demo.yaml"],
      words: ["validate"]),
    Input(
      name: "a profile that ends with .yml", files: ["profiles/chat/other.yml": start],
      words: ["validate"]),
  ]

  /// Command lines: what people type.
  private static let commands: [Input] = [
    command("lst"), command("ps"), command("serve"), command("help", "swich"),
    command("experiment", "strt"), command("status", "--jsn"), command("switch"),
    command("switch", "main"), command("switch", "main", "demo", "more"),
    command("switch", "chat/demo", "main"), command("switch", "mian", "chat/demo"),
    command("switch", "main", "chat/dmeo"), command("switch", "main", "demo", "--wait=soon"),
    command("switch", "main", "demo", "--apply", "home-manger"),
    command("switch", "main", "demo", "--apply", "home-manager"),
    command("switch", "main", "demo", "--wait", "--no-apply"),
    command("rollback", "main"), command("rollback", "--to", "0"),
    command("list", "--runtime", "tgii"), command("list", "--tag", "codin"),
    command("list", "codnig"), command("list", "--fits"), command("list", "--sort", "price"),
    command("info", "dmeo"), command("info", "main", "--json", "--yaml"),
    command("plan", "demo", "--gpu", "RTX 4091"), command("plan", "demo", "--memory", "24"),
    command("plan", "./missing"), command("explain", "unkown-key"), command("explain"),
    command("validate", "missing.yaml"), command("validate", "--format", "xml"),
    command("generate", "--target", "kubernetes"), command("generate", "--json", "--diff"),
    command("history", "mian"), command("endpoints", "mian"),
    command("logs", "mian"), command("start", "mian"),
    command("add", "Qwen3-8B"), command("add", "https://example.org/model"),
    command("create-profile", "x", "--base", "qwne"), command("load-profile", "starcodre2"),
    command("compare", "main", "--task", "missing"), command("compare"),
    command("schema", "profiles"), command("schema", "--output-of", "statsu"),
    command("migrate", "demo", "--to", "tgi"), command("experiment", "note", "late"),
  ]

  private func answer(to input: Input) throws -> (status: Int32, text: String) {
    let machine = try FakeMachine()
    try machine.workspace(["main": 9411])
    try machine.home.write(Self.start, to: "w/profiles/chat/demo.yaml")
    for (path, text) in input.files {
      let file = machine.home.file("w/" + path)
      try? FileManager.default.removeItem(at: file)
      if text.hasPrefix("->") {
        try machine.home.link("w/" + path, to: String(text.dropFirst(2)))
      } else {
        try machine.home.write(text, to: "w/" + path)
      }
    }
    let environment = ["HF_HUB_OFFLINE": "1", "AMM_LIBRARY": Repository.file("profiles").path]
    let home = machine.home.url.resolvingSymlinksInPath().path
    // The parser takes no '--workspace' after a word that is not a command.
    let result = try Program.run(
      Program.amm, ["--workspace", machine.home.file("w").path] + input.words,
      environment: environment.merging([
        "HOME": home, "PATH": machine.home.file("bin").path,
        "FAKE_MACHINE": machine.home.file("machine").path,
      ]) { $1 })
    let clean = { (text: String) in
      text.replacing(machine.home.url.path, with: "~").replacing(home, with: "~")
    }
    return (result.status, clean(result.output) + clean(result.errors))
  }

  @Test func `each answer names the problem and a way out`() throws {
    var transcript = ""
    for input in Self.files + Self.commands {
      let (status, text) = try answer(to: input)
      transcript +=
        "# \(input.name)\n$ amm \(input.words.joined(separator: " "))\n\(text)[\(status)]\n\n"
      let isAnswer = [1, 3, 64].contains(status) || text.contains("warning:")
      #expect(isAnswer, "\(input.name): \(status), \(text)")
      // A message that gives the allowed range or form needs no more.
      let hasWayOut = text.contains("help:") || text.contains("must be")
      #expect(hasWayOut, "\(input.name): no way out in: \(text)")
    }
    let difference = try Golden.difference(
      of: transcript, from: Repository.file("Tests/Golden/wrong-inputs.txt"))
    #expect(difference == nil)
    #expect(Self.files.count + Self.commands.count >= 80)
  }
}
