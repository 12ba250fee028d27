package import Deployments
import Text

/// A GGUF file that is one of several parts: `name-00001-of-00003.gguf` (llama.cpp, src/llama.cpp,
/// llama_split_path).
package struct SplitFile {
  /// Which part it is, from 1 on.
  let number: Int
  /// The paths of all parts, in order.
  package let parts: [HostPath]

  /// Nil for a path that does not name a part.
  package init?(_ path: HostPath) {
    let text = path.text
    guard text.hasSuffix(".gguf") else { return nil }
    let stem = text.dropLast(5)
    let tail = stem.suffix(15)
    let middle = tail.dropFirst(6).prefix(4)
    guard tail.utf8.count == 15, tail.hasPrefix("-"), middle == "-of-",
      let number = Self.number(tail.dropFirst().prefix(5)),
      let count = Self.number(tail.suffix(5)), (1...count).contains(number), count <= 500
    else { return nil }
    let parts = (1...count).compactMap { part in
      HostPath("\(stem.dropLast(15))-\(Self.digits(part))-of-\(Self.digits(count)).gguf")
    }
    guard parts.count == count else { return nil }
    self.number = number
    self.parts = parts
  }

  private static func number(_ text: Substring) -> Int? {
    text.utf8.count == 5 && text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
  }

  /// A number as names of parts have it.
  static func digits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 5 - text.utf8.count)) + text
  }
}
