/// How SGLang reads its options, beside what its tables say.
extension SGLang {
  package static let variablePrefixes = ["SGLANG_"]
}
