import Deployments
import Diagnostics
package import Schema
import Text
import Values
import YAML

extension TextEmbeddingsInference {
  /// The values of `--pooling`.
  package enum Pooling: String, Sendable, CaseIterable {
    case cls, mean, splade
    case lastToken = "last-token"
  }

  /// The section `tei`: the router's own options.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    var tokenizationWorkers: Located<Int>?
    var servedModelName: Located<String>?
    package var pooling: Located<Pooling>?
    var maxBatchTokens: Located<Int>?
    var maxClientBatchSize: Located<Int>?
    var autoTruncate: Located<Bool>?
    var defaultPromptName: Located<String>?
    var defaultPrompt: Located<String>?
    var densePath: Located<String>?
    var payloadLimit: Located<Int>?
    var corsAllowOrigin: Located<[Located<String>]>?
    var jsonOutput: Located<Bool>?
    var disableSpans: Located<Bool>?
    var otlpEndpoint: Located<String>?
    var otlpServiceName: Located<String>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "tokenization_workers", \.tokenizationWorkers, .integer(1...1024), unit: "threads",
        default: "one less than the CPU's cores, at most 64",
        to: .variable("TOKENIZATION_WORKERS"),
        "The number of threads that tokenize and validate requests."),
      Field(
        "served_model_name", \.servedModelName, .filledText,
        default: "the model's name on the hub, or the profile's",
        since: "1.9", to: .variable("SERVED_MODEL_NAME"),
        "The model's name in responses to OpenAI clients."),
      Field(
        "pooling", \.pooling, .choice(), default: "from the model's files",
        to: .variable("POOLING"),
        "How a text's token vectors are combined; 'splade' needs a masked language model."),
      Field(
        "max_batch_tokens", \.maxBatchTokens, .integer(1...100_000_000), unit: "tokens",
        default: "16384", to: .variable("MAX_BATCH_TOKENS"),
        "How many tokens are computed together; limited by the GPU's memory."),
      Field(
        "max_client_batch_size", \.maxClientBatchSize, .integer(1...100_000), unit: "texts",
        default: "32", to: .variable("MAX_CLIENT_BATCH_SIZE"),
        "How many texts a request can contain."),
      Field(
        "auto_truncate", \.autoTruncate, .boolean, default: "true", since: "1.2.1",
        to: .variable("AUTO_TRUNCATE"),
        "Whether texts that are too long are truncated; otherwise their requests fail."),
      Field(
        "default_prompt_name", \.defaultPromptName, .filledText, since: "1.3",
        to: .variable("DEFAULT_PROMPT_NAME"),
        "The prompt to put before each text, by its name in the model's configuration."),
      Field(
        "default_prompt", \.defaultPrompt, .filledText, since: "1.3",
        to: .variable("DEFAULT_PROMPT"), "The prompt to put before each text, such as 'query: '."),
      Field(
        "dense_path", \.densePath, .filledText, default: "from the model's files",
        since: "1.8", to: .variable("DENSE_PATH"),
        "The folder of the last layer in the model's repository, such as '2_Dense_1024'."),
      Field(
        "payload_limit", \.payloadLimit, .integer(1...Int(Int32.max)), unit: "bytes",
        default: "2000000", since: "1.2", to: .variable("PAYLOAD_LIMIT"),
        "The size of the largest request."),
      Field(
        "cors_allow_origin", \.corsAllowOrigin, .list(of: .origin, distinct: true),
        // router/src/main.rs has no delimiter for this list: a variable can hold only one item.
        to: .repeated("--cors-allow-origin"), "Web origins that can call the server."),
      Field(
        "json_output", \.jsonOutput, .boolean, default: "false", to: .variable("JSON_OUTPUT"),
        "Whether the log is written as JSON."),
      Field(
        "disable_spans", \.disableSpans, .boolean, default: "false", since: "1.6.1",
        to: .variable("DISABLE_SPANS"), "Whether log lines omit the request that they belong to."),
      Field(
        "otlp_endpoint", \.otlpEndpoint, .filledText, to: .variable("OTLP_ENDPOINT"),
        "Where traces are sent."),
      Field(
        "otlp_service_name", \.otlpServiceName, .filledText,
        default: "text-embeddings-inference.server", since: "1.3",
        to: .variable("OTLP_SERVICE_NAME"), "The service name in traces."),
    ])
  }
}

extension ValueType where Value == String {
  /// Text that is not empty, because the router reads an empty variable as a setting.
  fileprivate static let filledText = parsed(
    "text", pattern: "^.", numeric: true, plain: { .text($0) }
  ) {
    (text) throws(Refusal) in
    guard !text.isEmpty else { throw Refusal("must not be empty", help: "remove the line") }
    return text
  }
}
