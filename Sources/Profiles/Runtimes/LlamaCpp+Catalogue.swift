/// How llama-server reads its options, beside what its tables say.
extension LlamaCpp {
  package static let variablePrefixes = ["LLAMA_ARG_"]
  package static let argumentSyntax = ArgumentSyntax.wordByWord

  /// 0 is the context that the model was trained for (common/arg.cpp, `--ctx-size`).
  package static func takesContext(_ context: ContextLength) -> Bool { context != .automatic }

  /// What to do instead of options that are gone (pull 28334, merged on 2026-09-09).
  package static let replacements = [
    "--mlock": "write 'load_mode: mlock' under 'llama_cpp' ('--load-mode mlock')",
    "--no-mmap": "write 'load_mode: none' under 'llama_cpp' ('--load-mode none')",
    "--mmap": "write 'load_mode: mmap' under 'llama_cpp' ('--load-mode mmap')",
    "--direct-io": "write 'load_mode: dio' under 'llama_cpp' ('--load-mode dio')",
    "-dio": "write 'load_mode: dio' under 'llama_cpp' ('--load-mode dio')",
  ]
}
