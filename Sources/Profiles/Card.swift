import Text

/// What a GPU's instructions allow: NVIDIA's compute capability, such as 8.6.
package struct ComputeCapability: Sendable, Hashable, Comparable {
  /// The generation: 8 is Ampere and Ada.
  package let major: Int
  /// The kind within it.
  package let minor: Int

  /// Of its two numbers.
  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Of a text such as `8.6`; nil for any other.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
      let major = Int(parts[0]), let minor = Int(parts[1]), major > 0, minor >= 0
    else { return nil }
    self.init(major, minor)
  }

  /// As NVIDIA writes it.
  package var text: String { "\(major).\(minor)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

/// A kind of graphics card.
package struct Card: Sendable {
  /// As people call it: "RTX 3090".
  package let name: String
  /// What it can compute.
  package let compute: ComputeCapability

  /// The card of a name, as its maker, `nvidia-smi` or a person writes it; nil for one that amm does
  /// not know.
  package static func named(_ name: String) -> Card? {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    let joined = words.joined()
    // The longest name wins: 'GH200' ends in 'H200'.
    return all.filter { card in
      let wanted = card.name.lowercased().split(separator: " ").map(String.init)
      return wanted.allSatisfy(words.contains) || joined.hasSuffix(wanted.joined())
    }.max { $0.name.utf8.count < $1.name.utf8.count }
  }

  /// Those that people run models on, by NVIDIA's list of compute capabilities
  /// (developer.nvidia.com/cuda-gpus and its page of older cards, as of November 2026).
  package static let all: [Card] = [
    ("6.0", "P100"),
    ("6.1", "P4, P40, GTX 1060, GTX 1070, GTX 1080, TITAN X"),
    ("7.0", "V100, TITAN V"),
    (
      "7.5",
      "T4, TITAN RTX, GTX 1650, GTX 1660, RTX 2060, RTX 2070, RTX 2080, Quadro RTX 4000, Quadro RTX 5000, Quadro RTX 6000, Quadro RTX 8000"
    ),
    ("8.0", "A100, A30"),
    (
      "8.6",
      "A2, A10, A10G, A16, A40, RTX 3050, RTX 3060, RTX 3070, RTX 3080, RTX 3090, RTX A2000, RTX A3000, RTX A4000, RTX A4500, RTX A5000, RTX A5500, RTX A6000"
    ),
    ("8.7", "Orin"),
    (
      "8.9",
      "L4, L40, L40S, RTX 4050, RTX 4060, RTX 4070, RTX 4080, RTX 4090, RTX 2000 Ada, RTX 4000 Ada, RTX 4500 Ada, RTX 5000 Ada, RTX 6000 Ada"
    ),
    ("9.0", "H100, H200, H20, H800, GH200"),
    ("10.0", "B200, GB200"),
    ("10.3", "B300, GB300"),
    ("11.0", "Thor"),
    (
      "12.0",
      "RTX 5050, RTX 5060, RTX 5070, RTX 5080, RTX 5090, RTX PRO 4000, RTX PRO 4500, RTX PRO 5000, RTX PRO 6000"
    ),
    ("12.1", "GB10"),
  ].flatMap { capability, names in
    names.split(separator: ",").compactMap { name in
      ComputeCapability(capability).map {
        Card(name: name.split(separator: " ").joined(separator: " "), compute: $0)
      }
    }
  }
}
