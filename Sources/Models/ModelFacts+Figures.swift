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
