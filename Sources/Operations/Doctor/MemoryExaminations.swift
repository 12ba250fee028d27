import Deployments
import Profiles
import Workspaces

/// Compares the memory of GPUs that drivers report with that in `host.gpus`.
extension Examinations {
  /// Returns a finding for each GPU whose driver reports its memory.
  func cardMemory() -> [Finding] {
    MachineSurvey.cards(of: machine).map { card in
      let subject = "memory of \(card.device)"
      let found = ByteCount(clamping: card.memory).text
      let said = "\(card.name.map { "\($0), " } ?? "")\(found) according to its driver"
      let known = servers?.workspace.placed.lazy.flatMap(\.cards).first { $0.device == card.device }
      guard let known, !isNear(known.memory, card.memory) else {
        return Finding(subject, .ok, said)
      }
      return Finding(
        subject, .warning,
        "\(said), but \(ByteCount(clamping: known.memory).text) according to 'host.gpus'",
        fix: "write 'memory: \(card.memory >> 20)MB' for \(card.device) in instances.yaml")
    }
  }

  /// Returns whether two sizes fit one GPU: drivers report slightly less than the nominal size.
  private func isNear(_ one: Int, _ other: Int) -> Bool {
    abs(one - other) <= max(one, other) / 12
  }
}
