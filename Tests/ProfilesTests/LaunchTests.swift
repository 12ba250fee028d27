import Deployments
import Diagnostics
import Profiles
import Schema
import Testing

/// What becomes of a profile's fields when its server is started.
struct LaunchTests {
  private func launch(_ text: String) throws -> Launch {
    let outcome = Profile.read(SourceFile(path: "profile.yaml", text: text))
    return Launch.of(
      try #require(outcome.value, "\(outcome.diagnostics.map(\.message))"))
  }

  private static let tgi = """
    name: demo
    source: {type: huggingface, model_id: org/model, revision: v1}
    container: {runtime: tgi}

    """

  private static let ollama = """
    name: demo
    source: {type: ollama, model_id: "llama3.2:3b"}
    container: {runtime: ollama}

    """

  @Test(arguments: [
    ("parameters: {max_input_length: 10, max_total_tokens: 20}", "MAX_INPUT_TOKENS", "10"),
    ("parameters: {max_total_tokens: 20}", "MAX_TOTAL_TOKENS", "20"),
    ("parameters: {context_length: 20}", "MAX_TOTAL_TOKENS", "20"),
    ("parameters: {quantization: eetq}", "QUANTIZE", "eetq"),
    ("parameters: {dtype: bfloat16}", "DTYPE", "bfloat16"),
    ("performance: {max_concurrent_requests: 7}", "MAX_CONCURRENT_REQUESTS", "7"),
    ("performance: {waiting_served_ratio: 1.20}", "WAITING_SERVED_RATIO", "1.2"),
    ("tgi: {trust_remote_code: true}", "TRUST_REMOTE_CODE", "true"),
    ("tgi: {prefill_chunking: false}", "PREFILL_CHUNKING", "0"),
    ("tgi: {cuda_graphs: [1, 2]}", "CUDA_GRAPHS", "1,2"),
    ("tgi: {watermark_gamma: 0.5}", "WATERMARK_GAMMA", "0.5"),
    ("environment: {LOG_LEVEL: \"a b\"}", "LOG_LEVEL", "a b"),
    ("version: x", "MODEL_ID", "org/model"), ("version: x", "REVISION", "v1"),
    ("version: x", "PORT", "8080"),
  ])
  func `TGI gets a field as its variable`(line: String, name: String, value: String) throws {
    let launch = try launch(Self.tgi + line)
    #expect(launch.environment.first { $0.name.text == name }?.value == value)
  }

  @Test func `an option that takes one value is repeated for each of a list`() throws {
    let launch = try launch(Self.tgi + "tgi: {cors_allow_origin: [https://a.example, http://b]}")
    #expect(
      launch.arguments.map(\.text)
        == ["--cors-allow-origin", "https://a.example", "--cors-allow-origin", "http://b"])
  }

  @Test func `the absence of quantization is said by silence`() throws {
    let launch = try launch(Self.tgi + "parameters: {quantization: none}")
    #expect(!launch.environment.contains { $0.name.text == "QUANTIZE" })
  }

  @Test func `Podman waits longer than the server does`() throws {
    let launch = try launch(Self.tgi + "tgi: {graceful_termination_timeout: 300}")
    #expect(launch.stopTimeout == 310)
  }

  @Test func `Ollama gets a model of the profile's name with its parameters`() throws {
    let launch = try launch(
      Self.ollama + """
        parameters: {temperature: 0.7, top_k: 40, context_length: 8192}
        ollama: {stop: ["a b", c], system: "Be \\"kind\\".", num_predict: -1, keep_alive: 1h}
        """)
    #expect(launch.model == "demo")
    #expect(launch.environment.map { "\($0.name.text)=\($0.value)" } == ["OLLAMA_KEEP_ALIVE=1h"])
    #expect(
      launch.modelFile?.text == """
        FROM llama3.2:3b
        PARAMETER num_ctx 8192
        PARAMETER temperature 0.7
        PARAMETER top_k 40
        SYSTEM \"\"\"Be "kind".\"\"\"
        PARAMETER num_predict -1
        PARAMETER stop \"\"\"a b\"\"\"
        PARAMETER stop \"\"\"c\"\"\"

        """)
  }

  @Test func `every option of a runtime arrives under a name of its own`() {
    func names(_ options: [LaunchOption?]) -> [String] {
      options.compactMap { option in
        switch option {
        case .variable(let name), .modelParameter(let name), .modelInstruction(let name),
          .computed(let name):
          name
        default: nil
        }
      }
    }
    let tgi = TextGenerationInference.Options.fields.all
    let ollama = Ollama.Options.fields.all
    for fields in [names(tgi.map(\.destination)), names(ollama.map(\.destination))] {
      #expect(Set(fields).count == fields.count)
    }
    #expect(names(ollama.map(\.destination)).count == ollama.count)
    for field in tgi where field.key != "cors_allow_origin" {
      #expect(names([field.destination]) == [field.key.uppercased()])
    }
  }
}
