import Testing

@testable import Memory

/// Cards by their names.
@Suite struct CardTests {
  /// A name is not taken for a shorter one within it: 'GH200' ends in 'H200'.
  static let names: [(name: String, card: String?, compute: String?)] = [
    ("NVIDIA GeForce RTX 3090", "RTX 3090", "8.6"),
    ("rtx3090", "RTX 3090", "8.6"),
    ("Tesla T4", "T4", "7.5"),
    ("NVIDIA RTX 4000 Ada Generation", "RTX 4000 Ada", "8.9"),
    ("Quadro RTX 4000", "Quadro RTX 4000", "7.5"),
    ("NVIDIA RTX A4000", "RTX A4000", "8.6"),
    ("NVIDIA GH200", "GH200", "9.0"),
    ("gb200", "GB200", "10.0"),
    ("AMD Radeon RX 7900 XTX", "RX 7900 XTX", nil),
    ("AMD Radeon RX 7900 XT", "RX 7900 XT", nil), ("Radeon RX 5700", nil, nil),
    ("AMD Instinct MI50", "MI50", nil), ("Intel Arc A770 Graphics", "Arc A770", nil),
  ]

  @Test(arguments: names) func aCardIsKnownByItsWholeName(
    _ asked: (name: String, card: String?, compute: String?)
  ) {
    let card = Card.named(asked.name)
    #expect(card?.name == asked.card)
    #expect(card?.compute?.text == asked.compute)
  }
}
