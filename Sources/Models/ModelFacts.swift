/// The facts in a model's own files, independent of the file format; nil if a file does not have
/// them.
package struct ModelFacts: Sendable, Equatable {
  /// The kind of file that the facts come from.
  package var format = Format.configuration
  /// The architecture: `LlamaForCausalLM` on the hub, `llama` in a GGUF file.
  package var architecture: String?
  /// The name by which transformers finds the classes (`model_type`); nil for a GGUF file.
  package var family: String?
  /// The number of parameters.
  package var parameters: Int?
  /// The hidden size: elements per token between layers.
  package var hiddenSize: Int?
  /// The feed-forward size of dense layers; nil if all layers have experts.
  package var feedForwardSize: Int?
  /// The number of attention heads per layer.
  package var attentionHeads: Int?
  /// The number of elements of a head with rotary positions; nil for all.
  package var rotatedSize: Int?
  /// The number of layers.
  package var layerCount: Int?
  /// The layers grouped by kind, in the order of first occurrence; empty if the files do not have
  /// enough information.
  package var layers: [LayerGroup] = []
  /// A letter for each layer, in order: `a` for a layer of the first group of ``layers``, `b` for
  /// one of the second; nil for a single group, or if the order was not read.
  package var layerOrder: String?
  /// The number of layers at the end that predict further tokens; nil for none.
  package var predictionLayers: Int?
  /// The experts; nil for a dense model.
  package var experts: Experts?
  /// The context length in tokens that the model was trained for.
  package var contextLength: Int?
  /// The longest context in tokens that servers accept with scaled positions; nil for
  /// `contextLength`.
  package var reachableContext: Int?
  /// The scaling of positions beyond the original context length; nil without scaling.
  package var positionScaling: PositionScaling?
  /// The vocabulary size in tokens.
  package var vocabulary: Int?
  /// Whether the input and output embeddings share their weights.
  package var isTied: Bool?
  /// The data type: `bfloat16`, `float16`, `float32`.
  package var dataType: String?
  /// The quantization; nil for weights in `dataType`.
  package var quantization: WeightFormat?
  /// The sizes of the weights; nil unless the headers of all files were read.
  package var weights: WeightSizes?
  /// The image encoder; nil for a model without one.
  package var vision: VisionEncoder?
  /// The kinds of input besides text.
  package var modalities: [Modality] = []
  /// The pooling of token vectors; nil for a generative model or if the files do not define it.
  package var pooling: String?
  /// Whether the model classifies or ranks texts instead of generating text.
  package var isClassifier = false
  /// The name of the licence, as given by the author.
  package var license: String?
  /// The features of the chat template; nil if there is none or it was not read.
  package var template: ChatTemplate?
  /// The author's default sampling parameters; nil if not given.
  package var sampling: GenerationDefaults?

  package init() {}

  /// Whether the sizes are a user's figures or estimates because no files were read.
  package var isEstimated = false
  /// Whether this is only a part of a model: an image encoder or an adapter.
  package var isPart = false
  /// Whether the repository contains its own code (transformers, `auto_map`).
  package var hasOwnCode = false
  /// Files that belong to the model by its index or name but are missing from its folder.
  package var missingFiles: [String] = []
  /// GGUF files of the model that are shorter than their headers state.
  package var cutFiles: [String] = []

  /// A kind of file that describes a model.
  package enum Format: String, Sendable {
    /// `config.json`; the architecture is a class name.
    case configuration
    /// A GGUF file; the architecture is llama.cpp's name.
    case gguf
  }

  /// A kind of input besides text.
  package enum Modality: String, Sendable, CaseIterable {
    case image, audio, video
  }
}

extension ModelFacts {
  /// The task of a model.
  package enum Task: Sendable {
    case writes, embeds
    /// The model classifies or ranks texts.
    case ranks
  }

  /// The task; the default is text generation.
  package var task: Task {
    if isClassifier { return .ranks }
    if pooling != nil { return .embeds }
    guard let architecture else { return .writes }
    switch format {
    case .configuration:
      let isEncoder = Self.encoders.contains(where: architecture.hasPrefix)
      let isWhole =
        ["Model", "ForMaskedLM"].contains(where: architecture.hasSuffix)
        && !architecture.hasSuffix("LMHeadModel")
      return (isEncoder && isWhole) || Self.embedders.contains(architecture) ? .embeds : .writes
    case .gguf: return Self.encodersOfGGUF.contains(architecture) ? .embeds : .writes
    }
  }

  /// Prefixes of the names of embedding classes (transformers 5.24).
  private static let encoders = [
    "Bert", "Roberta", "XLMRoberta", "MPNet", "NomicBert", "ModernBert", "Distil", "Electra",
    "Deberta", "Camembert", "Gte", "JinaBert", "Albert", "EuroBert",
  ]

  /// More embedding classes: from repositories' own code, and model bodies without an LM head.
  private static let embedders: Set = [
    "Gemma2Model", "Gemma3TextModel", "HF_ColBERT", "LlamaBidirectionalModel", "LlamaModel",
    "MistralModel", "NVEmbedModel", "NewModel", "Qwen2Model", "Qwen3Model",
  ]

  /// Encoder architectures (llama.cpp b11434, src/llama-arch.cpp).
  private static let encodersOfGGUF: Set = [
    "bert", "eurobert", "gemma-embedding", "jina-bert-v2", "jina-bert-v3", "modern-bert",
    "neo-bert",
    "nomic-bert", "nomic-bert-moe", "t5encoder",
  ]

