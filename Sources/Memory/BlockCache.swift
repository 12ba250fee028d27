import Models

/// vLLM's allocation of cache blocks to layers of several kinds (vLLM 0.33.0,
/// v1/core/kv_cache_planning.py and v1/kv_cache_interface.py).
struct BlockCache {
  /// The layers of one kind.
  struct Part: Equatable {
    enum Kind: Equatable {
      case full
      case sliding(Double)
      case chunked(Double)
      /// One state per request.
      case state
    }
    let kind: Kind
    let layers: Double
    /// Bytes per token; for a state, bytes per request.
    let bytes: Double
  }

  let parts: [Part]
  /// Tokens per block in the layers with the most bytes per token.
  let blockSize: Double
  /// Tokens per step.
  let batchedTokens: Double
  /// The number of states per request.
  let statesOfRequest: Double
  /// Whether there is also a state for each block of a request.
  let keepsStateOfBlock: Bool

  private var page: Double {
    parts.filter { $0.kind != .state }.map { $0.bytes * blockSize }.max() ?? 0
  }

  /// The number of layers that share a block.
  private var groupSize: Double {
    let sizes = parts.map(\.layers)
    guard let least = sizes.min(), let most = sizes.max() else { return 1 }
    return most < 1.5 * least ? most : least
  }

  /// Bytes of a block in a group.
  var bytesOfBlock: Double { page * groupSize }

  /// The number of groups of all kinds; the last group of a kind is padded.
  var groups: Double { parts.reduce(0) { $0 + Bytes.parts($1.layers, of: groupSize) } }

  private func tokens(of part: Part) -> Double {
    part.kind == .state ? blockSize : max(1, Bytes.quotient(page, part.bytes))
  }

  func blocks(in pool: Double) -> Double { max(0, Bytes.quotient(pool, bytesOfBlock)) }

  /// Returns the number of blocks of a request with the given number of tokens.
  func blocks(ofRequest length: Double) -> Double {
    parts.reduce(0) { sum, part in
      let size = tokens(of: part)
      let needed =
        switch part.kind {
        case .full: Bytes.parts(length, of: size)
        case .sliding(let window):
          Bytes.parts(min(window - 1 + batchedTokens, length), of: size) + 1
        case .chunked(let chunk): Bytes.parts(min(chunk + batchedTokens, length), of: size)
        case .state:
          keepsStateOfBlock
            ? Bytes.parts(length, of: blockSize) + max(0, statesOfRequest - 2) : statesOfRequest
        }
      return sum + Bytes.parts(part.layers, of: groupSize) * needed
    }
  }

  /// Returns how many requests with the given number of tokens fit into a pool.
  func requests(of length: Double, in pool: Double) -> Double {
    let needed = blocks(ofRequest: length)
    return needed > 0 ? blocks(in: pool) / needed : 0
  }

  /// Returns the tokens of the longest request that fits into a pool, up to a limit.
  func longest(in pool: Double, atMost limit: Double) -> Double {
    let all = blocks(in: pool)
    var (low, high) = (0.0, max(0, limit.rounded(.down)))
    while low < high {
      let middle = ((low + high + 1) / 2).rounded(.down)
      if blocks(ofRequest: middle) <= all { low = middle } else { high = middle - 1 }
    }
    return low
  }
}

extension BlockCache {
  /// Returns the bytes per element of keys and values for a value of `--kv-cache-dtype`; nil if its
  /// size is not known.
  static func bytes(of word: String, plain: Double) -> Double? {
    switch word {
    case "auto", "": plain
    case "float16", "half", "bfloat16", "bf16": 2
    case "float32", "float": 4
    case _ where word.hasPrefix("fp8") || word == "int8": 1
    default: nil
    }
  }

  /// Returns the parts of a model's cache on one of several GPUs.
  ///
  /// - Parameters:
  ///   - numberBytes: Bytes per element of keys and values.
  ///   - stateBytes: Bytes per element of a linear layer's state.
  ///   - draftTokens: The number of speculative tokens per step.
  static func parts(
    of facts: ModelFacts, tensorParts: Double, pipelineParts: Double, numberBytes: Double,
    stateBytes: Double, draftTokens: Double
  ) -> [Part] {
    facts.layers.compactMap { group in
      var layers = Bytes.parts(Double(group.count), of: pipelineParts)
      switch group.kind {
      case .attention(let attention, let reach):
        let heads = headsOfPart(attention.keyValueHeads, tensorParts)
        let bytes = heads * Double(attention.keySize + attention.valueSize) * numberBytes
        let kind: Part.Kind =
          switch reach {
          case .full: .full
          case .sliding(let window): .sliding(Double(window))
          case .chunked(let chunk): .chunked(Double(chunk))
          }
        // In models with states, speculative decoding adds a layer.
        if kind == .full, draftTokens > 0, facts.hasStates { layers += 1 }
        return Part(kind: kind, layers: layers, bytes: bytes)
      case .latent(let latent) where facts.isOf(["minicpm3"]):
        // vLLM stores uncompressed keys and values, with values padded to the size of keys (0.33.0,
        // model_executor/models/minicpm3.py).
        let heads = headsOfPart(facts.attentionHeads ?? 1, tensorParts)
        let size = Double(latent.contentSize + latent.positionSize)
        return Part(kind: .full, layers: layers, bytes: heads * 2 * size * numberBytes)
      case .latent(let latent):
        // Every GPU stores the entire vector.
        let bytes = Double(latent.rank + latent.positionSize) * numberBytes
        return Part(kind: .full, layers: layers, bytes: bytes)
      case .linear(let linear?):
        let keys = Double(linear.keyHeads) * Double(linear.keySize)
        let values = Double(linear.valueHeads) * Double(linear.valueSize)
        let width = Bytes.quotient(2 * keys + values, tensorParts)
        let filter = max(0, Double(linear.taps ?? 1) - 1 + draftTokens) * width * 2
        let heads = Bytes.quotient(Double(linear.valueHeads), tensorParts)
        let state = heads * Double(linear.keySize) * Double(linear.valueSize) * stateBytes
        return Part(kind: .state, layers: layers, bytes: filter + state)
      case .recurrent(let space?):
        let inner = Double(space.heads) * Double(space.headSize)
        let width = Bytes.quotient(
          inner + 2 * Double(space.groups) * Double(space.stateSize), tensorParts)
        let filter = max(0, Double(space.taps ?? 1) - 1 + draftTokens) * width * 2
        let state = Bytes.quotient(inner, tensorParts) * Double(space.stateSize) * stateBytes
        return Part(kind: .state, layers: layers, bytes: filter + state)
      case .convolution(let taps?):
        let width = Bytes.quotient(Double(facts.hiddenSize ?? 0), tensorParts)
        return Part(kind: .state, layers: layers, bytes: max(0, Double(taps) - 1) * width * 2)
      case .linear(nil), .recurrent(nil), .convolution(nil), .none: return nil
      }
    }
  }
}

extension ModelFacts {
  /// Whether some layers keep a state of fixed size.
  var hasStates: Bool {
    layers.contains {
      switch $0.kind {
      case .linear, .recurrent, .convolution: true
      case .attention, .latent, .none: false
      }
    }
  }

  /// Whether the cache size of a layer is not known.
  var hasUnknownLayers: Bool {
    layers.contains {
      switch $0.kind {
      case .linear(nil), .recurrent(nil), .convolution(nil): true
      default: false
      }
    }
  }
}
