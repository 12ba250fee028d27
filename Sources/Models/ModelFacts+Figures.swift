/// Figures that a user gives for a model whose files were not read.
package struct ModelFigures: Sendable, Equatable {
  /// The number of parameters.
  package var parameters: Int
  /// The number of layers.
  package var layers: Int
  /// The number of attention heads per layer; nil if not given.
  package var attentionHeads: Int?
  /// The number of KV heads per layer.
  package var keyValueHeads: Int
  /// Elements in a head.
  package var headSize: Int
  /// The context length in tokens that the model was trained for; nil if not given.
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
  /// Estimates facts from a user's figures.
  ///
  /// Assumes full attention in every layer. Missing sizes are estimated from models of a similar
  /// size.
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
    // A layer of Llama 3 8B, Qwen3 8B and Mistral 7B has about 13 * width * width parameters.
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
