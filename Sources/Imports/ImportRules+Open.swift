import Diagnostics

/// The rule for servers that the network reaches.
extension ImportRules {
  static let open = Rule(
    "import-open", .warning, "Everyone on the network can run programs through the server.",
    Explanation(
      """
      With these tools, the server runs commands and writes files for its clients. Without a key, \
      anyone who can reach the port is a client.
      """,
      wrong: """
        # compose.yaml
        services:
          chat:
            image: ghcr.io/ggml-org/llama.cpp:server-b11347
            command: [-m, /models/chat.gguf, --host, 0.0.0.0, --tools, all]
            ports: ["8080:8080"]
            volumes: ["/srv/models:/models:ro"]
        """,
      right: """
        # compose.yaml
        services:
          chat:
            image: ghcr.io/ggml-org/llama.cpp:server-b11347
            command: [-m, /models/chat.gguf, --host, 0.0.0.0, --tools, all]
            ports: ["127.0.0.1:8080:8080"]
            volumes: ["/srv/models:/models:ro"]
        """,
      source: "llama.cpp b11347, tools/server/README.md"))
}
