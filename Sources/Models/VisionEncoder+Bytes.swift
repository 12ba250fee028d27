import Text

extension VisionEncoder {
  /// Returns the bytes of 16-bit weights, including the projector to the language model; nil if
  /// sizes are not known.
  ///
  /// The projector merges four patches into one token, as in the models of Qwen and Gemma.
  package func bytes(to hidden: Int) -> Int? {
    guard let layers, let size = hiddenSize, let inner = feedForwardSize,
      let square = size.times(size)?.times(4), let feed = size.times(inner)?.times(2),
      let body = square.plus(feed)?.times(layers), let wide = size.times(4),
      let bridge = wide.times(wide).flatMap({ one in wide.times(hidden).flatMap(one.plus) })
    else { return nil }
    return body.plus(bridge)?.times(2)
  }
}
