import Deployments
import Diagnostics
package import Schema
import Text
import Values
import YAML

extension TextEmbeddingsInference {
  /// The words of `--pooling`.
  package enum Pooling: String, Sendable, CaseIterable {
    case cls, mean, splade
    case lastToken = "last-token"
  }

  /// `tei`: the router's own options.
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
        default: "one less than the processor's cores, at most 64",
        to: .variable("TOKENIZATION_WORKERS"), "Threads that tokenize and check requests."),
      Field(
        "served_model_name", \.servedModelName, .filledText, default: "the model's name",
        since: "1.9", to: .variable("SERVED_MODEL_NAME"),
        "The name of the model in answers to OpenAI clients."),
      Field(
        "pooling", \.pooling, .choice(), default: "what the model's files say",
        to: .variable("POOLING"),
        "How the vectors of a text's tokens become one; 'splade' needs a masked language model."),
      Field(
        "max_batch_tokens", \.maxBatchTokens, .integer(1...100_000_000), unit: "tokens",
        default: "16384", to: .variable("MAX_BATCH_TOKENS"),
        "How many tokens are computed together; what a GPU has memory for."),
      Field(
        "max_client_batch_size", \.maxClientBatchSize, .integer(1...100_000), unit: "texts",
        default: "32", to: .variable("MAX_CLIENT_BATCH_SIZE"),
        "How many texts one request may hold."),
      Field(
        "auto_truncate", \.autoTruncate, .boolean, default: "true", since: "1.2.1",
        to: .variable("AUTO_TRUNCATE"),
        "Whether texts that are too long are cut; otherwise their requests fail."),
      Field(
        "default_prompt_name", \.defaultPromptName, .filledText, since: "1.3",
        to: .variable("DEFAULT_PROMPT_NAME"),
        "The prompt put before each text, by its name in the model's configuration."),
      Field(
        "default_prompt", \.defaultPrompt, .filledText, since: "1.3",
        to: .variable("DEFAULT_PROMPT"), "The prompt put before each text, such as 'query: '."),
      Field(
        "dense_path", \.densePath, .filledText, default: "what the model's files say",
        since: "1.8", to: .variable("DENSE_PATH"),
        "The folder of the last layer in the model's repository, such as '2_Dense_1024'."),
      Field(
        "payload_limit", \.payloadLimit, .integer(1...Int(Int32.max)), unit: "bytes",
        default: "2000000", since: "1.2", to: .variable("PAYLOAD_LIMIT"), "The largest request."),
      Field(
        "cors_allow_origin", \.corsAllowOrigin, .list(of: .origin, distinct: true),
        // router/src/main.rs has no delimiter for this list: a variable could hold only one of it.
        to: .repeated("--cors-allow-origin"), "Web origins that may call the server."),
      Field(
        "json_output", \.jsonOutput, .boolean, default: "false", to: .variable("JSON_OUTPUT"),
        "Writes the log as JSON."),
      Field(
        "disable_spans", \.disableSpans, .boolean, default: "false", since: "1.6.1",
        to: .variable("DISABLE_SPANS"), "Leaves the request that a log line belongs to out of it."),
      Field(
        "otlp_endpoint", \.otlpEndpoint, .filledText, to: .variable("OTLP_ENDPOINT"),
        "Where traces are sent."),
      Field(
        "otlp_service_name", \.otlpServiceName, .filledText,
        default: "text-embeddings-inference.server", since: "1.3",
        to: .variable("OTLP_SERVICE_NAME"), "The name that traces carry."),
    ])
  }
}

extension ValueType where Value == String {
  /// Text that says something: the router takes an empty variable for a setting.
  fileprivate static let filledText = parsed(
    "text", pattern: "^.", numeric: true, plain: { .text($0) }
  ) {
    (text) throws(Refusal) in
    guard !text.isEmpty else { throw Refusal("must not be empty", help: "remove the line") }
    return text
  }
}
