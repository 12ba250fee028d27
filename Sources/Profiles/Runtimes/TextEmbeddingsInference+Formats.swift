import Diagnostics
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
      case .huggingFace(let id, _) = profile.model,
      let name = id.value.lowercased().split(separator: "/").last,
      name.hasPrefix("embeddinggemma-") || name.hasPrefix("gemma-3-") || name.hasPrefix("pplx-")
    else { return }
    report(
      dtype.range, "TEI computes this model in float32 alone", help: "remove the line",
      notes: [report.note(id.range, "the model is named here")])
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
