import Models

/// A model's weights as PyTorch servers load them on one of several GPUs.
///
/// The matrices of queries, keys and values are merged, and so are gate and up projections (vLLM
/// 0.33.0, model_executor/models; SGLang 0.5.23 does the same).
struct ServedWeights {
  let shape: Shape
  /// The number of GPUs that each layer is split over.
  let tensorParts: Double
  /// The number of GPUs that layers are distributed over.
  let pipelineParts: Double
  /// The number of GPUs that entire experts are distributed over; 1 if experts are split.
  let expertParts: Double
  /// Bytes per weight that is not quantized.
  let plainBytes: Double
  /// The storage of dense matrices.
  let dense: Storage
  /// The storage of experts.
  let experts: Storage
  /// Whether expert sizes are padded for the mxfp4 kernels.
  let padsExperts: Bool

  var facts: ModelFacts { shape.facts }
  private var plain: Storage { .plain(bytes: plainBytes) }

  /// Bytes on the fullest GPU.
  var bytes: Double {
    let stage = Bytes.parts(shape.layers, of: pipelineParts) / shape.layers
    return vocabulary + layers * stage + rotations + vision + positions
  }

  /// Bytes that are not in the files: rotary tables, and copies for compressed attention.
  var made: Double {
    guard let latent = shape.latent else { return rotations }
    let heads = Bytes.quotient(shape.heads, tensorParts)
    let copies = heads * Double(latent.contentSize + latent.valueSize) * Double(latent.rank)
    return rotations + copies * plainBytes * shape.layers / pipelineParts
  }

  /// Returns the bytes on the fullest GPU by the model's files, if they differ from its shapes by
  /// more than 3%; nil if the shapes are to be used, or if the size of the files is not known.
  ///
  /// - Parameter asked: The quantization set in the launcher; nil for none.
  func ofFiles(asked: String?) -> Sized? {
    if facts.isEstimated {
      return Self.estimated(facts, plain: dense, over: tensorParts * pipelineParts)
    }
    guard asked == nil, let known = facts.weights?.total else { return nil }
    let files = Double(known) / tensorParts / pipelineParts + made
    return abs(files - bytes) > 0.03 * files ? Sized(bytes: files, spread: (0.03, 0.08)) : nil
  }

  /// Returns the bytes on the fullest GPU by the best source: files, shapes or parameters.
  ///
  /// - Parameters:
  ///   - asked: The quantization set in the launcher; nil for none.
  ///   - spread: The uncertainty below and above if the shapes are known or agree with the files.
  func sized(
    asked: String?, spread: (low: Double, high: Double), formula: String = "each matrix"
  ) -> Sized {
    if let files = ofFiles(asked: asked) { return files }
    guard shape.isKnown || (asked == nil && facts.weights != nil) else {
      return byCount(asked: asked)
        ?? Sized(
          bytes: bytes, spread: (0.5, 0.5),
          formula: "each matrix, of a family with partly unknown shapes")
    }
    return Sized(bytes: bytes, spread: spread, formula: formula)
  }

  /// Bytes on a GPU, and their uncertainty below and above.
  struct Sized {
    let bytes: Double
    let spread: (low: Double, high: Double)
    var formula = "bytes of the files / GPUs + derived data"
  }

  /// Returns the size by the files only, for an unknown storage format.
  static func ofFiles(_ facts: ModelFacts, over parts: Double) -> Sized? {
    if facts.isEstimated { return estimated(facts, plain: nil, over: parts) }
    return facts.weights.map {
      Sized(
        bytes: Double($0.total) / parts, spread: (0.05, 0.1), formula: "bytes of the files / GPUs")
    }
  }

  // MARK: Outside of layers

  private var vocabulary: Double {
    let rows = Bytes.quotient(Bytes.up(shape.vocabulary, to: 64), tensorParts)
    let one = plain.bytes(rows, shape.hidden)
    // With several stages, the first has the input table and the last has the output table.
    return facts.isTied != true && pipelineParts == 1 ? 2 * one : one
  }

  private var positions: Double {
    guard facts.learnsPositions else { return 0 }
    return plain.bytes(Double(facts.contextLength ?? 0), shape.hidden)
  }

