/// A text file that a diagnostic can point into.
package final class SourceFile: Sendable {
  /// The path as the user should see it: relative to where they stand, or as they wrote it.
  package let path: String
  /// The content as it was read.
  package let bytes: [UInt8]
  /// Whether its lines may be quoted: not those of a private file that a link of a workspace leads to.
  package let isQuotable: Bool

  package init(path: String, bytes: [UInt8], isQuotable: Bool = true) {
    self.path = path
    self.bytes = bytes
    self.isQuotable = isQuotable
  }

  /// A file whose content is known.
  package convenience init(path: String, text: String) {
    self.init(path: path, bytes: Array(text.utf8))
  }

  /// Where the text begins: after a byte order mark, which editors do not show and do not count.
  package var textStart: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// The text of a line without its end, as it may be shown: secrets are starred out.
  ///
  /// - Parameter number: The line's number, from 1.
  /// - Returns: The line, with U+FFFD for what is not UTF-8; nil when the file has no such line.
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

  /// Where a byte stands.
  ///
  /// - Parameter offset: A byte offset from 0; one past the end is clamped to it.
  package func position(ofByte offset: Int) -> SourcePosition {
    let before = bytes[..<min(max(offset, 0), bytes.count)]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? min(textStart, before.count)
    let line = before.count { $0 == 0x0A } + 1
    let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
    return SourcePosition(line: line, column: column)
  }
}
