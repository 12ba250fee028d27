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

  private let rows: [Substring: Row]
  /// Those that were looked at, the oldest first.
  private let releases: [Release]

  /// Those of a launcher; nil for one that has no table.
  package init?(of launcher: String) {
    let lines = unsafe amm_architectures()
    let text = unsafe String(
      decoding: UnsafeBufferPointer(start: lines.bytes, count: lines.length), as: UTF8.self)
    var rows: [Substring: Row] = [:]
    var releases: [Release] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: "\t")
      guard words[0] == launcher, words.count > 3 else { continue }
      if words[1] == "*" {
        releases = words.dropFirst(2).compactMap { Release(tag: String($0)) }
        continue
      }
      rows[words[1]] = Row(
        first: words[2] == "-" ? nil : Release(tag: String(words[2])),
        last: words[3] == "-" ? nil : Release(tag: String(words[3])),
        goneIn: words.count > 4 ? Release(tag: String(words[4])) : nil, isAnywhere: words[3] != "0")
    }
    guard !releases.isEmpty else { return nil }
    self.rows = rows
    self.releases = releases
  }

  /// What a release makes of an architecture.
  package subscript(name: String, in release: Release) -> Answer {
    guard let row = rows[name[...]] else {
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
