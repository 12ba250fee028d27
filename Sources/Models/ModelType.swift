import CCatalogues
import Text

/// What a configuration of a model type means by what it leaves out: the defaults of the class that
/// reads it (transformers, `configuration_*.py`).
struct ModelType: Sendable {
  /// Numbers by key; true is 1.
  private let defaults: [Substring: Int]
  /// The name that the class keeps a key under, where it is another.
  private let names: [Substring: Substring]
  /// Model types of configurations within it, by key.
  private let nested: [Substring: Substring]
  /// Kinds of layers, over and over, each a letter; nil where all see everything.
  let layers: Substring?

  /// That of a name; nil for one that transformers does not have.
  static func named(_ name: String) -> ModelType? {
    let lines = unsafe amm_model_types()
    let bytes = unsafe UnsafeBufferPointer(start: lines.bytes, count: lines.length)
    guard !name.isEmpty, !name.utf8.contains(where: { $0 < 0x21 }) else { return nil }
    let wanted = Array(name.utf8) + [0x09]
    // Lines are sorted by their bytes.
    var (low, high) = (0, bytes.count)
    while low < high {
      var start = (low + high) / 2
      while start > low, unsafe bytes[start - 1] != 0x0A { start -= 1 }
      var end = start
      while end < bytes.count, unsafe bytes[end] != 0x0A { end += 1 }
      let line = unsafe bytes[start..<end]
      if unsafe line.starts(with: wanted) {
        return unsafe ModelType(line.dropFirst(wanted.count))
      }
      if unsafe line.lexicographicallyPrecedes(wanted) { low = end + 1 } else { high = start }
    }
    return nil
  }

  private init(_ line: Slice<UnsafeBufferPointer<UInt8>>) {
    var defaults: [Substring: Int] = [:]
    var names: [Substring: Substring] = [:]
    var nested: [Substring: Substring] = [:]
    var layers: Substring?
    let text = unsafe String(decoding: line, as: UTF8.self)
    for word in text.split(separator: " ") {
      guard let mark = word.firstIndex(where: { "=<:".contains($0) }) else { continue }
      let (key, value) = (word[..<mark], word[word.index(after: mark)...])
      switch word[mark] {
      case "<": names[key] = value
      case ":": nested[key] = value
      case _ where key == "layers": layers = value
      default: defaults[key] = value == "true" ? 1 : Int(value)
      }
    }
    self.defaults = defaults
    self.names = names
    self.nested = nested
    self.layers = layers
  }

  /// What a key means where it is left out; nil where nothing is said.
  subscript(key: String) -> Int? { defaults[key[...]] }

  /// What the class calls a key.
  func name(of key: String) -> String { names[key[...]].map(String.init) ?? key }

  /// The model type of a configuration within, where it names none itself.
  func type(of key: String) -> String? { nested[key[...]].map(String.init) }
}
