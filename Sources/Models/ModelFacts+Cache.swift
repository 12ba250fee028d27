extension ModelFacts {
  /// The size of the KV cache with 16-bit keys and values.
  package struct Cache: Sendable, Equatable {
    /// Bytes per token in layers with full attention.
    package var perToken: Int
    /// Bytes in sliding-window layers for a text that is longer than all windows.
    package var windows: Int
  }

  /// The size of the KV cache; nil if the layers are not known.
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
      // States have a fixed size of a few megabytes.
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
