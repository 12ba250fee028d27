import Text

/// The lines of a text, without their line feeds.
///
/// They are compared as bytes: for Swift's `==`, two encodings of the same accent are equal.
struct TextLines {
  private let text: String
  /// Where each line starts, and where the line after the last one would, in bytes.
  private let starts: [Int]

  /// Creates the lines of a text; none without a text.
  init(_ text: String?) {
    self.text = text ?? ""
    starts = unsafe self.text.withBytes { bytes in
      var starts = [0]
      for index in bytes.indices where unsafe bytes[index] == 0x0A { starts.append(index + 1) }
      // The last line may lack its line feed.
      if let last = unsafe bytes.last, last != 0x0A { starts.append(bytes.count + 1) }
      return starts
    }
  }

  /// The number of lines.
  var count: Int { starts.count - 1 }

  /// The text of a line.
  subscript(index: Int) -> Substring {
    let range = range(index)
    let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
    return text[start..<text.utf8.index(start, offsetBy: range.count)]
  }

  /// Returns whether two lines have the same bytes.
  func isSame(_ index: Int, as other: Int, of lines: TextLines) -> Bool {
    unsafe text.withBytes { left in
      unsafe lines.text.withBytes { right in
        unsafe UnsafeBufferPointer(rebasing: left[range(index)])
          .isSame(as: UnsafeBufferPointer(rebasing: right[lines.range(other)]))
      }
    }
  }

  private func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] - 1 }
}
