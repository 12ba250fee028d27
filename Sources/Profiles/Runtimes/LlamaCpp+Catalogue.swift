/// How llama-server reads its options, in addition to its option tables.
extension LlamaCpp {
  package static let variablePrefixes = ["LLAMA_ARG_"]
  package static let argumentSyntax = ArgumentSyntax.wordByWord

  /// Returns the option's name with hyphens, which the parser writes for underscores
  /// (common/arg.cpp, `common_params_parse_ex`).
  package static func spelling(of option: Substring) -> String {
    option.hasPrefix("--") ? String(option.map { $0 == "_" ? "-" : $0 }) : String(option)
  }

  /// Returns whether llama-server accepts a context; 0 is the one that the model was trained for
  /// (common/arg.cpp, `--ctx-size`).
  package static func takesContext(_ context: ContextLength) -> Bool { context != .automatic }

  /// What to use instead of options that were removed (pull 28334, merged on 2026-09-09).
  package static let replacements = [
    "LLAMA_ARG_N_CTX": "did you mean 'LLAMA_ARG_CTX_SIZE'?",
    "LLAMA_ARG_CTX": "did you mean 'LLAMA_ARG_CTX_SIZE'?",
    "LLAMA_ARG_NGL": "did you mean 'LLAMA_ARG_N_GPU_LAYERS'?",
    "--flash-attention": "did you mean '--flash-attn'?",
    "--mlock": "write 'load_mode: mlock' under 'llama_cpp' ('--load-mode mlock')",
    "--no-mmap": "write 'load_mode: none' under 'llama_cpp' ('--load-mode none')",
    "--mmap": "write 'load_mode: mmap' under 'llama_cpp' ('--load-mode mmap')",
    "--direct-io": "write 'load_mode: dio' under 'llama_cpp' ('--load-mode dio')",
    "-dio": "write 'load_mode: dio' under 'llama_cpp' ('--load-mode dio')",
  ]
}
