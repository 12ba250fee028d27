/// What a person says of a model whose files were not read.
package struct ModelFigures: Sendable, Equatable {
  /// How many numbers its weights are.
  package var parameters: Int
  /// How many layers it has.
  package var layers: Int
  /// Heads of a layer's attention; nil where that is not said.
  package var attentionHeads: Int?
  /// How many of them keep keys and values.
  package var keyValueHeads: Int
  /// Numbers of a head.
  package var headSize: Int
  /// Tokens that it was trained for; nil where that is not said.
  package var contextLength: Int?

  package init(
    parameters: Int, layers: Int, attentionHeads: Int?, keyValueHeads: Int, headSize: Int,
    contextLength: Int?
  ) {
    self.parameters = parameters
    self.layers = layers
    self.attentionHeads = attentionHeads
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    self.contextLength = contextLength
  }
}

extension ModelFacts {
  /// Of a person's figures.
  ///
  /// Every layer is taken to have attention that sees the whole text, and sizes that
  /// are not said are those that models of such a size have.
  package init(_ figures: ModelFigures) {
    self.init()
    isEstimated = true
    parameters = figures.parameters
    layerCount = figures.layers
    contextLength = figures.contextLength
    let attention = Attention(
      keyValueHeads: figures.keyValueHeads, keySize: figures.headSize, valueSize: figures.headSize)
    layers = [LayerGroup(kind: .attention(attention, .full), count: figures.layers)]
    let perLayer = Double(figures.parameters) / Double(max(1, figures.layers))
    // A layer of Llama 3 8B, Qwen3 8B and Mistral 7B has some 13 times the square of its width.
    let width = (perLayer / 13).squareRoot()
    let heads =
      figures.attentionHeads ?? max(figures.keyValueHeads, Int(width) / max(1, figures.headSize))
    attentionHeads = heads
    let hidden = heads.times(figures.headSize) ?? Int(width)
    hiddenSize = hidden
    feedForwardSize = hidden.times(7).map { $0 / 2 }
    vocabulary = 150_000
  }
}

extension GGUFHeader {
  /// Bits of a number in a file of a type, scales and unquantized parts included; nil for a type that amm
  /// knows no figure of.
  ///
  /// Of Llama 3.1 8B (llama.cpp b11434, tools/quantize/README.md): larger models have less, small ones
  /// with a large vocabulary more.
  package static func bitsOfNumber(_ type: String) -> Double? {
    var word = type.uppercased()
    // Unsloth's mixtures are of about the size of the plain type.
    if word.hasPrefix("UD-") { word.removeFirst(3) }
    if word.hasSuffix("_XL") {
      word.removeLast(3)
      return bits[word] ?? bits[word + "_L"] ?? bits[word + "_M"]
    }
    return bits[word]
  }

  private static let bits: [String: Double] = [
    "IQ1_S": 2.0, "IQ1_M": 2.15, "IQ2_XXS": 2.38, "IQ2_XS": 2.59, "IQ2_S": 2.74, "IQ2_M": 2.93,
    "IQ3_XXS": 3.25, "IQ3_XS": 3.5, "IQ3_S": 3.66, "IQ3_M": 3.76, "IQ4_XS": 4.46, "IQ4_NL": 4.68,
    "Q2_K_S": 2.97, "Q2_K": 3.16, "Q3_K_S": 3.64, "Q3_K_M": 3.97, "Q3_K_L": 4.3, "Q4_0": 4.65,
    "Q4_1": 5.1, "Q4_K_S": 4.67, "Q4_K_M": 4.89, "Q5_0": 5.55, "Q5_1": 6.0, "Q5_K_S": 5.57,
    "Q5_K_M": 5.7, "Q6_K": 6.56, "Q8_0": 8.5, "F16": 16, "BF16": 16, "F32": 32,
  ]
}
