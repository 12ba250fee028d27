import Deployments
import Diagnostics
import Profiles
import Schema
import Testing

/// What becomes of a profile's fields when TEI is started.
struct TEILaunchTests {
  private func launch(_ text: String, source: String = hub) throws -> Launch {
    let outcome = Profile.read(
      SourceFile(path: "profile.yaml", text: Self.head + source + text))
    return Launch.of(try #require(outcome.value, "\(outcome.diagnostics.map(\.message))"))
  }

  private static let head = """
    name: demo
    container: {runtime: tei}
    category: embedding

    """

  private static let hub = "source: {type: huggingface, model_id: org/model, revision: v1}\n"
  private static let folder = "source: {type: local, path: /srv/model}\n"

  private static let variables: [(key: String, value: String, name: String, text: String)] = [
    ("tokenization_workers", "4", "TOKENIZATION_WORKERS", "4"),
    ("served_model_name", "my model", "SERVED_MODEL_NAME", "my model"),
    ("pooling", "last-token", "POOLING", "last-token"),
    ("max_batch_tokens", "100", "MAX_BATCH_TOKENS", "100"),
    ("max_client_batch_size", "64", "MAX_CLIENT_BATCH_SIZE", "64"),
    ("auto_truncate", "false", "AUTO_TRUNCATE", "false"),
    ("default_prompt_name", "query", "DEFAULT_PROMPT_NAME", "query"),
    ("default_prompt", "\"query: \"", "DEFAULT_PROMPT", "query: "),
    ("dense_path", "2_Dense_1024", "DENSE_PATH", "2_Dense_1024"),
    ("payload_limit", "4000000", "PAYLOAD_LIMIT", "4000000"),
    ("json_output", "true", "JSON_OUTPUT", "true"),
    ("disable_spans", "true", "DISABLE_SPANS", "true"),
    ("otlp_endpoint", "\"http://a:4317\"", "OTLP_ENDPOINT", "http://a:4317"),
    ("otlp_service_name", "demo", "OTLP_SERVICE_NAME", "demo"),
  ]

  @Test(arguments: variables)
  func `an option arrives as its variable`(
    option: (key: String, value: String, name: String, text: String)
  ) throws {
    let launch = try launch("tei: {\(option.key): \(option.value)}")
    #expect(launch.environment.first { $0.name.text == option.name }?.value == option.text)
    #expect(launch.arguments.map(\.text) == ["--hostname", "0.0.0.0"])
  }

  @Test func `origins arrive as an argument each`() throws {
    let launch = try launch(#"tei: {cors_allow_origin: ["https://a.example", "http://b:3000"]}"#)
    #expect(
      launch.arguments.map(\.text) == [
        "--hostname", "0.0.0.0", "--cors-allow-origin", "https://a.example",
        "--cors-allow-origin", "http://b:3000",
      ])
  }

  @Test func `every option is tried`() {
    let fields = TextEmbeddingsInference.Options.fields.all
    #expect(
      Set(fields.map(\.key)) == Set(Self.variables.map(\.key) + ["cors_allow_origin"]))
    for field in fields {
      #expect(field.summary.hasSuffix(".") && field.summary.first?.isUppercase == true)
    }
  }

  @Test(arguments: [
    ("parameters: {dtype: float32}", "DTYPE", "float32"),
    ("performance: {max_batch_size: 8}", "MAX_BATCH_REQUESTS", "8"),
    ("performance: {max_concurrent_requests: 7}", "MAX_CONCURRENT_REQUESTS", "7"),
    ("environment: {RUST_LOG: debug}", "RUST_LOG", "debug"),
    ("version: x", "MODEL_ID", "org/model"), ("version: x", "REVISION", "v1"),
    ("version: x", "PORT", "8080"),
  ])
  func `a common setting arrives as its variable`(
    line: String, name: String, value: String
  ) throws {
    let launch = try launch(line)
    #expect(launch.environment.first { $0.name.text == name }?.value == value)
    #expect(launch.model == "org/model")
  }

  @Test func `a model of this machine is known by the profile's name`() throws {
    let launch = try launch("version: x", source: Self.folder)
    #expect(
      launch.environment.map { "\($0.name.text)=\($0.value)" }
        == ["PORT=8080", "MODEL_ID=/model", "SERVED_MODEL_NAME=demo"])
    #expect(launch.mounts.map(\.target.text) == ["/model"])
    #expect(launch.mounts.map(\.options) == [[.readOnly]])
    #expect(launch.model == "demo")
  }

  @Test func `a name of the author's own comes first`() throws {
    let launch = try launch("tei: {served_model_name: mine}", source: Self.folder)
    #expect(launch.environment.filter { $0.name.text == "SERVED_MODEL_NAME" }.count == 1)
    #expect(launch.model == "mine")
  }
}
