import Diagnostics
import Schema
import Text

/// A file in the syntax of units, as Podman's generator reads it (Podman 5.4.2,
/// pkg/systemd/parser/unitfile.go).
struct QuadletFile {
  /// A key with its value.
  struct Line {
    /// The section's name.
    let section: String
    /// The key and its place.
    let key: Located<String>
    /// The value, of which continued lines are one text.
    let value: QuadletText
    /// The place of the key and the value.
    let range: SourceRange
  }

  /// The sections, each time that one begins.
  private(set) var sections: [Located<String>] = []
  /// The keys, in order.
  private(set) var lines: [Line] = []
  /// What makes the generator refuse the file: each problem, and how to fix it.
  private(set) var problems: [(problem: Located<String>, help: String)] = []

  private let places: QuadletPlaces
  private let bytes: [UInt8]

  /// - Parameter shift: The number that is added to lines, so that several files have different places.
  /// - Parameter places: The places of the text if it was made from another file; nil for its own.
  init(_ source: SourceFile, shift: Int = 0, places: QuadletPlaces? = nil) {
    self.places = places ?? QuadletPlaces(source, shift: shift)
    bytes = source.bytes
    if source.textStart > 0 {
      refuse(
        0..<source.textStart, "the file begins with a byte order mark",
        help: "save it as UTF-8 without a byte order mark")
    }
    read(from: source.textStart)
  }

  private mutating func refuse(_ range: Range<Int>, _ problem: String, help: String) {
    problems.append(
      (Located(problem, places.range(range.lowerBound, range.upperBound)), help))
  }

  /// Returns the next line without whitespace around it, and moves behind it.
  private func nextLine(_ index: inout Int) -> Range<Int> {
    let end = bytes[index...].firstIndex(of: 0x0A) ?? bytes.count
    let line = bytes.trimmed(index..<end)
    index = end + 1
    return line
  }

  private func isComment(_ line: Range<Int>) -> Bool {
    line.isEmpty || [0x23, 0x3B].contains(bytes[line.lowerBound])
  }

  private mutating func read(from start: Int) {
    var index = start
    while index < bytes.count {
      let line = nextLine(&index)
      if isComment(line) { continue }
      if bytes[line.lowerBound] == 0x5B {
        readSection(line)
      } else if let equals = bytes[line].firstIndex(of: 0x3D), equals > line.lowerBound {
        var pieces = [(equals + 1)..<line.upperBound]
        // A backslash at the end continues the value; comments and empty lines in between are skipped.
        while let last = pieces.last, !last.isEmpty, bytes[last.upperBound - 1] == 0x5C {
          pieces[pieces.count - 1] = last.dropLast()
          var next: Range<Int>?
          while next == nil, index < bytes.count {
            let line = nextLine(&index)
            if !isComment(line) { next = line }
          }
          guard let next else { break }
          pieces.append(next)
        }
        add(bytes.trimmed(line.lowerBound..<equals), pieces)
      } else {
        refuse(
          line, "the line has no key and '='",
          help: bytes[line.lowerBound] == 0x2D
            ? "end the line before with a backslash, so that it continues the command"
            : "write 'KEY=VALUE', begin a comment with '#', or remove the line")
      }
    }
  }

  private mutating func readSection(_ line: Range<Int>) {
    guard let end = bytes[line].firstIndex(of: 0x5D), end > line.lowerBound + 1,
      bytes[(end + 1)..<line.upperBound].allSatisfy({ $0 == 0x20 || $0 == 0x09 })
    else {
      return refuse(
        line, "the section's name is not in brackets", help: "write a name such as '[Container]'")
    }
    let name = String(decoding: bytes[(line.lowerBound + 1)..<end], as: UTF8.self)
    sections.append(Located(name, places.range(line.lowerBound, end + 1)))
  }

  private mutating func add(_ key: Range<Int>, _ pieces: [Range<Int>]) {
    var text = QuadletText(places: places, start: pieces[0].lowerBound)
    for piece in pieces { text.append(bytes, piece) }
    let range = places.range(
      key.lowerBound, pieces.last { !$0.isEmpty }?.upperBound ?? key.upperBound)
    let name = String(decoding: bytes[key], as: UTF8.self)
    guard let section = sections.last else {
      return refuse(
        key, "'\(name.abbreviatedName)' is before the first section",
        help: "write '[Container]' above it")
    }
    lines.append(
      Line(
        section: section.value,
        key: Located(name, places.range(key.lowerBound, key.upperBound)), value: text.trimmed,
        range: range))
  }
}

/// A text of a unit, with the place of each byte.
struct QuadletText {
  private(set) var bytes: [UInt8] = []
  private var offsets: [Int] = []
  private let places: QuadletPlaces
  private let start: Int

  init(places: QuadletPlaces, start: Int) {
    self.places = places
    self.start = start
  }

