/// What a model's own files say of it, in words of no format; nil for what they do not say.
package struct ModelFacts: Sendable, Equatable {
  /// Which kind of file says it.
  package var format = Format.configuration
  /// `LlamaForCausalLM` on the hub, `llama` in a GGUF file.
  package var architecture: String?
  /// The word by which transformers finds its classes (`model_type`); nil for a GGUF file.
  package var family: String?
  /// How many numbers its weights are.
  package var parameters: Int?
  /// Numbers of a token between layers.
  package var hiddenSize: Int?
  /// Numbers within a layer's feed-forward part; nil where all of them are experts.
  package var feedForwardSize: Int?
  /// Heads of a layer's attention.
  package var attentionHeads: Int?
  /// Numbers of a head that a rotation tells the position by; nil for all.
  package var rotatedSize: Int?
  /// How many layers there are.
  package var layerCount: Int?
  /// Its layers by kind, each kind once, in the order in which they first come; empty where the files
  /// do not say enough.
  package var layers: [LayerGroup] = []
  /// Nil for a dense model.
  package var experts: Experts?
  /// Tokens that it was trained for.
  package var contextLength: Int?
  /// Tokens of the longest text that servers take, where positions are stretched; nil for `contextLength`.
  package var reachableContext: Int?
  /// How positions beyond those of its first training are reached; nil where they are not.
  package var positionScaling: PositionScaling?
  /// Tokens that it knows.
  package var vocabulary: Int?
  /// Whether the weights of its first and last layer are the same.
  package var isTied: Bool?
  /// `bfloat16`, `float16`, `float32`.
  package var dataType: String?
  /// Nil for weights in `dataType`.
  package var quantization: WeightFormat?
  /// What its files weigh; nil where nobody read the heads of all of them.
  package var weights: WeightSizes?
  /// What looks at images; nil for a model without.
  package var vision: VisionEncoder?
  /// What it reads besides text.
  package var modalities: [Modality] = []
  /// How vectors of tokens become one of a text; nil for a model that writes, or one that does not say.
  package var pooling: String?
  /// Whether it labels or ranks texts instead of writing.
  package var isClassifier = false
  /// By the name that its author gave it.
  package var license: String?
  /// What its chat template can do; nil for a model without, or where none was read.
  package var template: ChatTemplate?
  /// What its author samples with; nil where that is not said.
  package var sampling: GenerationDefaults?

  package init() {}

  /// Whether nobody read its files: sizes are what a person says, or what models of its kind have.
  package var isEstimated = false
  /// Whether it is no model by itself: an encoder of images, or an adapter.
  package var isPart = false
  /// Whether its repository has code of its own (transformers, `auto_map`).
  package var hasOwnCode = false
  /// Files that belong to it by its index or by its name, and are not beside it.
  package var missingFiles: [String] = []

  /// A kind of file that says what a model is.
  package enum Format: String, Sendable {
    /// `config.json`, whose architecture is a class.
    case configuration
    /// A GGUF file, whose architecture is llama.cpp's word.
    case gguf
  }

  /// What a model reads besides text.
  package enum Modality: String, Sendable, CaseIterable {
    case image, audio, video
  }
}

extension ModelFacts {
  /// What a model does with a text.
  package enum Task: Sendable {
    case writes, embeds
    /// It labels texts, or ranks them.
    case ranks
  }

  /// That of one whose files do not say another is writing.
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

  /// What the names of classes begin with that turn texts into vectors (transformers 5.24).
  private static let encoders = [
    "Bert", "Roberta", "XLMRoberta", "MPNet", "NomicBert", "ModernBert", "Distil", "Electra",
    "Deberta", "Camembert", "Gte", "JinaBert", "Albert", "EuroBert",
  ]

  /// Single classes: of repositories' own code, and bodies of models without the part that writes.
  private static let embedders: Set = [
    "Gemma2Model", "Gemma3TextModel", "HF_ColBERT", "LlamaBidirectionalModel", "LlamaModel",
    "MistralModel", "NVEmbedModel", "NewModel", "Qwen2Model", "Qwen3Model",
  ]

  /// llama.cpp b11434, src/llama-arch.cpp.
  private static let encodersOfGGUF: Set = [
    "bert", "eurobert", "gemma-embedding", "jina-bert-v2", "jina-bert-v3", "modern-bert",
    "neo-bert",
    "nomic-bert", "nomic-bert-moe", "t5encoder",
  ]

