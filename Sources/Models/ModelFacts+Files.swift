extension ModelFacts {
  /// The small files next to a model's weights that describe the model.
  package static let smallFiles = [
    "config.json", "generation_config.json", "tokenizer_config.json", "chat_template.jinja",
    "modules.json", "1_Pooling/config.json", "quantize_config.json", "quant_config.json",
  ]

  /// Reads a model's small files; nil without a readable `config.json`.
  ///
  /// - Parameter file: Returns a file's bytes by its path in the model's folder; nil if it is
  ///   missing.
  package init?(files file: (String) -> [UInt8]?) {
    guard let text = file("config.json") else { return nil }
    self.init(configuration: text)
    if let modules = file("modules.json"), Pooling.isEmbedding(modules: modules) {
      pooling = file("1_Pooling/config.json").flatMap(Pooling.mode) ?? "other"
    }
    if quantization == nil {
      // Files that older programs wrote next to `config.json` (AutoGPTQ and AutoAWQ).
      let older = [("quantize_config.json", "gptq"), ("quant_config.json", "awq")]
      quantization = older.first { file($0.0) != nil }.map { WeightFormat(method: $0.1) }
    }
    sampling = file("generation_config.json").flatMap(GenerationDefaults.init)
    template =
      file("chat_template.jinja").map { ChatTemplate(String(decoding: $0, as: UTF8.self)) }
      ?? file("tokenizer_config.json").flatMap(ChatTemplate.init(tokenizer:))
  }
}
