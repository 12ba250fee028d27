package import Deployments
import Text
import Values

/// A client program, for which amm prints the configuration that reaches the servers.
///
/// To add one, add a case and its text.
package enum Client: String, CaseIterable, Sendable {
  case openWebUI = "open-webui"
  case litellm
  case `continue`
  case opencode
  case aider
  case zed
  case vscode
  case env
  case curl

  /// The file that the text belongs in, or nil if it is no file.
  package var file: String? {
    switch self {
    case .openWebUI:
      "the shell that starts it on this machine; for one in a container, declare a companion 'open-webui'"
    case .litellm: "its config.yaml"
    case .continue: "~/.continue/config.yaml"
    case .opencode: "~/.config/opencode/opencode.json"
    case .aider: "~/.aider.conf.yml"
    case .zed: "~/.config/zed/settings.json"
    case .vscode: "chatLanguageModels.json in the folder of your profile"
    case .env, .curl: nil
    }
  }

  /// The tasks of the models that the client can use.
  package var tasks: Set<ServedTask> {
    switch self {
    case .opencode, .aider, .zed, .vscode, .env: [.chat]
    case .openWebUI, .litellm, .continue, .curl: Set(ServedTask.allCases)
    }
  }

  /// Returns whether the client can use a model.
  package func takes(_ model: ClientModel) -> Bool {
    tasks.contains(model.task) && (self == .curl || !(model.task == .rank && model.isTEI))
  }

  /// Whether the client uses only one model.
  package var usesOneModel: Bool { self == .aider || self == .env }

  /// Whether the client requires a key even if the server does not.
  package var requiresKey: Bool { [.aider, .zed, .env].contains(self) }

  /// Whether the client requires the number of tokens of prompt and answer.
  package var requiresContext: Bool { self == .zed || self == .vscode }

  /// Returns the variable from which the client reads the key of a model; nil if it prompts for it.
  package func keyVariable(of model: ClientModel) -> String? {
    switch self {
    case .aider: "OPENAI_API_KEY"
    case .vscode: nil
    default: model.keyVariable
    }
  }

  /// Returns the configuration for models, at least one, each with a task of ``tasks``.
  package func text(for models: [ClientModel]) -> String {
    switch self {
    case .openWebUI: openWebUI(models)
    case .litellm: YAMLPrinter.text(.set(["model_list": .list(models.map(litellm))]))
    case .continue: continueYAML(models)
    case .opencode: JSON.text(opencode(models))
    case .aider: aider(models[0])
    case .zed: JSON.text(zed(models))
    case .vscode: JSON.text(.list(models.map(vscode)))
    case .env: env(models[0])
    case .curl: models.map(curl).joined(separator: "\n")
    }
  }

  // MARK: Variables and commands

  private func env(_ model: ClientModel) -> String {
    """
    OPENAI_BASE_URL=\(model.base.shellWord)
    OPENAI_API_KEY="${\(model.keyVariable):-none}"
    OPENAI_MODEL=\(model.model.shellWord)

    """
  }

  /// open_webui/config.py 0.12.4; the variables have an effect with `ENABLE_PERSISTENT_CONFIG=false`.
  private func openWebUI(_ models: [ClientModel]) -> String {
    let chats = models.filter { $0.task == .chat }
    var lines = ["ENABLE_PERSISTENT_CONFIG=false", "ENABLE_OLLAMA_API=false"]
    if !chats.isEmpty {
      let entries = chats.enumerated().map { index, model in
        // Of two models of one name, it would list only the first.
        let isTwice = chats[..<index].contains { $0.model == model.model }
        return Value.Member(
          String(index),
          .set([
            "enable": true, "model_ids": .texts([model.model]),
            "prefix_id": isTwice ? .text(model.instance) : nil, "connection_type": "local",
            "auth_type": model.key == nil ? "none" : "bearer",
          ]))
      }
      let keys = chats.map { $0.key == nil ? "" : "$" + $0.keyVariable }.joined(separator: ";")
      lines += [
        "OPENAI_API_BASE_URLS=" + chats.map(\.base).joined(separator: ";").shellWord,
        "OPENAI_API_KEYS=\"\(keys)\"", "OPENAI_API_CONFIGS=" + JSON.line(.set(entries)).shellWord,
      ]
    }
    if let model = models.first(where: { $0.task == .embed }) {
      lines +=
        [
          "RAG_EMBEDDING_ENGINE=openai", "RAG_EMBEDDING_MODEL=" + model.model.shellWord,
          "RAG_OPENAI_API_BASE_URL=" + model.base.shellWord,
        ] + (model.key == nil ? [] : ["RAG_OPENAI_API_KEY=\"$\(model.keyVariable)\""])
    }
    if let model = models.first(where: { $0.task == .rank }) {
      lines +=
        [
          "ENABLE_RAG_HYBRID_SEARCH=true", "RAG_RERANKING_ENGINE=external",
          "RAG_RERANKING_MODEL=" + model.model.shellWord,
          "RAG_EXTERNAL_RERANKER_URL=" + (model.base + "/rerank").shellWord,
        ] + (model.key == nil ? [] : ["RAG_EXTERNAL_RERANKER_API_KEY=\"$\(model.keyVariable)\""])
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func curl(_ model: ClientModel) -> String {
    let (path, body): (String, Value) =
      switch model.task {
      case .chat:
        (
          "/chat/completions",
          .set([
            "model": .text(model.model),
            "messages": .list([.set(["role": "user", "content": "Hello"])]),
          ])
        )
      case .embed: ("/embeddings", .set(["model": .text(model.model), "input": ["Hello"]]))
      case .rank where model.isTEI:
        ("/rerank", .set(["query": "Hello", "texts": ["Hi", "Bye"]]))
      case .rank:
        (
          "/rerank",
          .set(["model": .text(model.model), "query": "Hello", "documents": ["Hi", "Bye"]])
        )
      }
    let base = model.task == .rank && model.isTEI ? model.address : model.base
    let key =
      model.key == nil ? "" : " \\\n  -H \"Authorization: Bearer $\(model.keyVariable)\""
    return """
      curl -sS \((base + path).shellWord) -H 'Content-Type: application/json'\(key) \\
        -d \(JSON.line(body).shellWord)

      """
  }

  // MARK: YAML

  private func litellm(_ model: ClientModel) -> Value {
    let prefix = model.task == .rank ? "hosted_vllm/" : "openai/"
    let mode: Value =
      switch model.task {
      case .chat: "chat"
      case .embed: "embedding"
      case .rank: "rerank"
      }
    return .set([
      "model_name": .text(model.instance),
      "litellm_params": .set([
        "model": .text(prefix + model.model), "api_base": .text(model.base),
        // Without a key, LiteLLM refuses to send a request.
        "api_key": .text(model.key == nil ? "none" : "os.environ/" + model.keyVariable),
      ]),
      "model_info": .set(["mode": mode, "max_input_tokens": model.context.map(Value.integer)]),
    ])
  }

  /// The schema of Continue 2.1, packages/config-yaml.
  private func continueYAML(_ models: [ClientModel]) -> String {
    let entries = models.map { model -> Value in
      let roles: [String] =
        switch model.task {
        case .chat: ["chat", "edit", "apply"]
        case .embed: ["embed"]
        case .rank: ["rerank"]
        }
      return .set([
        "name": .text(model.instance),
        // The provider 'openai' expects another answer of a ranking model.
        "provider": model.task == .rank ? "vllm" : "openai",
        "model": .text(model.model), "apiBase": .text(model.base),
        "apiKey": model.key == nil ? nil : .text("${{ secrets.\(model.keyVariable) }}"),
        "roles": .texts(roles),
        "defaultCompletionOptions": model.task == .chat
          ? model.context.map {
            .set([
              "contextLength": .integer($0), "maxTokens": model.answerTokens.map(Value.integer),
            ])
          } : nil,
      ])
    }
    return YAMLPrinter.text(
      .set(["name": "amm", "version": "1.0.0", "schema": "v1", "models": .list(entries)]))
  }

  /// aider 0.86, which reads the key from `OPENAI_API_KEY`.
  private func aider(_ model: ClientModel) -> String {
    YAMLPrinter.text(
      .set([
        .init("model", .text("openai/" + model.model)), .init("openai-api-base", .text(model.base)),
      ]))
  }

  // MARK: JSON

  /// opencode 1 and later (opencode.ai/config.json).
  private func opencode(_ models: [ClientModel]) -> Value {
    let providers = models.map { model in
      Value.Member(
        model.identifier,
        .set([
          "npm": "@ai-sdk/openai-compatible", "name": .text(model.instance),
          "options": .set([
            "baseURL": .text(model.base),
            "apiKey": model.key == nil ? nil : .text("{env:\(model.keyVariable)}"),
          ]),
          "models": .set([
            .init(
              model.model,
              .set([
                "name": .text(model.model),
                "limit": model.context.map {
                  .set([
                    "context": .integer($0), "output": model.answerTokens.map(Value.integer),
                  ])
                },
              ]))
          ]),
        ]))
    }
    return .set(["$schema": "https://opencode.ai/config.json", "provider": .set(providers)])
  }

  /// Zed's settings; it requires the context.
  private func zed(_ models: [ClientModel]) -> Value {
    let providers = models.map { model in
      Value.Member(
        model.identifier,
        .set([
          "api_url": .text(model.base),
          "available_models": .list([
            .set([
              "name": .text(model.model), "display_name": .text(model.instance),
              "max_tokens": .integer(model.context ?? Self.assumedContext),
              "max_output_tokens": model.answerTokens.map(Value.integer),
            ])
          ]),
        ]))
    }
    return .set(["language_models": .set(["openai_compatible": .set(providers)])])
  }

  /// VS Code 1.122 and later, with the vendor `customendpoint`.
  private func vscode(_ model: ClientModel) -> Value {
    let context = model.context ?? Self.assumedContext
    let answer = model.answerTokens ?? Self.assumedContext / 4
    return .set([
      "name": .text(model.instance), "vendor": "customendpoint", "apiType": "chat-completions",
      "models": .list([
        .set([
          "id": .text(model.model), "name": .text(model.instance),
          "url": .text(model.base + "/chat/completions"), "toolCalling": false, "vision": false,
          "maxInputTokens": .integer(max(1, context - answer)), "maxOutputTokens": .integer(answer),
        ])
      ]),
    ])
  }

  /// The context for clients that require one, if the profile does not set it.
  package static let assumedContext = 8192
}
