package import Values

/// An endpoint of OpenAI's protocol that requests are sent to.
package enum API: String, Sendable, CaseIterable {
  case chat = "openai-chat"
  case completion = "openai-completion"
  case embedding = "openai-embedding"

  /// The path of the endpoint, relative to the server's address.
  package var path: String {
    switch self {
    case .chat: "/v1/chat/completions"
    case .completion: "/v1/completions"
    case .embedding: "/v1/embeddings"
    }
  }

  /// Returns the endpoint for a kind of task, or nil if the server does not support that kind.
  package static func of(_ kind: TaskDocument.Kind, writesText: Bool) -> API? {
    switch kind {
    case .chat: writesText ? .chat : nil
    case .completion: writesText ? .completion : nil
    case .embedding: .embedding
    }
  }
}

/// The content of one request, before it is encoded for an API.
package struct Question: Sendable {
  /// The messages, in order.
  package let messages: [ModelTask.Message]
  /// The texts to embed; empty for requests that generate text.
  package let texts: [String]

  package init(messages: [ModelTask.Message], texts: [String] = []) {
    self.messages = messages
    self.texts = texts
  }
}

extension API {
  /// Returns the body of a request.
  ///
  /// - Parameters:
  ///   - model: The name under which the server serves its model.
  ///   - takesIgnoreEOS: Whether the server accepts `ignore_eos`; some servers reject it.
  ///   - takesCachePrompt: Whether the server accepts `cache_prompt`; some servers reject it.
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
      // TGI accepts only values below 1.
      if sampling.topP < 1 { members.append(.init("top_p", .number(sampling.topP))) }
      if !sampling.stop.isEmpty { members.append(.init("stop", .texts(sampling.stop))) }
      if sampling.isExact, takesIgnoreEOS { members.append(.init("ignore_eos", true)) }
      // With the cache, the second of two equal prompts would be faster.
      if takesCachePrompt { members.append(.init("cache_prompt", false)) }
      return .set(members)
    }
  }
}
