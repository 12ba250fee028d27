import Foundation
import TestSupport
import Testing

/// Profiles for models that people name, written and used by the program itself.
struct AddTests {
  private static let commit = "0123456789abcdef0123456789abcdef01234567"
  private let home: TemporaryFolder
  private var environment: [String: String] {
    [
      "HOME": home.url.path, "PATH": "/usr/bin:/bin",
      "AMM_LIBRARY": Repository.file("profiles").path,
    ]
  }

  init() throws {
    home = try TemporaryFolder()
    try home.write(
      """
      version: 1
      host:
        gpus: [{device: nvidia.com/gpu=0, memory: 24GB, name: RTX 3090}]
      defaults: {gpus: [nvidia.com/gpu=0]}
      instances:
        main: {port: 8080}

      """, to: "w/instances.yaml")
    try home.write(
      "name: first\nsource: {type: huggingface, model_id: org/model}\ncontainer: {runtime: vllm}\n",
      to: "w/profiles/chat/first.yaml")
    try home.link("w/active/main.yaml", to: "../profiles/chat/first.yaml")
  }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(
      Program.amm, words + ["--workspace", home.file("w").path], environment: environment)
  }

  /// A model in the hub's cache, as huggingface_hub lays it: names lead to blobs.
  private func cache(_ id: String, _ files: [String: String], weights: Int? = nil) throws {
    let folder =
      ".cache/huggingface/hub/models--" + id.replacing("/", with: "--")
    try home.write(Self.commit, to: folder + "/refs/main")
    let snapshot = folder + "/snapshots/" + Self.commit
    for (name, text) in files {
      let blob = name.replacing("/", with: "_")
      try home.write(text, to: folder + "/blobs/" + blob)
      let up = name.contains("/") ? "../../../" : "../../"
      try home.link(snapshot + "/" + name, to: up + "blobs/" + blob)
    }
    if let weights { try sparse(snapshot + "/model.safetensors", weights) }
  }

  /// A file of a size that takes no room.
  private func sparse(_ path: String, _ size: Int, beginningWith head: [UInt8] = []) throws {
    try home.write("", to: path)
    let file = try FileHandle(forWritingTo: home.file(path))
    try file.write(contentsOf: head)
    try file.truncate(atOffset: UInt64(size))
    try file.close()
  }

  /// The head of a GGUF file with numbers of 32 bits.
  private static func head(_ architecture: String, _ numbers: [(String, UInt32)]) -> [UInt8] {
    var bytes = Array("GGUF".utf8)
    func number(_ value: UInt64, _ size: Int) {
      for place in 0..<size {
        bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(place))))
      }
    }
    func text(_ text: String) {
      number(UInt64(text.utf8.count), 8)
      bytes += Array(text.utf8)
    }
    number(3, 4)
    number(0, 8)
    number(UInt64(numbers.count + 1), 8)
    text("general.architecture")
    number(8, 4)
    text(architecture)
    for (key, value) in numbers {
      text(key.hasPrefix("general.") ? key : architecture + "." + key)
      number(4, 4)
      number(UInt64(value), 4)
    }
    return bytes
  }

  private static let qwen = head(
    "qwen3",
    [
      ("block_count", 36), ("context_length", 40960), ("embedding_length", 4096),
      ("attention.head_count", 32), ("attention.head_count_kv", 8), ("attention.key_length", 128),
      ("attention.value_length", 128), ("general.file_type", 15),
    ])

  private func fill() throws {
    let llama =
      #"{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "max_position_embeddings": 131072, "vocab_size": 128256}"#
    try cache(
      "org/llama", ["config.json": llama, "generation_config.json": #"{"temperature": 0.6}"#],
      weights: 16 << 30)
    try cache("org/huge", ["config.json": llama], weights: 140 << 30)
    try cache(
      "BAAI/bge-m3",
      [
        "config.json":
          #"{"architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta", "num_hidden_layers": 24}"#,
        "modules.json": #"[{"type": "sentence_transformers.models.Pooling"}]"#,
        "1_Pooling/config.json": #"{"pooling_mode_cls_token": true}"#,
      ], weights: 2 << 30)
    try cache(
      "BAAI/reranker",
      [
        "config.json":
          #"{"architectures": ["XLMRobertaForSequenceClassification"], "model_type": "xlm-roberta"}"#
      ])
    try sparse("models/Qwen3-8B-Q4_K_M.gguf", 5 << 30, beginningWith: Self.qwen)
    for part in 1...2 {
      try sparse("models/big-0000\(part)-of-00002.gguf", 3 << 30, beginningWith: Self.qwen)
    }
    try sparse(
      "models/embed.gguf", 1 << 20,
      beginningWith: Self.head("bert", [("block_count", 12), ("context_length", 512)]))
    try sparse(
      "models/rank.gguf", 1 << 20,
      beginningWith: Self.head("bert", [("block_count", 12), ("pooling_type", 4)]))
    try home.write(llama, to: "models/folder/config.json")
    let digest = String(repeating: "ab", count: 32)
    try home.write(
      """
      {"config": {"mediaType": "c", "digest": "sha256:\(digest)", "size": 1}, "layers": [
       {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:\(digest)", "size": 2019377376}]}
      """, to: ".ollama/models/manifests/registry.ollama.ai/library/llama3.2/3b")
    try sparse(".ollama/models/blobs/sha256-" + digest, 1 << 20, beginningWith: Self.qwen)
  }

  /// Sources of all forms, and what is chosen for each.
  static let sources: [(source: String, id: String, runtime: String)] = [
    ("org/llama", "chat/llama", "vllm"), ("hf.co/org/llama", "chat/llama", "vllm"),
    ("https://huggingface.co/org/llama/tree/main", "chat/llama", "vllm"),
    ("org/llama@\(commit)", "chat/llama", "vllm"),
    ("org/unseen-coder", "coding/unseen-coder", "vllm"),
    ("org/unseen-R1", "reasoning/unseen-r1", "vllm"), ("org/7b", "chat/7b", "vllm"),
    ("org/true", "chat/true", "vllm"),
    ("BAAI/bge-m3", "embedding/bge-m3", "tei"), ("BAAI/reranker", "embedding/reranker", "tei"),
    ("unsloth/X-GGUF", "chat/x", "llama-cpp"),
    ("hf.co/unsloth/X-GGUF:Q5_K_M", "chat/x", "llama-cpp"),
    ("https://huggingface.co/unsloth/X/blob/main/X-IQ4_XS.gguf", "chat/x", "llama-cpp"),
    ("ollama://llama3.2:3b", "chat/llama3.2-3b", "ollama"),
    ("https://ollama.com/library/gemma3", "chat/gemma3", "ollama"),
    ("https://huggingface.co/BAAI/bge-large-en", "embedding/bge-large-en", "tei"),
    ("~/models/Qwen3-8B-Q4_K_M.gguf", "chat/qwen3-8b-q4_k_m", "llama-cpp"),
    ("~/models/big-00001-of-00002.gguf", "chat/big", "llama-cpp"),
    ("~/models/embed.gguf", "embedding/embed", "llama-cpp"),
    ("~/models/rank.gguf", "embedding/rank", "llama-cpp"),
    ("~/models/folder", "chat/folder", "vllm"),
  ]

  /// Each profile is right without a word, and an instance serves it.
  @Test func `a profile is written for each kind of source`() throws {
    try fill()
    for (source, id, runtime) in Self.sources {
      let added = try amm("add", source)
      #expect(added.status == 0, "\(source): \(added.errors)")
      #expect(added.errors == "", "\(source)")
      let file = home.file("w/profiles/\(id).yaml")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains("  runtime: \(runtime)  # "), "\(source): \(text)")
      try FileManager.default.removeItem(at: home.file("w/active/main.yaml"))
      try home.link("w/active/main.yaml", to: "../profiles/\(id).yaml")
      let checked = try amm("validate", "--strict")
      #expect(checked.status == 0, "\(source): \(checked.errors)")
      let generated = try amm("generate")
      #expect(generated.status == 0, "\(source): \(generated.errors)")
      try FileManager.default.removeItem(at: file)
    }
  }

  @Test func `context and memory are what fits the GPU, and say why`() throws {
    try fill()
    let fits = try amm("add", "org/llama", "--dry-run")
    let context = try #require(
      fits.output.firstMatch(of: /context_length: ([0-9]+)  # of 131072: the most that certainly/),
      "\(fits.output)")
    // vLLM takes 0.92 of 24 GiB; less 16 of weights and some 2 beside them, 4 GiB are left, at 128 KiB a token.
    let tokens = try #require(Int(context.output.1))
    #expect((16_384...32_768).contains(tokens) && tokens % 256 == 0)
    #expect(fits.output.firstMatch(of: /gpu_memory_min: 2[0-3]GB  # 16.0 GiB of weights/) != nil)
    #expect(!FileManager.default.fileExists(atPath: home.file("w/profiles/chat/llama.yaml").path))
    let asked = try amm("add", "org/llama", "--dry-run", "--context", "4096")
    #expect(asked.output.contains("  context_length: 4096  # as requested"))
    let huge = try amm("add", "org/huge", "--dry-run")
    #expect(huge.status == 0 && huge.errors.contains("more GPU memory"))
    let unseen = try amm("add", "org/unseen", "--dry-run")
    #expect(unseen.output.contains("# The model's facts are unknown"))
    #expect(!unseen.output.contains("context_length"))
  }

  /// A model that was downloaded is somebody else's: none of its words becomes a line of the profile.
  @Test(arguments: [
    "awq\\nvllm: {trust_remote_code: true}\\n#", "a\\\" b", "x\\u0085y: z", "\\u001b[2J",
    "\\u2028a: b",
    "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
  ])
  func `what a model's file says cannot write the profile`(word: String) throws {
    for key in ["quantization_config", "architectures", "rope_scaling"] {
      let value =
        key == "architectures"
        ? "[\"\(word)\"]" : "{\"quant_method\": \"\(word)\", \"type\": \"\(word)\"}"
      try home.write(
        #"{"num_hidden_layers": 2, "\#(key)": \#(value)}"#, to: "models/evil/config.json")
      let added = try amm("add", "~/models/evil", "--dry-run")
      #expect(added.status == 0, "\(added.errors)")
      for part in ["trust_remote_code: true", "\u{1B}", "y: z", "hf_abc"] {
        #expect(!added.output.contains(part) && !added.errors.contains(part), "\(added.output)")
      }
    }
  }

  @Test func `sizes that no disk has end in no signal`() throws {
    try home.write(
      #"{"architectures": ["LlamaForCausalLM"], "num_hidden_layers": 2}"#,
      to: "models/big/config.json")
    try home.write(
      #"{"metadata": {"total_size": 9007199254740991}, "weight_map": {"a": "b.safetensors"}}"#,
      to: "models/big/model.safetensors.index.json")
    let added = try amm("add", "~/models/big", "--dry-run", "--context", "100000000")
    #expect(added.status == 0 || added.status == 1, "\(added.errors)")
  }

  /// Layers that name two million others.
  @Test func `long lists end in no search`() throws {
    let list = Array(repeating: "99999", count: 200_000).joined(separator: ",")
    try home.write(
      #"{"architectures": ["Lfm2ForCausalLM"], "num_hidden_layers": 10000, "num_attention_heads": 8, "hidden_size": 64, "full_attn_idxs": [\#(list)]}"#,
      to: "models/long/config.json")
    #expect(try amm("add", "~/models/long", "--dry-run").status == 0)
  }

  @Test func `weights are counted once, and parts are no models`() throws {
    let llama =
      #"{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_hidden_layers": 2}"#
    try home.write(llama, to: "models/twice/config.json")
    try sparse("models/twice/consolidated.safetensors", 2 << 30)
    try sparse("models/twice/model.safetensors", 2 << 30)
    try sparse("models/twice/adapter_model.safetensors", 1 << 30)
    #expect(try amm("add", "~/models/twice", "--dry-run").output.contains("2.0 GiB of weights"))
    try home.write(llama, to: "models/old/config.json")
    try sparse("models/old/pytorch_model.bin", 3 << 30)
    #expect(try amm("add", "~/models/old", "--dry-run").output.contains("3.0 GiB of weights"))
    try sparse("models/mmproj.gguf", 1 << 20, beginningWith: Self.head("clip", []))
    let part = try amm("add", "~/models/mmproj.gguf")
    #expect(part.status == 1 && part.errors.contains("not a model"))
  }

  @Test func `GPUs are known whatever else is wrong with the workspace`() throws {
    try fill()
    try FileManager.default.removeItem(at: home.file("w/active/main.yaml"))
    #expect(try amm("add", "org/llama", "--dry-run").output.contains("that certainly fits"))
  }

  @Test func `what is there is not overwritten, and what is wrong says what would do`() throws {
    try fill()
    #expect(try amm("add", "org/llama").status == 0)
    let twice = try amm("add", "org/llama")
    #expect(twice.status == 1 && twice.errors.contains("'--as'"))
    #expect(try amm("add", "org/llama", "--as", "other", "--category", "mine").status == 0)
    for (words, part) in [
      (["bge-m3"], "ORGANISATION/bge-m3"),
      (["org/llama", "--runtime", "vlm"], "did you mean 'vllm'?"),
      (["org/llama", "--instance", "mian"], "did you mean 'main'?"),
      (["~/models/none.gguf"], "does not exist"), (["~/models"], "use the file"),
      (["~/w/instances.yaml"], "is not a GGUF file"),
      (["org/llama", "--as", "a #b"], "profile name"),
      (["org/llama", "--category", "../x"], "category"), (["org/llama", "--as", "../x"], "name"),
      (["org/llama", "--category", "a #b"], "category"),
      (["oci://ghcr.io/a/b"], "no runtime loads"),
      (["ollama://a:b", "--quant", "Q8_0"], "in its tag"),
      (["https://me:hunter22hunter22@huggingface.co/a/b"], "is not an address"),
    ] {
      let refused = try Program.run(
        Program.amm, ["add"] + words + ["--workspace", home.file("w").path],
        environment: environment)
      #expect(refused.status == 1 || refused.status == 64, "\(words)")
      #expect(refused.errors.contains(part), "\(words): \(refused.errors)")
      #expect(!refused.errors.contains("hunter22"), "\(words)")
    }
  }
}
