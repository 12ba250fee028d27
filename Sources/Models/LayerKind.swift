/// A group of layers of one kind.
package struct LayerGroup: Sendable, Equatable {
  /// The kind of the layers.
  package var kind: LayerKind
  /// The number of layers.
  package var count: Int
}

/// What a layer stores about earlier tokens; determines the server memory that it needs.
package enum LayerKind: Sendable, Hashable {
  /// Keys and values of each token.
  case attention(Attention, Reach)
  /// One compressed vector for each token (DeepSeek V2 and later).
  case latent(LatentAttention)
  /// A linear attention state of fixed size (gated delta nets, Kimi, MiniMax).
  case linear(LinearAttention?)
  /// A state-space state of fixed size (Mamba).
  case recurrent(StateSpace?)
  /// The last few tokens only.
  case convolution(taps: Int?)
  /// Nothing: the layer processes each token independently.
  case none
}

/// How far back attention reaches.
package enum Reach: Sendable, Hashable {
  case full
  /// The given number of tokens back.
  case sliding(Int)
  /// To the start of the current chunk of the given number of tokens.
  case chunked(Int)
}

/// Attention with keys and values.
package struct Attention: Sendable, Hashable {
  /// The number of KV heads.
  package var keyValueHeads: Int
  /// Elements in one head's key.
  package var keySize: Int
  /// Elements in one head's value.
  package var valueSize: Int
}

/// Attention over compressed vectors (multi-head latent attention).
package struct LatentAttention: Sendable, Hashable {
  /// Elements in the compressed vector of keys and values.
  package var rank: Int
  /// Elements in the compressed vector of queries; nil if queries are not compressed.
  package var queryRank: Int?
  /// Elements in the positional part of a key.
  package var positionSize: Int
  /// Elements in the other part of a key.
  package var contentSize: Int
  /// Elements in one head's value.
  package var valueSize: Int
}

/// Linear attention with a gate.
package struct LinearAttention: Sendable, Hashable {
  /// The number of key heads.
  package var keyHeads: Int
  /// The number of value heads.
  package var valueHeads: Int
  /// Elements in a key head.
  package var keySize: Int
  /// Elements in a value head.
  package var valueSize: Int
  /// The width in tokens of the preceding convolution; nil without one.
  package var taps: Int?
}

/// A state-space layer.
package struct StateSpace: Sendable, Hashable {
  /// The number of heads in a layer.
  package var heads: Int
  /// Elements in a head.
  package var headSize: Int
  /// The state size for each element.
  package var stateSize: Int
  /// The number of groups; the heads of a group share B and C.
  package var groups: Int
  /// The width in tokens of the preceding convolution; nil without one.
  package var taps: Int?
}
