import Diagnostics
import Schema
import Text
import YAML

/// Gives values that Nix evaluated the places at which its file writes them.
///
/// A key has the place of the name that is defined within the set around it, and a text that of the string
/// with its content. A value that the file computes has the place of its key.
struct NixSourcePlaces {
  private let places: Places
  /// The offsets of names before `=` or `.`, and of those in lists of `inherit`, in order.
  private var names: [String: [Int]] = [:]
  /// The offsets of the contents of strings, in order.
  private var strings: [String: [Int]] = [:]

  init(_ source: SourceFile) {
    places = Places(source)
    readTokens(source.bytes)
  }

  /// Returns a value with places in the file.
  func placed(_ root: Node) -> Node {
    placed(root, from: 0, to: places.source.bytes.count, otherwise: .fileStart)
  }

  private func placed(
    _ node: Node, from start: Int, to end: Int, otherwise range: SourceRange
  ) -> Node {
    switch node.content {
    case .scalar(let scalar):
      guard let offset = Self.first(strings[scalar.text], from: start, to: end) else {
        return Node(node.content, range)
      }
      return Node(node.content, places.range(offset, offset + scalar.text.utf8.count))
    case .sequence(let items):
      var next = start
      let placed = items.map { item in
        let found = self.placed(item, from: next, to: end, otherwise: range)
        if let text = item.scalar?.text, let offset = Self.first(strings[text], from: next, to: end)
        {
          next = offset + 1
        }
        return found
      }
      return Node(.sequence(placed), range)
    case .mapping(let entries):
      let starts = entries.map { Self.first(names[$0.key], from: start, to: end) }
      let sorted = starts.compactMap(\.self).sorted()
      let placed = zip(entries, starts).map { entry, offset in
        guard let offset else {
          return Node.Entry(
            key: entry.key, keyRange: range,
            value: self.placed(entry.value, from: start, to: end, otherwise: range))
        }
        let own = places.range(offset, offset + entry.key.utf8.count)
        return Node.Entry(
          key: entry.key, keyRange: own,
          value: self.placed(
            entry.value, from: offset + 1, to: Self.next(sorted, after: offset) ?? end,
            otherwise: own))
      }
      return Node(.mapping(placed), range)
    }
  }

  private static func first(_ offsets: [Int]?, from start: Int, to end: Int) -> Int? {
    guard let found = next(offsets ?? [], after: start - 1), found < end else { return nil }
    return found
  }

  /// Returns the first of sorted offsets after another one.
  private static func next(_ offsets: [Int], after start: Int) -> Int? {
    var (low, high) = (0, offsets.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] <= start { low = middle + 1 } else { high = middle }
    }
    return low < offsets.count ? offsets[low] : nil
  }

  // MARK: Tokens

  private mutating func readTokens(_ bytes: [UInt8]) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x23 {
        index = bytes[index...].firstIndex(of: 0x0A) ?? bytes.count
      } else if bytes[index...].starts(with: [0x2F, 0x2A]) {
        index = Self.end(of: [0x2A, 0x2F], in: bytes, from: index + 2)
      } else if byte == 0x22 {
        let start = index + 1
        index = start
        while index < bytes.count, bytes[index] != 0x22 { index += bytes[index] == 0x5C ? 2 : 1 }
        index = min(index, bytes.count)
        add(bytes, start, index)
        index += 1
      } else if bytes[index...].starts(with: [0x27, 0x27]) {
        let start = index + 2
        index = Self.end(of: [0x27, 0x27], in: bytes, from: start)
        let end = max(start, index - 2)
        // Line ends and indentation around the text belong to the string's form.
        let content = bytes[min(start, end)..<end]
        let first = content.firstIndex { !$0.isASCIIBlank } ?? end
        let last = content.lastIndex { !$0.isASCIIBlank } ?? end
        if first < end { strings[Self.text(bytes, first, last + 1), default: []].append(first) }
      } else if byte.isASCIILetter || byte == 0x5F {
        let start = index
        while index < bytes.count, bytes[index].isASCIIWord || [0x2D, 0x27].contains(bytes[index]) {
          index += 1
        }
        if isDefined(bytes, index) {
          names[Self.text(bytes, start, index), default: []].append(start)
        }
      } else {
        index += 1
      }
    }
  }

  /// Adds a string, which is a name if `=` or `.` follows.
  private mutating func add(_ bytes: [UInt8], _ start: Int, _ end: Int) {
    guard start < end else { return }
    let text = Self.text(bytes, start, end)
    strings[text, default: []].append(start)
    if isDefined(bytes, end + 1) { names[text, default: []].append(start) }
  }

  private func isDefined(_ bytes: [UInt8], _ end: Int) -> Bool {
    guard end < bytes.count else { return false }
    let next = bytes[end...].first { !$0.isASCIIBlank && $0 != 0x0A && $0 != 0x0D }
    return next == 0x3D || next == 0x2E || next == 0x3B
  }

  private static func end(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      if bytes[index...].starts(with: mark) { return index + mark.count }
      index += 1
    }
    return bytes.count
  }

  private static func text(_ bytes: [UInt8], _ start: Int, _ end: Int) -> String {
    String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
