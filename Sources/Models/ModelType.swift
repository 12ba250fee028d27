import CCatalogues
import Text

/// The defaults of a model type for missing keys, from the class that reads the configuration
/// (transformers, `configuration_*.py`).
struct ModelType: Sendable {
  /// The default numbers by key; true is 1.
  private let defaults: [Substring: Int]
  /// The class's own names of keys that it renames.
  private let names: [Substring: Substring]
  /// The model types of nested configurations, by key.
  private let nested: [Substring: Substring]
  /// The repeating pattern of layer kinds, one letter each; nil if all layers have full attention.
  let layers: Substring?

  /// Returns the model type of a name; nil if transformers does not have it.
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

  /// Returns the default for a missing key; nil if there is none.
  subscript(key: String) -> Int? { defaults[key[...]] }

  /// Returns the class's own name of a key.
  func name(of key: String) -> String { names[key[...]].map(String.init) ?? key }

  /// Returns the default model type of a nested configuration.
  func type(of key: String) -> String? { nested[key[...]].map(String.init) }
}
