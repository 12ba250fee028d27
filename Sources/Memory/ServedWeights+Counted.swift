import Models

/// Weights of which the number is known, and not each matrix.
extension ServedWeights {
  /// By how many numbers there are, of weights that are all stored alike.
  func byCount(asked: String?) -> Sized? {
    guard asked == nil, facts.quantization == nil, let count = facts.parameters else { return nil }
    return Sized(
      bytes: Double(count) * plainBytes / tensorParts / pipelineParts, spread: (0.04, 0.08),
      formula: "parameters x bytes of a number / GPUs")
  }

  /// By how many numbers somebody says that they are.
  static func estimated(_ facts: ModelFacts, plain: Storage?, over parts: Double) -> Sized? {
    if case .plain(let size)? = plain, let count = facts.parameters,
      facts.weights.map({ Double($0.total) > 0.9 * Double(count) * size }) ?? true
    {
      return Sized(
        bytes: Double(count) * size / parts, spread: (0.04, 0.08),
        formula: "parameters x bytes of a number / GPUs")
    }
    // Which parts stay in 16 bits is not known.
    return facts.weights.map {
      Sized(
        bytes: Double($0.total) / parts, spread: (0.1, 0.4),
        formula: "parameters x bits of a number / 8 / GPUs")
    }
  }
}
