/// The keys of one mapping, compared by their bytes: one by one while they are few, hashed when
/// there are many.
///
/// `String` treats a precomposed and a decomposed accent as equal.
struct KeySet {
  private var indexOfKey: [[UInt8]: Int]?

  /// Inserts a key that becomes the entry at `index`.
  ///
  /// - Returns: The index of the entry that already has the key, or nil.
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
  /// Compares lengths first: most keys differ in length, which is cheap to compare.
  fileprivate func hasKey(_ other: String) -> Bool {
    key.utf8.count == other.utf8.count && key == other && key.utf8.elementsEqual(other.utf8)
  }
}
