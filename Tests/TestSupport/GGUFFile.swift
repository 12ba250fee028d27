package import Foundation

/// A GGUF file of a small model with huge tensors, whose data is a hole in the file (ggml, docs/gguf.md).
package struct GGUFFile {
  private var bytes: [UInt8] = []
  /// The size of the header in bytes.
  package var headerSize: Int { bytes.count }
  /// The size of the whole file in bytes.
  package private(set) var size = 0

  /// Creates a Llama with all numbers in 8 bits.
  ///
  /// - Parameters:
  ///   - layers: The number of layers.
  ///   - experts: The number of experts of each layer; 0 for a dense model.
  ///   - words: The number of words in the vocabulary.
  ///   - architecture: The name before the keys.
  ///   - further: More numbers of the metadata.
  ///   - lists: Lists of the metadata, with a number for each layer.
  package init(
    layers: Int, experts: Int = 0, words: Int = 3, architecture: String = "llama",
    further: [(key: String, value: Int)] = [], lists: [(key: String, values: [Int])] = []
  ) {
    let hidden = 4096
    var tensors: [(name: String, shape: [Int])] = [
      ("token_embd.weight", [hidden, 32000]), ("output.weight", [hidden, 32000]),
    ]
    for layer in 0..<layers {
      tensors.append(("blk.\(layer).attn_q.weight", [hidden, hidden]))
      tensors.append(
        experts == 0
          ? ("blk.\(layer).ffn_up.weight", [hidden, 14336])
          : ("blk.\(layer).ffn_up_exps.weight", [hidden, 14336, experts]))
    }
    bytes = Array("GGUF".utf8)
    number(3, 4)
    number(tensors.count, 8)
    let keys = [
      ("block_count", layers), ("embedding_length", hidden), ("attention.head_count", 32),
      ("attention.head_count_kv", 8), ("context_length", 131072), ("feed_forward_length", 14336),
    ]
    let mixture = experts == 0 ? [] : [("expert_count", experts), ("expert_used_count", 2)]
    let numbers = keys + mixture + further.map { ($0.key, $0.value) }
    number(2 + numbers.count + lists.count, 8)
    text("general.architecture")
    number(8, 4)
    text(architecture)
    for (key, value) in numbers {
      text("\(architecture)." + key)
      number(4, 4)
      number(value, 4)
    }
    for (key, values) in lists {
      text("\(architecture)." + key)
      number(9, 4)
      number(4, 4)
      number(values.count, 8)
      for value in values { number(value, 4) }
    }
    text("tokenizer.ggml.tokens")
    number(9, 4)
    number(8, 4)
    number(words, 8)
    for word in 0..<words { text("word\(word)") }
    var offset = 0
    for (name, shape) in tensors {
      text(name)
      number(shape.count, 4)
      for length in shape { number(length, 8) }
      // Q8_0: 34 bytes for 32 numbers.
      number(8, 4)
      number(offset, 8)
      offset += shape.reduce(1, *) / 32 * 34
    }
    size = (bytes.count + 31) / 32 * 32 + offset
  }

  private mutating func number(_ value: Int, _ size: Int) {
    for place in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
  }

  private mutating func text(_ text: String) {
    number(text.utf8.count, 8)
    bytes += Array(text.utf8)
  }

  /// Writes the file, or only its first bytes.
  package func write(to file: URL, cutTo limit: Int? = nil) throws {
    let size = min(size, limit ?? size)
    try Data(bytes.prefix(size)).write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: UInt64(size))
    try handle.close()
  }
}
