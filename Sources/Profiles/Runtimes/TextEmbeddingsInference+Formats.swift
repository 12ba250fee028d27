import Diagnostics
import Models
import Schema
import Values

/// Checks for the number formats that TEI's engines support.
extension TextEmbeddingsInference {
  /// backends/candle/src/lib.rs, lines 320 to 328, 368 to 376 and 454 to 460.
  static let float32Model = Check(
    Rule(
      "tei-float32-model",
      "TEI computes this model only in float32.",
      Explanation(
        """
        TEI supports Gemma 3 and similar models only in float32. With another format, it stops \
        after it has downloaded the weights.
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
      dtype.range, "TEI computes this model only in float32", help: "remove the line",
      notes: [report.note(range, "the model is named here")])
  }

  /// Returns the position of a model that TEI supports only in float32, by its files or its name.
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

  /// backends/ort/src/lib.rs, line 81: the engine of the CPU image.
  private static let formatOfProcessor = PlacementCheck(
    Rule(
      "tei-format-of-processor", "Without a GPU, TEI computes only in float32.",
      Explanation(
        """
        On a CPU, TEI runs models with ONNX Runtime, for which it supports only float32.
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
      "has no GPU, and TEI supports '\(dtype.value)' only on GPUs",
      help: "write 'float32', or remove the line", at: dtype.range, note: "the format is set here")
  }
}
