import Models

/// Sizes from the number of parameters, if the individual matrices are not known.
extension ServedWeights {
  /// Returns the size by the number of parameters; nil for quantized weights.
  func byCount(asked: String?) -> Sized? {
    guard asked == nil, facts.quantization == nil, let count = facts.parameters else { return nil }
    return Sized(
      bytes: Double(count) * plainBytes / tensorParts / pipelineParts, spread: (0.04, 0.08),
      formula: "parameters x bytes per weight / GPUs")
  }

  /// Returns the size by the number of parameters that a user gives.
  static func estimated(_ facts: ModelFacts, plain: Storage?, over parts: Double) -> Sized? {
    if case .plain(let size)? = plain, let count = facts.parameters,
      facts.weights.map({ Double($0.total) > 0.9 * Double(count) * size }) ?? true
    {
      return Sized(
        bytes: Double(count) * size / parts, spread: (0.04, 0.08),
        formula: "parameters x bytes per weight / GPUs")
    }
    // It is not known which parts stay in 16 bits.
    return facts.weights.map {
      Sized(
        bytes: Double($0.total) / parts, spread: (0.1, 0.4),
        formula: "parameters x bits per weight / 8 / GPUs")
    }
  }
}
