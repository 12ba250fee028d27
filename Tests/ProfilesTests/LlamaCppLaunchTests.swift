import Deployments
import Diagnostics
import Profiles
import Schema
import Testing

/// What llama-server is started with, and the command line of a custom server.
struct LlamaCppLaunchTests {
  private func launch(_ text: String) throws -> Launch {
    let outcome = Profile.read(SourceFile(path: "profile.yaml", text: text))
    return Launch.of(try #require(outcome.value, "\(outcome.diagnostics.map(\.message))"))
  }

  private func words(_ text: String) throws -> String {
    try launch(text).arguments.map(\.text).joined(separator: " ")
  }

  private static let hub = """
    name: demo
    source: {type: huggingface, model_id: org/model-GGUF}
    container: {runtime: llama-cpp}

    """

  /// Each option of the section, as it is written, and the words that come of it.
  static let options = [
    ("file: a/b.gguf", "--hf-file a/b.gguf"), ("quant: Q8_0", "--hf-repo org/model-GGUF:Q8_0"),
    ("mmproj: ~/m.gguf", "--mmproj /mmproj.gguf"), ("n_predict: -1", "--n-predict -1"),
    ("batch_size: 4096", "--batch-size 4096"), ("ubatch_size: 1024", "--ubatch-size 1024"),
    ("kv_unified: true", "--kv-unified"), ("cont_batching: false", "--no-cont-batching"),
    ("flash_attn: auto", "--flash-attn auto"), ("cache_type_k: q8_0", "--cache-type-k q8_0"),
    ("cache_type_v: q5_1", "--cache-type-v q5_1"), ("n_gpu_layers: all", "--n-gpu-layers all"),
    ("split_mode: row", "--split-mode row"), ("tensor_split: [3, 1.5]", "--tensor-split 3,1.5"),
    ("main_gpu: 1", "--main-gpu 1"), ("fit: off", "--fit off"),
    ("rope_scaling: yarn", "--rope-scaling yarn"), ("rope_scale: 2.0", "--rope-scale 2"),
    ("rope_freq_base: 10000", "--rope-freq-base 10000"),
    ("yarn_orig_ctx: 32768", "--yarn-orig-ctx 32768"), ("mmap: false", "--load-mode none"),
    ("load_mode: mlock", "--load-mode mlock"),
    ("min_p: 0.05", "--min-p 0.05"), ("repeat_last_n: 64", "--repeat-last-n 64"),
    ("presence_penalty: -0.5", "--presence-penalty -0.5"),
    ("frequency_penalty: 0.5", "--frequency-penalty 0.5"), ("seed: 1", "--seed 1"),
    ("pooling: mean", "--pooling mean"), ("reranking: true", "--reranking"),
    ("jinja: true", "--jinja"), ("chat_template: chatml", "--chat-template chatml"),
    ("timeout: 60", "--timeout 60"), ("threads: 4", "--threads 4"),
    ("threads_http: 2", "--threads-http 2"), ("cache_ram: 0", "--cache-ram 0"),
    ("metrics: true", "--metrics"), ("slots: false", "--no-slots"), ("props: true", "--props"),
  ]

  @Test(arguments: options)
  func `llama-server gets an option by its name`(line: String, expected: String) throws {
    let all = " " + (try words(Self.hub + "llama_cpp: {\(line)}")) + " "
    #expect(all.contains(" " + expected + " "))
  }

  @Test func `every option is shown above`() {
    let shown = Self.options.map { String($0.0.prefix { $0 != ":" }) }
    #expect(Set(shown) == Set(LlamaCpp.Options.fields.keys))
  }

  @Test func `the server listens where Podman reaches it, and has the profile's name`() throws {
    #expect(
      try words(Self.hub)
        == "--host 0.0.0.0 --port 8080 --hf-repo org/model-GGUF --alias demo")
  }

  @Test(arguments: [
    ("parameters: {context_length: 4096}", "--ctx-size 4096"),
    // Slots divide the context: each of four requests may have 4096 tokens.
    (
      "parameters: {context_length: 4096}\nperformance: {max_batch_size: 4}",
      "--parallel 4 --alias demo --ctx-size 16384"
    ),
    (
      "parameters: {max_total_tokens: 4096}\nperformance: {max_batch_size: 4}\nllama_cpp: {kv_unified: true}",
      "--parallel 4 --kv-unified --alias demo --ctx-size 4096"
    ),
    ("parameters: {temperature: 0.2}", "--temp 0.2"), ("parameters: {top_p: 0.9}", "--top-p 0.9"),
    ("parameters: {top_k: 40}", "--top-k 40"),
    ("parameters: {repeat_penalty: 1.1}", "--repeat-penalty 1.1"),
    ("category: embedding", "--embedding"), ("arguments: [--verbose]", "--verbose"),
  ])
  func `common settings go under llama-server's names`(line: String, expected: String) throws {
    #expect(try words(Self.hub + line).contains(expected))
  }

  private static func local(_ path: String) -> String {
    """
    name: demo
    source: {type: local, path: "\(path)"}
    container: {runtime: llama-cpp}
    """
  }

  @Test func `a local file keeps its name`() throws {
    let launch = try launch(Self.local("~/models/tiny.gguf"))
    #expect(launch.arguments.map(\.text).contains("/models/tiny.gguf"))
    #expect(launch.mounts.map(\.target.text) == ["/models/tiny.gguf"])
  }

  @Test func `a model in several files is mounted with its folder`() throws {
    let launch = try launch(Self.local("/srv/big-00001-of-00003.gguf"))
    #expect(launch.arguments.map(\.text).contains("/models/big-00001-of-00003.gguf"))
    #expect(launch.mounts.map(\.target.text) == ["/models"])
    #expect(launch.mounts.map(\.source) == [.path(try #require(HostPath("/srv")))])
  }

  @Test func `a custom server is told its model as the profile says`() throws {
    let launch = try launch(
      """
      name: demo
      source: {type: huggingface, model_id: org/model}
      container: {runtime: custom, image: "example.org/server:1"}
      custom: {model_argument: --load, model_variable: MODEL, token_variable: HF_TOKEN}
      arguments: [--fast, "two words"]
      """)
    #expect(launch.arguments.map(\.text) == ["--load", "org/model", "--fast", "two words"])
    #expect(launch.environment.map { "\($0.name.text)=\($0.value)" } == ["MODEL=org/model"])
    #expect(launch.model == "demo")
  }

  @Test func `a custom server's port, health, cache and token are the profile's`() throws {
    let outcome = Profile.read(
      SourceFile(
        path: "profile.yaml",
        text: """
          name: demo
          source: {type: huggingface, model_id: org/model}
          container: {runtime: custom, image: "example.org/server:1"}
          custom:
            model_variable: MODEL
            port: 9000
            health: /ready
            metrics: /numbers
            openai: true
            cache: /cache
            token_variable: TOKEN
          """))
    let profile = try #require(outcome.value)
    let interface = Custom.interface(of: profile)
    #expect(interface.port.number == 9000)
    #expect(interface.endpoint.health == "/ready")
    #expect(interface.healthCommand?.text == "curl -fsS http://127.0.0.1:9000/ready")
    #expect(interface.endpoint.metrics == "/numbers")
    #expect(interface.endpoint.openAI?.takesCachePrompt == false)
    #expect(Custom.cache(of: profile)?.path.text == "/cache")
    #expect(Custom.tokenVariable(of: profile)?.text == "TOKEN")
  }
}
