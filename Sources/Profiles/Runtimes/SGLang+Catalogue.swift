/// How SGLang reads its options, in addition to its option tables.
extension SGLang {
  package static let variablePrefixes = ["SGLANG_"]

  /// What to use instead of options that have new names (server_args.py).
  package static let replacements = [
    "--cuda-graph-max-bs": "use '--cuda-graph-max-bs-decode'",
    "--cuda-graph-bs": "use '--cuda-graph-bs-decode'",
  ]
}
