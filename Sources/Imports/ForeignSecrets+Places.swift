import Diagnostics
import Text

/// The places of secrets in the text of a file.
extension ForeignSecrets {
  /// Returns the ranges of a short value as the default of a variable, such as `${NAME:-VALUE}`, in a line.
  static func defaults(_ text: [UInt8], from start: Int, in bytes: [UInt8]) -> [Range<Int>] {
    let line = start..<max(start, lineEnd(bytes, from: start))
    return bytes.ranges(of: text, in: line, whole: false).filter { range in
      range.lowerBound > 0 && bytes[range.lowerBound - 1] == 0x2D
        && range.upperBound < bytes.count && bytes[range.upperBound] == 0x7D
    }
  }

  /// Returns the end of the line at an offset, and of those that it is continued on.
  static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      guard bytes[index] == 0x0A else {
        index += 1
        continue
      }
      let last = bytes[..<index].last { $0 != 0x0D }
      guard last == 0x5C else { return index }
      index += 1
    }
    return index
  }

  /// Returns the end of a value that is one reference, such as `${NAME:-DEFAULT}`, with or without quotes; nil for
  /// other values.
  private static func endOfReference(at start: Int, in bytes: [UInt8]) -> Int? {
    guard start < bytes.count else { return nil }
    let quote = [0x22, 0x27].contains(bytes[start]) ? bytes[start] : nil
    let first = quote == nil ? start : start + 1
    guard first < bytes.count, var end = Secrets.endOfReference(at: first, in: bytes) else {
      return nil
    }
    if let quote {
      guard end < bytes.count, bytes[end] == quote else { return nil }
      end += 1
    }
    return end == bytes.count || bytes[end] <= 0x20 ? end : nil
  }

  /// Returns the ranges of what a script assigns to a variable: `NAME=…`, `${NAME:-…}`.
  static func assignments(to name: String, in bytes: [UInt8]) -> [Range<Int>] {
    bytes.ranges(of: Array(name.utf8), in: 0..<bytes.count, whole: false).compactMap { place in
      let isPart = place.lowerBound > 0 && bytes[place.lowerBound - 1].isASCIIWord
      let mark = bytes[place.upperBound...].prefix(2)
      guard !isPart, let first = mark.first, first == 0x3D || first == 0x3A || first == 0x2D
      else { return nil }
      let start = place.upperBound + (first == 0x3A ? 2 : 1)
      let opening = place.lowerBound - 2
      let close =
        first == 0x3D
        ? endOfReference(at: start, in: bytes)
        : opening < 0 ? nil : Secrets.endOfReference(at: opening, in: bytes).map { $0 - 1 }
      let end = close ?? lineEnd(bytes, from: min(start, bytes.count))
      return start < end ? start..<end : nil
    }
  }
}
