/// The keys of one mapping: compared one by one while they are few, hashed when they are many; by
/// their bytes, since to a String an accent is the same whether it stands in its letter or after it.
struct KeySet {
  private var indexOfKey: [[UInt8]: Int]?

  /// Takes a key that is to become the entry at `index`.
  ///
  /// - Returns: The index of the entry that has the key already, else nil.
  mutating func insert(_ key: String, at index: Int, among entries: [Node.Entry]) -> Int? {
    if indexOfKey == nil {
      if entries.count < 24 { return entries.firstIndex { $0.hasKey(key) } }
      indexOfKey = Dictionary(
        uniqueKeysWithValues: entries.enumerated().map { (Array($1.key.utf8), $0) })
    }
    let bytes = Array(key.utf8)
    if let first = indexOfKey?[bytes] { return first }
    indexOfKey?[bytes] = index
    return nil
  }
}

extension Node.Entry {
  /// Most keys differ in length, which is cheaper to compare than they are.
  fileprivate func hasKey(_ other: String) -> Bool {
    key.utf8.count == other.utf8.count && key == other && key.utf8.elementsEqual(other.utf8)
  }
}
