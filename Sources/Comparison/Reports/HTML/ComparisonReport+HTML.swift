import Diagnostics
import Pages
import Values

extension ComparisonReport {
  /// A page with everything: it loads nothing, runs nothing, and shows every text as text.
  package func html(_ analysis: Analysis) -> String {
    let title = "\(task.name): \(names.joined(separator: " and "))"
    let parts = [
      header(title), claims(analysis),
      HTMLText.element("h2", "Numbers"), numbers(analysis),
      HTMLText.element("h2", "Charts"), charts(analysis),
      HTMLText.element("h2", "Configuration"), configuration,
      HTMLText.element("h2", "Answers"), answers,
      "<footer class=\"soft\">" + method(analysis) + "</footer>",
    ]
    return Page(title: title, style: ComparisonStyle.css, parts).html
  }

  private func header(_ title: String) -> String {
    var header = "<header>" + HTMLText.element("h1", title)
    if !task.description.isEmpty {
      header += HTMLText.element("p", class: "soft", task.description)
    }
    return header + HTMLText.element("p", class: "soft", "\(time), amm \(amm)") + "</header>"
  }

  /// What may be said, which side has which colour, and what the reader must know.
  private func claims(_ analysis: Analysis) -> String {
    let cards = analysis.claims.map(Self.card).joined()
    let keys = zip(Charts.sides, sides).map { style, side in
      "<span><i class=\"\(style)\"></i>\(HTMLText.escaped(side.heading))</span>"
    }
    let notes = notes.map { HTMLText.element("p", class: "soft", "Note: \($0).") }
    return "<section class=\"claims\">\(cards)</section>"
      + "<p class=\"key\">\(keys.joined())</p>" + notes.joined()
  }

  private func charts(_ analysis: Analysis) -> String {
    let charts = Charts(report: self, analysis: analysis)
    var figures = ""
    if let ratios = charts.ratios {
      figures += Self.figure(
        "How many times better",
        "Dots are estimates, lines their 95 % intervals; those across 1 are no "
          + "difference. Only the sentences above are claims.", ratios)
    }
    if let picture = charts.scoreAgainstSpeed {
      figures += Self.figure(
        "Score against speed", "Better is up and to the left.", picture)
    }
    if let lengths = charts.lengths {
      figures += Self.figure(
        "Latency against prompt length",
        "Medians; the shade holds nine of ten answers." + clientsText, lengths)
    }
    for row in analysis.rows where row.sides.contains(where: { $0.count > 1 }) {
      figures += Self.figure(
        row.metric.title.capitalizedFirst,
        row.metric.meaning.capitalizedFirst
          + ". Bar: the median; box: the middle half of the answers.",
        charts.distribution(row))
    }
    return "<div class=\"grid\">\(figures)</div>"
  }

  /// What solid and dashed lines are.
  private var clientsText: String {
    let counts = Set(measurements.map(\.condition.clients)).sorted()
    guard counts.count > 1 else { return "" }
    let others = counts.dropFirst().map(String.init)
    return " Solid: \(counts[0]) at once; dashed: \(Phrase.oneOf(others))."
  }

  private static func card(_ claim: Claim) -> String {
    let style = if case .better(let side) = claim.outcome { " " + Charts.sides[side] } else { "" }
    return "<div class=\"card claim\(style)\">\(HTMLText.escaped(claim.sentence))</div>"
  }

  private static func figure(_ title: String, _ text: String, _ picture: String) -> String {
    "<div class=\"card\">" + HTMLText.element("h3", title)
      + HTMLText.element("div", class: "soft", text) + picture + "</div>"
  }

  private func method(_ analysis: Analysis) -> String {
    let order =
      isInterleaved
      ? "Both sides were asked the same in turns, in an order that was drawn."
      : sides.count == 2 ? "The sides were not asked in turns." : ""
    let text =
      sides.count == 2
      ? "\(order) Ratios are means of logarithms over pairs; intervals come from "
        + "\(Bootstrap.resamples) bootstrap draws, studentized for speeds, by percentiles for scores. A "
        + "winner is named only where the interval of all claims together (95 %) leaves no "
        + "doubt, a test of signs agrees, and speeds differ by more than "
        + "\(Number.fixed((Analysis.smallestRatio - 1) * 100, digits: 0)) %."
      : ""
    return HTMLText.element("p", text)
  }
}

extension ComparisonReport.Side {
  /// Its name, and the profile and model behind it.
  fileprivate var heading: String {
    guard case .set(let members) = configuration else { return name }
    let profile = members.first { $0.name == "profile" }
    guard case .text(let text)? = profile?.value, text != name else { return name }
    return "\(name) (\(text))"
  }
}