  /// Creates a text without a file.
  init(_ text: String) {
    let source = SourceFile(path: "", text: text)
    self.init(places: QuadletPlaces(source, shift: 0), start: 0)
    append(source.bytes, 0..<source.bytes.count)
  }

  /// The text.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The text with its place.
  var located: Located<String> { Located(text, range(0..<bytes.count)) }

  mutating func append(_ other: [UInt8], _ range: Range<Int>) {
    bytes += other[range]
    offsets += range
  }

  /// Returns the place of a range of bytes.
  func range(_ range: Range<Int>) -> SourceRange {
    guard let first = range.first, let last = range.last else { return places.range(start, start) }
    return places.range(offsets[first], offsets[last] + 1)
  }

  /// The text without whitespace around it.
  var trimmed: QuadletText { self[bytes.trimmed(0..<bytes.count)] }

  /// The text without the double quotes around it, which the generator removes from single values.
  var unquoted: QuadletText {
    // Podman 5.0 to 5.8.1 removes every quote at both ends.
    var range = 0..<bytes.count
    while let first = range.first, bytes[first] == 0x22 { range = range.dropFirst() }
    while let last = range.last, bytes[last] == 0x22 { range = range.dropLast() }
    return self[range]
  }

  private subscript(range: Range<Int>) -> QuadletText {
    var part = QuadletText(places: places, start: range.isEmpty ? start : offsets[range.lowerBound])
    part.bytes = Array(bytes[range])
    part.offsets = Array(offsets[range])
    return part
  }
}

/// The places of a file among several files: its lines have numbers that no other file's have.
struct QuadletPlaces {
  /// A part of a text that was made from another file.
  struct Span {
    let start: Int
    let length: Int
    /// The place in the other file.
    let range: SourceRange
  }

  private let shift: Int
  private let spans: [Span]
  /// The place of what has none of its own.
  private let origin: SourceRange
  /// The offsets at which lines start.
  private let starts: [Int]
  /// The number of characters before each offset.
  private let counts: [Int32]

  init(_ source: SourceFile, shift: Int) {
    self.shift = shift
    spans = []
    origin = .fileStart
    var starts = [source.textStart]
    var counts: [Int32] = []
    counts.reserveCapacity(source.bytes.count + 1)
    var count: Int32 = 0
    for (index, byte) in source.bytes.enumerated() {
      counts.append(count)
      // A byte that continues a character begins none.
      if byte & 0xC0 != 0x80 { count += 1 }
      if byte == 0x0A { starts.append(index + 1) }
    }
    self.starts = starts
    self.counts = counts + [count]
  }

  /// - Parameter origin: The place of what has none of its own.
  init(_ spans: [Span], in origin: SourceRange) {
    self.spans = spans
    self.origin = origin
    (shift, starts, counts) = (0, [], [])
  }

  func range(_ start: Int, _ end: Int) -> SourceRange {
    guard starts.isEmpty else { return SourceRange(start: position(start), end: position(end)) }
    guard let first = span(of: start) else { return origin }
    let place = first.range
    let width = place.end.column - place.start.column
    guard place.start.line == place.end.line, width == first.length,
      end <= first.start + first.length
    else { return place }
    func inPlace(_ offset: Int) -> SourcePosition {
      SourcePosition(
        line: place.start.line, column: place.start.column + max(0, offset - first.start))
    }
    return SourceRange(start: inPlace(start), end: inPlace(end))
  }

  private func span(of offset: Int) -> Span? {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : spans[low - 1]
  }

  private func position(_ offset: Int) -> SourcePosition {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    let end = min(max(offset, starts[low]), counts.count - 1)
    let column = counts[end] - counts[min(starts[low], counts.count - 1)] + 1
    return SourcePosition(line: low + 1 + shift, column: Int(column))
  }
}

extension [UInt8] {
  /// Returns a range without the whitespace at its ends, including that of Unicode, as Go trims it.
  fileprivate func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end {
      guard let length = lengthOfSpace(at: start, before: end) else { break }
      start += length
    }
    search: while end > start {
      for length in 1...3 where end - length >= start {
        guard lengthOfSpace(at: end - length, before: end) == length else { continue }
        end -= length
        continue search
      }
      break
    }
    return start..<end
  }

  private func lengthOfSpace(at index: Int, before end: Int) -> Int? {
    let byte = self[index]
    if byte < 0x80 { return byte.isASCIIBlank ? 1 : nil }
    let length = byte >= 0xE0 ? 3 : 2
    guard index + length <= end else { return nil }
    let scalars = String(decoding: self[index..<(index + length)], as: UTF8.self).unicodeScalars
    guard let first = scalars.first, scalars.count == 1 else { return nil }
    return first.properties.isWhitespace ? length : nil
  }
}
