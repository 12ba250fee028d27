import Diagnostics

/// The rule for scripts.
extension ImportRules {
  static let shell = Rule(
    "import-shell", .warning, "A shell reads the script differently from how it looks.",
    Explanation(
      """
      A space after a backslash or a comment between continued lines ends a command, and an option after it is \
      not an argument of the server. Carriage returns, quotes that are never closed and JSON without quotes \
      around it also change what the server gets.
      """,
      wrong: """
        # start.sh
        vllm serve Qwen/Qwen3-8B \\
          # --quantization fp8 \\
          --max-model-len 8192
        """,
      right: """
        # start.sh
        # --quantization fp8
        vllm serve Qwen/Qwen3-8B \\
          --max-model-len 8192
        """,
      source: "POSIX.1-2024, Shell Command Language, 2.2.1 and 2.3"))
}
