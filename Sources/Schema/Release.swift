/// A release of a program, as far as two can be compared: up to three numbers.
@usableFromInline
package struct Release: Sendable, Hashable, Comparable,
  ExpressibleByStringLiteral
{
  private let numbers: [Int]

  /// The first run of numbers and dots in an image's tag: `3.3.7-rocm`, `v0.31.0`, `cuda-1.9.3`,
  /// `server-cuda-b9246`.
  ///
  /// Nil for a tag without any, such as `latest`; a compute capability or CUDA release before it
  /// (`89-1.9.3`, `server-cuda13-b9246`) is not taken for it.
  package init?(tag: String) {
    var last: [Int] = []
    var run: [Int] = []
    var number: Int?
    // More digits than those are of a commit, not of a release.
    func endNumber() {
      if let ended = number, ended < 1 << 50 { run.append(ended) }
      number = nil
    }
    for byte in tag.utf8 {
      if (0x30...0x39).contains(byte) {
        number = min((number ?? 0) * 10 + Int(byte - 0x30), 1 << 50)
        continue
      }
      endNumber()
      guard byte != 0x2E else { continue }
      if run.count > 1 { break }
      if !run.isEmpty { last = run }
      run = []
    }
    endNumber()
    let found = run.isEmpty ? last : run
    guard !found.isEmpty else { return nil }
    numbers = Array(found.prefix(3))
  }

  /// A release amm itself names, such as `"2.3"`.
  @usableFromInline package init(stringLiteral text: String) {
    numbers = text.split(separator: ".").compactMap { Int($0) }
  }

  /// How many numbers are given.
  package var count: Int { numbers.count }

  package var text: String { numbers.map(String.init).joined(separator: ".") }

  /// `2.3` stands for all of its patches: it is neither before nor after `2.3.1`.
  @usableFromInline package static func < (left: Self, right: Self) -> Bool {
    for (one, other) in zip(left.numbers, right.numbers) where one != other { return one < other }
    return false
  }
}
