import Diagnostics

/// The rule for files that their own tool does not read.
extension ImportRules {
  static let refused = Rule(
    "import-refused", .error, "The file's own tool refuses the entire file.",
    Explanation(
      """
      The tool stops at this place and reads nothing. Nothing is imported, because the rest of the file may \
      mean something other than it seems.
      """,
      wrong: #"""
        # chat.modelfile
        FROM qwen3:8b
        SYSTEM"""Answer in one sentence."""
        """#,
      right: #"""
        # chat.modelfile
        FROM qwen3:8b
        SYSTEM """Answer in one sentence."""
        """#,
      source: "Ollama 0.32.15, parser/parser.go"))
}
