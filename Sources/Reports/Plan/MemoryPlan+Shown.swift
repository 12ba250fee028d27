import Deployments
import Diagnostics
import Memory
package import Operations
import Schema

extension MemoryPlan {
  /// Returns the plan for people: a line for each term, a bar, and the result.
  ///
  /// - Parameters:
  ///   - explains: Whether to also show each term's formula, inputs and source.
  ///   - objection: How it starts beside the other servers of its GPUs; nil if it starts.
  package func shown(
    _ layout: Layout, explaining explains: Bool,
    beside objection: (words: String, isSure: Bool)? = nil
  ) -> [Shown] {
    let style = layout.style
    let subject = model == name ? title : "\(model), \(title)"
    var lines = [style.bold("\(name)") + (model == name ? ", " : "  ") + "\(subject)"]
    if let columns = layout.columns, name.displayWidth + subject.displayWidth + 2 > columns {
      lines = [style.bold("\(name)")] + layout.sentence(subject) { $0 }
    }
    guard let estimate else {
      return lines + layout.sentence("unknown: \(reason ?? "")", style.warning)
    }
    lines += table(
      estimate.terms, estimate.gpuCount > 1 ? "each of \(estimate.gpuCount) GPUs" : "GPU", layout,
      explains)
    if let gpu = gpus.min(by: { $0.memory < $1.memory }), !estimate.terms.isEmpty {
      lines += bar(estimate, of: gpu.memory, layout)
    }
    lines += table(estimate.host, "main memory", layout, explains)
    if let capacity = estimate.capacity { lines += layout.sentence(capacity.inWords) { $0 } }
    if let words = estimate.judgement {
      let isGood = estimate.isSure && objection != nil
      lines += layout.sentence(words, isGood ? { $0 } : estimate.verdict.paint(style))
    }
    if let objection {
      lines += layout.sentence(objection.words, objection.isSure ? style.error : style.warning)
    }
    for help in helps(estimate) { lines += layout.sentence("help: " + help, style.good) }
    if let solved {
      lines +=
        solved > 0
        ? layout.sentence(
          "solved: 'context_length: \(solved)' is the longest context that certainly fits",
          style.good)
        : layout.sentence("solved: no context certainly fits", style.error)
      if let type = fittingType {
        lines += layout.sentence(
          "solved: 'quant: \(type)' is the largest file that certainly fits with this context",
          style.good)
      }
    }
    return lines + estimate.notes.flatMap { layout.sentence($0, style.faint) }
  }

  /// Returns changes that would make it fit; empty if it fits.
  private func helps(_ estimate: MemoryEstimate) -> [String] {
    switch estimate.verdict {
    case .fits, .refuses: return []
    case .lacks where estimate.budget == nil: return []
    case .unsure, .fails, .lacks, .unknown: break
    }
    var helps: [String] = []
    if concurrency ?? 1 <= 1, let capacity = estimate.capacity, estimate.budget != nil,
      capacity.safest >= 256,
      capacity.safest < capacity.context
    {
      helps.append("'context_length: \(capacity.safest / 256 * 256)' certainly fits")
    }
    if let fittingType { helps.append("'quant: \(fittingType)' is the largest file that fits") }
    if let remedy {
      let gain =
        estimate.budget == nil
        ? "\(ByteCount(clamping: remedy.bytes).text) less" : "\(remedy.tokens) more tokens"
      helps.append("'\(remedy.words)' helps most: \(gain)")
    }
    return helps
  }

  /// The server and its cards as text.
  var title: String {
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

  /// Returns a bar with a letter for the share of each term, and a legend.
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
    let legend = estimate.terms.map { "\($0.letter) \($0.title)" }.joined(separator: ", ")
    return ["    [" + (isOver ? layout.style.error("\(cells)") : Shown(line: cells)) + "]"]
      + layout.sentence(legend, indent: 4, layout.style.faint)
  }
}

extension Layout {
  /// Returns a sentence as lines that fit; lines after the first are indented by two more columns.
  func sentence(
    _ text: String, indent: Int = 2, _ paint: (Shown) -> Shown
  ) -> [Shown] {
    let width = columns.map { max(16, $0 - indent - 2) } ?? .max
    return text.wrapped(to: width).enumerated().map { index, line in
      Shown(line: String(repeating: " ", count: index == 0 ? indent : indent + 2))
        + paint("\(line)")
    }
  }
}

extension MemoryTerm.Name {
  /// The name for people.
  var title: String {
    switch self {
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

  /// The letter in a bar.
  var letter: String {
    switch self {
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

}

extension MemoryTerm {
  var title: String { name.title }
  fileprivate var letter: String { name.letter }

  /// The size as text, with its range if that differs.
  var amount: String {
    let low = ByteCount(clamping: range.lowerBound).text
    let high = ByteCount(clamping: range.upperBound).text
    let usual = ByteCount(clamping: bytes).text
    return low == high ? usual : "\(usual) (\(low) to \(high))"
  }
}

extension MemoryEstimate.Capacity {
  /// The number of tokens and requests that fit, as text.
  var inWords: String {
    guard tokens > 0 else { return "no token fits" }
    let many = (requests * 10).rounded(.down) / 10
    let one = longest < context ? ", or one of \(longest)" : ""
    let count = many == 1 ? "1 request" : "\(many.plainText) requests"
    return "\(tokens) tokens: \(count) of \(context) tokens at a time\(one)"
  }
}

extension MemoryEstimate {
  /// Whether it fits, as a sentence without a full stop; nil if unknown.
  var judgement: String? {
    func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }
    return switch verdict {
    case .fits(let spare) where budget != nil && capacity.map { $0.safest < $0.context } ?? false:
      "fits: its memory share has at least \(text(spare)) for keys and values"
    case .fits(let spare) where budget != nil:
      "fits: its memory share has at least \(text(spare)) more than one request needs"
    case .fits(let spare): "fits: at least \(text(spare)) to spare"
    case .unsure(let missing?, let spare?):
      "unsure: between \(text(missing)) missing and \(text(spare)) to spare"
    case .unsure(let missing?, nil): "unsure: up to \(text(missing)) missing"
    case .unsure(nil, let spare?): "unsure: \(text(spare)) to spare, but some memory is not counted"
    case .unsure(nil, nil): "unsure"
    case .fails(let missing): "does not fit: at least \(text(missing)) missing"
    case .refuses(let reason): "does not start: \(reason)"
    case .lacks(let reason): reason
    case .unknown where terms.isEmpty && !host.isEmpty:
      "needs \(text(hostBytes)) of main memory"
    case .unknown: nil
    }
  }
}

extension MemoryEstimate.Verdict {
  fileprivate func paint(_ style: Style) -> (Shown) -> Shown {
    switch self {
    case .fits: style.good
    case .unsure: style.warning
    case .fails, .refuses, .lacks: style.error
    case .unknown: { $0 }
    }
  }
}
