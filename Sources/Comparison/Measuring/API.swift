package import Values

/// How a server is asked.
package enum API: String, Sendable, CaseIterable {
  /// `/v1/chat/completions`, `/v1/completions`, `/v1/embeddings` of OpenAI's protocol.
  case chat = "openai-chat"
  case completion = "openai-completion"
  case embedding = "openai-embedding"

  /// The path below the server's address.
  package var path: String {
    switch self {
    case .chat: "/v1/chat/completions"
    case .completion: "/v1/completions"
    case .embedding: "/v1/embeddings"
    }
  }

  /// How a server of OpenAI's protocol answers a kind of task; nil where it does not.
  package static func of(_ kind: TaskDocument.Kind, writesText: Bool) -> API? {
    switch kind {
    case .chat: writesText ? .chat : nil
    case .completion: writesText ? .completion : nil
    case .embedding: .embedding
    }
  }
}

/// What one request asks, before it is written for a server.
package struct Question: Sendable {
  /// What is sent, in order.
  package let messages: [ModelTask.Message]
  /// For embeddings.
  package let texts: [String]

  package init(messages: [ModelTask.Message], texts: [String] = []) {
    self.messages = messages
    self.texts = texts
  }
}

extension API {
  /// The body of a request.
  ///
  /// - Parameters:
  ///   - model: The name that the server has for its model.
  ///   - takesIgnoreEOS, takesCachePrompt: Options that only some servers know; others refuse them.
  package func body(
    _ question: Question, model: String, sampling: SamplingChoice, takesIgnoreEOS: Bool,
    takesCachePrompt: Bool
  ) -> Value {
    switch self {
    case .embedding:
      return .set(["model": .text(model), "input": .texts(question.texts)])
    case .chat, .completion:
      var members: [Value.Member] = [.init("model", .text(model))]
      if self == .chat {
        members.append(
          .init(
            "messages",
            .list(
              question.messages.map {
                .set(["role": .text($0.role), "content": .text($0.content)])
              })))
      } else {
        members.append(
          .init("prompt", .text(question.messages.map(\.content).joined(separator: "\n"))))
      }
      members += [
        .init("stream", true), .init("stream_options", .set(["include_usage": true])),
        .init("max_tokens", .integer(sampling.maxTokens)),
        .init("temperature", .number(sampling.temperature)),
        .init("seed", .integer(sampling.seed)),
      ]
      // TGI takes numbers below 1 alone.
      if sampling.topP < 1 { members.append(.init("top_p", .number(sampling.topP))) }
      if !sampling.stop.isEmpty { members.append(.init("stop", .texts(sampling.stop))) }
      if sampling.isExact, takesIgnoreEOS { members.append(.init("ignore_eos", true)) }
      // The cache would answer the second of two equal prompts at once.
      if takesCachePrompt { members.append(.init("cache_prompt", false)) }
      return .set(members)
    }
  }
}
