import Deployments
import Diagnostics
import Memory
package import Operations

extension MemoryPlan {
  /// For people: a line a term, a bar, and what it comes to.
  ///
  /// - Parameter explains: Whether each term's formula, inputs and source are shown, too.
  package func shown(_ layout: Layout, explaining explains: Bool) -> [Shown] {
    let style = layout.style
    var lines = [style.bold("\(name)") + (model == name ? "" : "  \(model)") + ", \(title)"]
    guard let estimate else { return lines + ["  " + style.warning("unknown: \(reason ?? "")")] }
    lines += table(
      estimate.terms, estimate.gpuCount > 1 ? "each of \(estimate.gpuCount) GPUs" : "GPU", layout,
      explains)
    if let gpu = gpus.min(by: { $0.memory < $1.memory }), !estimate.terms.isEmpty {
      lines += bar(estimate, of: gpu.memory, layout)
    }
    lines += table(estimate.host, "main memory", layout, explains)
    if let capacity = estimate.capacity { lines.append("  \(capacity.inWords)") }
    if let concurrency, let capacity = estimate.capacity, capacity.requests < Double(concurrency) {
      lines.append(
        "  "
          + style.warning(
            "\(concurrency) requests of \(capacity.context) tokens have no room at a time"))
    }
    lines.append("  " + estimate.verdict.shown(style))
    lines += helps(estimate, style)
    if let solved {
      lines.append(
        "  "
          + (solved > 0
            ? style.good(
              "solved: 'context_length: \(solved)' is the longest that certainly has room")
            : style.error("solved: no text certainly has room")))
    }
    return lines + estimate.notes.map { "  " + style.faint("\($0)") }
  }

  /// What would make it fit, where it may not.
  private func helps(_ estimate: MemoryEstimate, _ style: Style) -> [Shown] {
    if case .fits = estimate.verdict { return [] }
    var lines: [Shown] = []
    if let capacity = estimate.capacity, estimate.budget != nil, capacity.safest >= 256,
      capacity.safest < capacity.context
    {
      lines.append(
        "  "
          + style.good(
            "help: 'context_length: \(capacity.safest / 256 * 256)' has room for certain"))
    }
    if let remedy {
      let gain =
        estimate.budget == nil
        ? ByteCount(clamping: remedy.bytes).text : "\(remedy.tokens) tokens"
      lines.append("  " + style.good("help: '\(remedy.words)' makes the most room: \(gain)"))
    }
    return lines
  }

  private var title: String {
    let server = [runtime, release].compactMap { $0 }.joined(separator: " ")
    let cards = gpus.first.map { gpu in
      let count = gpus.count > 1 ? "\(gpus.count) x " : ""
      return " on \(count)\(gpu.card?.name ?? "a GPU") of \(ByteCount(clamping: gpu.memory).text)"
    }
    return "\(server)\(cards ?? "")"
  }

  private func table(
    _ terms: [MemoryTerm], _ place: String, _ layout: Layout, _ explains: Bool
  ) -> [Shown] {
    guard !terms.isEmpty else { return [] }
    var table = Table()
    let isNarrow = layout.columns.map { $0 < 70 } ?? false
    for term in terms {
      if isNarrow {
        table.add(term.title, ByteCount(clamping: term.bytes).text)
      } else {
        table.add(term.title, term.amount, term.certainty.rawValue)
      }
    }
    let rows = table.lines(within: layout.columns.map { max(12, $0 - 4) })
    var lines: [Shown] = ["  " + layout.style.faint("\(place)")]
    guard explains, rows.count == terms.count else { return lines + rows.map { "    " + $0 } }
    for (row, term) in zip(rows, terms) {
      lines.append("    " + row)
      lines.append("      = \(term.formula)")
      for input in term.inputs {
        lines.append(
          "      " + layout.style.faint("\(input.name) = \(input.value) (\(input.origin.rawValue))")
        )
      }
      lines.append("      " + layout.style.faint("\(term.source)"))
    }
    return lines
  }

  /// What each term takes of the card, a letter for each.
  private func bar(_ estimate: MemoryEstimate, of memory: Int, _ layout: Layout) -> [Shown] {
    let width = min(72, max(10, (layout.columns ?? 80) - 6))
    var cells = ""
    var taken = 0.0
    for term in estimate.terms {
      taken += Double(term.bytes) / Double(max(1, memory)) * Double(width)
      let wanted = min(width, Int(taken.rounded()))
      let missing = max(0, wanted - cells.count)
      cells += String(repeating: term.letter, count: missing)
    }
    cells += String(repeating: ".", count: max(0, width - cells.count))
    let isOver = estimate.bytes > memory
    return [
      "    [" + (isOver ? layout.style.error("\(cells)") : Shown(line: cells)) + "]",
      "    "
        + layout.style.faint(
          "\(estimate.terms.map { "\($0.letter) \($0.title)" }.joined(separator: ", "))"),
    ]
  }
}

extension MemoryTerm {
  fileprivate var title: String {
    switch name {
    case .weights: "weights"
    case .activation: "activation"
    case .nonTorch: "libraries"
    case .cudaGraphs: "graphs"
    case .context: "driver"
    case .kvPool: "keys and values"
    case .recurrent: "states"
    case .compute: "compute"
    case .output: "output"
    case .projector: "image encoder"
    case .promptCache: "prompt cache"
    }
  }

  /// In a bar.
  fileprivate var letter: String {
    switch name {
    case .weights: "W"
    case .activation: "a"
    case .nonTorch: "l"
    case .cudaGraphs: "g"
    case .context: "d"
    case .kvPool: "K"
    case .recurrent: "s"
    case .compute: "c"
    case .output: "o"
    case .projector: "i"
    case .promptCache: "p"
    }
  }

  /// "15.3 GiB", or a range where that says more.
  fileprivate var amount: String {
    let low = ByteCount(clamping: range.lowerBound).text
    let high = ByteCount(clamping: range.upperBound).text
    let usual = ByteCount(clamping: bytes).text
    return low == high ? usual : "\(usual) (\(low) to \(high))"
  }
}

extension MemoryEstimate.Capacity {
  fileprivate var inWords: String {
    let many = (requests * 10).rounded(.down) / 10
    return
      "\(tokens) tokens: \(many) requests of \(context) at a time, or one of \(longest)"
  }
}

extension MemoryEstimate.Verdict {
  fileprivate func shown(_ style: Style) -> Shown {
    func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }
    return switch self {
    case .fits(let spare): style.good("fits: at least \(text(spare)) to spare")
    case .unsure(let missing, let spare):
      style.warning("unsure: between \(text(missing)) too little and \(text(spare)) to spare")
    case .fails(let missing): style.error("does not fit: at least \(text(missing)) too little")
    case .unknown: style.warning("unknown")
    }
  }
}
