import Text

extension VisionEncoder {
  /// Bytes in 16 bits, with what leads to the language model; nil where its sizes are not known.
  ///
  /// Four patches become one token there, as in Qwen's and Gemma's models.
  package func bytes(to hidden: Int) -> Int? {
    guard let layers, let size = hiddenSize, let inner = feedForwardSize,
      let square = size.times(size)?.times(4), let feed = size.times(inner)?.times(2),
      let body = square.plus(feed)?.times(layers), let wide = size.times(4),
      let bridge = wide.times(wide).flatMap({ one in wide.times(hidden).flatMap(one.plus) })
    else { return nil }
    return body.plus(bridge)?.times(2)
  }
}
