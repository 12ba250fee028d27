/// The HTTP paths and protocols that a server supports.
///
/// Each path is nil if the server does not have it.
package struct Endpoint: Sendable, Equatable {
  /// The path that returns a status from 200 to 299 after the model is loaded.
  package let health: String?
  /// The path that returns information about the model.
  package let info: String?
  /// The path of the Prometheus metrics.
  package let metrics: String?
  /// The supported parts of the OpenAI API below `/v1`, or nil if the server does not support it.
  package let openAI: OpenAIProtocol?
  /// How to query which model the server serves, or nil if it does not report one.
  package var identity: ModelIdentity?
  /// How to query the number of requests under way, or nil if the server does not report it.
  package var activity: ActivityQuery?
  /// The server's environment variable that holds the API key for clients, or nil if the server
  /// requires no key.
  package var key: EnvironmentVariable.Name?
  /// The command in the server's container that lists its models, or nil if there is none.
  package var modelList: [String]?

  package init(
    health: String? = nil, info: String? = nil, metrics: String? = nil,
    openAI: OpenAIProtocol? = nil, identity: ModelIdentity? = nil, modelList: [String]? = nil
  ) {
    self.health = health
    self.info = info
    self.metrics = metrics
    self.openAI = openAI
    self.identity = identity
    self.modelList = modelList
  }
}

/// The parts of the OpenAI API that a server supports, and the extensions that it accepts.
package struct OpenAIProtocol: Sendable, Equatable {
  /// Whether the server generates text.
  ///
  /// A server for embeddings does not.
  package let writesText: Bool
  /// Whether a request may set `ignore_eos`, so that the answer continues to the token limit.
  package let takesIgnoreEOS: Bool
  /// Whether a request may set `cache_prompt`.
  ///
  /// Without it, the second of two equal prompts is answered from a cache.
  package let takesCachePrompt: Bool

  package init(
    writesText: Bool = true, takesIgnoreEOS: Bool = false, takesCachePrompt: Bool = false
  ) {
    self.writesText = writesText
    self.takesIgnoreEOS = takesIgnoreEOS
    self.takesCachePrompt = takesCachePrompt
  }
}
