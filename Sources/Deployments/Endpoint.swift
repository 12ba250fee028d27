/// What programs can ask a server, by paths below its address; nil for what it does not have.
package struct Endpoint: Sendable, Equatable {
  /// The path that answers with a status from 200 to 299 once the model is loaded.
  package let health: String?
  /// The path that tells about the model.
  package let info: String?
  /// The path of numbers for Prometheus.
  package let metrics: String?
  /// What it has of OpenAI's protocol, below `/v1`; nil where clients cannot speak that to it.
  package let openAI: OpenAIProtocol?
  /// How it is asked which model it serves; nil where it tells none.
  package var identity: ModelIdentity?
  /// The variable of the server's that holds the key which clients must bring; nil where they need none.
  package var key: EnvironmentVariable.Name?
  /// A command in the server's container that lists the models it has; nil where there is none.
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

/// What a server has of OpenAI's protocol: the common part, and what it takes besides.
package struct OpenAIProtocol: Sendable, Equatable {
  /// Whether it writes text; one that makes vectors alone does not.
  package let writesText: Bool
  /// Whether a request may have `ignore_eos`: the answer goes on to its last token.
  package let takesIgnoreEOS: Bool
  /// Whether a request may have `cache_prompt`: without it, the second of two equal prompts is
  /// answered from a cache.
  package let takesCachePrompt: Bool

  package init(
    writesText: Bool = true, takesIgnoreEOS: Bool = false, takesCachePrompt: Bool = false
  ) {
    self.writesText = writesText
    self.takesIgnoreEOS = takesIgnoreEOS
    self.takesCachePrompt = takesCachePrompt
  }
}
