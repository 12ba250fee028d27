import Foundation
import TestSupport
import Testing
import Values

/// What `amm plan` and `amm validate` read in the files of a local model.
struct PlanFileTests {
  let home: TemporaryFolder

  init() throws {
    home = try TemporaryFolder()
    try home.write(PlanTests.configuration, to: "models/demo/config.json")
    try FileManager.default.createDirectory(
      at: home.file("models"), withIntermediateDirectories: true)
  }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(Program.amm, words, environment: ["HOME": home.url.path])
  }

  /// Makes a workspace with one card of 24 GB that serves a profile.
  private func workspace(_ lines: String, gpus: String = "[nvidia.com/gpu=0]", host: Bool = true)
    throws -> String
  {
    let card = "host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}\n"
    try home.write(
      "version: 1\n\(host ? card : "")instances: {main: {port: 8080, gpus: \(gpus)}}\n",
      to: "w/instances.yaml")
    try home.write("name: demo\n" + lines, to: "w/profiles/demo.yaml")
    try? FileManager.default.removeItem(at: home.file("w/active/main.yaml"))
    try home.link("w/active/main.yaml", to: "../profiles/demo.yaml")
    return home.file("w").path
  }

  private func ofFile(_ lines: String) -> String {
    "source: {type: local, path: ~/models/a.gguf}\ncontainer: {runtime: llama-cpp}\n"
      + "parameters: {context_length: 8192}\n" + lines
  }

  private func plan(_ words: [String]) throws -> JSONValue {
    let found = try Program.run(
      Program.amm, ["plan"] + words + ["--json"], environment: ["HOME": home.url.path])
    return try #require(JSONValue(parsing: Array(found.output.utf8)), "\(found.errors)")
  }

  @Test func `a check plans a local file as a plan does`() throws {
    let file = GGUFFile(layers: 400)
    try file.write(to: home.file("models/a.gguf"))
    #expect(file.size > 30 << 30)
    let w = try workspace(ofFile("llama_cpp: {n_gpu_layers: 999}\n"))
    let checked = try amm("validate", "--workspace", w)
    #expect(checked.status == 1)
    #expect(checked.errors.contains("has too little GPU memory"), "\(checked.errors)")
    #expect(try plan(["main", "--workspace", w])["verdict"]?.text == "fails")
    // Half of the layers fit.
    let half = try workspace(ofFile("llama_cpp: {n_gpu_layers: 200}\n"))
    #expect(try amm("validate", "--workspace", half).status == 0)
  }

  /// Experts that stay in main memory: with the header, amm knows their sizes; without it, it does not.
  @Test(arguments: [
    "cpu_moe: true", "n_cpu_moe: 40", "override_tensor: exps=CPU", "override_tensor: [exps=CPU]",
  ])
  func `experts in main memory do not fill the card`(setting: String) throws {
    let file = GGUFFile(layers: 40, experts: 16)
    try file.write(to: home.file("models/a.gguf"))
    #expect(file.size > 30 << 30)
    let section = "llama_cpp: {n_gpu_layers: 999, \(setting)}\n"
    let w = try workspace(ofFile(section))
    #expect(try amm("validate", "--workspace", w).status == 0)
    let known = try plan(["main", "--workspace", w])
    #expect(known["verdict"]?.text == "fits", "\(known)")
    #expect(known["terms"]?["weights"]?["bytes"]?.number ?? .infinity < 4e9)

    let unknown = try workspace(
      """
      source: {type: huggingface, model_id: nobody/unheard-of-GGUF}
      container: {runtime: llama-cpp}
      model: {parameters: 30.5B, layers: 48, attention_heads: 32, key_value_heads: 4, head_size: 128}
      parameters: {context_length: 8192}
      \(section)
      """)
    #expect(try amm("validate", "--workspace", unknown).status == 0)
    #expect(try plan(["main", "--workspace", unknown])["verdict"]?.text == "unsure")
  }

  @Test func `a file that was cut is not planned as whole`() throws {
    // A vocabulary of more than a megabyte is read in several steps.
    let file = GGUFFile(layers: 2, words: 130_000)
    #expect(file.headerSize > 1 << 20)
    let path = home.file("models/a.gguf")
    try file.write(to: path)
    let whole = try plan([path.path])
    #expect(whole["terms"]?["weights"]?["bytes"]?.number ?? 0 > 1e8)
    #expect(whole["notes"]?.list?.contains { $0.text?.contains("shorter") == true } == false)

    try file.write(to: path, cutTo: file.size - 1)
    let cut = try plan([path.path])
    #expect(
      cut["notes"]?.list?.contains { $0.text?.contains("'a.gguf' is shorter") == true } == true)
    #expect(cut["verdict"]?.text == "fails")
    let w = try workspace(ofFile(""))
    let checked = try amm("validate", "--workspace", w)
    #expect(checked.status == 1 && checked.errors.contains("[model-part-missing]"))

    try file.write(to: path, cutTo: file.headerSize / 2)
    let head = try amm("plan", path.path)
    #expect(head.status == 1)
    #expect(head.errors.contains("'a.gguf' is incomplete: it ends within its header"))
    #expect(try amm("validate", "--workspace", w).errors.contains("[model-part-missing]"))
  }

  @Test(arguments: ["llama-cpp", "ollama", "vllm"])
  func `a card that is not described is unknown, and no main memory`(runtime: String) throws {
    let source =
      runtime == "ollama"
      ? "{type: ollama, model_id: \"a:b\"}" : "{type: huggingface, model_id: a/b}"
    let lines = """
      source: \(source)
      container: {runtime: \(runtime)}
      model: {parameters: 8.03B, layers: 32, attention_heads: 32, key_value_heads: 8, head_size: 128}

      """
    let w = try workspace(lines, gpus: "[nvidia]", host: false)
    let found = try plan(["main", "--workspace", w])
    #expect(found["verdict"]?.text == "unknown")
    #expect(found["reason"]?.text?.hasPrefix("the GPU is unknown") == true, "\(found)")
    let none = try workspace(lines, gpus: "[]", host: false)
    let onProcessor = try plan(["main", "--workspace", none])
    #expect((onProcessor["host_terms"]?["weights"] != nil) == (runtime != "vllm"))
  }

  @Test func `an encoder has no keys and values, and holds only what it needs of its share`() throws
  {
    let encoder = PlanTests.configuration.replacing("LlamaForCausalLM", with: "XLMRobertaModel")
      .replacing("\"llama\"", with: "\"xlm-roberta\"").replacing(
        "\"num_hidden_layers\": 32", with: "\"num_hidden_layers\": 4")
    try home.write(encoder, to: "models/encoder/config.json")
    let found = try plan([
      home.file("models/encoder").path, "--runtime", "vllm", "--gpu", "RTX 4090",
    ])
    #expect(found["terms"]?["weights"] != nil && found["terms"]?["kv_pool"] == nil, "\(found)")
    #expect(found["verdict"]?.text == "fits")
    #expect(found["terms"]?["activation"]?["bytes"]?.number ?? .infinity < 400e6)
  }

  /// vLLM, engine/arg_utils.py: the default of 'max_num_batched_tokens' by other settings.
  @Test(arguments: [
    (["enable_chunked_prefill=false", "max_model_len=131072"], "131072"),
    (["max_num_seqs=1", "max_model_len=2048"], "2048"),
    (["max_model_len=2048"], "8192"), (["max_num_batched_tokens=4096"], "4096"),
    (["performance_mode=throughput"], "16384"),
  ])
  func `the tokens of a step follow from other settings`(settings: [String], tokens: String) throws
  {
    let found = try plan(
      [
        home.file("models/demo").path, "--runtime", "vllm", "--release", "0.31.0", "--gpu", "H100",
      ] + settings.flatMap { ["--set", $0] })
    let inputs = found["terms"]?["activation"]?["inputs"]?.list ?? []
    let input = inputs.first { $0["name"]?.text == "max_num_batched_tokens" }
    #expect(input?["value"]?.text == tokens, "\(inputs)")
  }

  /// Ollama, server/routes.go: the default context by the memory of all cards, since 0.15.5.
  @Test(arguments: [
    ("L4", "0.32.15", 4096.0), ("RTX 4090", "0.32.15", 32768), ("H200", "0.32.15", 131072),
    ("H200", "0.15.4", 4096),
  ])
  func `the context of Ollama follows from the card`(
    card: String, release: String, tokens: Double
  ) throws {
    try GGUFFile(layers: 4).write(to: home.file("models/a.gguf"))
    let found = try plan([
      home.file("models/a.gguf").path, "--runtime", "ollama", "--release", release, "--gpu", card,
    ])
    #expect(found["kv_tokens"]?.number == tokens, "\(found)")
  }

  @Test func `what a plan assumes or does not count is said`() throws {
    let model = home.file("models/demo").path
    func notes(_ words: String...) throws -> (String, String?) {
      let found = try plan([model] + words)
      return (
        (found["notes"]?.list ?? []).compactMap(\.text).joined(separator: "\n"),
        found["verdict"]?.text
      )
    }
    #expect(try notes("--gpu-total", "79.19GiB").0.contains("taken for H100: name it with '--gpu'"))
    #expect(try !notes("--gpu", "H100").0.contains("taken for"))
    let other = try notes(
      "--runtime", "vllm", "--release", "0.34.0", "--gpu", "H100", "--set", "max_num_seq=3")
    #expect(other.0.contains("'--max-num-seq'") && other.1 == "unsure")
    let older = try notes(
      "--runtime", "vllm", "--release", "0.11.0", "--gpu", "H100", "--set",
      "kv_cache_memory_bytes=4294967296")
    #expect(older.0.contains("'--kv-cache-memory-bytes'") && older.1 == "unsure")
    let sglang = try notes("--runtime", "sglang", "--release", "0.4.0", "--gpu", "RTX 4090")
    #expect(sglang.0.contains("this version is older"), "\(sglang.0)")
    let newer = try notes("--runtime", "sglang", "--release", "0.9.0", "--gpu", "RTX 4090")
    #expect(newer.0.contains("this version is newer"))
  }

  /// TGI and TEI have no table of architectures.
  @Test(
    arguments: ["tgi", "tei"],
    [
      ("UnheardOfForCausalLM", "unheard_of", false), ("FalconForCausalLM", "falcon", true),
      ("LlamaForCausalLM", "llama", true),
    ])
  func `a family that amm does not know is not said to fit`(
    runtime: String, model: (name: String, type: String, isHeardOf: Bool)
  ) throws {
    try home.write(
      PlanTests.configuration.replacing("LlamaForCausalLM", with: model.name)
        .replacing(#""llama""#, with: #""\#(model.type)""#), to: "models/odd/config.json")
    let found = try plan([
      home.file("models/odd").path, "--runtime", runtime, "--gpu", "H100", "--context", "4096",
    ])
    #expect(found["verdict"]?.text == (model.isHeardOf ? "fits" : "unsure"))
    let notes = found["notes"]?.list?.compactMap(\.text) ?? []
    #expect(
      notes.contains { $0.hasPrefix("The shapes of this family are partly unknown") }
        == (model.type != "llama"), "\(notes)")
  }
}
