import Text

/// A version of a program that can be compared: up to three numbers.
@usableFromInline
package struct Release: Sendable, Hashable, Comparable,
  ExpressibleByStringLiteral
{
  private let numbers: (Int, Int, Int)
  /// How many of the three numbers are given.
  package let count: Int

  /// Reads the first run of numbers and dots in an image's tag: `3.3.7-rocm`, `v0.31.0`,
  /// `cuda-1.9.3`, `server-cuda-b9246`.
  ///
  /// Nil for a tag without numbers, such as `latest`. A compute capability or CUDA version before
  /// the version (`89-1.9.3`, `server-cuda13-b9246`) is skipped.
  package init?(tag: String) {
    var last = Release()
    var run = Release()
    var number: Int?
    // More digits belong to a commit, not to a version.
    func endNumber() {
      if let ended = number, ended < 1 << 50 { run = run.followed(by: ended) }
      number = nil
    }
    for byte in tag.utf8 {
      if byte.isASCIIDigit {
        number = min((number ?? 0) * 10 + Int(byte - 0x30), 1 << 50)
        continue
      }
      endNumber()
      guard byte != 0x2E else { continue }
      if run.count > 1 { break }
      if run.count > 0 { last = run }
      run = Release()
    }
    endNumber()
    self = run.count == 0 ? last : run
    guard count > 0 else { return nil }
  }

  private init() { self.init((0, 0, 0), count: 0) }

  private init(_ numbers: (Int, Int, Int), count: Int) {
    self.numbers = numbers
    self.count = count
  }

  /// Returns the version with one more number, if it has fewer than three.
  private func followed(by number: Int) -> Release {
    switch count {
    case 0: Release((number, 0, 0), count: 1)
    case 1: Release((numbers.0, number, 0), count: 2)
    case 2: Release((numbers.0, numbers.1, number), count: 3)
    default: self
    }
  }

  /// Creates a version that amm itself names, such as `"2.3"`.
  @usableFromInline package init(stringLiteral text: String) {
    self = Release(tag: text) ?? Release()
  }

  private var all: [Int] { Array([numbers.0, numbers.1, numbers.2].prefix(count)) }

  /// The version as text: numbers separated by full stops.
  package var text: String { all.map(String.init).joined(separator: ".") }

  /// `2.3` includes all of its patches: it is neither before nor after `2.3.1`.
  @usableFromInline package static func < (left: Self, right: Self) -> Bool {
    let shared = min(left.count, right.count)
    if shared > 0, left.numbers.0 != right.numbers.0 { return left.numbers.0 < right.numbers.0 }
    if shared > 1, left.numbers.1 != right.numbers.1 { return left.numbers.1 < right.numbers.1 }
    return shared > 2 && left.numbers.2 < right.numbers.2
  }

  @usableFromInline package static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.numbers == right.numbers
  }

  @usableFromInline package func hash(into hasher: inout Hasher) {
    hasher.combine(all)
  }
}
