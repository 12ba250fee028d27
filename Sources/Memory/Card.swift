/// NVIDIA's compute capability of a GPU, such as 8.6.
package struct ComputeCapability: Sendable, Hashable, Comparable {
  /// The generation; 8 is Ampere and Ada.
  package let major: Int
  /// The variant within the generation.
  package let minor: Int

  /// Creates a capability from its two numbers.
  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Parses a text such as `8.6`; nil if it is invalid.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
      let major = Int(parts[0]), let minor = Int(parts[1]), major > 0, minor >= 0
    else { return nil }
    self.init(major, minor)
  }

  /// The text as NVIDIA writes it.
  package var text: String { "\(major).\(minor)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

/// A GPU that a server runs on.
package struct GPU: Sendable, Equatable {
  /// The card; nil if it is unknown.
  package let card: Card?
  /// The memory in bytes that is available to programs.
  package let memory: Int

  package init(card: Card?, memory: Int) {
    self.card = card
    self.memory = memory
  }

  /// The number of multiprocessors; for an unknown card, that of a common data centre card.
  var multiprocessors: Double { Double(card?.multiprocessors ?? 108) }
  var isHopper: Bool { card?.isHopper ?? false }
  var isUnified: Bool { card?.isUnified ?? false }
  /// Whether measurements with CUDA apply to this GPU.
  var isMeasured: Bool { card.map { $0.compute != nil } ?? true }
}

/// A kind of graphics card.
package struct Card: Sendable, Equatable {
  /// The common name, such as "RTX 3090".
  package let name: String
  /// The compute capability; nil for cards that are not from NVIDIA.
  package let compute: ComputeCapability?
  /// The number of multiprocessors.
  package let multiprocessors: Int
  /// The memory sizes in bytes of all variants, smallest first, as the driver reports them; a few
  /// hundred megabytes less than the advertised size.
  package let memories: [Int]

  /// Whether the card is of the Hopper generation, which needs more memory for kernels.
  var isHopper: Bool { compute?.major == 9 }

  /// Whether the card shares the machine's main memory.
  var isUnified: Bool { ["GB10", "Orin", "Thor"].contains(name) }

  /// Finds a card by a name as written by the manufacturer, `nvidia-smi` or a user; nil if it is
  /// unknown.
  package static func named(_ name: String) -> Card? {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    // Notebook cards have another chip and less memory under the same model number.
    guard !["laptop", "mobile", "max", "notebook"].contains(where: words.contains) else {
      return nil
    }
    let joined = words.joined()
    // The longest name wins: 'GH200' ends in 'H200'.
    return all.filter { card in
      let wanted = card.name.lowercased().split(separator: " ").map(String.init)
      return wanted.allSatisfy(words.contains) || joined.hasSuffix(wanted.joined())
    }.max { $0.name.utf8.count < $1.name.utf8.count }
  }

  /// Returns the NVIDIA card with the closest memory size; nil if none is within 2%.
  package static func likely(memory: Int) -> Card? {
    func distance(_ card: Card) -> Int { card.memories.map { abs($0 - memory) }.min() ?? .max }
    return all.lazy.filter { $0.compute != nil }.min { distance($0) < distance($1) }.flatMap {
      distance($0) <= memory / 50 ? $0 : nil
    }
  }

  /// Returns the memory size given in a name such as "A100 40GB", or else the smallest one.
  package func memory(inName name: String) -> Int? {
    let words = name.uppercased().split { !$0.isLetter && !$0.isNumber }
    // Pairs of cards with an NVLink bridge have the larger memory.
    if words.contains("NVL") { return memories.last }
    for (index, word) in words.enumerated() {
      var digits = word
      if digits.hasSuffix("GB") {
        digits = digits.dropLast(2)
      } else if index + 1 >= words.count || words[index + 1] != "GB" {
        continue
      }
      guard let number = Int(digits), (1...4096).contains(number) else { continue }
      return memory(named: number << 30)
    }
    return memories.first
  }

  /// Returns the memory size closest to an advertised number of bytes; nil if none is within 1/8.
  package func memory(named bytes: Int) -> Int? {
    memories.min { abs($0 - bytes) < abs($1 - bytes) }
      .flatMap { abs($0 - bytes) <= bytes / 8 ? $0 : nil }
  }

  /// The known cards.
  ///
  /// Names and capabilities are from NVIDIA's list (developer.nvidia.com/cuda-gpus and its page of
  /// older cards, as of November 2026), multiprocessors from its data sheets, and memory in GiB
  /// from CUDA's messages in public logs ("total capacity of").
  package static let all: [Card] = [
    ("6.0", ["P100 56 15.9"]),
    (
      "6.1",
      [
        "P4 20 7.43", "P40 30 23.87", "GTX 1060 10 5.93", "GTX 1070 15 7.92", "GTX 1080 20 7.92",
        "GTX 1080 Ti 28 10.91", "TITAN X 28 11.91",
      ]
    ),
    ("7.0", ["V100 80 15.77 31.74", "TITAN V 80 11.77"]),
    (
      "7.5",
      [
        "T4 40 14.58", "TITAN RTX 72 23.65", "GTX 1650 14 3.81", "GTX 1660 22 5.8",
        "RTX 2060 30 5.79 11.75", "RTX 2070 36 7.79", "RTX 2080 46 7.79", "RTX 2080 Ti 68 10.75",
        "Quadro RTX 4000 36 7.79", "Quadro RTX 5000 48 15.74", "Quadro RTX 6000 72 23.65",
        "Quadro RTX 8000 72 47.46",
      ]
    ),
    ("8.0", ["A100 108 39.39 79.15", "A30 56 23.5"]),
    (
      "8.6",
      [
        "A2 10 14.54", "A10 72 22.05", "A10G 80 22.05", "A16 10 14.54", "A40 84 44.42",
        "RTX 3050 20 7.78", "RTX 3060 28 11.76", "RTX 3070 46 7.78", "RTX 3080 68 9.77 11.76",
        "RTX 3080 Ti 80 11.76", "RTX 3090 82 23.58", "RTX A2000 26 5.79 11.75", "RTX A3000 32 5.79",
        "RTX A4000 48 15.73", "RTX A4500 56 19.69", "RTX A5000 64 23.68", "RTX A5500 80 23.68",
        "RTX A6000 84 47.4",
      ]
    ),
    ("8.7", ["Orin 16 61.37"]),
    (
      "8.9",
      [
        "L4 58 22.03", "L40 142 44.42", "L40S 142 44.42", "RTX 4050 20 5.77",
        "RTX 4060 24 7.63", "RTX 4060 Ti 34 7.63 15.6", "RTX 4070 46 11.6",
        "RTX 4070 Ti 60 11.6", "RTX 4070 Ti SUPER 66 15.6", "RTX 4080 76 15.6",
        "RTX 4090 128 23.64", "RTX 2000 Ada 22 15.6", "RTX 4000 Ada 48 19.55",
        "RTX 4500 Ada 60 23.55", "RTX 5000 Ada 100 31.5", "RTX 6000 Ada 142 47.37",
      ]
    ),
    (
      "9.0",
      [
        "H100 132 79.19 93.1", "H200 132 139.81", "H20 78 95.07", "H800 132 79.19",
        "GH200 132 94.5",
      ]
    ),
    ("10.0", ["B200 148 178.36", "GB200 152 184.3"]),
    ("10.3", ["B300 148 268.0", "GB300 152 276.0"]),
    ("11.0", ["Thor 20 122.8"]),
    (
      "12.0",
      [
        "RTX 5050 20 7.53", "RTX 5060 30 7.53", "RTX 5060 Ti 36 7.53 15.47", "RTX 5070 48 11.5",
        "RTX 5070 Ti 70 15.47", "RTX 5080 84 15.47", "RTX 5090 170 31.36",
        "RTX PRO 4000 70 23.5", "RTX PRO 4500 82 31.4", "RTX PRO 5000 110 47.2",
        "RTX PRO 6000 188 94.97",
      ]
    ),
    ("12.1", ["GB10 48 121.69"]),
    // AMD and Intel: memory as ROCm and Level Zero report it in public llama.cpp logs ("VRAM:").
    (
      "",
      [
        "RX Vega 64 7.98", "RX 6700 XT 40 11.98", "RX 6800 60 15.98", "RX 6800 XT 72 15.98",
        "RX 6900 XT 80 15.98", "RX 7800 XT 60 15.98", "RX 7900 XT 84 19.98",
        "RX 7900 XTX 96 23.98", "RX 9060 XT 32 15.92", "RX 9070 56 15.92", "RX 9070 XT 64 15.92",
        "R9700 64 31.86", "Pro VII 60 15.98", "MI50 60 15.98 31.98", "MI60 64 31.98",
        "MI210 104 63.98", "MI300X 304 191.98", "Arc A770 32 15.84",
      ]
    ),
  ].flatMap { capability, lines in lines.compactMap { Card($0, capability) } }

  /// Parses a line with a name, the number of multiprocessors and memory sizes.
  private init?(_ line: String, _ capability: String) {
    var words = line.split(separator: " ")
    var memories: [Int] = []
    while let word = words.last, word.contains("."), let size = Double(word) {
      memories.insert(Bytes.whole(size * Bytes.gibibyte), at: 0)
      words.removeLast()
    }
    guard let number = words.popLast().flatMap({ Int($0) }), !memories.isEmpty else { return nil }
    name = words.joined(separator: " ")
    compute = ComputeCapability(capability)
    multiprocessors = number
    self.memories = memories
  }
}
