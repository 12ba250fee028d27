import Deployments
import Diagnostics
import Memory
package import Operations
import Pages
import Values
import Workspaces

extension WorkspacePlan {
  /// The plan as a page with a chart for each shared GPU and each server.
  package var html: String {
    let title = plans.count == 1 ? "Memory of \(plans[0].name)" : "Memory plan"
    var parts = ["<header>" + HTMLText.element("h1", title) + PlanPage.introduction + "</header>"]
    if !cards.isEmpty {
      parts.append(HTMLText.element("h2", "GPUs, in the order in which servers start"))
      parts.append("<div class=\"grid\">\(cards.map(PlanPage.figure).joined())</div>")
    }
    let figures = plans.map { PlanPage.figure($0, beside: objection(to: $0)) }.joined()
    parts.append(HTMLText.element("h2", plans.count == 1 ? "The server" : "Servers"))
    parts.append("<div class=\"grid\">\(figures)</div>")
    return Page(title: title, style: PlanPage.css, parts).html
  }
}

/// The parts of a plan's page.
enum PlanPage {
  static let introduction = HTMLText.element(
    "p", class: "soft",
    "Bars show the expected memory. A line below a bar shows the range of the total; a server that fills a share of the card always takes all of it."
  )

  /// Colours for terms and servers; they differ in light and dark mode, and in lightness.
  static let css = """
    :root { --c0: #1f5fd0; --c1: #e08a1e; --c2: #7a828e; --c3: #8e44c9; --c4: #22804f; --c5: #3d4450;
      --c6: #0f8f9c; --c7: #c04a10; --c8: #b0902a; --c9: #c2347a; --c10: #5a7a1e; --free: #eef1f5; }
    @media (prefers-color-scheme: dark) { :root { --c0: #6ea2ff; --c1: #ffb25c; --c2: #a7b0bd; --c3: #c792f0;
      --c4: #55c98b; --c5: #cfd6e0; --c6: #5fd0dc; --c7: #ff9868; --c8: #e0c468; --c9: #f58ab8; --c10: #b5d86a;
      --free: #232b36; } }
    \((0...10).map { ".c\($0) { fill: var(--c\($0)); } i.c\($0) { background: var(--c\($0)); }" }.joined(separator: "\n"))
    .free { fill: var(--free); } .limit { stroke: var(--ink); stroke-width: 2; }
    .share { stroke-dasharray: 4 3; }
    .span { stroke: var(--ink); stroke-width: 2; stroke-linecap: round; }
    .missing { fill: none; stroke: var(--bad); stroke-width: 2; stroke-dasharray: 5 3; }
    .legend { list-style: none; margin: 10px 0 0; padding: 0; font-size: .92rem; }
    .legend li { display: flex; gap: 8px; align-items: baseline; padding: 2px 0; flex-wrap: wrap; }
    .legend i { flex: none; width: .8em; height: .8em; border-radius: 2px; }
    .legend b { font-weight: 500; } .legend .end { margin-left: auto; font-variant-numeric: tabular-nums; }
    .verdict { font-weight: 600; margin-top: 10px; overflow-wrap: anywhere; } .unsure { color: var(--unsure); }
    figure { margin: 0; } figure svg { max-width: 540px; } h3 { overflow-wrap: anywhere; } dl { margin: 8px 0 0; font-size: .9rem; }
    dt { font-weight: 600; margin-top: 8px; } dd { margin: 0; overflow-wrap: anywhere; }
    """

  // MARK: A server

