import CCatalogues
package import Schema

/// The architectures that each version of a launcher supports, as written by
/// Tests/Oracle/architectures.
package struct Architectures: Sendable {
  /// Whether a version supports an architecture.
  package enum Answer: Sendable, Equatable {
    /// Supported, or not known.
    case known
    /// Not supported; the first checked version with support, nil if there is none.
    case missing(since: Release?)
    /// No longer supported, as the launcher reports; the last checked version with support.
    case gone(last: Release?)
  }

  private struct Row {
    /// The first and last version with support; nil if that is the first or last checked version.
    let first: Release?
    let last: Release?
    /// The first version that reports the removal.
    let goneIn: Release?
    /// Whether any version supports it.
    let isAnywhere: Bool
  }

  private let launcher: String
  /// The checked versions, oldest first.
  private let releases: [Release]

  /// Creates the table of a launcher; nil if it has none.
  package init?(of launcher: String) {
    self.launcher = launcher
    releases = Self.words(of: launcher, "*").dropFirst(2).compactMap { Release(tag: $0) }
    if releases.isEmpty { return nil }
  }

  /// Returns the words of a line of the table.
  ///
  /// Searches byte by byte, because most commands need at most one line.
  private static func words(of launcher: String, _ name: String) -> [String] {
    let lines = unsafe amm_architectures()
    let text = unsafe UnsafeBufferPointer(start: lines.bytes, count: lines.length)
    let start = Array("\(launcher)\t\(name)\t".utf8)
    var place = 0
    while place < text.count {
      var end = place
      while end < text.count, unsafe text[end] != 0x0A { end += 1 }
      let isWanted =
        end - place >= start.count
        && start.indices.allSatisfy { unsafe text[place + $0] == start[$0] }
      if isWanted {
        let line = unsafe text[place..<end]
        return unsafe line.split(separator: 0x09).map { unsafe String(decoding: $0, as: UTF8.self) }
      }
      place = end + 1
    }
    return []
  }

  /// Returns the row of an architecture; nil if it is not in the table.
  private func row(of name: String) -> Row? {
    let words = Self.words(of: launcher, name)
    guard words.count > 3 else { return nil }
    return Row(
      first: words[2] == "-" ? nil : Release(tag: words[2]),
      last: words[3] == "-" ? nil : Release(tag: words[3]),
      goneIn: words.count > 4 ? Release(tag: words[4]) : nil, isAnywhere: words[3] != "0")
  }

  /// Returns whether any version has or had code for an architecture.
  package func names(_ name: String) -> Bool { row(of: name) != nil }

  /// Returns whether a version supports an architecture.
  package subscript(name: String, in release: Release) -> Answer {
    guard let row = row(of: name) else {
      // Support is not known before the first checked version and after the last one.
      let isInside = releases.first.map { !(release < $0) } ?? false
      return isInside && !(releases.last.map { $0 < release } ?? true)
        ? .missing(since: nil) : .known
    }
    if let gone = row.goneIn, !(release < gone), releases.last.map({ !($0 < release) }) ?? false {
      return .gone(last: row.isAnywhere ? row.last : nil)
    }
    guard let first = row.first, release < first else { return .known }
    // Between two checked versions, the version that added support is not known.
    let lacking = releases.last { $0 < first }
    return lacking.map { !($0 < release) } == true ? .missing(since: first) : .known
  }
}
