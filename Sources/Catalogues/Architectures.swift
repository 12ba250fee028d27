import CCatalogues
package import Schema

/// Which release of a launcher knows which architecture: what Tests/Oracle/architectures wrote.
package struct Architectures: Sendable {
  /// What a release makes of an architecture.
  package enum Answer: Sendable, Equatable {
    /// It has it, or that cannot be told.
    case known
    /// It does not; this is the first release looked at that does, nil for none of them.
    case missing(since: Release?)
    /// It had it once, and says that it has it no more; this is the last release looked at that does.
    case gone(last: Release?)
  }

  private struct Row {
    /// The first and the last release with it; nil where that is the first or last one looked at.
    let first: Release?
    let last: Release?
    /// The first release that says that it is gone.
    let goneIn: Release?
    /// Whether any release has it.
    let isAnywhere: Bool
  }

  private let launcher: String
  /// Those that were looked at, the oldest first.
  private let releases: [Release]

  /// Those of a launcher; nil for one that has no table.
  package init?(of launcher: String) {
    self.launcher = launcher
    releases = Self.words(of: launcher, "*").dropFirst(2).compactMap { Release(tag: $0) }
    if releases.isEmpty { return nil }
  }

  /// The words of one line of the table, which is looked for byte by byte: most commands need one or none.
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

  /// What is said of an architecture; nil for one that is not in the table.
  private func row(of name: String) -> Row? {
    let words = Self.words(of: launcher, name)
    guard words.count > 3 else { return nil }
    return Row(
      first: words[2] == "-" ? nil : Release(tag: words[2]),
      last: words[3] == "-" ? nil : Release(tag: words[3]),
      goneIn: words.count > 4 ? Release(tag: words[4]) : nil, isAnywhere: words[3] != "0")
  }

  /// What a release makes of an architecture.
  package subscript(name: String, in release: Release) -> Answer {
    guard let row = row(of: name) else {
      // One before the first that was looked at, or after the last, may have anything.
      let isInside = releases.first.map { !(release < $0) } ?? false
      return isInside && !(releases.last.map { $0 < release } ?? true)
        ? .missing(since: nil) : .known
    }
    if let gone = row.goneIn, !(release < gone), releases.last.map({ !($0 < release) }) ?? false {
      return .gone(last: row.isAnywhere ? row.last : nil)
    }
    guard let first = row.first, release < first else { return .known }
    // Between two releases that were looked at it may have come at any.
    let lacking = releases.last { $0 < first }
    return lacking.map { !($0 < release) } == true ? .missing(since: first) : .known
  }
}