  static func figure(
    _ plan: MemoryPlan, beside objection: (words: String, isSure: Bool)?
  ) -> String {
    var out = "<figure class=\"card\">" + HTMLText.element("h3", plan.name)
    out += HTMLText.element("div", class: "soft", "\(plan.model), \(plan.title)")
    guard let estimate = plan.estimate else {
      return out + HTMLText.element("p", class: "verdict unsure", "unknown: \(plan.reason ?? "")")
        + "</figure>"
    }
    let memory = plan.gpus.map(\.memory).min()
    if !estimate.terms.isEmpty {
      let place = estimate.gpuCount > 1 ? "each of \(estimate.gpuCount) GPUs" : "the GPU"
      out += bar(
        "Memory of \(place): \(text(estimate.bytes))",
        estimate.terms.map { (color($0.name), Double($0.bytes), "\($0.title): \(text($0.bytes))") },
        span: estimate.budget == nil ? estimate.range : nil, of: memory, share: estimate.budget)
      out += legend(estimate.terms)
    }
    let host = estimate.host.filter { $0.range.upperBound > 0 }
    if !host.isEmpty {
      out += HTMLText.element("div", class: "soft", "main memory")
      if estimate.terms.isEmpty {
        let low = host.reduce(0) { $0 + $1.range.lowerBound }
        let high = host.reduce(0) { min($0 + $1.range.upperBound, Bytes.limit) }
        out += bar(
          "Main memory: \(text(estimate.hostBytes))",
          host.map { (color($0.name), Double($0.bytes), "\($0.title): \(text($0.bytes))") },
          span: low...high, of: nil)
      }
      out += legend(host)
    }
    let style = style(of: estimate.verdict)
    if let words = estimate.judgement {
      let shown = style == "good" && objection != nil ? "" : " \(style)"
      out += HTMLText.element("p", class: "verdict\(shown)", words.capitalizedFirst + ".")
    }
    if let objection {
      out += HTMLText.element(
        "p", class: "verdict \(objection.isSure ? "bad" : "unsure")",
        objection.words.capitalizedFirst + ".")
    }
    if let capacity = estimate.capacity { out += HTMLText.element("p", capacity.inWords) }
    if let remedy = plan.remedy, style != "good" {
      out += HTMLText.element("p", "'\(remedy.words)' helps most.")
    }
    for note in estimate.notes { out += HTMLText.element("p", class: "soft", note) }
    return out + explanation(estimate.terms + host) + "</figure>"
  }

  private static func style(of verdict: MemoryEstimate.Verdict) -> String {
    switch verdict {
    case .fits: "good"
    case .unsure: "unsure"
    case .fails, .refuses, .lacks: "bad"
    case .unknown: ""
    }
  }

  private static func explanation(_ terms: [MemoryTerm]) -> String {
    let rows = terms.map { term in
      let inputs = term.inputs.map { "\($0.name) = \($0.value) (\($0.origin.rawValue))" }
      return HTMLText.element("dt", "\(term.title), \(term.certainty.rawValue)")
        + HTMLText.element("dd", class: "mono", term.formula)
        + (inputs.isEmpty
          ? "" : HTMLText.element("dd", class: "soft", inputs.joined(separator: ", ")))
        + HTMLText.element("dd", class: "soft", term.source)
    }
    return "<details><summary>Formulas and sources</summary><dl>\(rows.joined())</dl></details>"
  }

