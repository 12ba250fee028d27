import Deployments
import Profiles
import Workspaces

/// What drivers say of the memory of cards, beside what `host.gpus` says of it.
extension Examinations {
  /// A finding for each card whose driver tells.
  func cardMemory() -> [Finding] {
    MachineSurvey.cards(of: machine).map { card in
      let subject = "memory of \(card.device)"
      let found = ByteCount(clamping: card.memory).text
      let said = "\(card.name.map { "\($0), " } ?? "")\(found) by its driver"
      let known = servers?.workspace.placed.lazy.flatMap(\.cards).first { $0.device == card.device }
      guard let known, !isNear(known.memory, card.memory) else {
        return Finding(subject, .ok, said)
      }
      return Finding(
        subject, .warning, "\(said), and \(ByteCount(clamping: known.memory).text) by 'host.gpus'",
        fix: "write 'memory: \(card.memory >> 20)MB' at \(card.device) in instances.yaml")
    }
  }

  /// Whether two sizes are those of one card, of which its box says some more than its driver.
  private func isNear(_ one: Int, _ other: Int) -> Bool {
    abs(one - other) <= max(one, other) / 12
  }
}
