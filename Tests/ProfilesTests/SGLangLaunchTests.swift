import Deployments
import Diagnostics
import Profiles
import Schema
import Testing

/// What becomes of a profile's fields when SGLang is started.
struct SGLangLaunchTests {
  private func profile(_ text: String, source: String = hub) throws -> Profile {
    let outcome = Profile.read(
      SourceFile(path: "profile.yaml", text: Self.head + source + text))
    return try #require(outcome.value, "\(outcome.diagnostics.map(\.message))")
  }

  private func words(_ text: String, source: String = hub) throws -> [String] {
    Launch.of(try profile(text, source: source)).arguments.map(\.text)
  }

  private static let head = "name: demo\ncontainer: {runtime: sglang}\n"
  private static let hub = "source: {type: huggingface, model_id: org/model, revision: v1}\n"
  private static let folder = "source: {type: local, path: /srv/model}\n"

  private static let start = [
    "python3", "-m", "sglang.launch_server", "--model-path", "org/model", "--revision", "v1",
    "--host", "0.0.0.0", "--port", "30000",
  ]

  private static let options: [(key: String, value: String, words: [String])] = [
    ("tokenizer_path", "org/tokenizer", ["--tokenizer-path", "org/tokenizer"]),
    ("tokenizer_mode", "slow", ["--tokenizer-mode", "slow"]),
    ("load_format", "sharded_state", ["--load-format", "sharded_state"]),
    ("kv_cache_dtype", "fp8_e5m2", ["--kv-cache-dtype", "fp8_e5m2"]),
    ("mem_fraction_static", "0.80", ["--mem-fraction-static", "0.8"]),
    ("max_total_tokens", "65536", ["--max-total-tokens", "65536"]),
    ("chunked_prefill_size", "-1", ["--chunked-prefill-size", "-1"]),
    ("max_prefill_tokens", "8192", ["--max-prefill-tokens", "8192"]),
    ("schedule_policy", "dfs-weight", ["--schedule-policy", "dfs-weight"]),
    ("tp_size", "2", ["--tp-size", "2"]),
    ("pp_size", "2", ["--pp-size", "2"]),
    ("dp_size", "2", ["--dp-size", "2"]),
    ("served_model_name", "my model", ["--served-model-name", "my model"]),
    ("enable_metrics", "true", ["--enable-metrics"]),
    ("sampling_defaults", "openai", ["--sampling-defaults", "openai"]),
    ("chat_template", "/t/chat.jinja", ["--chat-template", "/t/chat.jinja"]),
    ("tool_call_parser", "qwen3_coder", ["--tool-call-parser", "qwen3_coder"]),
    ("reasoning_parser", "deepseek-r1", ["--reasoning-parser", "deepseek-r1"]),
    ("attention_backend", "flashinfer", ["--attention-backend", "flashinfer"]),
    ("grammar_backend", "none", ["--grammar-backend", "none"]),
    ("cuda_graph_backend_decode", "disabled", ["--cuda-graph-backend-decode", "disabled"]),
    (
      "cuda_graph_backend_prefill", "tc_piecewise",
      ["--cuda-graph-backend-prefill", "tc_piecewise"]
    ),
    ("cpu_offload_gb", "8", ["--cpu-offload-gb", "8"]),
    ("watchdog_timeout", "0.5", ["--watchdog-timeout", "0.5"]),
    ("random_seed", "42", ["--random-seed", "42"]),
  ]

  @Test(arguments: options)
  func `an option arrives under its name`(
    option: (key: String, value: String, words: [String])
  ) throws {
    #expect(
      try words("sglang: {\(option.key): \(option.value)}") == Self.start + option.words)
  }

  @Test func `every option is tried`() {
    let fields = SGLang.Options.fields.all
    #expect(Set(fields.map(\.key)) == Set(Self.options.map(\.key)))
    for field in fields {
      #expect(field.summary.hasSuffix(".") && field.summary.first?.isUppercase == true)
    }
  }

  @Test(
    arguments: [
      ("parameters: {context_length: 4096}", ["--context-length", "4096"]),
      ("parameters: {max_total_tokens: 4096}", ["--context-length", "4096"]),
      ("parameters: {quantization: none}", []),
      ("parameters: {quantization: compressed-tensors}", ["--quantization", "compressed-tensors"]),
      (
        "parameters: {quantization: bitsandbytes-nf4}",
        ["--quantization", "bitsandbytes", "--load-format", "bitsandbytes"]
      ),
      (
        "parameters: {quantization: bitsandbytes}",
        ["--quantization", "bitsandbytes", "--load-format", "bitsandbytes"]
      ),
      ("parameters: {quantization: gguf}", ["--quantization", "gguf", "--load-format", "gguf"]),
      ("parameters: {dtype: float32}", ["--dtype", "float32"]),
      ("parameters: {num_shard: 2}", ["--tp-size", "2"]),
      ("parameters: {trust_remote_code: true}", ["--trust-remote-code"]),
      ("parameters: {trust_remote_code: false}", []),
      ("performance: {max_batch_size: 8}", ["--max-running-requests", "8"]),
      ("performance: {max_concurrent_requests: 9}", ["--max-queued-requests", "9"]),
      ("parameters: {temperature: 0.5}", []),
      ("category: embedding", ["--is-embedding"]),
      ("sglang: {enable_metrics: false}", []),
      ("arguments: [--log-level, debug]", ["--log-level", "debug"]),
    ] as [(String, [String])])
  func `a setting of every runtime arrives under SGLang's name`(
    line: String, expected: [String]
  ) throws {
    #expect(try words(line) == Self.start + expected)
  }

  @Test func `a loader is named once`() throws {
    let text = """
      parameters: {quantization: bitsandbytes}
      sglang: {load_format: bitsandbytes}
      """
    #expect(try words(text).count { $0 == "--load-format" } == 1)
  }

  @Test func `a model of this machine is known by the profile's name`() throws {
    let launch = Launch.of(try profile("version: x", source: Self.folder))
    #expect(
      launch.arguments.map(\.text) == [
        "python3", "-m", "sglang.launch_server", "--model-path", "/model", "--host", "0.0.0.0",
        "--port", "30000", "--served-model-name", "demo",
      ])
    #expect(launch.mounts.map(\.target.text) == ["/model"])
    #expect(launch.mounts.map(\.options) == [[.readOnly]])
    #expect(launch.model == "demo")
  }

  @Test func `a name of the author's own comes first`() throws {
    let text = "sglang: {served_model_name: mine}"
    #expect(try words(text, source: Self.folder).count { $0 == "--served-model-name" } == 1)
    #expect(Launch.of(try profile(text, source: Self.folder)).model == "mine")
  }

  @Test func `asking for its health costs no token, unless the author wants it so`() throws {
    func value(_ text: String) throws -> [String] {
      Launch.of(try profile(text)).environment
        .filter { $0.name.text == "SGLANG_ENABLE_HEALTH_ENDPOINT_GENERATION" }.map(\.value)
    }
    #expect(try value("version: x") == ["false"])
    #expect(
      try value("environment: {SGLANG_ENABLE_HEALTH_ENDPOINT_GENERATION: \"true\"}") == ["true"])
  }

  @Test(arguments: [
    ("version: x", nil), ("sglang: {enable_metrics: false}", nil),
    ("sglang: {enable_metrics: true}", "/metrics"),
  ])
  func `there are numbers where they are asked for`(text: String, path: String?) throws {
    #expect(SGLang.interface(of: try profile(text)).endpoint.metrics == path)
  }
}
