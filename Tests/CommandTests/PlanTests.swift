import Foundation
import TestSupport
import Testing
import Values

/// `amm plan`, as a person and as a script sees it.
struct PlanTests {
  let home: TemporaryFolder
  static let configuration = """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096,
     "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
     "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072}
    """

  init() throws {
    home = try TemporaryFolder()
    try home.write(Self.configuration, to: "models/demo/config.json")
    // A part of a card has room for it.
    let small = Self.configuration.replacing("4096", with: "2048").replacing(
      "14336", with: "8192")
    try home.write(small, to: "models/small/config.json")
  }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(
      Program.amm, words, environment: ["HOME": home.url.path, "HF_HUB_OFFLINE": "1"])
  }

  private var model: String { home.file("models/demo").path }

  private func workspace(_ share: Double) throws {
    try home.write(
      """
      version: 1
      host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 3090, memory: 24GB}]}
      defaults: {gpus: [nvidia.com/gpu=0]}
      instances:
        one: {port: 8080}
        two: {port: 8081}

      """, to: "w/instances.yaml")
    try home.write(
      """
      name: demo
      source: {type: local, path: ~/models/small}
      container: {runtime: vllm}
      parameters: {context_length: 2048}
      vllm: {gpu_memory_utilization: \(share)}

      """, to: "w/profiles/demo.yaml")
  }

  @Test func `a folder is planned with a release, a card and settings`() throws {
    let found = try amm(
      "plan", model, "--runtime", "vllm", "--release", "0.19.0", "--gpu-total", "79.19GiB",
      "--set", "max_num_seqs=1024", "--set", "gpu_memory_utilization=0.95", "--json")
    #expect(found.status == 0, "\(found.errors)")
    let plan = try #require(JSONValue(parsing: Array(found.output.utf8)))
    #expect(plan["release"]?.text == "0.19.0" && plan["gpus"]?[0]?["name"]?.text == "H100")
    for name in ["weights", "activation", "non_torch", "kv_pool", "cuda_graphs", "context"] {
      let term = try #require(plan["terms"]?[name], "\(name)")
      let bytes = try #require(term["bytes"]?.number)
      #expect(try #require(term["low"]?.number) <= bytes)
      #expect(try bytes <= #require(term["high"]?.number))
      #expect(term["source"]?.text?.isEmpty == false && term["formula"]?.text?.isEmpty == false)
    }
    #expect(plan["verdict"]?.text == "fits" && plan["kv_tokens"]?.number ?? 0 > 400_000)
    // Sixteen bits of 8.03 thousand million numbers.
    let weights = try #require(plan["terms"]?["weights"]?["bytes"]?.number)
    #expect(abs(weights / 1e9 - 16.1) < 0.1)
  }

  @Test func `what does not fit says what would`() throws {
    let found = try amm("plan", model, "--runtime", "vllm", "--gpu", "RTX 4090")
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains("does not fit: at least"))
    let help = try #require(
      found.output.firstMatch(of: /'context_length: ([0-9]+)' certainly fits/))
    let mended = try amm(
      "plan", model, "--runtime", "vllm", "--gpu", "RTX 4090", "--context", String(help.output.1))
    #expect(mended.output.contains("fits: its memory share has at least"), "\(mended.output)")
    #expect(found.output.contains("help: 'kv_cache_dtype: fp8' helps most"))
    let solved = try amm(
      "plan", model, "--runtime", "vllm", "--gpu", "RTX 4090", "--solve", "--json")
    let tokens = JSONValue(parsing: Array(solved.output.utf8))?["solved"]?["context_length"]?.number
    #expect(try #require(tokens) >= Double(try #require(Int(help.output.1))) - 1024)
    let explained = try amm("plan", model, "--runtime", "vllm", "--gpu", "RTX 4090", "--explain")
    #expect(explained.output.contains("max_num_seqs = 256 (launcher's default)"))
    #expect(explained.output.contains("CUDACachingAllocator.cpp"))
  }

  @Test func `two halves of a card are one too many, and what would do is said`() throws {
    try workspace(0.5)
    let folder = home.file("w").path
    for name in ["one", "two"] {
      try home.link("w/active/\(name).yaml", to: "../profiles/demo.yaml")
    }
    let found = try amm("plan", "--workspace", folder)
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains("B two: does not start: "), "\(found.output)")
    let share = try #require(
      found.output.firstMatch(of: /gpu_memory_utilization: ([0-9.]+)' for 'two'/))
    let checked = try amm("validate", "--workspace", folder)
    #expect((checked.output + checked.errors).contains("[memory-shared]"))
    let json = try amm("plan", "--json", "--workspace", folder)
    let plan = try #require(JSONValue(parsing: Array(json.output.utf8)))
    #expect(plan["cards"]?[0]?["servers"]?[1]?["starts"]?.boolean == false)
    #expect(plan["plans"]?[1]?["name"]?.text == "two")
    try workspace(min(0.48, Double(share.output.1) ?? 0))
    let mended = try amm("plan", "--workspace", folder)
    #expect(!mended.output.contains("does not start"))
  }

  @Test(
    arguments: [
      (["plan", "MODEL", "--gpu", "Voodoo 2"], "amm does not know the card 'Voodoo 2'"),
      (["plan", "MODEL", "--gpu", "4090"], "did you mean 'RTX 4090'?"),
      (["plan", "MODEL", "--gpu", "RTX 4091"], "did you mean 'RTX 4090'?"),
      (["plan", "MODEL", "--memory", "much"], "'--memory' must be a size such as 23.6GiB"),
      (["plan", "MODEL", "--set", "much"], "'--set' must be 'KEY=VALUE'"),
      (["plan", "MODEL", "--gpu", "L4", "--runtime", "triton"], "there is no runtime 'triton'"),
      (
        ["plan", "MODEL", "--gpu", "L4", "--runtime", "vllm", "--set", "max_num_seq=4"],
        "did you mean"
      ),
      (["plan", "MODEL", "--gpu", "L4", "--set", "x\ny=4"], "is not a setting"),
      (["plan", "./nothing"], "does not exist"),
      (["plan", "MODEL", "--context", "32k"], "help: write 32768"),
      (["plan", "MODEL", "--context", "0"], "'--context' must be a whole number, at least 1"),
    ] as [([String], String)])
  func `what cannot be planned says why`(words: [String], message: String) throws {
    let found = try Program.run(
      Program.amm, words.map { $0 == "MODEL" ? model : $0 },
      environment: ["HOME": home.url.path])
    #expect(found.status != 0 && found.errors.contains(message), "\(found.errors)")
  }

  private func profile(_ text: String) throws -> String {
    try home.write("version: 1\ninstances: {main: {port: 8080}}\n", to: "w/instances.yaml")
    try home.write(text, to: "w/profiles/demo.yaml")
    return home.file("w").path
  }

  @Test func `a profile's own figures are enough for a plan, and that is said`() throws {
    let folder = try profile(
      """
      name: demo
      source: {type: huggingface, model_id: nobody/unheard-of}
      container: {runtime: vllm}
      model: {parameters: 8.03B, layers: 32, attention_heads: 32, key_value_heads: 8, head_size: 128}
      parameters: {context_length: 8192}

      """)
    let found = try amm("plan", "demo", "--gpu", "RTX 4090", "--json", "--workspace", folder)
    let plan = try #require(JSONValue(parsing: Array(found.output.utf8)), "\(found.errors)")
    #expect(plan["read_from"]?.text == "the profile's 'model:' section")
    let weights = try #require(plan["terms"]?["weights"])
    #expect(try #require(weights["low"]?.number) < 16.06e9)
    #expect(try #require(weights["high"]?.number) > 16.06e9)
    #expect(plan["verdict"]?.text == "fits")
    #expect(plan["notes"]?[0]?.text?.contains("The model's files were not read") == true)
    let shown = try amm("info", "demo", "--workspace", folder)
    #expect(shown.output.contains("needs a GPU of"), "\(shown.output)")
    let listed = try amm("list", "--json", "--workspace", folder)
    let entries = try #require(JSONValue(parsing: Array(listed.output.utf8)))
    let own = entries["profiles"]?.list?.first { $0["id"]?.text == "demo" }
    #expect(own?["memory"]?["bytes_needed_per_gpu"]?.number ?? 0 > 16e9)
  }

  @Test func `each model of a server is planned, and the largest counts`() throws {
    try home.write(
      """
      version: 1
      host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 3090, memory: 24GB}]}
      defaults: {gpus: [nvidia.com/gpu=0]}
      instances:
        one: {port: 8080, models: [large]}
        two: {port: 8081}

      """, to: "w/instances.yaml")
    for (name, parameters) in [("small", "1.5B"), ("large", "14B")] {
      try home.write(
        """
        name: \(name)
        source: {type: local, path: ~/models/\(name)-Q8_0.gguf}
        container: {runtime: llama-cpp}
        model: {parameters: \(parameters), layers: 32, attention_heads: 32, key_value_heads: 8, head_size: 128}
        parameters: {context_length: 2048}

        """, to: "w/profiles/\(name).yaml")
    }
    for name in ["one", "two"] {
      try home.link("w/active/\(name).yaml", to: "../profiles/small.yaml")
    }
    let folder = home.file("w").path
    let found = try amm("plan", "--json", "--workspace", folder)
    let plans = try #require(JSONValue(parsing: Array(found.output.utf8))?["plans"]?.list)
    #expect(plans.compactMap { $0["name"]?.text } == ["one", "one: large", "two"])
    let sizes = plans.compactMap { $0["bytes_needed_per_gpu"]?.number }
    try #require(sizes.count == 3, "\(found.output)")
    #expect(sizes[1] > 3 * sizes[0])
    let servers = try #require(
      JSONValue(parsing: Array(found.output.utf8))?["cards"]?[0]?["servers"]?.list)
    #expect(servers.first?["bytes"]?.number == sizes[1])
    let shown = try amm("info", "--json", "one", "--workspace", folder)
    #expect(
      JSONValue(parsing: Array(shown.output.utf8))?["memory"]?["bytes_needed_per_gpu"]?.number
        == sizes[1], "\(shown.output)")
  }

  @Test func `a server's own lines stand beside the plan`() throws {
    let words = ["plan", model, "--runtime", "vllm", "--gpu", "RTX 4090", "--context", "8192"]
    let first = try Program.run(
      Program.amm, words + ["--json"], environment: ["HOME": home.url.path])
    let plan = try #require(JSONValue(parsing: Array(first.output.utf8)))
    let pool = try #require(plan["terms"]?["kv_pool"]?["bytes"]?.number) / Double(1 << 30)
    let log = home.file("server.log").path
    try home.write(
      """
      INFO vLLM API server version 0.30.1
      INFO Model loading took 14.96 GiB memory and 3.1 seconds
      INFO Available KV cache memory: \(String(format: "%.2f", pool)) GiB
      INFO GPU KV cache size: 1,024 tokens

      """, to: "server.log")
    let found = try Program.run(
      Program.amm, words + ["--against", log], environment: ["HOME": home.url.path])
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains("the log is from version 0.30.1, the plan is for version 0."))
    let outputs = found.output.split(separator: "\n")
    #expect(
      outputs.contains {
        $0.contains("keys and values") && $0.firstMatch(of: /[-+]0\.[01] %/) != nil
      })
    #expect(outputs.contains { $0.contains("libraries") && $0.contains("not logged") })
    #expect(outputs.contains { $0.contains("tokens") && $0.contains("1024") })
    let json = try Program.run(
      Program.amm, words + ["--against", log, "--json"], environment: ["HOME": home.url.path])
    let value = try #require(JSONValue(parsing: Array(json.output.utf8)))
    #expect(value["against"]?["kv_tokens"]?["measured"]?.number == 1024)
    #expect(
      value["against"]?["terms"]?["weights"]?["measured"]?.number
        == (14.96 * Double(1 << 30)).rounded())
    try home.write("INFO nothing of the kind\n", to: "server.log")
    let silent = try Program.run(
      Program.amm, words + ["--against", log], environment: ["HOME": home.url.path])
    #expect(silent.status == 1 && silent.errors.contains("the log contains nothing about memory"))
    let missing = try Program.run(
      Program.amm, words + ["--against", log + "x"], environment: ["HOME": home.url.path])
    #expect(missing.status != 0 && missing.errors.contains("there is no such file"))
  }

  @Test func `the page draws each part, and loads and runs nothing`() throws {
    try workspace(0.45)
    for name in ["one", "two"] {
      try home.link("w/active/\(name).yaml", to: "../profiles/demo.yaml")
    }
    let page = home.file("plan.html")
    let found = try amm("plan", "--html", page.path, "--workspace", home.file("w").path)
    #expect(found.status == 0, "\(found.errors)")
    let text = try String(contentsOf: page, encoding: .utf8)
    #expect(text.contains("default-src 'none'") && !text.contains("<script"))
    // One for the card that both share, and one for each of them.
    #expect(text.components(separatedBy: "<svg").count == 4)
    for part in ["<title>weights: ", "<title>keys and values: ", "its share", "<title>one: "] {
      #expect(text.contains(part), "\(part)")
    }
    let nowhere = try amm("plan", model, "--gpu", "L4", "--html", home.file("no/where.html").path)
    #expect(nowhere.status != 0 && nowhere.errors.contains("the folder does not exist"))
  }
}
