import Text

/// The name of one part of a split weights file: `name-00001-of-00003.gguf` (llama.cpp,
/// src/llama.cpp, llama_split_path), `model-00001-of-00003.safetensors` (transformers,
/// modeling_utils.py).
package struct SplitName: Sendable, Equatable {
  /// The number of this part, starting at 1.
  package let number: Int
  /// The names of all parts, in order.
  package let parts: [String]

  /// Parses a file name; nil if it is not the name of a part.
  ///
  /// - Parameter ending: The file name extension, with the period.
  package init?(_ text: String, ending: String = ".gguf") {
    guard text.hasSuffix(ending) else { return nil }
    let stem = text.dropLast(ending.utf8.count)
    let tail = stem.suffix(15)
    let middle = tail.dropFirst(6).prefix(4)
    guard tail.utf8.count == 15, tail.hasPrefix("-"), middle == "-of-",
      let number = Self.number(tail.dropFirst().prefix(5)),
      let count = Self.number(tail.suffix(5)), (1...count).contains(number), count <= 500
    else { return nil }
    self.number = number
    parts = (1...count).map { part in
      "\(stem.dropLast(15))-\(Self.digits(part))-of-\(Self.digits(count))\(ending)"
    }
  }

  /// Parses the name of a part with any supported extension.
  package init?(ofAny text: String) {
    for ending in [".safetensors", ".gguf", ".bin"] where text.hasSuffix(ending) {
      self.init(text, ending: ending)
      return
    }
    return nil
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.count == 5 && text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
  }

  /// Returns a number with at least five digits, as in the names of parts.
  package static func digits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 5 - text.utf8.count)) + text
  }
}
