import Testing

@testable import Models

/// Heads of model files, written byte by byte as their formats say.
struct HeaderTests {
  /// Writes GGUF 3.
  struct Writer {
    var bytes = Array("GGUF".utf8)

    mutating func number(_ value: UInt64, _ size: Int) {
      for place in 0..<size {
        bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(place))))
      }
    }

    mutating func text(_ text: String) {
      number(UInt64(text.utf8.count), 8)
      bytes += Array(text.utf8)
    }

    mutating func key(_ key: String, _ type: UInt64) {
      text(key)
      number(type, 4)
    }

    static func file(version: UInt64 = 3) -> [UInt8] {
      var writer = Writer()
      writer.number(version, 4)
      writer.number(2, 8)
      writer.number(15, 8)
      writer.key("general.architecture", 8)
      writer.text("llama")
      for (key, value) in [
        ("block_count", 2), ("embedding_length", 64), ("attention.head_count", 4),
        ("attention.head_count_kv", 2), ("context_length", 4096), ("attention.sliding_window", 512),
        ("expert_count", 8), ("expert_used_count", 2),
      ] as [(String, UInt64)] {
        writer.key("llama." + key, 4)
        writer.number(value, 4)
      }
      writer.key("llama.rope.freq_base", 6)
      writer.number(UInt64(Float(10_000).bitPattern), 4)
      writer.key("a.signed", 5)
      writer.number(UInt64(UInt32(bitPattern: -7)), 4)
      writer.key("a.flag", 7)
      writer.number(1, 1)
      writer.key("a.large", 10)
      writer.number(UInt64.max, 8)
      writer.key("tokenizer.ggml.tokens", 9)
      writer.number(8, 4)
      writer.number(3, 8)
      for token in ["a", "b", "Ã©"] { writer.text(token) }
      writer.key("a.numbers", 9)
      writer.number(4, 4)
      writer.number(5, 8)
      for value in 0..<5 { writer.number(UInt64(value), 4) }
      for (name, shape, offset) in [("x", [64, 3], 0), ("y", [64], 768)]
        as [(String, [UInt64], UInt64)]
      {
        writer.text(name)
        writer.number(UInt64(shape.count), 4)
        for size in shape { writer.number(size, 8) }
        writer.number(1, 4)
        writer.number(offset, 8)
      }
      return writer.bytes
    }
  }

  @Test(arguments: [2, 3] as [UInt64])
  func `a GGUF head is read whole`(version: UInt64) throws {
    let header = try GGUFHeader(Writer.file(version: version))
    #expect(header.isWhole && header.version == Int(version) && header.tensorCount == 2)
    #expect(header.metadata.count == 15)
    #expect(header.metadata["general.architecture"] == .text("llama"))
    #expect(header.metadata["llama.rope.freq_base"] == .number(10_000))
    #expect(header.metadata["a.signed"] == .integer(-7))
    #expect(header.metadata["a.flag"] == .boolean(true))
    #expect(header.metadata["a.large"] == .number(Double(UInt64.max)))
    #expect(header.metadata["tokenizer.ggml.tokens"] == .list(3))
    #expect(header.metadata["a.numbers"] == .integers([0, 1, 2, 3, 4]))
    #expect(header.tensors.map(\.name) == ["x", "y"])
    #expect(header.tensors.map(\.shape) == [[64, 3], [64]])
    #expect(header.tensors.map(\.offset) == [0, 768])
    let model = ModelFacts(header)
    #expect(model.architecture == "llama" && model.layerCount == 2 && model.hiddenSize == 64)
    #expect(model.attentionHeads == 4 && model.keyValueHeads == 2 && model.headSize == 16)
    // llama.cpp knows no window of the architecture 'llama', whatever a file says.
    #expect(model.contextLength == 4096 && model.slidingWindow == nil && model.vocabulary == 3)
    #expect(model.experts?.count == 8 && model.experts?.active == 2)
    #expect(model.parameters == 64 * 3 + 64)
  }

  /// A head of an architecture with some keys; lists are of 32-bit numbers.
  private static func header(
    _ architecture: String, _ keys: [(String, [Int])], tensors: [String] = []
  ) throws -> GGUFHeader {
    var writer = Writer()
    writer.number(3, 4)
    writer.number(UInt64(tensors.count), 8)
    writer.number(UInt64(keys.count + 1), 8)
    writer.key("general.architecture", 8)
    writer.text(architecture)
    for (key, values) in keys {
      writer.key(architecture + "." + key, values.count == 1 ? 4 : 9)
      if values.count > 1 {
        writer.number(4, 4)
        writer.number(UInt64(values.count), 8)
      }
      for value in values { writer.number(UInt64(value), 4) }
    }
    for name in tensors {
      writer.text(name)
      writer.number(1, 4)
      writer.number(32, 8)
      writer.number(8, 4)
      writer.number(0, 8)
    }
    return try GGUFHeader(writer.bytes)
  }

  private static func groups(_ header: GGUFHeader) -> [LayerGroup] { ModelFacts(header).layers }

  @Test func `layers of a GGUF file are known by kind`() throws {
    let gemma = try Self.header(
      "gemma3",
      [
        ("block_count", [34]), ("embedding_length", [2560]), ("attention.head_count", [8]),
        ("attention.head_count_kv", [4]), ("attention.key_length", [256]),
        ("attention.value_length", [256]), ("attention.sliding_window", [1024]),
      ], tensors: ["token_embd.weight"])
    let attention = Attention(keyValueHeads: 4, keySize: 256, valueSize: 256)
    #expect(
      Self.groups(gemma) == [
        LayerGroup(kind: .attention(attention, .sliding(1024)), count: 29),
        LayerGroup(kind: .attention(attention, .full), count: 5),
      ])
    #expect(ModelFacts(gemma).isTied == true && gemma.tensors[0].bytes == 34)
    let liquid = try Self.header(
      "lfm2",
      [
        ("block_count", [4]), ("embedding_length", [64]), ("attention.head_count", [4]),
        ("attention.head_count_kv", [0, 0, 2, 0]), ("shortconv.l_cache", [3]),
      ])
    let small = Attention(keyValueHeads: 2, keySize: 16, valueSize: 16)
    #expect(
      Self.groups(liquid) == [
        LayerGroup(kind: .convolution(taps: 3), count: 3),
        LayerGroup(kind: .attention(small, .full), count: 1),
      ])
    let delta = try Self.header(
      "qwen35",
      [
        ("block_count", [8]), ("embedding_length", [64]), ("attention.head_count", [4]),
        ("attention.head_count_kv", [2]), ("attention.key_length", [32]), ("ssm.state_size", [128]),
        ("ssm.inner_size", [2048]), ("ssm.group_count", [16]), ("ssm.time_step_rank", [16]),
        ("ssm.conv_kernel", [4]), ("full_attention_interval", [4]),
      ])
    let linear = LinearAttention(
      keyHeads: 16, valueHeads: 16, keySize: 128, valueSize: 128, taps: 4)
    #expect(Self.groups(delta).first == LayerGroup(kind: .linear(linear), count: 6))
    let latent = try Self.header(
      "deepseek2",
      [
        ("block_count", [27]), ("embedding_length", [2048]), ("attention.head_count", [16]),
        ("attention.head_count_kv", [1]), ("attention.kv_lora_rank", [512]),
        ("attention.key_length_mla", [192]), ("attention.value_length_mla", [128]),
        ("rope.dimension_count", [64]),
      ])
    let compressed = LatentAttention(
      rank: 512, queryRank: nil, positionSize: 64, contentSize: 128, valueSize: 128)
    #expect(Self.groups(latent) == [LayerGroup(kind: .latent(compressed), count: 27)])
  }

  /// Of a large file the first megabyte is read: what stands there is known, whatever is cut off.
  @Test func `a head that is cut off has what stands before the cut`() throws {
    let file = Writer.file()
    let whole = try GGUFHeader(file)
    #expect(whole.fileSize == (file.count + 31) / 32 * 32 + 768 + 128)
    var known = 0
    for length in 24..<file.count {
      let header = try GGUFHeader(Array(file.prefix(length)))
      #expect(!header.isWhole && header.metadata.count >= known)
      known = header.metadata.count
      for (key, item) in header.metadata { #expect(whole.metadata[key] == item) }
      #expect(ModelFacts(header).parameters == nil)
    }
    #expect(known == 15)
    for length in 0..<24 {
      #expect(throws: GGUFHeader.Problem.notGGUF) { try GGUFHeader(Array(file.prefix(length))) }
    }
  }

  @Test func `a head that no file has is refused`() {
    var big = Writer.file()
    big[4...7] = [0, 0, 0, 3]
    #expect(throws: GGUFHeader.Problem.version(0x0300_0000)) { try GGUFHeader(big) }
    for (place, bytes) in [
      // A million million tensors, and keys; a name that is longer than any; an unknown type.
      (8, [255, 255, 255, 255, 0, 0, 0, 0]), (16, [255, 255, 255, 255, 0, 0, 0, 0]),
      (24, [255, 255, 255, 255, 255, 255, 255, 127]), (24 + 8 + 20, [77, 0, 0, 0]),
    ] as [(Int, [UInt8])] {
      var file = Writer.file()
      file.replaceSubrange(place..<place + bytes.count, with: bytes)
      #expect(throws: GGUFHeader.Problem.broken) { try GGUFHeader(file) }
    }
  }

  private static func safetensors(_ json: String) -> [UInt8] {
    var writer = Writer()
    writer.bytes = []
    writer.number(UInt64(json.utf8.count), 8)
    return writer.bytes + Array(json.utf8)
  }

  @Test func `a safetensors head is read`() throws {
    let header = try SafetensorsHeader(
      Self.safetensors(
        #"{"__metadata__": {"format": "pt"}, "a": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}}  "#
      ) + [1, 2, 3])
    #expect(header.metadata == ["format": "pt"])
    #expect(header.tensors.keys.sorted() == ["a"])
    let tensor = try #require(header.tensors["a"])
    #expect(tensor.type == "BF16" && tensor.shape == [2, 3] && tensor.place == 0..<12)
    #expect(tensor.count == 6)
  }

  @Test func `a safetensors head that is none is refused`() {
    let good = Self.safetensors(#"{"a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}}"#)
    for length in 9..<good.count {
      #expect(throws: SafetensorsHeader.Problem.cutOff(wanted: good.count)) {
        try SafetensorsHeader(Array(good.prefix(length)))
      }
    }
    for json in [
      "[]", "{", "  ", #"{"a": 1}"#,
      #"{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}"#,
      #"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}"#,
      #"{"a": {"dtype": "F32", "shape": [1e300], "data_offsets": [0, 4]}}"#,
      #"{"__metadata__": 1}"#,
    ] {
      #expect(throws: SafetensorsHeader.Problem.notSafetensors) {
        try SafetensorsHeader(Self.safetensors(json))
      }
    }
    #expect(throws: SafetensorsHeader.Problem.notSafetensors) {
      try SafetensorsHeader([UInt8](repeating: 255, count: 64))
    }
  }

  @Test func `a count that no number holds is none`() throws {
    let header = try SafetensorsHeader(
      Self.safetensors(
        #"{"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 4]}}"#))
    #expect(try #require(header.tensors["a"]).count == nil)
  }
}
