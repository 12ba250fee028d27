extension Composer {
  /// Limits that keep a hostile file from wasting time or memory.
  package enum Limits {
    /// The size of the largest file that is read, in bytes.
    package static let bytes = 1 << 20
    /// The maximum nesting depth of collections.
    package static let depth = 64
    /// The maximum number of values; an alias counts as all values of its anchor.
    package static let nodes = 50_000
  }
}
