import Locks
package import Models
import Schema
import Values

extension Profile {
  /// The facts in its `model:` section that determine memory; nil if the size, the layers or the
  /// heads are missing.
  package var outline: ModelFacts? {
    guard let parameters = facts.parameters?.value, let layers = facts.layers?.value,
      let heads = facts.keyValueHeads?.value ?? facts.attentionHeads?.value,
      let size = facts.headSize?.value
    else { return nil }
    var outline = ModelFacts(
      ModelFigures(
        parameters: parameters, layers: layers, attentionHeads: facts.attentionHeads?.value,
        keyValueHeads: heads, headSize: size, contextLength: facts.contextLength?.value))
    outline.weights = weights(of: parameters)
    return outline
  }

  /// The public facts about its model; nil if amm's table does not have the model.
  ///
  /// For a repository of other files of the same model, such as GGUF, the shapes are the same and
  /// the size of the weights follows from their type.
  package var publicFacts: ModelFacts? {
    guard case .local = model else { return PublicModel.named(model.text).map(facts) }
    return nil
  }

  private func facts(of known: PublicModel) -> ModelFacts {
    var facts = known.facts
    facts.parameters = facts.parameters ?? self.facts.parameters?.value
    guard known.isOfOtherFiles || runtime.value.readsGGUF else { return facts }
    facts.isEstimated = true
    let all = facts.parameters.flatMap { count in
      runtime.value.readsGGUF ? weights(of: count) : weights(of: count, besideTablesOf: facts)
    }
    facts.weights = all.flatMap { WeightSizes(ofAll: $0.total, shapedAs: facts) } ?? all
    return facts
  }

  /// Returns the size of quantized weights for PyTorch servers, where token tables stay in 16 bits.
  private func weights(of parameters: Int, besideTablesOf facts: ModelFacts) -> WeightSizes? {
    let bits = bitsOfWeights.map(Self.withScales) ?? bitsInName
    guard let bits, bits < 16, let hidden = facts.hiddenSize, let rows = facts.vocabulary else {
      return weights(of: parameters)
    }
    let tables = Double(hidden) * Double(rows) * (facts.isTied == true ? 1 : 2)
    let rest = max(0, Double(parameters) - tables)
    return WeightSizes(ofAll: Int(min(rest * min(bits, 8) / 8 + tables * 2, 0x1p53)))
  }

  /// Returns the bytes of its parameters in the format of its files or settings; nil if unknown.
  private func weights(of parameters: Int) -> WeightSizes? {
    let bits = bitsOfFile ?? bitsOfWeights.map(Self.withScales) ?? bitsInName
    return bits.flatMap {
      WeightSizes(ofAll: Int(min(Double(parameters) * $0 / 8, 0x1p53)))
    }
  }

  /// Returns bits per parameter, including scales and the tables that stay in 16 bits.
  private static func withScales(_ bits: Double) -> Double {
    bits == 4 ? 4.8 : bits == 8 ? 8.4 : bits
  }

  /// The type of its GGUF file, such as `Q4_K_M`, if the profile selects the type.
  package var chosenType: String? {
    guard case .hub(_, _, let pick) = lockName, case .quantization(let type)? = pick else {
      return nil
    }
    return type
  }

  /// Bits of a number in its GGUF file; nil for other files, and if the type is unknown.
  private var bitsOfFile: Double? {
    switch lockName {
    case .hub(_, _, let pick):
      switch pick {
      case .quantization(let type): return GGUFHeader.bitsOfNumber(type)
      case .file(let name): return Self.bits(inFileName: name)
      case nil: return nil
      }
    case .ollama(let name):
      // A tag ends in the type; without one it is 4 bits (ollama.com/library).
      return Self.bits(inFileName: String(name.split(separator: ":").dropFirst().last ?? ""))
        ?? GGUFHeader.bitsOfNumber("Q4_K_M")
    case nil: return Self.bits(inFileName: model.text)
    }
  }

  /// Returns the bits of a number by the type at the end of a GGUF file's name.
  private static func bits(inFileName name: String) -> Double? {
    name.split { "-.:".contains($0) }.lazy.reversed().compactMap {
      GGUFHeader.bitsOfNumber(String($0))
    }.first
  }

  /// Bits of a parameter by words in the names of repositories with quantized weights.
  private var bitsInName: Double? {
    guard case .huggingFace(let id, _) = model else { return nil }
    let name = id.value.lowercased()
    if ["fp8", "int8", "8bit", "w8a"].contains(where: name.contains) { return Self.withScales(8) }
    let four = ["awq", "gptq", "int4", "4bit", "w4a", "fp4", "bnb", "gpt-oss"]
    return four.contains(where: name.contains) ? Self.withScales(4) : nil
  }

  /// Bits that a parameter takes on the GPU; nil if neither the profile nor the repository's name
  /// shows it.
  var bitsOfWeights: Double? {
    if let dtype = word("--dtype")?.value, dtype == "float32", parameters.quantization == nil {
      return 32
    }
    switch parameters.quantization?.value {
    case .awq, .gptq, .awqMarlin, .gptqMarlin, .mxfp4, .modeloptFP4, .bitsandbytesNF4,
      .bitsandbytesFP4, .bitsandbytes, .marlin:
      return 4
    case .fp8, .eetq, .mxfp8, .w8a8FP8, .w8a8INT8: return 8
    case .none?: return 16
    case nil: break
    default: return nil
    }
    guard launched("--quantization") == nil, case .huggingFace(let id, _) = model else {
      return nil
    }
    let name = id.value.lowercased()
    let marks = [
      "awq", "gptq", "int4", "int8", "fp8", "fp4", "4bit", "8bit", "w4a", "w8a", "bnb", "quant",
      "gguf", "exl2", "gpt-oss", "deepseek-v3", "deepseek-r1", "deepseek-v4", "kimi-k", "mxfp",
    ]
    return marks.contains(where: name.contains) ? nil : 16
  }
}