  /// Whether a GGUF file is of a model that looks at a text as a whole, and keeps nothing of it.
  package var isEncoder: Bool {
    format == .gguf && architecture.map(Self.encodersOfGGUF.contains) ?? false
  }

  /// Whether it reads with one half and writes with the other.
  package var hasTwoHalves: Bool {
    isOf([
      "t5", "mt5", "umt5", "longt5", "bart", "mbart", "pegasus", "blenderbot", "m2m_100", "whisper",
    ])
  }

  /// Whether it is of a family of transformers, or of one of GGUF of the same name.
  package func isOf(_ names: Set<String>) -> Bool {
    if let family { return names.contains(family) }
    guard let word = architecture?.lowercased() else { return false }
    return names.contains { name in
      let plain = name.filter { $0 != "_" && $0 != "-" }
      return word.filter { $0 != "_" && $0 != "-" } == plain
        || ["for", "model", "lmhead"].contains { word.hasPrefix(plain + $0) }
    }
  }

  /// Whether a dense feed-forward part has three matrices, one of which is a gate, and not two
  /// (transformers 5.24).
  package var gatesFeedForward: Bool {
    !isOf([
      "bert", "bloom", "falcon", "gpt2", "gpt_bigcode", "gptj", "gpt_neo", "gpt_neox", "mpt", "opt",
      "phi", "phi2", "starcoder2", "nemotron", "nemotron_h", "roberta", "xlm-roberta", "mpnet",
    ])
  }

  /// Whether positions are a table of the model's own weights, and not worked out.
  package var learnsPositions: Bool {
    isOf(["bert", "gpt2", "gpt_bigcode", "gpt_neo", "opt", "roberta", "xlm-roberta"])
  }

  /// What the first layer with attention keeps of a token: for all of them in most models.
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

  /// Heads of keys and values of a layer that sees everything, else of the first with attention.
  package var keyValueHeads: Int? { attention?.keyValueHeads }

  /// Numbers of one of them.
  package var headSize: Int? { attention?.keySize }

  /// Tokens back to which attention reaches in layers that do not see everything; nil without such.
  package var slidingWindow: Int? {
    layers.lazy.compactMap { group in
      if case .attention(_, .sliding(let window)) = group.kind { window } else { nil }
    }.first
  }
}

/// Experts of a layer, of which a few compute each token.
package struct Experts: Sendable, Equatable {
  /// Of a layer.
  package var count: Int
  /// Of them, so many compute a token; nil where it is not said.
  package var active: Int?
  /// Numbers within one; nil where it is not said.
  package var size: Int?
  /// Numbers within those that compute every token, together; 0 without any.
  package var sharedSize: Int
  /// Layers at the beginning that have none.
  package var leadingDenseLayers: Int
  /// Of so many layers behind those one has experts.
  package var interval = 1
  /// How many layers have them; nil for all that the numbers above leave.
  package var layerCount: Int?
}

/// How positions are stretched (transformers, modeling_rope_utils.py).
package struct PositionScaling: Sendable, Equatable {
  /// `linear`, `yarn`, `llama3`, `dynamic`, `longrope`.
  package var kind: String
  /// How many times as many.
  package var factor: Double?
  /// Tokens that it was trained for before.
  package var original: Int?
}

/// How weights are stored in fewer bits.
package struct WeightFormat: Sendable, Equatable {
  /// `fp8`, `awq`, `gptq`, `compressed-tensors`, `mxfp4`, `bitsandbytes`; `Q4_K_M` of a GGUF file.
  package var method: String
  /// Of a weight; nil where the method says it.
  package var bits: Int?
  /// Weights that share a scale.
  package var groupSize: Int?
  /// Weights of a side of the squares that share a scale; nil for other ways.
  package var blockSize: Int?
  /// Parts that are not stored so, as the file names them.
  package var exclusions: [String] = []
  /// Whether several groups of matrices are stored in different numbers of bits.
  package var isMixed = false

  /// Whether whole layers stay as they are, beside what nearly every repository leaves alone: the tables of
  /// tokens, routers, and what looks at images.
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

/// An encoder of images.
package struct VisionEncoder: Sendable, Equatable {
  /// How many layers it has.
  package var layers: Int?
  /// Numbers of a patch between layers.
  package var hiddenSize: Int?
  /// Numbers within a layer's feed-forward part.
  package var feedForwardSize: Int?
  /// Pixels of a side that become one token of its own.
  package var patchSize: Int?
  /// Pixels of an image's side; nil where any will do.
  package var imageSize: Int?
  /// Tokens that an image of that side becomes for the model; nil where that is not said.
  package var tokensOfImage: Int?
}
