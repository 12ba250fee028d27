extension GGUFHeader {
  /// Returns the common name of the type that most tensors of a file have, such as `Q4_K_M`.
  ///
  /// llama.cpp b11434, gguf-py/gguf/constants.py, `LlamaFileType`; nil for an unknown number.
  package static func fileType(_ number: Int) -> String? { fileTypes[number] }

  private static let fileTypes: [Int: String] = [
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M",
    30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4",
    40: "Q1_0", 41: "Q2_0",
  ]

  /// Elements and bytes of a block of each tensor type (the same file, `GGML_QUANT_SIZES`).
  private static let blocks: [Int: (numbers: Int, bytes: Int)] = [
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 36), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),
    28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36),
    41: (128, 18), 42: (64, 18),
  ]

  /// The number of elements of all tensors; nil if it is 0 or overflows an Int.
  package var parameterCount: Int? {
    var sum = 0
    for tensor in tensors {
      guard let count = tensor.count, let total = sum.plus(count) else { return nil }
      sum = total
    }
    return sum > 0 ? sum : nil
  }
}

extension GGUFHeader.Tensor {
  /// The number of elements; nil if it overflows an Int.
  package var count: Int? {
    var count = 1
    for size in shape {
      guard let product = count.times(size) else { return nil }
      count = product
    }
    return count
  }

  /// The size in the file in bytes; nil for an unknown type.
  package var bytes: Int? {
    guard let block = GGUFHeader.size(ofType: type), let count, count % block.numbers == 0 else {
      return nil
    }
    return (count / block.numbers).times(block.bytes)
  }
}

extension GGUFHeader {
  fileprivate static func size(ofType type: Int) -> (numbers: Int, bytes: Int)? { blocks[type] }
}

extension GGUFHeader {
  /// Returns the average bits per weight of a file of a type, including scales and unquantized
  /// parts; nil for a type without a known figure.
  ///
  /// The figures are those of Llama 3.1 8B (llama.cpp b11434, tools/quantize/README.md). Larger
  /// models need fewer bits; small models with a large vocabulary need more.
  package static func bitsOfNumber(_ type: String) -> Double? {
    var word = type.uppercased()
    // Unsloth's dynamic mixtures are about as large as the plain type.
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
    "MXFP4": 4.5,
  ]
}
