import Diagnostics
import Models
import Schema
import Values

/// The number formats that TEI's engines have.
extension TextEmbeddingsInference {
  /// backends/candle/src/lib.rs, lines 320 to 328, 368 to 376 and 454 to 460.
  static let float32Model = Check(
    Rule(
      "tei-float32-model",
      "A model that TEI computes in float32 alone is not asked for in another.",
      Explanation(
        """
        TEI has Gemma 3 and its like in float32 only, and stops at any other format once the \
        weights are downloaded.
        """,
        wrong: """
          source: {type: huggingface, model_id: google/embeddinggemma-300m}
          category: embedding
          parameters: {dtype: float16}
          """,
        right: """
          source: {type: huggingface, model_id: google/embeddinggemma-300m}
          category: embedding
          """,
        source: "TEI 1.9.3, backends/candle/src/lib.rs; issue 748"))
  ) { profile, report in
    guard let dtype = profile.word("--dtype"), dtype.value != "float32",
      let range = float32Range(of: profile)
    else { return }
    report(
      dtype.range, "TEI computes this model in float32 alone", help: "remove the line",
      notes: [report.note(range, "the model is named here")])
  }

  /// Where a model is named that it has in float32 alone, by its files or by its name.
  private static func float32Range(of profile: Profile) -> SourceRange? {
    if let files = profile.files {
      return files.value.architecture == "Gemma3TextModel" ? files.range : nil
    }
    guard case .huggingFace(let id, _) = profile.model,
      let name = id.value.lowercased().split(separator: "/").last,
      ["embeddinggemma-", "gemma-3-", "pplx-"].contains(where: name.hasPrefix)
    else { return nil }
    return id.range
  }

  package static let placementChecks: [PlacementCheck] = [formatOfProcessor, imageOfCard]

  /// backends/ort/src/lib.rs, line 81: the engine of the processor's image.
  private static let formatOfProcessor = PlacementCheck(
    Rule(
      "tei-format-of-processor", "Without a GPU a model is computed in float32.",
      Explanation(
        """
        On a processor TEI runs the model by ONNX Runtime, which it has for float32 alone.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: []}
          # profiles/coding/demo.yaml
          category: embedding
          parameters: {dtype: float16}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: []}
          # profiles/coding/demo.yaml
          category: embedding
          parameters: {dtype: float32}
          """,
        source: "TEI 1.9.3, backends/ort/src/lib.rs, line 81"))
  ) { profile, placement in
    guard placement.processor == .cpu, let dtype = profile.word("--dtype"),
      dtype.value != "float32"
    else { return nil }
    return .init(
      "has no GPU, and TEI has '\(dtype.value)' on GPUs alone",
      help: "write 'float32', or remove the line", at: dtype.range, note: "the format is set here")
  }
}
