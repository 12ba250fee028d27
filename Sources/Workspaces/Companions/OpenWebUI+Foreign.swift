import Deployments

/// Open WebUI in files of other tools (open_webui/config.py, env.py, Dockerfile).
extension OpenWebUI {
  static let foreign: CompanionWords = {
    var words = CompanionWords()
    words.images = ["open-webui"]
    words.tagsWithServer = ["ollama"]
    words.programs = [
      ["bash", "start.sh"], ["sh", "start.sh"], ["start.sh"], ["./start.sh"],
      ["/app/backend/start.sh"], ["bash", "/app/backend/start.sh"],
    ]
    words.ports = ["PORT"]
    words.data = ("DATA_DIR", data.text)
    words.settings = [
      // Otherwise, a database from the first start overrides the addresses and models.
      ("ENABLE_PERSISTENT_CONFIG", "false"), ("ENABLE_OLLAMA_API", "false"),
      // Without an address, it searches for Ollama when it starts.
      ("OLLAMA_BASE_URLS", "http://127.0.0.1:11434"), ("ENABLE_VERSION_UPDATE_CHECK", "false"),
      // By default, the key of sessions is in the container, and a new container logs everyone out.
      ("WEBUI_SECRET_KEY_FILE", data.text + "/.webui_secret_key"),
    ]
    words.connections = [
      .init(
        task: .chat, addresses: ["OPENAI_API_BASE_URLS", "OPENAI_API_BASE_URL"],
        toggle: "ENABLE_OPENAI_API",
        keys: ["OPENAI_API_KEYS", "OPENAI_API_KEY"], others: ["OPENAI_API_CONFIGS"],
        standard: "https://api.openai.com/v1"),
      .init(
        task: .chat, addresses: ["OLLAMA_BASE_URLS", "OLLAMA_BASE_URL", "OLLAMA_API_BASE_URL"],
        toggle: "ENABLE_OLLAMA_API", others: ["OLLAMA_API_CONFIGS"]),
      .init(
        task: .embed, addresses: ["RAG_OPENAI_API_BASE_URL", "RAG_OLLAMA_BASE_URL"],
        keys: ["RAG_OPENAI_API_KEY", "RAG_OLLAMA_API_KEY"], others: ["RAG_EMBEDDING_MODEL"],
        engine: "RAG_EMBEDDING_ENGINE", protocols: ["openai", "ollama"]),
      .init(
        task: .rank, addresses: ["RAG_EXTERNAL_RERANKER_URL"],
        keys: ["RAG_EXTERNAL_RERANKER_API_KEY"],
        others: ["ENABLE_RAG_HYBRID_SEARCH", "RAG_RERANKING_MODEL"],
        engine: "RAG_RERANKING_ENGINE", protocols: ["external"]),
    ]
    return words
  }()
}
