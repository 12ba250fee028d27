extension ModelFacts {
  /// Bytes that a server keeps of each token of a text, for keys and values of 16 bits, in layers that see
  /// everything; nil where layers are not known.
  ///
  /// Layers that see a window or keep a state take a fixed part, which is small beside it.
  package var cacheBytesPerToken: Int? {
    guard !layers.isEmpty else { return nil }
    var sum = 0
    for group in layers {
      let numbers: Int?
      switch group.kind {
      case .attention(let attention, .full):
        numbers = attention.keySize.plus(attention.valueSize)?.times(attention.keyValueHeads)
      case .latent(let latent): numbers = latent.rank.plus(latent.positionSize)
      case .attention, .linear, .recurrent, .convolution, .none: numbers = 0
      }
      guard let bytes = numbers?.times(2)?.times(group.count), let total = sum.plus(bytes) else {
        return nil
      }
      sum = total
    }
    return sum
  }
}
