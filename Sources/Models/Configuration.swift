import Values

/// A `config.json` or a section of one, with the defaults of its model type for missing keys.
struct Configuration {
  let value: JSONValue
  /// Nil if transformers does not have the model type.
  let type: ModelType?
  /// The enclosing configuration; nil for an entire file.
  private let outer: JSONValue?

  /// Creates a configuration from an entire file.
  init(_ value: JSONValue) {
    self.value = value
    type = value["model_type"]?.text.flatMap(ModelType.named)
    outer = nil
  }

  private init(_ value: JSONValue, type: ModelType?, in outer: JSONValue) {
    self.value = value
    self.type = type
    self.outer = outer
  }

  /// Returns the first section that exists under one of the names; nil if none does.
  func part(_ names: String...) -> Configuration? {
    for name in names {
      guard let inner = value[name], case .object = inner else { continue }
      let kind = inner["model_type"]?.text ?? type?.type(of: name)
      return Configuration(inner, type: kind.flatMap(ModelType.named), in: value)
    }
    return nil
  }

  /// The language model's configuration: multimodal models keep it in a section.
  var text: Configuration {
    let inner = part(
      "text_config", "llm_config", "language_config", "thinker_config", "language_model_config")
    return inner.map { $0.part("text_config") ?? $0 } ?? self
  }

  /// Checks whether the model type is one of the given names.
  func isOf(_ names: String...) -> Bool { value["model_type"]?.text.map(names.contains) ?? false }

  /// Returns the value under one of several names; an explicit `null` means that it has no value.
  func written(_ names: [String]) -> JSONValue? {
    for name in names {
      if let found = value[type?.name(of: name) ?? name] ?? value[name] { return found }
    }
    return names.lazy.compactMap { outer?[$0] }.first
  }

  /// Returns the positive number under one of several names, or the first default if all are
  /// missing.
  func integer(_ names: String...) -> Int? {
    guard let found = written(names) else { return names.lazy.compactMap { type?[$0] }.first }
    guard let number = found.wholeNumber, number > 0 else { return nil }
    return number
  }

  /// Returns a Boolean value; nil if the key is missing and the model type has no default for it.
  func flag(_ name: String) -> Bool? {
    if case .boolean(let flag)? = written([name]) { return flag }
    return type?[name].map { $0 == 1 }
  }

  /// Returns the text under one of several names.
  func word(_ names: String...) -> String? { written(names)?.word }

  /// Returns a list of whole numbers.
  func numbers(_ name: String) -> [Int]? {
    guard let list = written([name])?.list, list.count <= Self.layerLimit else { return nil }
    let numbers = list.compactMap(\.wholeNumber)
    return numbers.count == list.count ? numbers : nil
  }
}
