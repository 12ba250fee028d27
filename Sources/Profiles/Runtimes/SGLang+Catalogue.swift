/// How SGLang reads its options, in addition to its option tables.
extension SGLang {
  package static let variablePrefixes = ["SGLANG_"]
}
