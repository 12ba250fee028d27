import Text

/// A line of a log, with methods that extract its figures.
struct LogLine {
  private let bytes: ArraySlice<UInt8>

  init(_ text: Substring.UTF8View) { bytes = ArraySlice(text.prefix(4096)) }

  /// Checks whether the line contains a text.
  func has(_ words: StaticString) -> Bool { end(of: words) != nil }

  /// Returns the end of a text in the line; nil if the line does not contain it.
  private func end(of words: StaticString, from start: Int = 0) -> Int? {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe buffer.firstIndex(of: words, from: start).map { $0 + words.utf8CodeUnitCount }
    }
  }

  private subscript(index: Int) -> UInt8? {
    index >= 0 && index < bytes.count ? bytes[bytes.startIndex + index] : nil
  }

  /// Returns the number that follows a text, with or without thousands separators; nil for none.
  func number(after words: StaticString) -> Double? {
    end(of: words).flatMap { number(at: $0)?.value }
  }

  /// Returns the size that follows a text: a number and a unit, with or without a space.
  ///
  /// These servers print multiples of 1024 even with decimal units such as GB.
  func size(after words: StaticString) -> Int? {
    guard let start = end(of: words), let (value, end) = number(at: start) else { return nil }
    var index = end
    while self[index] == 0x20 { index += 1 }
    let unit: Double
    switch self[index] {
    case UInt8(ascii: "G"): unit = Bytes.gibibyte
    case UInt8(ascii: "M"): unit = Bytes.mebibyte
    case UInt8(ascii: "K"): unit = 1024
    case UInt8(ascii: "T"): unit = 1024 * Bytes.gibibyte
    case UInt8(ascii: "B"): unit = 1
    default: return nil
    }
    return Bytes.whole(value * unit)
  }

  /// Returns the word that follows a text, up to whitespace or punctuation; nil for none.
  func word(after words: StaticString) -> String? {
    guard var index = end(of: words) else { return nil }
    while self[index] == 0x20 { index += 1 }
    let start = index
    while let byte = self[index], !" ,;:()\"'\t".utf8.contains(byte) { index += 1 }
    return index > start
      ? String(decoding: bytes.dropFirst(start).prefix(index - start), as: UTF8.self) : nil
  }

  /// Returns the word before a text, or an earlier word if some are skipped; empty for none.
  func word(before words: StaticString, skipping count: Int = 0) -> String {
    guard let end = end(of: words) else { return "" }
    var (first, last) = (end - words.utf8CodeUnitCount, 0)
    for _ in 0...count {
      last = first
      while self[last - 1] == 0x20 { last -= 1 }
      first = last
      while let byte = self[first - 1], byte != 0x20 { first -= 1 }
    }
    return String(decoding: bytes.dropFirst(first).prefix(last - first), as: UTF8.self)
  }

  private func number(at start: Int) -> (value: Double, end: Int)? {
    var index = start
    while let byte = self[index], byte == 0x20 || byte == UInt8(ascii: "\"") { index += 1 }
    var digits = ""
    while let byte = self[index] {
      if byte >= 0x30 && byte <= 0x39 {
        digits.unicodeScalars.append(Unicode.Scalar(byte))
      } else if byte == UInt8(ascii: "."), let next = self[index + 1], next >= 0x30, next <= 0x39,
        !digits.contains(".")
      {
        digits.append(".")
      } else if byte != UInt8(ascii: ",")
        || !(self[index + 1].map { $0 >= 0x30 && $0 <= 0x39 } ?? false)
      {
        break
      }
      index += 1
    }
    guard digits.utf8.count <= 40, let value = Double(digits), value.isFinite else { return nil }
    return (value, index)
  }
}
