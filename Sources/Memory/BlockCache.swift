import Models

/// How vLLM deals out its pool in blocks, to layers of several kinds (vLLM 0.33.0,
/// v1/core/kv_cache_planning.py and v1/kv_cache_interface.py).
struct BlockCache {
  /// Layers of one kind.
  struct Part: Equatable {
    enum Kind: Equatable {
      case full
      case sliding(Double)
      case chunked(Double)
      /// One state for a request.
      case state
    }
    let kind: Kind
    let layers: Double
    /// Of a token; of a request for a state.
    let bytes: Double
  }

  let parts: [Part]
  /// Tokens of a block, of the layers that keep the most.
  let blockSize: Double
  /// Tokens that a step computes.
  let batchedTokens: Double
  /// States that a request keeps.
  let statesOfRequest: Double

  private var page: Double {
    parts.filter { $0.kind != .state }.map { $0.bytes * blockSize }.max() ?? 0
  }

  /// Layers that share a block.
  private var groupSize: Double {
    let sizes = parts.map(\.layers)
    guard let least = sizes.min(), let most = sizes.max() else { return 1 }
    return most < 1.5 * least ? most : least
  }

  /// Bytes of a block of a group.
  var bytesOfBlock: Double { page * groupSize }

  /// Groups of all kinds; the last one of a kind is padded.
  var groups: Double { parts.reduce(0) { $0 + Bytes.parts($1.layers, of: groupSize) } }

  private func tokens(of part: Part) -> Double {
    part.kind == .state ? blockSize : max(1, Bytes.quotient(page, part.bytes))
  }

  func blocks(in pool: Double) -> Double { max(0, Bytes.quotient(pool, bytesOfBlock)) }

  /// Blocks of a request of so many tokens.
  func blocks(ofRequest length: Double) -> Double {
    parts.reduce(0) { sum, part in
      let size = tokens(of: part)
      let needed =
        switch part.kind {
        case .full: Bytes.parts(length, of: size)
        case .sliding(let window):
          Bytes.parts(min(window - 1 + batchedTokens, length), of: size) + 1
        case .chunked(let chunk): Bytes.parts(min(chunk + batchedTokens, length), of: size)
        case .state: statesOfRequest
        }
      return sum + Bytes.parts(part.layers, of: groupSize) * needed
    }
  }

  /// How many requests of so many tokens fit into a pool.
  func requests(of length: Double, in pool: Double) -> Double {
    let needed = blocks(ofRequest: length)
    return needed > 0 ? blocks(in: pool) / needed : 0
  }

  /// Tokens of the longest request that fits into a pool, at most so many.
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
  /// Bytes of a number of keys and values, by the word of `--kv-cache-dtype`; nil for a word whose size is
  /// not known.
  static func bytes(of word: String, plain: Double) -> Double? {
    switch word {
    case "auto", "": plain
    case "float16", "half", "bfloat16", "bf16": 2
    case "float32", "float": 4
    case _ where word.hasPrefix("fp8") || word == "int8": 1
    default: nil
    }
  }

  /// The parts of a model's layers on one of several GPUs.
  ///
  /// - Parameters:
  ///   - numberBytes: Of a number of keys and values.
  ///   - stateBytes: Of a number of a linear layer's state.
  ///   - draftTokens: Tokens that are guessed at a time.
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
        // What guesses is a layer of its own in models with states.
        if kind == .full, draftTokens > 0, facts.hasStates { layers += 1 }
        return Part(kind: kind, layers: layers, bytes: bytes)
      case .latent(let latent) where facts.isOf(["minicpm3"]):
        // vLLM keeps its keys and values at full length, values padded to keys (0.33.0,
        // model_executor/models/minicpm3.py).
        let heads = headsOfPart(facts.attentionHeads ?? 1, tensorParts)
        let size = Double(latent.contentSize + latent.positionSize)
        return Part(kind: .full, layers: layers, bytes: heads * 2 * size * numberBytes)
      case .latent(let latent):
        // Every GPU keeps the whole vector.
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
  /// Whether some of its layers keep a state of fixed size.
  var hasStates: Bool {
    layers.contains {
      switch $0.kind {
      case .linear, .recurrent, .convolution: true
      case .attention, .latent, .none: false
      }
    }
  }

  /// Whether the size of a layer's part of a cache is not known.
  var hasUnknownLayers: Bool {
    layers.contains {
      switch $0.kind {
      case .linear(nil), .recurrent(nil), .convolution(nil): true
      default: false
      }
    }
  }
}
