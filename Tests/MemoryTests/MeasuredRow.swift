import Foundation
import TestSupport
import Testing
import Values

/// A line of `rows.jsonl`: what a server held, by its own log, and what it was told.
///
/// From public logs and issues, each with its `source`; the fields are described in docs/memory.md.
struct MeasuredRow: CustomTestStringConvertible, Sendable {
  let value: JSONValue

  var testDescription: String { id }
  var id: String { text("id") ?? "" }
  func text(_ key: String) -> String? { value[key]?.text }
  func number(_ key: String) -> Double? { value[key]?.number }
  func integer(_ key: String) -> Int? { value[key]?.wholeNumber }
  func flag(_ key: String) -> Bool { value[key]?.boolean == true }

  static let all: [MeasuredRow] = {
    guard let data = try? Data(contentsOf: Repository.file("Tests/MemoryTests/rows.jsonl")) else {
      return []
    }
    return data.split(separator: 0x0A).compactMap { line in
      JSONValue(parsing: Array(line)).map { MeasuredRow(value: $0) }
    }
  }()

  private static let configurations: JSONValue? = {
    (try? Data(contentsOf: Repository.file("Tests/ModelsTests/configurations.json")))
      .flatMap { JSONValue(parsing: Array($0)) }
  }()

  /// The model's `config.json`, with the quantization of this row; nil for a model that has none.
  var configuration: JSONValue? {
    guard let base = text("base"),
      case .object(var members)? = Self.tiny[base] ?? Self.configurations?[base]?["config"]
    else { return nil }
    if let quantization { members["quantization_config"] = quantization }
    if let positions = value["pos"] { members["max_position_embeddings"] = positions }
    return .object(members)
  }

  /// Made by hand, for llama.cpp's server to run.
  private static let tiny: [String: JSONValue] = {
    func model(_ type: String, _ numbers: [String: Double]) -> JSONValue {
      var members: [String: JSONValue] = ["model_type": .text(type)]
      for (key, number) in numbers { members[key] = .number(number) }
      return .object(members)
    }
    let llama: [String: Double] = [
      "num_hidden_layers": 4, "hidden_size": 256, "num_attention_heads": 8,
      "num_key_value_heads": 2, "head_dim": 32, "vocab_size": 354, "intermediate_size": 512,
      "max_position_embeddings": 8192,
    ]
    return [
      "local/tiny-llama": model("llama", llama),
      "local/vC": model("llama", llama.merging(["vocab_size": 20354]) { $1 }),
      "local/tiny-gemma3": model(
        "gemma3_text",
        llama.merging(["sliding_window": 128, "sliding_window_pattern": 1_000]) { $1 }),
    ]
  }()

  private var quantization: JSONValue? {
    func packed(_ bits: Int, _ group: Int? = nil) -> JSONValue {
      var weights: [String: JSONValue] = ["num_bits": .number(Double(bits))]
      weights["group_size"] = group.map { .number(Double($0)) }
      return .object([
        "quant_method": .text("compressed-tensors"),
        "config_groups": .object(["group_0": .object(["weights": .object(weights)])]),
      ])
    }
    switch text("quant") {
    case "fp8_channel", "fp8_tensor", "int8_channel": return packed(8)
    case "w4a16_g128", "w4a16": return packed(4, 128)
    case "nvfp4": return packed(4, 16)
    case "mxfp4": return .object(["quant_method": .text("mxfp4")])
    case "fp8_block128":
      return .object([
        "quant_method": .text("fp8"), "weight_block_size": .list([.number(128), .number(128)]),
      ])
    default: return nil
    }
  }
}