  /// Bytes of the sine and cosine tables for all positions.
  private var rotations: Double {
    guard !facts.learnsPositions else { return 0 }
    let size = Double(
      facts.rotatedSize ?? shape.latent?.positionSize ?? shape.attention?.keySize ?? 0)
    var positions = Double(facts.contextLength ?? 0)
    var tables = 1.0
    if let scaling = facts.positionScaling, let factor = scaling.factor {
      if scaling.kind == "linear" {
        // One table for each kind of layer; only the one of full attention is scaled.
        let local =
          facts.slidingWindow == nil ? 0 : TorchAllocator.taken(by: positions * size * plainBytes)
        return TorchAllocator.taken(by: positions * factor * size * plainBytes) + local
      }
      if scaling.kind == "yarn", let original = scaling.original {
        positions = Double(original) * factor
      }
      if scaling.kind == "longrope" { tables = 2 }
    }
    return tables * TorchAllocator.taken(by: positions * size * plainBytes)
  }

  /// Bytes of the image encoder; only its layers are split over GPUs.
  private var vision: Double {
    if let known = facts.weights?.byPart[.vision] { return Double(known) / tensorParts }
    guard let encoder = facts.vision, let layers = encoder.layers, let width = encoder.hiddenSize
    else { return 0 }
    let size = Double(width)
    let inner = Double(encoder.feedForwardSize ?? 4 * width)
    let isPixtral = facts.isOf(["mistral3", "pixtral"])
    let layer = 4 * size * size + (isPixtral ? 3 : 2) * size * inner
    let patch = Double(encoder.patchSize ?? 14)
    let side = Double(encoder.imageSize ?? 0) / patch
    let table = isPixtral ? 0 : (side * side).rounded(.down) * size
    let rest = 3 * patch * patch * size + table + projector(size, inner)
    return (Bytes.quotient(Double(layers) * layer, tensorParts) + rest) * 2
  }

  /// Returns the parameters of the projector from the image encoder to the language model.
  private func projector(_ size: Double, _ inner: Double) -> Double {
    let merged = 4 * size
    let hidden = shape.hidden
    if facts.isOf(["gemma3"]) { return size * hidden }
    if facts.isOf(["mistral3"]) { return merged * size + size * hidden + hidden * hidden }
    if facts.isOf(["kimi_vl"]) { return merged * merged + merged * hidden }
    // Four vectors are merged into one of 4096 elements (configuration_llama4.py).
    if facts.isOf(["llama4"]) { return inner * 4096 + 4096 * 4096 + 4096 * hidden }
    return merged * hidden + hidden * hidden
  }

  // MARK: Layers

  private var layers: Double {
    var sum = 0.0
    for group in facts.layers { sum += Double(group.count) * attention(group.kind) }
    let withExperts = min(shape.expertLayers, shape.innerLayers)
    sum += withExperts * expertLayer
    sum += (shape.innerLayers - withExperts) * denseLayer(shape.inner)
    return sum + shape.layers * 2 * Bytes.up(shape.hidden * plainBytes, to: 512)
  }

  private func attention(_ kind: LayerKind) -> Double {
    let heads = Bytes.quotient(shape.heads, tensorParts)
    let hidden = shape.hidden
    switch kind {
    case .attention(let attention, _):
      let own = headsOfPart(attention.keyValueHeads, tensorParts)
      let (key, value) = (Double(attention.keySize), Double(attention.valueSize))
      // Qwen's hybrid models have an output gate, which is merged with the queries.
      let isGated = facts.layers.contains { if case .linear = $0.kind { true } else { false } }
      let rows = heads * key * (isGated ? 2 : 1) + own * (key + value)
      return dense.bytes(rows, hidden) + dense.bytes(hidden, heads * value)
    case .latent(let latent): return self.latent(latent, heads)
    case .linear(let linear?):
      let keys = Bytes.quotient(Double(linear.keyHeads) * Double(linear.keySize), tensorParts)
      let values = Bytes.quotient(Double(linear.valueHeads) * Double(linear.valueSize), tensorParts)
      let gates = Bytes.quotient(2 * Double(linear.valueHeads), tensorParts)
      return dense.bytes(2 * keys + 2 * values, hidden) + plain.bytes(gates, hidden)
        + plain.bytes(2 * keys + values, Double(linear.taps ?? 0)) + dense.bytes(hidden, values)
    case .recurrent(let space?):
      let inner = Bytes.quotient(Double(space.heads) * Double(space.headSize), tensorParts)
      let states = 2 * Double(space.groups) * Double(space.stateSize)
      let rows = 2 * inner + states + Bytes.quotient(Double(space.heads), tensorParts)
      return dense.bytes(rows, hidden) + plain.bytes(inner + states, Double(space.taps ?? 0))
        + dense.bytes(hidden, inner)
    case .convolution:
      return dense.bytes(Bytes.quotient(3 * hidden, tensorParts), hidden)
        + dense.bytes(hidden, Bytes.quotient(hidden, tensorParts))
    case .linear(nil), .recurrent(nil), .none: return 0
    }
  }

