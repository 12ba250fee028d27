package import Diagnostics

/// The rules for what surrounds an imported file: the workspace, and other files.
extension ImportRules {
  static let taken = Rule(
    "import-taken", .warning, "A port of the file belongs to another server of the workspace.",
    Explanation(
      """
      Two containers cannot open the same port. The imported server gets the next free one, so clients \
      must use that port, or the other server must get another one.
      """,
      wrong: """
        # compose.yaml, for a workspace with 'main: {port: 8000}'
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            ports: ["8000:8000"]
            gpus: all
        """,
      right: """
        # compose.yaml, for a workspace with 'main: {port: 8000}'
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B]
            ports: ["8001:8000"]
            gpus: all
        """))

  static let unreadable = Rule(
    "import-unreadable", .warning, "A file that the tool would read cannot be read.",
    Explanation(
      """
      Compose reads '.env' next to its file, and Podman's generator reads drop-ins. What they set is \
      missing in the imported server.
      """,
      wrong: """
        chmod 000 .env
        """,
      right: """
        chmod 600 .env
        """))

  /// Returns the problem of a file that belongs to another one and cannot be read.
  package static func unreadable(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(
      unreadable, at: SourceLocation(path: path), "cannot read the file: \(reason)",
      help: ["make it readable, or remove it"])
  }
}
