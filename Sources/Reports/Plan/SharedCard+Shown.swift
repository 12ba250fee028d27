import Deployments
import Diagnostics
import Memory
package import Operations

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
      guard case .runs(let holding) = outcome else { continue }
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
      case .stops(let free, let wanted):
        lines.append(
          start
            + style.error(
              "does not start: it needs \(Self.text(wanted)), but \(Self.text(free)) are free"))
      }
    }
    if let share = shared.fittingShare {
      lines.append("    " + style.good("help: a memory share of \(String(share)) would work"))
    }
    if let order = shared.workingOrder {
      lines.append(
        "    " + style.good("help: all of them would start in the order \(Phrase.allOf(order))"))
    }
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

  private static func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }

  private static func letter(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(65 + index))) : "#"
  }
}
