import Diagnostics
import YAML

extension SourceRange {
  /// Returns the range with a number added to its lines.
  func moved(byLines count: Int) -> SourceRange {
    guard count != 0 else { return self }
    func moved(_ position: SourcePosition) -> SourcePosition {
      SourcePosition(line: position.line + count, column: position.column)
    }
    return SourceRange(start: moved(start), end: moved(end))
  }
}

extension Node {
  /// The number of values in the tree.
  var count: Int {
    switch content {
    case .scalar: 1
    case .sequence(let items): items.reduce(1) { $0 + $1.count }
    case .mapping(let entries): entries.reduce(1) { $0 + 1 + $1.value.count }
    }
  }

  /// Returns the tree with a number added to its lines.
  func moved(byLines count: Int) -> Node {
    guard count != 0 else { return self }
    let own = range.moved(byLines: count)
    switch content {
    case .scalar: return Node(content, own)
    case .sequence(let items): return Node(.sequence(items.map { $0.moved(byLines: count) }), own)
    case .mapping(let entries):
      let moved = entries.map { entry in
        Entry(
          key: entry.key, keyRange: entry.keyRange.moved(byLines: count),
          value: entry.value.moved(byLines: count))
      }
      return Node(.mapping(moved), own)
    }
  }
}
