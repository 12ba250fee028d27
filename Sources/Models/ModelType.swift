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
    let table = unsafe SortedLines(start: lines.bytes, length: lines.length)
    return table.rest(of: name).map(ModelType.init)
  }

  private init(_ text: String) {
    var defaults: [Substring: Int] = [:]
    var names: [Substring: Substring] = [:]
    var nested: [Substring: Substring] = [:]
    var layers: Substring?
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
