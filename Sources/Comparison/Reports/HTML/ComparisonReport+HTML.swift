import Diagnostics
import Pages
import Values

extension ComparisonReport {
  /// Returns a page with the complete report; it loads nothing, runs no scripts, and escapes text.
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

  /// Returns the claims, the key of the colors, and the notes.
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
        "Dots are estimates, and lines are their "
          + "\(Number.trimmed(analysis.intervalLevel * 100)) % intervals. An interval that includes 1 shows "
          + "no difference. Only the sentences at the top of the page are claims.", ratios)
    }
    if let picture = charts.scoreAgainstSpeed {
      figures += Self.figure(
        "Score against speed", "Up and to the left is better.", picture)
    }
    if let lengths = charts.lengths {
      figures += Self.figure(
        "Latency against prompt length",
        "Lines are medians; the shaded area contains nine of ten answers." + clientsText, lengths)
    }
    for row in analysis.rows where row.sides.contains(where: { $0.count > 1 }) {
      figures += Self.figure(
        row.metric.title.capitalizedFirst,
        row.metric.meaning.capitalizedFirst
          + ". The bar is the median, and the box is the middle half of the values.",
        charts.distribution(row))
    }
    return "<div class=\"grid\">\(figures)</div>"
  }

  /// The key of solid and dashed lines.
  private var clientsText: String {
    let counts = Set(measurements.map(\.condition.clients)).sorted()
    guard counts.count > 1 else { return "" }
    let others = counts.dropFirst().map(String.init)
    return " Concurrent clients: \(counts[0]) (solid), \(Phrase.oneOf(others)) (dashed)."
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
      ? "Both sides got the same requests in turns, in random order."
      : sides.count == 2 ? "The sides were not measured in turns." : ""
    let text =
      sides.count == 2
      ? "\(order) Ratios are means of logarithms over the pairs. Intervals come from "
        + "\(Bootstrap.resamples) bootstrap samples, studentized for speeds and by percentiles for "
        + "scores. A side is called better only if the interval (95 % for all claims together) "
        + "excludes a tie, a sign-flip test confirms the difference, and speeds differ by more "
        + "than \(Number.fixed((Analysis.smallestRatio - 1) * 100, digits: 0)) %."
      : ""
    return HTMLText.element("p", text)
  }
}

extension ComparisonReport.Side {
  /// The name of the side, and its profile if the name is different.
  fileprivate var heading: String {
    guard case .set(let members) = configuration else { return name }
    let profile = members.first { $0.name == "profile" }
    guard case .text(let text)? = profile?.value, text != name else { return name }
    return "\(name) (\(text))"
  }
}
