import Diagnostics
import Text
import YAML

/// The forms of values, of which llama-swap refuses others (llama-swap v250, internal/config/config.go and
/// model_config.go; its YAML reads no text as a number).
extension LlamaSwapSource {
  /// What a key has.
  enum Form: String {
    case number = "a whole number"
    case texts = "a list of texts"
  }

  /// The forms of the keys of a model.
  static let forms: [String: Form] = [
    "ttl": .number, "concurrencyLimit": .number, "unloadTimeout": .number, "env": .texts,
    "aliases": .texts,
  ]

  /// The forms of the keys of the file.
  static let topForms: [String: Form] = [
    "healthCheckTimeout": .number, "globalTTL": .number, "startPort": .number,
    "metricsMaxInMemory": .number,
  ]

  /// Reports a value of another form.
  mutating func check(_ entry: Node.Entry, _ form: Form?) {
    let node = entry.value
    guard let form, !(node.scalar?.isNull ?? false) else { return }
    let isRight: Bool =
      switch form {
      case .number:
        node.scalar.map { scalar in
          let text = scalar.text
          let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
          return text.contains("${")
            || scalar.isPlain && !digits.isEmpty
              && digits.utf8.allSatisfy { $0.isASCIIDigit || $0 == 0x5F }
        } ?? false
      case .texts: node.items?.allSatisfy { $0.scalar != nil } ?? false
      }
    guard !isRight else { return }
    let found =
      node.scalar.map { "'\($0.text.abbreviated)'" } ?? (node.items == nil ? "a mapping" : "a list")
    file.tell(
      ImportRules.refused, in: source, node.range,
      "'\(entry.key)' is \(form.rawValue), found \(found), so llama-swap refuses the file",
      help: form == .texts
        ? "write '[\(entry.key == "env" ? "NAME=VALUE" : "NAME")]'"
        : "write the number without a unit and without quotes")
  }
}
