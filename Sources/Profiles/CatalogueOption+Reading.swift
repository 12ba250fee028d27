package import Catalogues
import Deployments
import Schema
import Values
import YAML

/// A whole number that may have a suffix for its magnitude.
struct Size {
  let number: Int

  /// Parses a text with a suffix: `k`, `m`, `g` and `t` are powers of 1000, capital letters are
  /// powers of 1024 (vLLM 0.33, engine/arg_utils.py, human_readable_int).
  init?(_ text: String) {
    guard let last = text.utf8.last else { return nil }
    let power: Int
    switch last | 0x20 {
    case UInt8(ascii: "k"): power = 1
    case UInt8(ascii: "m"): power = 2
    case UInt8(ascii: "g"): power = 3
    case UInt8(ascii: "t"): power = 4
    default: return nil
    }
    let base = last & 0x20 == 0 ? 1024.0 : 1000.0
    guard let digits = Double(text.dropLast()), digits >= 0, digits < 1e6 else { return nil }
    let size = (0..<power).reduce(digits) { product, _ in product * base }
    guard size < 1e18, size == size.rounded(), let number = Int(exactly: size) else { return nil }
    self.number = number
  }
}

extension CatalogueOption {
  /// Reads the option's value from a node, as its launcher's parser reads it from arguments.
  ///
  /// - Returns: How it is passed and its value; nil if the value is not valid, which is reported.
  func read(
    _ node: Node, _ reading: Reading, _ runtime: any Runtime.Type
  ) -> (LaunchOption, Value)? {
    let place = runtime.place(of: self)
    switch (kind, count) {
    case (.flag, _): return flag(node, reading).map { (place, $0) }
    case (_, .optional) where node.scalar?.isBoolean == true:
      return flag(node, reading).map { (.flag(names[0]), $0) }
    case (.json, .one), (.json, .optional):
      if let text = node.scalar?.text, choices.contains(text) { return (place, .text(text)) }
      return object(node, reading).map { ($0.isText ? .argument(names[0]) : place, $0) }
    case (_, .some), (_, .any), (_, .repeated), (_, .two):
      return list(node, reading).map { (place, $0) }
    case (.text, _) where node.entries != nil && closedWords.isEmpty:
      // An object that the launcher takes as JSON text.
      return (place, .text(JSON.line(node.plainData)))
    default:
      if node.items != nil, kind == .text || kind == .number || kind == .integer {
        return list(node, reading).map { (place, $0) }
      }
      return single(node, reading).map { (place, $0) }
    }
  }

  private func flag(_ node: Node, _ reading: Reading) -> Value? {
    ValueType<Bool>.boolean.read(node, reading).map(Value.boolean)
  }

  private func list(_ node: Node, _ reading: Reading) -> Value? {
    guard let items = node.items else { return single(node, reading).map { .list([$0]) } }
    let values = items.compactMap { item in
      kind == .json ? object(item, reading) : single(item, reading)
    }
    return values.count == items.count ? .list(values) : nil
  }

  /// Reads a mapping or list in YAML, or the same as JSON text.
  private func object(_ node: Node, _ reading: Reading) -> Value? {
    guard let scalar = node.scalar else { return node.plainData }
    guard let text = ValueType<String>.optionText(limit: 100_000).read(node, reading) else {
      return nil
    }
    guard !scalar.isPlain || JSONValue(parsing: text) == nil else { return node.plainData }
    guard JSONValue(parsing: text) != nil else {
      reading.refuse(
        node,
        Refusal(
          "must be a mapping or JSON, found '\(text.abbreviated)'",
          help: "write it as YAML, with each key of '\(names[0])' on its own line"))
      return nil
    }
    return .text(text)
  }

  private func single(_ node: Node, _ reading: Reading) -> Value? {
    if let text = node.scalar?.text, choices.contains(text) { return .text(text) }
    // JSON and floating-point numbers lose digits beyond these values.
    let whole = -9_007_199_254_740_991...9_007_199_254_740_991
    switch kind {
    case .integer: return ValueType<Int>.integer(whole).read(node, reading).map(Value.integer)
    case .size:
      if let text = node.scalar?.text, let size = Size(text) { return .integer(size.number) }
      return ValueType<Int>.integer(whole).read(node, reading).map(Value.integer)
    case .number:
      return ValueType<Double>.number(
        -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
      )
      .read(node, reading).map(Value.number)
    case .text, .flag, .json:
      return ValueType<String>.optionText(limit: 100_000).read(node, reading).map(Value.text)
    }
  }
}

extension Node.Scalar {
  fileprivate var isBoolean: Bool { isPlain && (text == "true" || text == "false") }
}

extension Value {
  fileprivate var isText: Bool { if case .text = self { true } else { false } }
}

extension Runtime {
  package static func place(of option: CatalogueOption) -> LaunchOption {
    let name = option.names[0]
    return switch (option.kind, option.count) {
    case (.flag, _): .flag(name, off: option.off.first)
    case (_, .some), (_, .any), (_, .two): .words(name)
    case (_, .repeated): .repeated(name)
    case (.json, _): .object(name)
    default: .argument(name)
    }
  }
}
