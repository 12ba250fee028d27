/// The lines to remove from a text and the lines to insert, to get another text.
///
/// Lines that are unique in both texts are matched first, in the longest common order (patience
/// diff), then the lines between them. The time therefore grows only with the number of lines: in a
/// large block without such lines, all old lines are removed and all new ones inserted.
struct LineDifference {
  private(set) var isRemoved: [Bool]
  private(set) var isInserted: [Bool]
  /// The number of lines before the first change.
  private let first: Int
  /// A number for each line from the first change to the last one; equal lines have equal numbers.
  private let old: [Int]
  private let new: [Int]

  /// The maximum product of the line counts of both sides for an exact comparison.
  private static let closely = 1 << 16
  /// The maximum recursion depth.
  private static let depth = 16

  init(from oldLines: TextLines, to newLines: TextLines) {
    isRemoved = Array(repeating: false, count: oldLines.count)
    isInserted = Array(repeating: false, count: newLines.count)
    // Most lines of a file are before the first change or after the last one.
    let shorter = min(oldLines.count, newLines.count)
    var before = 0
    while before < shorter, oldLines.isSame(before, as: before, of: newLines) { before += 1 }
    var after = 0
    while after < shorter - before,
      oldLines.isSame(oldLines.count - 1 - after, as: newLines.count - 1 - after, of: newLines)
    { after += 1 }
    first = before
    let (left, right) = (before..<oldLines.count - after, before..<newLines.count - after)
    var numbers: [Line: Int] = [:]
    func number(_ text: Substring) -> Int {
      let line = Line(text: text)
      if let number = numbers[line] { return number }
      numbers[line] = numbers.count
      return numbers.count - 1
    }
    old = left.map { number(oldLines[$0]) }
    new = right.map { number(newLines[$0]) }
    compare(left, right, depth: 0)
  }

  private mutating func compare(_ left: Range<Int>, _ right: Range<Int>, depth: Int) {
    var (left, right) = (left, right)
    while let one = left.first, let other = right.first, old[one - first] == new[other - first] {
      left.removeFirst()
      right.removeFirst()
    }
    while let one = left.last, let other = right.last, old[one - first] == new[other - first] {
      left.removeLast()
      right.removeLast()
    }
    if left.isEmpty || right.isEmpty { return replace(left, right) }
    if left.count * right.count <= Self.closely { return compareClosely(left, right) }
    let anchors = depth < Self.depth ? anchors(left, right) : []
    if anchors.isEmpty { return replace(left, right) }
    var (start, other) = (left.lowerBound, right.lowerBound)
    for anchor in anchors {
      compare(start..<anchor.old, other..<anchor.new, depth: depth + 1)
      (start, other) = (anchor.old + 1, anchor.new + 1)
    }
    compare(start..<left.upperBound, other..<right.upperBound, depth: depth + 1)
  }

  private mutating func replace(_ left: Range<Int>, _ right: Range<Int>) {
    for index in left { isRemoved[index] = true }
    for index in right { isInserted[index] = true }
  }

  private func numbers(_ side: [Int], _ lines: Range<Int>) -> [Int] {
    Array(side[lines.lowerBound - first..<lines.upperBound - first])
  }

  private mutating func compareClosely(_ left: Range<Int>, _ right: Range<Int>) {
    for change in numbers(new, right).difference(from: numbers(old, left)) {
      switch change {
      case .remove(let offset, _, _): isRemoved[left.lowerBound + offset] = true
      case .insert(let offset, _, _): isInserted[right.lowerBound + offset] = true
      }
    }
  }

  /// Returns lines that are unique on both sides and in the same order.
  private func anchors(_ left: Range<Int>, _ right: Range<Int>) -> [(old: Int, new: Int)] {
    var places: [Int: (old: Int?, new: Int?, isUnique: Bool)] = [:]
    for index in left {
      let isFirst = places[old[index - first]] == nil
      places[old[index - first]] = (index, nil, isFirst)
    }
    for index in right {
      guard let place = places[new[index - first]] else { continue }
      places[new[index - first]] = (place.old, index, place.isUnique && place.new == nil)
    }
    let pairs = places.values.compactMap { place -> (old: Int, new: Int)? in
      guard place.isUnique, let old = place.old, let new = place.new else { return nil }
      return (old, new)
    }.sorted { $0.old < $1.old }
    // The longest subsequence in which the new places also increase: the end of the best candidate
    // of each length, and the predecessor of each pair.
    var ends: [Int] = []
    var before: [Int?] = []
    for (index, pair) in pairs.enumerated() {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if pairs[ends[middle]].new < pair.new { low = middle + 1 } else { high = middle }
      }
      before.append(low > 0 ? ends[low - 1] : nil)
      if low == ends.count { ends.append(index) } else { ends[low] = index }
    }
    var chain: [(old: Int, new: Int)] = []
    var next = ends.last
    while let index = next {
      chain.append(pairs[index])
      next = before[index]
    }
    return chain.reversed()
  }
}

/// A line as its bytes: for Swift, two encodings of the same accent are equal.
private struct Line: Hashable {
  let text: Substring

  static func == (left: Line, right: Line) -> Bool {
    left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    let isHashed: Void? = unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    if isHashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
  }
}
