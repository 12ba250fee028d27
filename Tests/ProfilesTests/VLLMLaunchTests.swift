import Deployments
import Diagnostics
import Profiles
import Schema
import Testing

/// What becomes of a profile of vLLM when its server is started.
struct VLLMLaunchTests {
  private func launch(_ text: String) throws -> Launch {
    let outcome = Profile.read(SourceFile(path: "profile.yaml", text: text))
    return Launch.of(
      try #require(outcome.value, "\(outcome.diagnostics.map(\.message))"))
  }

  private func words(_ launch: Launch) -> [String] { launch.arguments.map(\.text) }

  private static let hub = """
    name: demo
    source: {type: huggingface, model_id: org/model}
    container: {runtime: vllm}

    """

  private static let local = """
    name: demo
    source: {type: local, path: /srv/mine}
    container: {runtime: vllm}

    """

  private static let start = ["org/model", "--host", "0.0.0.0", "--port", "8000"]

  private static let options: [(key: String, value: String, words: [String])] = [
    ("gpu_memory_utilization", "0.50", ["--gpu-memory-utilization", "0.5"]),
    ("kv_cache_dtype", "fp8_e4m3", ["--kv-cache-dtype", "fp8_e4m3"]),
    ("block_size", "32", ["--block-size", "32"]),
    ("enable_prefix_caching", "true", ["--enable-prefix-caching"]),
    ("enable_prefix_caching", "false", ["--no-enable-prefix-caching"]),
    ("enforce_eager", "true", ["--enforce-eager"]),
    ("enforce_eager", "false", []),
    ("cpu_offload_gb", "1.5", ["--cpu-offload-gb", "1.5"]),
    ("enable_chunked_prefill", "true", ["--enable-chunked-prefill"]),
    ("enable_chunked_prefill", "false", ["--no-enable-chunked-prefill"]),
    ("max_num_batched_tokens", "4096", ["--max-num-batched-tokens", "4096"]),
    ("max_num_queued_reqs", "0", ["--max-num-queued-reqs", "0"]),
    ("max_num_queued_tokens", "9000", ["--max-num-queued-tokens", "9000"]),
    ("max_num_active_seqs", "8", ["--max-num-active-seqs", "8"]),
    ("scheduling_policy", "priority", ["--scheduling-policy", "priority"]),
    ("pipeline_parallel_size", "2", ["--pipeline-parallel-size", "2"]),
    ("data_parallel_size", "2", ["--data-parallel-size", "2"]),
    ("enable_expert_parallel", "true", ["--enable-expert-parallel"]),
    ("load_format", "runai_streamer", ["--load-format", "runai_streamer"]),
    ("tokenizer", "org/tokenizer", ["--tokenizer", "org/tokenizer"]),
    ("tokenizer_mode", "mistral", ["--tokenizer-mode", "mistral"]),
    ("tokenizer_revision", "v2", ["--tokenizer-revision", "v2"]),
    ("code_revision", "v3", ["--code-revision", "v3"]),
    ("runner", "pooling", ["--runner", "pooling"]),
    ("convert", "none", ["--convert", "none"]),
    ("seed", "42", ["--seed", "42"]),
    ("max_logprobs", "-1", ["--max-logprobs", "-1"]),
    ("generation_config", "vllm", ["--generation-config", "vllm"]),
    ("served_model_name", "chat", ["--served-model-name", "chat"]),
    ("chat_template", "\"{{ a b }}\"", ["--chat-template", "{{ a b }}"]),
    (
      "enable_auto_tool_choice", "true, tool_call_parser: hermes",
      ["--enable-auto-tool-choice", "--tool-call-parser", "hermes"]
    ),
    ("tool_call_parser", "hermes", ["--tool-call-parser", "hermes"]),
    ("reasoning_parser", "qwen3", ["--reasoning-parser", "qwen3"]),
    ("enable_log_requests", "true", ["--enable-log-requests"]),
    ("uvicorn_log_level", "warning", ["--uvicorn-log-level", "warning"]),
    ("shutdown_timeout", "60", ["--shutdown-timeout", "60"]),
  ]

  @Test(arguments: options)
  func `an option arrives under its name`(key: String, value: String, words: [String]) throws {
    let launch = try launch(Self.hub + "vllm: {\(key): \(value)}")
    #expect(self.words(launch) == Self.start + words)
  }

  @Test func `every option is shown to arrive`() {
    #expect(Set(Self.options.map(\.key)) == Set(VLLM.Options.fields.keys))
  }

  /// The server's own name is the key, so that its documentation can be read for either.
  @Test func `an option has its key as name and a sentence as summary`() {
    for field in VLLM.Options.fields.all {
      let name = "--" + field.key.replacing("_", with: "-")
      switch field.destination {
      case .argument(name), .words(name), .flag(name, nil): break
      case .flag(name, let off): #expect(off == "--no-" + name.dropFirst(2))
      default: Issue.record("\(field.key) goes to \(String(describing: field.destination))")
      }
      #expect(field.summary.hasSuffix("."), "\(field.key)")
      #expect(field.summary.first?.isUppercase == true, "\(field.key)")
    }
  }

  @Test(arguments: [
    ("parameters: {max_total_tokens: 20}", ["--max-model-len", "20"]),
    ("parameters: {context_length: 20}", ["--max-model-len", "20"]),
    ("parameters: {quantization: awq_marlin}", ["--quantization", "awq_marlin"]),
    ("parameters: {quantization: none}", []),
    ("parameters: {dtype: float32}", ["--dtype", "float32"]),
    ("parameters: {num_shard: 2}", ["--tensor-parallel-size", "2"]),
    ("parameters: {trust_remote_code: true}", ["--trust-remote-code"]),
    ("parameters: {trust_remote_code: false}", []),
    ("performance: {max_batch_size: 7}", ["--max-num-seqs", "7"]),
    ("performance: {max_concurrent_requests: 9}", ["--max-num-queued-reqs", "9"]),
    (
      "parameters: {temperature: 0.7, top_p: 0.9, top_k: 40, repeat_penalty: 1.1}",
      [
        "--override-generation-config",
        #"{"temperature": 0.7, "top_p": 0.9, "top_k": 40, "repetition_penalty": 1.1}"#,
      ]
    ),
    ("category: embedding", ["--runner", "pooling"]),
    (
      "arguments: [--enable-lora, --lora-modules, a=/a]",
      ["--enable-lora", "--lora-modules", "a=/a"]
    ),
  ])
  func `a field arrives as arguments`(line: String, words: [String]) throws {
    #expect(try self.words(launch(Self.hub + line)) == Self.start + words)
  }

  @Test func `the runner of an embedding model is written once`() throws {
    let launch = try launch(Self.hub + "category: embedding\nvllm: {runner: auto}")
    #expect(words(launch) == Self.start + ["--runner", "auto"])
  }

  @Test func `a revision follows the model`() throws {
    let launch = try launch(Self.hub.replacing("org/model}", with: "org/model, revision: v1}"))
    #expect(words(launch).prefix(3) == ["org/model", "--revision", "v1"])
  }

  @Test func `a local model is mounted and called by the profile's name`() throws {
    let launch = try launch(Self.local)
    #expect(words(launch).prefix(3) == ["/model", "--served-model-name", "demo"])
    #expect(launch.model == "demo")
    #expect(launch.mounts.map(\.target.text) == ["/model"])
    #expect(launch.mounts.first?.options == [.readOnly])
  }

  @Test(arguments: [hub, local])
  func `clients use the name that is written`(profile: String) throws {
    let launch = try launch(profile + "vllm: {served_model_name: chat}")
    #expect(launch.model == "chat")
    #expect(words(launch).count { $0 == "--served-model-name" } == 1)
  }

  @Test func `the cache is where the hub's library looks for it`() throws {
    let launch = try launch(Self.hub)
    #expect(
      launch.environment.map { "\($0.name.text)=\($0.value)" } == [
        "HF_HOME=/root/.cache/huggingface"
      ])
  }

  @Test func `Podman waits longer than the server does`() throws {
    #expect(try launch(Self.hub + "vllm: {shutdown_timeout: 60}").stopTimeout == 90)
  }
}
