import Values

/// `model.safetensors.index.json`: which file holds which tensor (transformers, modeling_utils.py).
package struct SafetensorsIndex: Sendable, Equatable {
  /// Names of files, sorted, each once.
  package let files: [String]
  /// Bytes of all tensors; nil where it does not say.
  package let totalSize: Int?

  /// - Returns: Nil for a file that is none, and for one that names anything but a file beside it.
  package init?(_ bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes), case .object(let map)? = value["weight_map"] else {
      return nil
    }
    let names = Set(map.values.map { $0.text ?? "" })
    guard !names.isEmpty, names.allSatisfy(Self.isFileName) else { return nil }
    files = names.sorted()
    totalSize = value["metadata"]?["total_size"]?.wholeNumber
  }

  /// Whether a name is that of a file in the same folder.
  static func isFileName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains { $0 == 0x2F || $0 < 0x20 || $0 == 0x7F }
  }
}

/// `generation_config.json`: what its author samples with (transformers, generation/configuration_utils.py).
package struct GenerationDefaults: Sendable, Equatable {
  /// Above 0; nil where it is not said, or nothing is drawn.
  package var temperature: Double?
  /// The share of likely tokens to draw from, up to 1.
  package var topP: Double?
  /// How many tokens to draw from.
  package var topK: Int?
  /// What the likelihood of a token that came before is divided by.
  package var repetitionPenalty: Double?

  init() {}

  /// - Returns: Nil for a file that is none.
  package init?(_ bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes), case .object = value else { return nil }
    // Values without sampling have no effect.
    let samples = value["do_sample"] != .boolean(false)
    temperature = samples ? value["temperature"]?.number : nil
    topP = samples ? value["top_p"]?.number : nil
    topK = samples ? value["top_k"]?.wholeNumber : nil
    repetitionPenalty = value["repetition_penalty"]?.number
  }
}

/// What a chat template can do, as far as its text tells.
package struct ChatTemplate: Sendable, Equatable {
  /// Whether it writes tools for the model.
  package internal(set) var hasTools: Bool
  /// Whether thinking can be switched on or off.
  package internal(set) var canThink: Bool

  /// Of the template itself: `chat_template.jinja`, or GGUF's `tokenizer.chat_template`.
  package init(_ text: String) {
    hasTools = text.contains("tools")
    canThink = ["enable_thinking", "reasoning_effort", "thinking"].contains { text.contains($0) }
  }

  /// Of `tokenizer_config.json`; nil where it has none: a model without is not for conversations.
  package init?(tokenizer bytes: [UInt8]) {
    guard let template = JSONValue(parsing: bytes)?["chat_template"] else { return nil }
    // One, or several by name.
    let texts =
      template.text.map { [$0] } ?? (template.list ?? []).compactMap { $0["template"]?.text }
    guard !texts.isEmpty else { return nil }
    self.init(texts.joined(separator: "\n"))
  }
}

/// How vectors of tokens become one of a text: `1_Pooling/config.json` of sentence-transformers
/// (sentence_transformers/models/Pooling.py).
package enum Pooling {
  /// `mean`, `cls`, `lasttoken`, `max` and others; nil for a file that says none.
  package static func mode(_ bytes: [UInt8]) -> String? {
    guard let value = JSONValue(parsing: bytes) else { return nil }
    let modes = [
      ("pooling_mode_cls_token", "cls"), ("pooling_mode_mean_tokens", "mean"),
      ("pooling_mode_max_tokens", "max"), ("pooling_mode_lasttoken", "lasttoken"),
      ("pooling_mode_weightedmean_tokens", "weightedmean"),
    ]
    return modes.first { value[$0.0] == .boolean(true) }?.1
  }

  /// Whether `modules.json` lists modules of sentence-transformers: a model that embeds texts.
  package static func isEmbedding(modules bytes: [UInt8]) -> Bool {
    JSONValue(parsing: bytes)?.list?.contains {
      $0["type"]?.text?.hasSuffix(".Pooling") == true
    } ?? false
  }
}

/// A manifest of Ollama's registry, or of its store: what a model is made of (OCI image manifest;
/// Ollama, server/manifest.go).
package struct OllamaManifest: Sendable, Equatable {
  /// A part.
  package struct Layer: Sendable, Equatable {
    /// `application/vnd.ollama.image.model` and others.
    package let mediaType: String
    /// `sha256:` and 64 hexadecimal digits.
    package let digest: String
    /// Bytes.
    package let size: Int
  }

  /// Its configuration first, then its layers.
  package let layers: [Layer]

  /// Its weights; nil for a manifest without.
  package var model: Layer? {
    layers.first { $0.mediaType == "application/vnd.ollama.image.model" }
  }

  /// - Returns: Nil for a file that is none, or has a part without digest or size.
  package init?(_ bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes), let config = value["config"],
      let list = value["layers"]?.list
    else { return nil }
    var layers: [Layer] = []
    for item in [config] + list {
      guard let digest = item["digest"]?.text, Self.isDigest(digest),
        let size = item["size"]?.wholeNumber, let type = item["mediaType"]?.text
      else { return nil }
      layers.append(Layer(mediaType: type, digest: digest, size: size))
    }
    self.layers = layers
  }

  /// Whether a text is `sha256:` and 64 lower-case hexadecimal digits.
  package static func isDigest(_ text: String) -> Bool {
    let digits = text.utf8.dropFirst(7)
    return text.hasPrefix("sha256:") && digits.count == 64
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
