import Diagnostics
import Models
package import Schema
import Text
import Values
import YAML

/// `model`: facts about the model itself, for the checks that need them.
package struct ModelSection: Record {
  /// The number of parameters.
  package var parameters: Located<Int>?
  package var layers: Located<Int>?
  var attentionHeads: Located<Int>?
  var keyValueHeads: Located<Int>?
  /// The number of values that one head holds for a token.
  var headSize: Located<Int>?
  /// The longest context that the model was trained for, in tokens.
  package var contextLength: Located<Int>?
  /// The tokens that the model's attention reaches back, if that is less than the context.
  var slidingWindow: Located<Int>?
  package var license: Located<String>?
  package var gated: Located<Bool>?
  /// The profile of a newer model for the same work, by its path below `profiles/`.
  package var supersededBy: Located<String>?

  package init() {}

  /// Fills in facts from the model's files where the profile has none.
  ///
  /// - Parameter range: The place where the files are named.
  mutating func add(_ known: ModelFacts, at range: SourceRange) {
    func given<Item>(_ value: Item?) -> Located<Item>? { value.map { Located($0, range) } }
    parameters = parameters ?? given(known.parameters)
    layers = layers ?? given(known.layerCount)
    attentionHeads = attentionHeads ?? given(known.attentionHeads)
    keyValueHeads = keyValueHeads ?? given(known.keyValueHeads)
    headSize = headSize ?? given(known.headSize)
    contextLength = contextLength ?? given(known.reachableContext ?? known.contextLength)
    slidingWindow = slidingWindow ?? given(known.slidingWindow)
  }

  package static let fields = FieldTable<ModelSection, Never>([
    Field(
      "parameters", \.parameters, .parameterCount,
      "How many parameters the model has, such as '6.9B'."),
    Field("layers", \.layers, .integer(1...10_000), "How many layers it has."),
    Field(
      "attention_heads", \.attentionHeads, .integer(1...10_000),
      "How many attention heads a layer has; 'num_shard' must divide it."),
    Field(
      "key_value_heads", \.keyValueHeads, .integer(1...10_000),
      "How many of the attention heads store keys and values; fewer than all in grouped attention."),
    Field("head_size", \.headSize, .integer(1...10_000), "The number of values in one head."),
    Field(
      "context_length", \.contextLength, .integer(1...100_000_000), unit: "tokens",
      "The longest context that the model was trained for."),
    Field(
      "sliding_window", \.slidingWindow, .integer(1...100_000_000), unit: "tokens",
      "How far back its attention reaches, if that is less than the context."),
    Field("license", \.license, .text(limit: 200), "The licence of the weights."),
    Field(
      "gated", \.gated, .boolean, default: "false",
      "Whether the hub requires an account that accepted the model's terms, and therefore a token."),
    Field(
      "superseded_by", \.supersededBy,
      .profilePath,
      "The profile of a newer model for the same work, by its path below 'profiles/'."),
  ])
}

extension ValueType where Value == String {
  /// The path of another profile below `profiles/`, without its extension.
  fileprivate static let profilePath = grammar(
    "the path of a profile such as 'chat/qwen3.5-9b'",
    "^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,2}$"
  ) { text in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 250 && parts.count <= 3
      && parts.allSatisfy { part in
        part.utf8.first?.isASCIIAlphanumeric == true
          && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-".utf8.contains($0) }
      }
  }
}

extension ValueType where Value == Int {
  /// A count as model cards write it: `335M`, `6.9B`, `1T`.
  static let parameterCount = parsed(
    "a number of parameters such as '6.9B'", pattern: #"^[0-9]{1,6}(\.[0-9]{1,3})?[KMBT]$"#,
    examples: ["335M", "6.9B"], plain: { .integer($0) }
  ) { (text) throws(Refusal) in
    let refusal = Refusal(
      "must be a number of parameters such as '335M' or '6.9B', found '\(text.abbreviated)'")
    let units: [Character: Int] = ["K": 1_000, "M": 1_000_000, "B": 1_000_000_000]
    guard let last = text.last, let unit = last == "T" ? 1_000_000_000_000 : units[last] else {
      throw refusal
    }
    let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ part in
        !part.isEmpty && part.utf8.allSatisfy(\.isASCIIDigit)
      }),
      parts[0].utf8.count <= 6, let whole = Int(parts[0])
    else { throw refusal }
    guard parts.count == 2 else { return whole * unit }
    guard parts[1].utf8.count <= 3, let fraction = Int(parts[1]) else { throw refusal }
    let scale = [1, 10, 100, 1000][parts[1].utf8.count]
    return whole * unit + fraction * unit / scale
  }
}
