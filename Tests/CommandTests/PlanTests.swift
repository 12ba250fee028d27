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
    let help = try #require(found.output.firstMatch(of: /'context_length: ([0-9]+)' has room/))
    let mended = try amm(
      "plan", model, "--runtime", "vllm", "--gpu", "RTX 4090", "--context", String(help.output.1))
    #expect(mended.output.contains("fits: its share has at least"), "\(mended.output)")
    #expect(found.output.contains("help: 'kv_cache_dtype: fp8' makes the most room"))
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
    let share = try #require(found.output.firstMatch(of: /a memory share of ([0-9.]+) would do/))
    let checked = try amm("validate", "--workspace", folder)
    #expect((checked.output + checked.errors).contains("[gpu-share]"))
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
      (["plan", "MODEL", "--memory", "much"], "'--memory' is a size such as 23.6GiB"),
      (["plan", "MODEL", "--set", "much"], "'--set' is written as 'KEY=VALUE'"),
      (["plan", "MODEL", "--gpu", "L4", "--runtime", "triton"], "there is no runtime 'triton'"),
      (
        ["plan", "MODEL", "--gpu", "L4", "--runtime", "vllm", "--set", "max_num_seq=4"],
        "did you mean"
      ),
      (["plan", "MODEL", "--gpu", "L4", "--set", "x\ny=4"], "names no setting"),
      (["plan", "./nothing"], "is not there"),
      (["plan", "MODEL", "--context", "0"], "'--context' is a whole number from 1 on"),
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
    #expect(plan["notes"]?[0]?.text?.contains("Its files were not read") == true)
    let shown = try amm("info", "demo", "--workspace", folder)
    #expect(shown.output.contains("of GPU memory"), "\(shown.output)")
    let listed = try amm("list", "--json", "--workspace", folder)
    let entries = try #require(JSONValue(parsing: Array(listed.output.utf8)))
    let own = entries.list?.first { $0["id"]?.text == "demo" }
    #expect(own?["memory"]?["bytes_needed_per_gpu"]?.number ?? 0 > 16e9)
  }

  @Test func `the largest file that fits is found, and what is not counted is named`() throws {
    let folder = try profile(
      """
      name: demo
      source: {type: huggingface, model_id: nobody/unheard-of-GGUF}
      container: {runtime: llama-cpp}
      model: {parameters: 8.03B, layers: 32, attention_heads: 32, key_value_heads: 8, head_size: 128, context_length: 131072}
      parameters: {context_length: 8192}
      llama_cpp: {quant: Q8_0}
      arguments: [--lora, /models/a.gguf, --fit, "off"]

      """)
    let found = try amm("plan", "demo", "--memory", "8GiB", "--solve", "--workspace", folder)
    // 8.03 thousand million numbers of 8.5 bits are 7.9 GiB, of 5.7 bits 5.3 GiB; keys and values take 1 GiB.
    #expect(found.output.contains("unsure: between 3."), "\(found.output)")
    let type = try #require(found.output.firstMatch(of: /'quant: (\w+)' is the largest file/))
    #expect(type.output.1 == "Q4_K_M", "\(type.output.1)")
    #expect(found.output.contains("What '--lora' changes is not counted."))
    let large = try amm(
      "plan", "demo", "--memory", "24GiB", "--solve", "--json", "--workspace", folder)
    let plan = try #require(JSONValue(parsing: Array(large.output.utf8)))
    #expect(plan["solved"]?["quant"]?.text == "Q8_0")
    #expect(plan["solved"]?["context_length"]?.number ?? 0 > 30_000)
  }

  /// What no formula knows: the answer is "unsure", a refusal, or a range as wide as what is not known.
  @Test(
    arguments: [
      ("an unknown family", "\"model_type\": \"llama\"", "\"model_type\": \"zzz9\"", "vllm", []),
      ("an unknown class", "LlamaForCausalLM", "ZzzForCausalLM", "vllm", []),
      ("a class that went", "LlamaForCausalLM", "T5ForConditionalGeneration", "vllm", []),
      ("two halves", "\"model_type\": \"llama\"", "\"model_type\": \"t5\"", "tgi", []),
      (
        "groups of several kinds", "\"vocab_size\"",
        "\"quantization_config\": {\"quant_method\": \"compressed-tensors\", \"config_groups\": {\"group_0\": {\"weights\": {\"num_bits\": 8}}, \"group_1\": {\"weights\": {\"num_bits\": 4}}}}, \"vocab_size\"",
        "vllm", []
      ),
      (
        "layers that stay in 16 bits", "\"vocab_size\"",
        "\"quantization_config\": {\"quant_method\": \"awq\", \"bits\": 4, \"group_size\": 128, \"modules_to_not_convert\": [\"model.layers.0\"]}, \"vocab_size\"",
        "vllm", []
      ),
      (
        "a format without a size", "\"vocab_size\"",
        "\"quantization_config\": {\"quant_method\": \"quark\", \"export\": {}}, \"vocab_size\"",
        "vllm",
        []
      ),
      (
        "a format that nobody knows", "\"vocab_size\"",
        "\"quantization_config\": {\"quant_method\": \"zzz\"}, \"vocab_size\"", "sglang", []
      ),
      ("adapters", "", "", "vllm", ["enable_lora=true"]),
      ("adapters of SGLang", "", "", "sglang", ["lora_paths=[/models/a]"]),
      (
        "a draft", "", "", "vllm",
        ["speculative_config={model: org/draft, num_speculative_tokens: 3}"]
      ),
      (
        "a part that guesses", "", "", "vllm",
        ["speculative_config={method: eagle3, model: org/eagle}"]
      ),
      ("a draft of SGLang", "", "", "sglang", ["speculative_algorithm=EAGLE3"]),
      ("blocks by hand", "", "", "vllm", ["num_gpu_blocks_override=100"]),
      ("a share that leaves nothing", "", "", "vllm", ["gpu_memory_utilization=0.995"]),
      ("steps without room", "", "", "sglang", ["mem_fraction_static=0.97"]),
      ("a cache larger than the card", "", "", "vllm", ["kv_cache_memory_bytes=42949672960"]),
      ("a cache of another attention", "", "", "vllm", ["kv_cache_dtype=fp8_ds_mla"]),
      ("a context that the model has not", "", "", "vllm", ["max_model_len=400000"]),
      ("heads that do not divide", "", "", "vllm", ["tensor_parallel_size=3"]),
      ("copies", "", "", "vllm", ["data_parallel_size=2"]),
      ("attention by data", "", "", "sglang", ["enable_dp_attention=true"]),
    ] as [(String, String, String, String, [String])])
  func `what cannot be predicted is no certain figure`(
    what: String, old: String, new: String, runtime: String, settings: [String]
  ) throws {
    let text = old.isEmpty ? Self.configuration : Self.configuration.replacing(old, with: new)
    try home.write(text, to: "models/odd/config.json")
    var words = ["plan", home.file("models/odd").path, "--runtime", runtime, "--json"]
    words += ["--gpu", "RTX 4090", "--gpus", "1", "--context", "2048"]
    if settings.first?.hasPrefix("max_model_len") == true { words.removeLast(2) }
    for setting in settings { words += ["--set", setting] }
    let found = try Program.run(Program.amm, words, environment: ["HOME": home.url.path])
    #expect(found.status == 0, "\(what): \(found.errors)")
    let plan = try #require(JSONValue(parsing: Array(found.output.utf8)), "\(what)")
    // What fits all the same has weights that may be a fifth more than they are thought to be.
    let weights = plan["terms"]?["weights"]
    let (usual, high) = (weights?["bytes"]?.number ?? 1, weights?["high"]?.number ?? 0)
    #expect(
      plan["verdict"]?.text != "fits" || high >= usual * 1.2,
      "\(what) is said to fit: \(found.output)")
  }

  @Test func `what cannot be split is not called fitting`() throws {
    let folder = try profile(
      """
      name: demo
      source: {type: local, path: ~/models/demo}
      container: {runtime: vllm}
      arguments: [--tensor-parallel-size, "3"]

      """)
    let found = try amm("plan", "demo", "--gpu", "H100", "--workspace", folder)
    #expect(
      found.output.contains("does not start: its 32 heads cannot be split over 3 GPUs"),
      "\(found.output)")
    #expect(found.output.contains("3 x H100"))
    let one = try amm(
      "plan", "demo", "--gpu", "H100", "--gpus", "1", "--json", "--workspace", folder)
    let plan = try #require(JSONValue(parsing: Array(one.output.utf8)))
    #expect(plan["verdict"]?.text == "fails")
    #expect(plan["reason"]?.text == "it wants 3 GPUs, and there are 1")
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
    #expect(found.output.contains("the log is of release 0.30.1, the plan of 0."))
    let outputs = found.output.split(separator: "\n")
    #expect(
      outputs.contains {
        $0.contains("keys and values") && $0.firstMatch(of: /[-+]0\.[01] %/) != nil
      })
    #expect(outputs.contains { $0.contains("libraries") && $0.contains("not said") })
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
    #expect(silent.status == 1 && silent.errors.contains("the log says nothing of memory"))
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
    #expect(nowhere.status != 0 && nowhere.errors.contains("there is no such folder"))
  }

  /// More GPUs than an Int counts, by arguments that no field limits.
  @Test(arguments: ["vllm", "sglang", "tgi"])
  func `no number of GPUs ends in a signal`(runtime: String) throws {
    let most = String(Int.max)
    let options =
      switch runtime {
      case "vllm": "[--tensor-parallel-size, \"\(most)\", --pipeline-parallel-size, \"\(most)\"]"
      case "sglang": "[--tp-size, \"\(most)\", --pp-size, \"\(most)\"]"
      default: "[--num-shard, \"\(most)\"]"
      }
    try home.write(
      """
      name: demo
      source: {type: local, path: ~/models/demo}
      container: {runtime: \(runtime)}
      arguments: \(options)

      """, to: "w/profiles/demo.yaml")
    try home.write("version: 1\ninstances: {main: {port: 8080}}\n", to: "w/instances.yaml")
    let found = try amm("plan", "demo", "--gpu", "L4", "--workspace", home.file("w").path)
    #expect([0, 1].contains(found.status), "\(found.status): \(found.errors)")
  }

  /// Numbers that no model has end in no signal and no nonsense.
  @Test(arguments: [
    "9007199254740992", "1", "0", "-1", "1e300", "null", "\"x\"", "[]",
  ])
  func `odd numbers end in words`(number: String) throws {
    let keys = [
      "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
      "intermediate_size", "vocab_size", "max_position_embeddings",
    ]
    for key in keys {
      let text = Self.configuration.replacing(
        try Regex("\"\(key)\": [0-9]+"), with: "\"\(key)\": \(number)")
      try home.write(text, to: "models/odd/config.json")
      for runtime in ["vllm", "sglang", "tgi", "tei", "llama-cpp", "ollama"] {
        let found = try amm(
          "plan", home.file("models/odd").path, "--runtime", runtime, "--gpu", "L4", "--json")
        #expect([0, 1].contains(found.status), "\(key): \(number), \(runtime): \(found.errors)")
        if found.status == 0 {
          #expect(JSONValue(parsing: Array(found.output.utf8))?["verdict"] != nil)
        }
      }
    }
  }
}
