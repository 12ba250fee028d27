import Text

/// A release of a program, as far as two can be compared: up to three numbers.
@usableFromInline
package struct Release: Sendable, Hashable, Comparable,
  ExpressibleByStringLiteral
{
  private let numbers: (Int, Int, Int)
  /// How many numbers are given.
  package let count: Int

  /// The first run of numbers and dots in an image's tag: `3.3.7-rocm`, `v0.31.0`, `cuda-1.9.3`,
  /// `server-cuda-b9246`.
  ///
  /// Nil for a tag without any, such as `latest`; a compute capability or CUDA release before it
  /// (`89-1.9.3`, `server-cuda13-b9246`) is not taken for it.
  package init?(tag: String) {
    var last = Release()
    var run = Release()
    var number: Int?
    // More digits than those are of a commit, not of a release.
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

  /// One number more, where there is room.
  private func followed(by number: Int) -> Release {
    switch count {
    case 0: Release((number, 0, 0), count: 1)
    case 1: Release((numbers.0, number, 0), count: 2)
    case 2: Release((numbers.0, numbers.1, number), count: 3)
    default: self
    }
  }

  /// A release amm itself names, such as `"2.3"`.
  @usableFromInline package init(stringLiteral text: String) {
    self = Release(tag: text) ?? Release()
  }

  private var all: [Int] { Array([numbers.0, numbers.1, numbers.2].prefix(count)) }

  /// As it is written: numbers with full stops between them.
  package var text: String { all.map(String.init).joined(separator: ".") }

  /// `2.3` stands for all of its patches: it is neither before nor after `2.3.1`.
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
