import Memory
import Models
import TestSupport
import Testing
import Values

/// llama.cpp's buffers for computing, against the log of its server (b11669) with small models of
/// many shapes.
struct ComputeBufferTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let hidden: Int
    let heads: Int
    let pairs: Int
    let inner: Int
    var context = 4096
    var microbatch = 512
    /// What the log says.
    let mebibytes: Double
    var testDescription: String { "\(hidden) \(heads) \(pairs) \(inner) \(context)" }

    /// The estimate; heads have 32 elements.
    func compute(on cards: [Int] = []) throws -> MemoryTerm {
      let numbers = [
        "num_hidden_layers": 4, "hidden_size": hidden, "num_attention_heads": heads,
        "num_key_value_heads": pairs, "head_dim": 32, "vocab_size": 354,
        "intermediate_size": inner, "max_position_embeddings": 8192,
      ]
      var members: [String: JSONValue] = ["model_type": .text("llama")]
      for (key, number) in numbers { members[key] = .number(Double(number)) }
      var settings = LlamaCppSettings()
      settings.build = 11_669
      settings.context = context
      settings.slots = 1
      settings.microbatch = microbatch
      let facts = ModelFacts(configuration: .object(members))
      return try #require(
        try LlamaCppMemory(facts, settings, on: cards).estimate.term(.compute))
    }
  }

  static let feedForward = [
    Case(hidden: 256, heads: 8, pairs: 2, inner: 512, mebibytes: 9.52),
    Case(hidden: 128, heads: 8, pairs: 2, inner: 512, mebibytes: 8.27),
    Case(hidden: 128, heads: 8, pairs: 2, inner: 256, mebibytes: 6.77),
    Case(hidden: 128, heads: 8, pairs: 2, inner: 1024, mebibytes: 11.27),
    Case(hidden: 128, heads: 16, pairs: 2, inner: 1024, mebibytes: 11.27),
    Case(hidden: 256, heads: 8, pairs: 2, inner: 1024, mebibytes: 12.52),
    Case(hidden: 256, heads: 16, pairs: 2, inner: 2048, mebibytes: 18.52),
    Case(hidden: 256, heads: 4, pairs: 2, inner: 2048, mebibytes: 18.52),
    Case(hidden: 256, heads: 4, pairs: 2, inner: 512, mebibytes: 9.52),
    Case(hidden: 256, heads: 16, pairs: 2, inner: 512, mebibytes: 9.52),
    Case(hidden: 256, heads: 16, pairs: 8, inner: 2048, mebibytes: 18.52),
    Case(hidden: 256, heads: 16, pairs: 16, inner: 768, mebibytes: 11.02),
    Case(
      hidden: 256, heads: 8, pairs: 2, inner: 512, context: 128, microbatch: 2048, mebibytes: 1.44),
  ]
  static let attention = [
    Case(hidden: 256, heads: 32, pairs: 2, inner: 512, mebibytes: 10.52),
    Case(hidden: 256, heads: 32, pairs: 8, inner: 512, context: 2048, mebibytes: 8.52),
    Case(hidden: 256, heads: 32, pairs: 32, inner: 512, context: 2048, mebibytes: 12.52),
    Case(hidden: 128, heads: 32, pairs: 32, inner: 256, context: 2048, mebibytes: 11.27),
    Case(hidden: 512, heads: 32, pairs: 16, inner: 256, context: 2048, mebibytes: 11.02),
    Case(hidden: 512, heads: 16, pairs: 16, inner: 64, context: 2048, mebibytes: 9.02),
    Case(hidden: 128, heads: 16, pairs: 16, inner: 256, context: 2048, mebibytes: 7.27),
    Case(hidden: 128, heads: 16, pairs: 4, inner: 300, context: 2048, mebibytes: 5.27),
  ]
  /// Shapes with gaps of a size that the formula does not know.
  static let gaps = [
    Case(hidden: 128, heads: 32, pairs: 8, inner: 256, context: 2048, mebibytes: 7.27),
    Case(hidden: 512, heads: 16, pairs: 2, inner: 64, context: 2048, mebibytes: 8.02),
    Case(hidden: 512, heads: 8, pairs: 8, inner: 64, context: 2048, mebibytes: 7.52),
  ]

  @Test(arguments: feedForward + attention)
  func `a buffer has the size that the log says`(_ shape: Case) throws {
    let bytes = try shape.compute().bytes
    #expect(abs(Double(bytes) / 0x1p20 - shape.mebibytes) < 0.011, "\(Double(bytes) / 0x1p20)")
  }

  @Test(arguments: gaps + feedForward + attention)
  func `a range holds the size that the log says`(_ shape: Case) throws {
    let range = try shape.compute().range
    let measured = shape.mebibytes * 0x1p20
    #expect(Double(range.lowerBound) <= measured && measured <= Double(range.upperBound) + 0x1p14)
  }
}

extension MemoryEstimate {
  /// The term, wherever it is.
  fileprivate func term(_ name: MemoryTerm.Name) -> MemoryTerm? {
    self[name] ?? host.first { $0.name == name }
  }
}
