import Deployments
import Diagnostics
import Memory
package import Operations
package import Workspaces

extension SharedCard {
  /// Returns the card for people: a bar with a letter for each server, and whether each starts.
  package func shown(_ layout: Layout) -> [Shown] {
    let style = layout.style
    let kind = gpu.card.map { ", \($0.name)" } ?? ""
    var lines = [
      style.bold("\(device)\(kind)")
        + " of \(Self.text(gpu.memory)), in the order of instances.yaml"
    ]
    let width = min(72, max(10, (layout.columns ?? 80) - 6))
    var cells = ""
    var taken = 0.0
    for (index, outcome) in shared.outcomes.enumerated() {
      guard let holding = outcome.holding else { continue }
      taken += Double(holding) / Double(max(1, gpu.memory)) * Double(width)
      let missing = max(0, min(width, Int(taken.rounded())) - cells.count)
      cells += String(repeating: Self.letter(index), count: missing)
    }
    cells += String(repeating: ".", count: max(0, width - cells.count))
    lines.append("    [" + Shown(line: cells) + "]")
    for (index, (server, outcome)) in zip(shared.servers, shared.outcomes).enumerated() {
      let start: Shown = "    \(Self.letter(index)) \(server.name): "
      switch outcome {
      case .runs(let holding): lines.append(start + "\(Self.text(holding))")
      case .mayStop(let holding, let missing):
        lines.append(
          start + "\(Self.text(holding)), "
            + style.warning("unsure: up to \(Self.text(missing)) may be missing"))
      case .stops(let free, let wanted):
        lines.append(
          start
            + style.error(
              "does not start: it needs \(Self.text(wanted)), but \(Self.text(free)) are free"))
      }
    }
    for help in helps { lines += layout.sentence("help: " + help, indent: 4, style.good) }
    for name in failing {
      lines.append("    " + style.error("\(name): does not start even by itself"))
    }
    if !unknown.isEmpty {
      lines.append(
        "    "
          + style.faint(
            "not included, because the memory need is unknown: \(Phrase.allOf(unknown))"))
    }
    return lines
  }

  /// Returns how a server of this card starts beside the others, as a sentence without a full stop;
  /// nil if it starts.
  func objection(to name: String) -> (words: String, isSure: Bool)? {
    switch shared.outcome(of: name) {
    case .stops(let free, let wanted):
      (
        "does not start beside the others: it needs \(Self.text(wanted)), but \(Self.text(free)) are free",
        true
      )
    case .mayStop(_, let missing):
      ("may not start beside the others: up to \(Self.text(missing)) may be missing", false)
    case .runs, nil: nil
    }
  }

  private static func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }

  private static func letter(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(65 + index))) : "#"
  }
}

extension SharedGPU.Outcome {
  /// The bytes that the server holds; nil if it stops.
  var holding: Int? {
    switch self {
    case .runs(let holding), .mayStop(let holding, _): holding
    case .stops: nil
    }
  }
}

extension WorkspacePlan {
  /// Returns how a server starts beside the others on its GPUs; nil if it starts.
  package func objection(to plan: MemoryPlan) -> (words: String, isSure: Bool)? {
    let found = cards.compactMap { $0.objection(to: plan.name) }
    return found.first(where: \.isSure) ?? found.first
  }
}
