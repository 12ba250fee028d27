import Text

/// A whole number, and the text after it that its reader ignores.
package struct WholeNumber: Equatable, Sendable {
  /// The number.
  package let number: Int
  /// The ignored text, without spaces at its ends; mostly empty.
  package let ignored: String
}

extension ArgumentSyntax {
  /// Returns the whole number that a launcher reads from a text; nil if it refuses the text.
  package func wholeNumber(in text: String) -> WholeNumber? {
    switch self {
    case .clap, .nothing: Int(text).map { WholeNumber(number: $0, ignored: "") }
    case .argparse: Self.pythonNumber(text[...])
    case .wordByWord: Self.leadingNumber(text[...])
    }
  }

  /// Python's `int`: spaces of any script around it, and underscores between digits.
  private static func pythonNumber(_ text: Substring) -> WholeNumber? {
    let inner = text.withoutOuterSpaces
    let digits = inner.drop { $0 == "+" || $0 == "-" }
    guard digits.allSatisfy({ $0 == "_" || $0.isASCII && $0.isNumber }), digits.first != "_",
      digits.last != "_", !digits.contains("__"), let number = Int(inner.filter { $0 != "_" })
    else { return nil }
    return WholeNumber(number: number, ignored: "")
  }

  /// C++'s `std::stoi` (llama.cpp b11434, common/arg.cpp): spaces, a sign and digits, for 32 bits;
  /// it ignores what follows.
  private static func leadingNumber(_ text: Substring) -> WholeNumber? {
    let start = text.drop { $0.isWhitespace && $0.isASCII }
    var end = start.startIndex
    if let sign = start.first, sign == "+" || sign == "-" { end = start.index(after: end) }
    while end < start.endIndex, start[end].isASCII, start[end].isNumber {
      end = start.index(after: end)
    }
    guard let number = Int32(start[..<end]).map(Int.init) else { return nil }
    let rest = start[end...].withoutOuterSpaces
    // `8.0` is the same number.
    let isSame = rest.first == "." && rest.dropFirst().allSatisfy { $0 == "0" }
    return WholeNumber(number: number, ignored: isSame ? "" : String(rest))
  }
}

extension Substring {
  fileprivate var withoutOuterSpaces: Substring {
    let start = drop { $0.isWhitespace }
    let count = start.reversed().prefix { $0.isWhitespace }.count
    return start.dropLast(count)
  }
}
