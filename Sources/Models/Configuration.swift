import Values

/// A `config.json`, or a part of one, with what its model type means by what it leaves out.
struct Configuration {
  let value: JSONValue
  /// Nil for one that transformers does not have.
  let type: ModelType?
  /// What it is a part of; nil for the whole.
  private let outer: JSONValue?

  /// The whole of a file.
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

  /// The part of a name; nil where there is none.
  func part(_ names: String...) -> Configuration? {
    for name in names {
      guard let inner = value[name], case .object = inner else { continue }
      let kind = inner["model_type"]?.text ?? type?.type(of: name)
      return Configuration(inner, type: kind.flatMap(ModelType.named), in: value)
    }
    return nil
  }

  /// What reads text: a model of several kinds of input keeps its language model's part below a key.
  var text: Configuration {
    let inner = part(
      "text_config", "llm_config", "language_config", "thinker_config", "language_model_config")
    return inner.map { $0.part("text_config") ?? $0 } ?? self
  }

  /// Whether its model type is one of these.
  func isOf(_ names: String...) -> Bool { value["model_type"]?.text.map(names.contains) ?? false }

  /// What is written under one of several names; an explicit `null` says that there is none.
  func written(_ names: [String]) -> JSONValue? {
    for name in names {
      if let found = value[type?.name(of: name) ?? name] ?? value[name] { return found }
    }
    return names.lazy.compactMap { outer?[$0] }.first
  }

  /// A number above zero under one of several names, or what the first one means where none is written.
  func integer(_ names: String...) -> Int? {
    guard let found = written(names) else { return names.lazy.compactMap { type?[$0] }.first }
    guard let number = found.wholeNumber, number > 0 else { return nil }
    return number
  }

  /// Whether something is so; nil where nothing is written, and the type means nothing by it.
  func flag(_ name: String) -> Bool? {
    if case .boolean(let flag)? = written([name]) { return flag }
    return type?[name].map { $0 == 1 }
  }

  /// A text under one of several names.
  func word(_ names: String...) -> String? { written(names)?.word }

  /// A list of whole numbers.
  func numbers(_ name: String) -> [Int]? {
    guard let list = written([name])?.list, list.count <= Self.layerLimit else { return nil }
    let numbers = list.compactMap(\.wholeNumber)
    return numbers.count == list.count ? numbers : nil
  }
}
