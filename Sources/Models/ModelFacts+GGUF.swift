extension ModelFacts {
  /// Reads the headers of all parts of a GGUF file: the first describes the model, and all of them
  /// list tensors.
  package init?(_ headers: [GGUFHeader]) {
    guard let first = headers.first else { return nil }
    self.init(first)
    guard headers.count > 1 else { return }
    let areWhole = headers.allSatisfy(\.isWhole)
    isTied =
      areWhole ? !headers.contains { $0.tensors.contains { $0.name == "output.weight" } } : nil
    parameters = headers.reduce(0) { (sum: Int?, header) in
      sum.flatMap { sum in header.parameterCount.flatMap { sum.plus($0) } }
    }
    if !areWhole { parameters = nil }
  }

  /// Reads the header of a GGUF file (ggml, docs/gguf.md, "Standardized key-value pairs"; llama.cpp
  /// b11434, src/llama-arch.cpp).
  package init(_ header: GGUFHeader) {
    self.init()
    format = .gguf
    let metadata = GGUFMetadata(header)
    architecture = metadata.architecture
    isPart =
      architecture == "clip"
      || ["mmproj", "adapter"].contains(header.metadata["general.type"]?.text ?? "")
    license = header.metadata["general.license"]?.text
    guard architecture != nil else { return }
    layerCount = metadata.layerCount
    hiddenSize = metadata["embedding_length"]
    feedForwardSize = metadata["feed_forward_length"] ?? metadata.largest("feed_forward_length")
    attentionHeads = metadata["attention.head_count"] ?? metadata.largest("attention.head_count")
    (layers, layerOrder) = metadata.layers
    predictionLayers = metadata["nextn_predict_layers"]
    contextLength = metadata["context_length"]
    vocabulary = metadata["vocab_size"] ?? header.metadata["tokenizer.ggml.tokens"]?.count
    if let count = metadata["expert_count"] {
      let size = metadata["expert_feed_forward_length"] ?? feedForwardSize
      let shared = metadata["expert_shared_count"]
        .flatMap { number in size.flatMap { $0.times(number) } }
      experts = Experts(
        count: count, active: metadata["expert_used_count"], size: size,
        sharedSize: metadata["expert_shared_feed_forward_length"] ?? shared ?? 0,
        leadingDenseLayers: metadata["leading_dense_block_count"] ?? 0)
    }
    if let kind = metadata.text("rope.scaling.type"), kind != "none", kind.isFileWord {
      positionScaling = PositionScaling(
        kind: kind, factor: metadata.number("rope.scaling.factor"),
        original: metadata["rope.scaling.original_context_length"])
    }
    if let rotated = metadata["rope.dimension_count"], let headSize, rotated < headSize {
      rotatedSize = rotated
    }
    quantization = header.metadata["general.file_type"]?.integer.flatMap(GGUFHeader.fileType)
      .map { WeightFormat(method: $0) }
    pooling = metadata["pooling_type"].flatMap {
      [1: "mean", 2: "cls", 3: "lasttoken", 4: "rank"][$0]
    }
    isClassifier = pooling == "rank"
    template = header.metadata["tokenizer.chat_template"]?.text.map { ChatTemplate($0) }
    guard header.isWhole, (header.metadata["split.count"]?.integer ?? 1) <= 1 else { return }
    isTied = !header.tensors.contains { $0.name == "output.weight" }
    parameters = header.parameterCount
  }
}

/// The metadata values whose keys start with the architecture's name.
private struct GGUFMetadata {
  let header: GGUFHeader
  let architecture: String?

  init(_ header: GGUFHeader) {
    self.header = header
    architecture = header.metadata["general.architecture"]?.text.flatMap {
      $0.isFileWord ? $0 : nil
    }
  }

  private func item(_ key: String) -> GGUFHeader.Item? {
    architecture.flatMap { header.metadata[$0 + "." + key] }
  }

  /// Returns a positive number; nil for a list.
  subscript(key: String) -> Int? { item(key)?.integer.flatMap { $0 > 0 ? $0 : nil } }

  func text(_ key: String) -> String? { item(key)?.text }

  func number(_ key: String) -> Double? {
    if case .number(let number)? = item(key) { number } else { self[key].map(Double.init) }
  }

  func list(_ key: String) -> [Int]? {
    if case .integers(let numbers)? = item(key) { numbers } else { nil }
  }

  func largest(_ key: String) -> Int? { list(key)?.max().flatMap { $0 > 0 ? $0 : nil } }

  /// The number of layers, without the multi-token prediction layers at the end.
  var layerCount: Int? {
    self["block_count"].map { max(1, $0 - (self["nextn_predict_layers"] ?? 0)) }
  }

  /// The kinds of layers and their order; no kinds if the file does not define heads or sizes.
  var layers: (groups: [LayerGroup], order: String?) {
    guard let count = layerCount, count <= Configuration.layerLimit else { return ([], nil) }
    var groups: [LayerGroup] = []
    var order: [UInt8] = []
    for index in 0..<count {
      guard let kind = index < layersWithCache ? kind(at: index) : LayerKind.none else {
        return ([], nil)
      }
      let place = groups.firstIndex { $0.kind == kind } ?? groups.count
      if place == groups.count { groups.append(LayerGroup(kind: kind, count: 0)) }
      groups[place].count += 1
      order.append(UInt8(ascii: "a") + UInt8(min(place, 26)))
    }
    let isWritten = (2...26).contains(groups.count) && count <= 128
    return (groups, isWritten ? String(decoding: order, as: UTF8.self) : nil)
  }

