/// A text file that a diagnostic can point into.
package final class SourceFile: Sendable {
  /// The path to show: relative to the current folder, or as the user wrote it.
  package let path: String
  /// The content as it was read.
  package let bytes: [UInt8]
  /// Whether its lines may be quoted.
  ///
  /// False for a private file that a link in a workspace points to.
  package let isQuotable: Bool

  package init(path: String, bytes: [UInt8], isQuotable: Bool = true) {
    self.path = path
    self.bytes = bytes
    self.isQuotable = isQuotable
  }

  /// Creates a file with known content.
  package convenience init(path: String, text: String) {
    self.init(path: path, bytes: Array(text.utf8))
  }

  /// The offset where the text begins: after a byte order mark, which editors neither show nor
  /// count.
  package var textStart: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// Returns a line without its end, for display.
  ///
  /// Secrets are replaced with stars.
  ///
  /// - Parameter number: The line's number, from 1.
  /// - Returns: The line, with U+FFFD for invalid UTF-8; nil if the file has no such line.
  package func line(_ number: Int) -> String? {
    var start = textStart
    for _ in 1..<max(number, 1) {
      guard let newline = bytes[start...].firstIndex(of: 0x0A) else { return nil }
      start = newline + 1
    }
    var end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return Secrets.redactedLine(String(decoding: bytes[start..<end], as: UTF8.self))
  }

  /// Returns the position of a byte.
  ///
  /// - Parameter offset: A byte offset from 0; clamped to the end of the file.
  package func position(ofByte offset: Int) -> SourcePosition {
    let before = bytes[..<min(max(offset, 0), bytes.count)]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? min(textStart, before.count)
    let line = before.count { $0 == 0x0A } + 1
    let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
    return SourcePosition(line: line, column: column)
  }
}