  /// Returns the bytes of latent attention, including two derived copies for queries and values
  /// (vLLM 0.33.0, model_executor/layers/attention/mla_attention.py,
  /// process_weights_after_loading).
  private func latent(_ latent: LatentAttention, _ heads: Double) -> Double {
    let (rank, position) = (Double(latent.rank), Double(latent.positionSize))
    let (content, value) = (Double(latent.contentSize), Double(latent.valueSize))
    let hidden = shape.hidden
    var sum = 0.0
    if let queryRank = latent.queryRank.map(Double.init) {
      sum += dense.bytes(queryRank + rank + position, hidden)
      sum += dense.bytes(heads * (content + position), queryRank)
    } else {
      sum += dense.bytes(heads * (content + position), hidden)
      sum += dense.bytes(rank + position, hidden)
    }
    sum += dense.bytes(heads * (content + value), rank)
    sum += plain.bytes(heads * content, rank) + plain.bytes(heads * value, rank)
    return sum + dense.bytes(hidden, heads * value)
  }

  private func denseLayer(_ inner: Double) -> Double {
    let part = Bytes.quotient(inner, tensorParts)
    return dense.bytes((shape.matrices - 1) * part, shape.hidden) + dense.bytes(shape.hidden, part)
  }

  private var expertLayer: Double {
    guard let experts = facts.experts else { return 0 }
    let count = Double(experts.count)
    let size = Double(experts.size ?? 0)
    let own = Bytes.quotient(count, expertParts)
    let part = expertParts > 1 ? size : Bytes.quotient(size, tensorParts)
    var sum = plain.bytes(count, shape.hidden)
    if padsExperts {
      // The mxfp4 kernels require complete tiles (vLLM 0.33.0, layers/quantization/mxfp4.py).
      let hidden = Bytes.up(shape.hidden, to: 256)
      let inner = Bytes.up(part, to: tensorParts == 1 ? 64 : 128)
      sum += self.experts.bytes(own * 2 * inner, hidden) + self.experts.bytes(own * hidden, inner)
      sum += TorchAllocator.taken(by: own * (2 * inner + hidden) * plainBytes)
    } else {
      // The up projection, merged with the gate if there is one.
      sum += self.experts.bytes(own * (shape.matrices - 1) * part, shape.hidden)
      sum += self.experts.bytes(own * shape.hidden, part)
    }
    guard experts.sharedSize > 0 else { return sum }
    let shared = Double(experts.sharedSize)
    let first = (shape.matrices - 1) * shared
    return sum + dense.bytes(Bytes.quotient(first, tensorParts), shape.hidden)
      + dense.bytes(shape.hidden, Bytes.quotient(shared, tensorParts))
  }
}

extension ServedWeights {
  /// Returns the storage of matrices and experts, from the model's files or from the quantization
  /// set in the launcher; nil if the size of the format is not known.
  static func storage(
    of format: WeightFormat?, asked: String?, plainBytes: Double
  ) -> (dense: Storage, experts: Storage)? {
    let plain = Storage.plain(bytes: plainBytes)
    guard let format else {
      switch asked {
      case nil, "none": return (plain, plain)
      // The server converts 16-bit weights to 8 bits while loading (layers/quantization/fp8.py).
      case "fp8": return (.byteByChannel, .byteByChannel)
      default: return nil
      }
    }
    guard !format.isMixed else { return nil }
    let bits = format.bits.map(Double.init)
    let group = format.groupSize.map(Double.init)
    let one: Storage
    switch format.method {
    case "mxfp4": return (plain, .floats4(group: 32))
    case "fp8", "fbgemm_fp8", "ptpc_fp8":
      one = format.blockSize.map { .byteByBlock(side: Double($0)) } ?? .byteByChannel
    case "compressed-tensors", "modelopt", "modelopt_fp4", "nvfp4", "quark":
      switch (bits, group) {
      case (_, 16?): one = .floats4(group: 16)
      case (4?, let group?) where group > 0: one = .bits(4, group: group)
      case (4?, _): one = .bits(4, group: 128)
      case (nil, nil) where format.method == "quark": return nil
      case (8?, _), (nil, _): one = .byteByChannel
      default: return nil
      }
    case "awq", "gptq", "awq_marlin", "gptq_marlin", "auto-round":
      one = .bits(bits ?? 4, group: group.flatMap { $0 > 0 ? $0 : nil } ?? 128)
    case "bitsandbytes": one = bits == 8 ? .byteByChannel : .bits(4, group: 64)
    case "Q8_0": one = .bits(8, group: 32)
    default: return nil
    }
    return (one, one)
  }
}
