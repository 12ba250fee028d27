extension ModelFacts {
  /// What a server keeps of texts: keys and values of 16 bits.
  package struct Cache: Sendable, Equatable {
    /// Bytes of each token, in layers that see everything.
    package var perToken: Int
    /// Bytes of a text that is longer than all windows, in layers that see one.
    package var windows: Int
  }

  /// Nil where layers are not known.
  package var cache: Cache? {
    guard !layers.isEmpty else { return nil }
    var cache = Cache(perToken: 0, windows: 0)
    for group in layers {
      let numbers: Int?
      var window: Int?
      switch group.kind {
      case .attention(let attention, let reach):
        numbers = attention.keySize.plus(attention.valueSize)?.times(attention.keyValueHeads)
        switch reach {
        case .full: break
        case .sliding(let tokens), .chunked(let tokens): window = tokens
        }
      case .latent(let latent): numbers = latent.rank.plus(latent.positionSize)
      // States are of some megabytes, whatever the text's length.
      case .linear, .recurrent, .convolution, .none: numbers = 0
      }
      guard let bytes = numbers?.times(2)?.times(group.count) else { return nil }
      if let window {
        guard let all = bytes.times(window), let sum = cache.windows.plus(all) else { return nil }
        cache.windows = sum
      } else {
        guard let sum = cache.perToken.plus(bytes) else { return nil }
        cache.perToken = sum
      }
    }
    let most = 1 << 53
    return cache.perToken <= most && cache.windows <= most ? cache : nil
  }
}