  private static func legend(_ terms: [MemoryTerm]) -> String {
    let items = terms.map { term in
      "<li><i class=\"\(color(term.name))\"></i>" + HTMLText.element("b", term.title)
        + HTMLText.element("span", class: "end", term.amount) + "</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }

  private static func color(_ name: MemoryTerm.Name) -> String {
    "c\(MemoryTerm.Name.allCases.firstIndex(of: name) ?? 2)"
  }

  // MARK: A GPU

  static func figure(_ card: SharedCard) -> String {
    let kind = card.gpu.card.map { "\($0.name) of " } ?? ""
    var out = "<figure class=\"card\">" + HTMLText.element("h3", card.device)
    out += HTMLText.element("div", class: "soft", "\(kind)\(text(card.gpu.memory))")
    let servers = Array(zip(card.shared.servers, card.shared.outcomes))
    var parts: [(style: String, bytes: Double, tip: String)] = []
    var items = ""
    for (index, (server, outcome)) in servers.enumerated() {
      let style = "c\(index % 11)"
      items += "<li><i class=\"\(style)\"></i>" + HTMLText.element("b", server.name)
      switch outcome {
      case .runs(let holding):
        parts.append((style, Double(holding), "\(server.name): \(text(holding))"))
        items += HTMLText.element("span", class: "end", text(holding))
      case .mayStop(let holding, let missing):
        parts.append((style, Double(holding), "\(server.name): \(text(holding))"))
        items += HTMLText.element(
          "span", class: "end unsure",
          "\(text(holding)), unsure: up to \(text(missing)) may be missing")
      case .stops(let free, let wanted):
        parts.append(("missing", Double(wanted), "\(server.name) needs \(text(wanted))"))
        items += HTMLText.element(
          "span", class: "end bad",
          "does not start: it needs \(text(wanted)), but \(text(free)) are free")
      }
      items += "</li>"
    }
    out += bar("Servers on \(card.device)", parts, span: nil, of: card.gpu.memory)
    out += "<ul class=\"legend\">\(items)</ul>"
    for help in card.helps { out += HTMLText.element("p", help.capitalizedFirst + ".") }
    for name in card.failing {
      out += HTMLText.element("p", class: "bad", "\(name) does not start even by itself.")
    }
    if !card.unknown.isEmpty {
      out += HTMLText.element(
        "p", class: "soft",
        "Not included, because the memory need is unknown: \(Phrase.allOf(card.unknown)).")
    }
    return out + "</figure>"
  }

  // MARK: Bars

  /// Returns a bar of parts on a scale of bytes, with the card's size and the range of the total.
  private static func bar(
    _ title: String, _ parts: [(style: String, bytes: Double, tip: String)],
    span: ClosedRange<Int>?, of memory: Int?, share: Int? = nil
  ) -> String {
    let sum = parts.reduce(0) { $0 + $1.bytes }
    // A prompt cache without a limit would make all other parts too small to see.
    let most = max(1, sum, Double(memory ?? 0), min(Double(span?.upperBound ?? 0), sum * 1.5))
    let (left, right) = (6.0, Drawing.width - 6)
    func place(_ bytes: Double) -> Double { left + (right - left) * min(1, bytes / most) }
    var drawing = Drawing(height: 82, title: title)
    if let memory {
      drawing.box(
        x: left, y: 16, width: place(Double(memory)) - left, height: 30, class: "free",
        tip: "\(text(memory)) of the card")
    }
    var start = 0.0
    for part in parts {
      drawing.box(
        x: place(start), y: 16, width: place(start + part.bytes) - place(start), height: 30,
        class: part.style, tip: part.tip)
      start += part.bytes
    }
    // A server's memory share ends before the card's memory does.
    let limits = [memory.map { (Double($0), text($0)) }, share.map { (Double($0), "its share") }]
    for (index, limit) in limits.enumerated() {
      guard let (bytes, words) = limit else { continue }
      let x = place(bytes)
      // The line of the share does not cross the label of the card.
      drawing.line(
        (x, index == 0 ? 8 : 16), (x, index == 0 ? 52 : 50),
        class: index == 0 ? "limit" : "limit share")
      let isWide = index > 0 || x > Drawing.width / 2
      drawing.text(
        words, at: (isWide ? x - 5 : x + 5, index == 0 ? 12 : 57), anchor: isWide ? "end" : "start",
        class: "unit")
    }
    if let span, span.lowerBound < span.upperBound {
      drawing.line(
        (place(Double(span.lowerBound)), 54), (place(Double(span.upperBound)), 54), class: "span")
    }
    let unit = most >= 0x1p30 ? 0x1p30 : 0x1p20
    for tick in ticks(most / unit) {
      let x = place(tick * unit)
      drawing.line((x, 58), (x, 63), class: "grid")
      let word = tick == 0 ? (unit == 0x1p30 ? "GiB" : "MiB") : Number.trimmed(tick)
      drawing.text(word, at: (x, 77), anchor: tick == 0 ? "start" : "middle", class: "unit")
    }
    return drawing.svg
  }

  /// Returns four to eight round numbers from 0 up to a number.
  private static func ticks(_ most: Double) -> [Double] {
    guard most > 0, most.isFinite else { return [] }
    var step = 1.0
    while step > most { step /= 10 }
    while step * 10 <= most { step *= 10 }
    step = [0.2, 0.5, 1, 2].map { $0 * step }.first { most / $0 <= 7 } ?? step
    return stride(from: 0, through: (most / step).rounded(.down), by: 1).map { $0 * step }
      // The last label must not touch the end.
      .filter { $0 <= most * 0.97 }
  }

  private static func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }
}