  /// Whether each token sees all others, so that no keys and values are kept.
  package var isEncoder: Bool {
    guard let architecture else { return false }
    return switch format {
    case .configuration:
      architecture == "NewModel" || Self.encoders.contains(where: architecture.hasPrefix)
    case .gguf: Self.encodersOfGGUF.contains(architecture)
    }
  }

  /// Whether the model has both an encoder and a decoder.
  package var hasTwoHalves: Bool {
    isOf([
      "t5", "mt5", "umt5", "longt5", "bart", "mbart", "pegasus", "blenderbot", "m2m_100", "whisper",
    ])
  }

  /// Checks whether the model belongs to a transformers family, or a GGUF family of the same name.
  package func isOf(_ names: Set<String>) -> Bool {
    if let family { return names.contains(family) }
    guard let word = architecture?.lowercased() else { return false }
    return names.contains { name in
      let plain = name.filter { $0 != "_" && $0 != "-" }
      return word.filter { $0 != "_" && $0 != "-" } == plain
        || ["for", "model", "lmhead"].contains { word.hasPrefix(plain + $0) }
    }
  }

  /// Whether a dense feed-forward block has a gate: three matrices instead of two (transformers
  /// 5.24).
  package var gatesFeedForward: Bool {
    !isOf([
      "bert", "bloom", "falcon", "gpt2", "gpt_bigcode", "gptj", "gpt_neo", "gpt_neox", "mpt", "opt",
      "phi", "phi2", "starcoder2", "nemotron", "nemotron_h", "roberta", "xlm-roberta", "mpnet",
    ])
  }

  /// Whether position embeddings are learned weights instead of computed.
  package var learnsPositions: Bool {
    isOf(["bert", "gpt2", "gpt_bigcode", "gpt_neo", "opt", "roberta", "xlm-roberta"])
  }

  /// The attention of the first layer with full attention, or else of the first with any attention.
  private var attention: Attention? {
    layers.lazy.compactMap {
      if case .attention(let attention, .full) = $0.kind { attention } else { nil }
    }
    .first
      ?? layers.lazy.compactMap {
        if case .attention(let attention, _) = $0.kind { attention } else { nil }
      }
      .first
  }

  /// The number of KV heads of the first layer with full attention, or else with any attention.
  package var keyValueHeads: Int? { attention?.keyValueHeads }

  /// Elements in the key of a head.
  package var headSize: Int? { attention?.keySize }

  /// The sliding window in tokens; nil without sliding-window layers.
  package var slidingWindow: Int? {
    layers.lazy.compactMap { group in
      if case .attention(_, .sliding(let window)) = group.kind { window } else { nil }
    }.first
  }
}

/// The experts of a layer; a few of them process each token.
package struct Experts: Sendable, Equatable {
  /// The number of experts in a layer.
  package var count: Int
  /// The number of experts that process each token; nil if not given.
  package var active: Int?
  /// The feed-forward size of one expert; nil if not given.
  package var size: Int?
  /// The total feed-forward size of the shared experts; 0 without any.
  package var sharedSize: Int
  /// The number of dense layers at the beginning.
  package var leadingDenseLayers: Int
  /// The interval: after those dense layers, one in this many layers has experts.
  package var interval = 1
  /// The number of layers with experts; nil if it follows from the properties above.
  package var layerCount: Int?
}

/// The scaling of positions (transformers, modeling_rope_utils.py).
package struct PositionScaling: Sendable, Equatable {
  /// The method: `linear`, `yarn`, `llama3`, `dynamic`, `longrope`.
  package var kind: String
  /// The scaling factor.
  package var factor: Double?
  /// The original context length in tokens.
  package var original: Int?
}

/// The quantization format of weights.
package struct WeightFormat: Sendable, Equatable {
  /// The method: `fp8`, `awq`, `gptq`, `compressed-tensors`, `mxfp4`, `bitsandbytes`; in a GGUF
  /// file a type such as `Q4_K_M`.
  package var method: String
  /// Bits per weight; nil if the method defines it.
  package var bits: Int?
  /// The number of weights that share a scale.
  package var groupSize: Int?
  /// The side length of the square blocks of weights that share a scale; nil without blocks.
  package var blockSize: Int?
  /// The modules that are not quantized, as named in the file.
  package var exclusions: [String] = []
  /// Whether groups of matrices have different numbers of bits.
  package var isMixed = false
  /// The format of keys and values for which the file has scales: `fp8`, or `other` for one that
  /// amm cannot interpret; nil for none.
  package var cacheType: String?

  /// Whether layers are excluded other than those that nearly every repository excludes:
  /// embeddings, routers and image encoders.
  package var leavesLayers: Bool {
    let usual = [
      "lm_head", "embed", "gate", "router", "visual", "vision", "mm_", "multi_modal", "norm",
      "conv",
    ]
    return exclusions.contains { name in
      !usual.contains { name.contains($0) } || name.contains("gate_proj")
    }
  }

  package init(
    method: String, bits: Int? = nil, groupSize: Int? = nil, blockSize: Int? = nil,
    exclusions: [String] = []
  ) {
    self.method = method
    self.bits = bits
    self.groupSize = groupSize
    self.blockSize = blockSize
    self.exclusions = exclusions
  }
}

/// An image encoder.
package struct VisionEncoder: Sendable, Equatable {
  /// The number of layers.
  package var layers: Int?
  /// The hidden size: elements per patch between layers.
  package var hiddenSize: Int?
  /// The feed-forward size.
  package var feedForwardSize: Int?
  /// The side length of a patch in pixels.
  package var patchSize: Int?
  /// The side length of an image in pixels; nil if any size is possible.
  package var imageSize: Int?
  /// Tokens per image of that size in the language model; nil if not given.
  package var tokensOfImage: Int?
}
