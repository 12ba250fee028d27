import Values

/// `model.safetensors.index.json`: maps tensors to files (transformers, modeling_utils.py).
package struct SafetensorsIndex: Sendable, Equatable {
  /// The names of the files, sorted and without duplicates.
  package let files: [String]
  /// The size of all tensors in bytes; nil if the index does not have it.
  package let totalSize: Int?

  /// Reads an index; nil if it is invalid or if it names a file outside its own folder.
  package init?(_ bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes), case .object(let map)? = value["weight_map"] else {
      return nil
    }
    let names = Set(map.values.map { $0.text ?? "" })
    guard !names.isEmpty, names.allSatisfy(Self.isFileName) else { return nil }
    files = names.sorted()
    totalSize = value["metadata"]?["total_size"]?.wholeNumber
  }

  /// Checks whether a name is that of a file in the same folder.
  static func isFileName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && !name.utf8.contains { $0 == 0x2F || $0 < 0x20 || $0 == 0x7F }
  }
}

/// `generation_config.json`: the author's default sampling parameters (transformers,
/// generation/configuration_utils.py).
package struct GenerationDefaults: Sendable, Equatable {
  /// The temperature, above 0; nil if it is not given or sampling is off.
  package var temperature: Double?
  /// The cumulative probability of the tokens to sample from, at most 1.
  package var topP: Double?
  /// The number of tokens to sample from.
  package var topK: Int?
  /// The divisor for the likelihood of repeated tokens.
  package var repetitionPenalty: Double?

  init() {}

  /// Reads the file; nil if it is not a JSON object.
  package init?(_ bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes), case .object = value else { return nil }
    // Without sampling, these values have no effect.
    let samples = value["do_sample"] != .boolean(false)
    temperature = samples ? value["temperature"]?.number : nil
    topP = samples ? value["top_p"]?.number : nil
    topK = samples ? value["top_k"]?.wholeNumber : nil
    repetitionPenalty = value["repetition_penalty"]?.number
  }
}

/// The features of a chat template, detected from its text.
package struct ChatTemplate: Sendable, Equatable {
  /// Whether the template supports tools.
  package internal(set) var hasTools: Bool
  /// Whether thinking can be turned on or off.
  package internal(set) var canThink: Bool

  /// Reads a template: `chat_template.jinja`, or `tokenizer.chat_template` in a GGUF file.
  package init(_ text: String) {
    hasTools = text.contains("tools")
    canThink = ["enable_thinking", "reasoning_effort", "thinking"].contains { text.contains($0) }
  }

  /// Reads the template in `tokenizer_config.json`; nil if it has none (not a chat model).
  package init?(tokenizer bytes: [UInt8]) {
    guard let template = JSONValue(parsing: bytes)?["chat_template"] else { return nil }
    // The value is a single template or a list of named templates.
    let texts =
      template.text.map { [$0] } ?? (template.list ?? []).compactMap { $0["template"]?.text }
    guard !texts.isEmpty else { return nil }
    self.init(texts.joined(separator: "\n"))
  }
}

/// The pooling of token vectors into one: `1_Pooling/config.json` of sentence-transformers
/// (sentence_transformers/models/Pooling.py).
package enum Pooling {
  /// Returns `mean`, `cls`, `lasttoken`, `max` or another mode; nil if the file enables none.
  package static func mode(_ bytes: [UInt8]) -> String? {
    guard let value = JSONValue(parsing: bytes) else { return nil }
    let modes = [
      ("pooling_mode_cls_token", "cls"), ("pooling_mode_mean_tokens", "mean"),
      ("pooling_mode_max_tokens", "max"), ("pooling_mode_lasttoken", "lasttoken"),
      ("pooling_mode_weightedmean_tokens", "weightedmean"),
    ]
    return modes.first { value[$0.0] == .boolean(true) }?.1
  }

  /// Checks whether `modules.json` lists a pooling module: the model is an embedding model.
  package static func isEmbedding(modules bytes: [UInt8]) -> Bool {
    JSONValue(parsing: bytes)?.list?.contains {
      $0["type"]?.text?.hasSuffix(".Pooling") == true
    } ?? false
  }
}

/// A manifest from Ollama's registry or store: lists the parts of a model (OCI image manifest;
/// Ollama, server/manifest.go).
package struct OllamaManifest: Sendable, Equatable {
  /// A part of a model.
  package struct Layer: Sendable, Equatable {
    /// The media type, such as `application/vnd.ollama.image.model`.
    package let mediaType: String
    /// The digest: `sha256:` and 64 hexadecimal digits.
    package let digest: String
    /// The size in bytes.
    package let size: Int
  }

  /// The configuration, followed by the layers.
  package let layers: [Layer]

  /// The weights; nil if the manifest has none.
  package var model: Layer? {
    layers.first { $0.mediaType == "application/vnd.ollama.image.model" }
  }

  /// Reads a manifest; nil if it is invalid, or if a part has no digest, size or media type.
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

  /// Checks whether a text is `sha256:` and 64 lower-case hexadecimal digits.
  package static func isDigest(_ text: String) -> Bool {
    let digits = text.utf8.dropFirst(7)
    return text.hasPrefix("sha256:") && digits.count == 64
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