  /// The number of layers with keys and values; the layers after them use those of earlier layers
  /// (llama.cpp b11669, src/models, `n_layer_kv_from_start`).
  private var layersWithCache: Int {
    if architecture == "gemma3n" { return 20 }
    guard let all = self["block_count"], let shared = self["attention.shared_kv_layers"] else {
      return .max
    }
    return max(0, all - shared)
  }

  private func value(_ key: String, at index: Int) -> Int? {
    if let list = list(key) { return list.indices.contains(index) ? list[index] : nil }
    return item(key)?.integer
  }

  private func kind(at index: Int) -> LayerKind? {
    let heads = value("attention.head_count", at: index)
    let keyHeads = value("attention.head_count_kv", at: index) ?? heads
    if isRecurrent(index, keyHeads) { return recurrentKind }
    guard let heads, heads > 0, let keyHeads, keyHeads > 0 else { return nil }
    // Files without these lengths are older: llama.cpp then keeps uncompressed keys and values
    // (src/llama-hparams.cpp, is_mla).
    if let rank = self["attention.kv_lora_rank"], let position = self["rope.dimension_count"],
      let key = self["attention.key_length_mla"], key > position,
      let value = self["attention.value_length_mla"]
    {
      return .latent(
        LatentAttention(
          rank: rank, queryRank: self["attention.q_lora_rank"], positionSize: position,
          contentSize: key - position, valueSize: value))
    }
    let isSliding = slides(index)
    let even = self["embedding_length"].flatMap { $0 % heads == 0 ? $0 / heads : nil }
    let key =
      (isSliding ? self["attention.key_length_swa"] : nil) ?? self["attention.key_length"] ?? even
    guard let key else { return nil }
    let size =
      (isSliding ? self["attention.value_length_swa"] : nil) ?? self["attention.value_length"]
      ?? key
    let attention = Attention(keyValueHeads: keyHeads, keySize: key, valueSize: size)
    guard isSliding, let window else { return .attention(attention, .full) }
    return .attention(attention, architecture == "llama4" ? .chunked(window) : .sliding(window))
  }

  private func isRecurrent(_ index: Int, _ keyHeads: Int?) -> Bool {
    if keyHeads == 0 { return true }
    guard self["ssm.state_size"] != nil else { return false }
    if let list = list("attention.recurrent_layers") {
      return list.indices.contains(index) && list[index] != 0
    }
    // models/qwen3next.cpp: by default, every fourth layer has attention.
    let linear = ["qwen3next", "qwen35", "qwen35moe"].contains(architecture ?? "")
    if let interval = self["full_attention_interval"] ?? (linear ? 4 : nil) {
      return (index + 1) % interval != 0
    }
    return ["mamba", "mamba2"].contains(architecture ?? "")
  }

  private var recurrentKind: LayerKind {
    if let taps = self["shortconv.l_cache"] { return .convolution(taps: taps) }
    guard let state = self["ssm.state_size"], let inner = self["ssm.inner_size"] else {
      return .none
    }
    let taps = self["ssm.conv_kernel"]
    // Mamba 1 has no groups and no heads: its time step rank has another meaning.
    guard let groups = self["ssm.group_count"] else {
      return .recurrent(
        StateSpace(heads: inner, headSize: 1, stateSize: state, groups: 0, taps: taps))
    }
    let heads = self["ssm.time_step_rank"] ?? 1
    guard inner % heads == 0 else { return .recurrent(nil) }
    if (architecture ?? "").hasPrefix("qwen3") {
      return .linear(
        LinearAttention(
          keyHeads: groups, valueHeads: heads, keySize: state, valueSize: inner / heads, taps: taps)
      )
    }
    return .recurrent(
      StateSpace(
        heads: heads, headSize: inner / heads, stateSize: state, groups: groups, taps: taps))
  }

  /// The window size in tokens, including llama.cpp's built-in defaults.
  private var window: Int? {
    self["attention.sliding_window"] ?? ["gemma2": 4096, "llama4": 8192][architecture ?? ""]
  }

  private func slides(_ index: Int) -> Bool {
    guard window != nil else { return false }
    if let list = list("attention.sliding_window_pattern") {
      return list.indices.contains(index) && list[index] != 0
    }
    guard let architecture,
      let period = self["attention.sliding_window_pattern"] ?? Self.periods[architecture]
    else { return false }
    return Self.fullFirst.contains(architecture)
      ? index % period != 0 : index % period < period - 1
  }

  /// Default periods: one layer in each period has full attention (llama.cpp b11434, src/models,
  /// `load_swa_pattern`).
  private static let periods = [
    "afmoe": 4, "cohere2": 4, "cohere2moe": 4, "exaone-moe": 4, "exaone4": 4, "gemma-embedding": 6,
    "gemma2": 2, "gemma3": 6, "gemma3n": 5, "gpt-oss": 2, "llama4": 4, "mellum": 4, "olmo2": 4,
    "plamo3": 8,
  ]

  /// Architectures in which the first layer of each period, not the last, has full attention.
  private static let fullFirst: Set = ["cohere2moe"]
}

extension GGUFHeader.Item {
  /// The whole number; nil for another kind.
  var integer: Int? { if case .integer(let number) = self { number } else { nil } }

  /// The text; nil for another kind.
  var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The number of items in a list; nil for another kind.
  var count: Int? {
    switch self {
    case .list(let count): count
    case .integers(let numbers): numbers.count
    default: nil
    }
  }
}
