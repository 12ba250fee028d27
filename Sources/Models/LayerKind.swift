/// Layers of one kind.
package struct LayerGroup: Sendable, Equatable {
  /// What they remember of a text.
  package var kind: LayerKind
  /// How many there are.
  package var count: Int
}

/// What a layer remembers of the tokens before: what its part of a server's memory follows from.
package enum LayerKind: Sendable, Hashable {
  /// Keys and values of tokens.
  case attention(Attention, Reach)
  /// One compressed vector of each token (DeepSeek V2 and later).
  case latent(LatentAttention)
  /// A state of fixed size that attends by a sum (gated delta nets, Kimi's and MiniMax').
  case linear(LinearAttention?)
  /// A state of fixed size that a filter writes (Mamba).
  case recurrent(StateSpace?)
  /// The last few tokens alone.
  case convolution(taps: Int?)
  /// Nothing: it looks at one token.
  case none
}

/// How far back attention sees.
package enum Reach: Sendable, Hashable {
  case full
  /// So many tokens back.
  case sliding(Int)
  /// To the beginning of the current run of so many tokens.
  case chunked(Int)
}

/// Attention with keys and values.
package struct Attention: Sendable, Hashable {
  /// Heads that keep them.
  package var keyValueHeads: Int
  /// Numbers of a head's key.
  package var keySize: Int
  /// Numbers of a head's value.
  package var valueSize: Int
}

/// Attention over compressed vectors.
package struct LatentAttention: Sendable, Hashable {
  /// Numbers of the vector that keys and values are made of.
  package var rank: Int
  /// Numbers of that of queries; nil for none.
  package var queryRank: Int?
  /// Numbers of a key's part that tells the position.
  package var positionSize: Int
  /// Numbers of its other part.
  package var contentSize: Int
  /// Numbers of a head's value.
  package var valueSize: Int
}

/// Linear attention with a gate.
package struct LinearAttention: Sendable, Hashable {
  /// Heads that keep keys.
  package var keyHeads: Int
  /// Heads that keep values.
  package var valueHeads: Int
  /// Numbers of a key's head.
  package var keySize: Int
  /// Numbers of a value's head.
  package var valueSize: Int
  /// Tokens that the convolution before it sees; nil without one.
  package var taps: Int?
}

/// A state-space layer.
package struct StateSpace: Sendable, Hashable {
  /// Of a layer.
  package var heads: Int
  /// Numbers of a head.
  package var headSize: Int
  /// Numbers of the state of each.
  package var stateSize: Int
  /// Heads that share a filter.
  package var groups: Int
  /// Tokens that the convolution before it sees; nil without one.
  package var taps: Int?
}
