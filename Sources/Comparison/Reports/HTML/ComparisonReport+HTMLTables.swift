import Pages
import Values

extension ComparisonReport {
  /// Returns the table of metrics, scores and failures.
  func numbers(_ analysis: Analysis) -> String {
    var rows = ""
    for row in analysis.rows {
      let largest = row.sides.map(\.median).max() ?? 0
      let unit = row.metric.unit(of: task.kind)
      let isHigher = row.metric.isBetterHigher
      let cells = row.sides.enumerated().compactMap { side, sample -> (Int, [String], Double)? in
        guard sample.count > 0 else { return nil }
        let numbers = [50.0, isHigher ? 5 : 95, isHigher ? 1 : 99].map {
          Number.short(row.metric.scaled(sample.percentile($0)))
        }
        return (side, [numbers[0] + " " + unit, numbers[1], numbers[2]], sample.median / largest)
      }
      rows += group(row.metric.title, cells)
    }
    if let scores = analysis.scores {
      rows += group(
        "score",
        scores.means.enumerated().map { side, mean in
          let interval = scores.intervals[side]
          return (
            side,
            [
              Number.score(mean),
              interval.map { "\(Number.score($0.lower)) to \(Number.score($0.upper))" } ?? "", "",
            ], mean
          )
        })
    }
    rows += group(
      "failures",
      analysis.failures.enumerated().map { side, failures in
        let count = failures.reduce(0) { $0 + $1.count }
        let reasons = failures.map { "\($0.kind.text) \($0.count)" }.joined(separator: ", ")
        return (side, ["\(count) of \(analysis.requests[side])", reasons, ""], 0)
      })
    for (side, metrics) in sides.map(\.serverMetrics).enumerated() where !metrics.isEmpty {
      rows += metrics.map { metric in
        group(metric.name, [(side, [Number.short(metric.value), "reported by the server", ""], 0)])
      }.joined()
    }
    return """
      <div class="card scroll"><table><thead><tr><th></th><th class="n">median</th>\
      <th class="n">p95</th><th class="n">p99</th><th class="w"></th></tr></thead>\(rows)</table></div>
      """
  }

  /// Returns a group of rows with a title, one row for each side.
  private func group(_ title: String, _ cells: [(side: Int, texts: [String], share: Double)])
    -> String
  {
    let rows = cells.map { cell in
      let style = Charts.sides[cell.side]
      let width = Number.fixed(min(1, max(0, cell.share)) * 100, digits: 1)
      let bar =
        cell.share > 0 ? "<span class=\"bar \(style)\" style=\"width: \(width)%\"></span>" : ""
      return "<tr><td><i class=\"\(style)\"></i>\(HTMLText.escaped(names[cell.side]))</td>"
        + cell.texts.map { "<td class=\"n\">\(HTMLText.escaped($0))</td>" }.joined()
        + "<td class=\"w\">\(bar)</td></tr>"
    }
    let head = "<tr><th colspan=\"5\">\(HTMLText.escaped(title))</th></tr>"
    return "<tbody class=\"group\">\(head)\(rows.joined())</tbody>"
  }

  /// The complete configuration of the sides, with the differences first.
  var configuration: String {
    let settings = sides.map { Self.settings(of: $0.configuration, at: "") }
    var names: [String] = []
    for name in settings.flatMap({ $0.map(\.name) }) where !names.contains(name) {
      names.append(name)
    }
    let rows = names.map { name -> (isOther: Bool, html: String) in
      let values = settings.map { side in side.first { $0.name == name }?.value ?? "" }
      let isOther = Set(values).count > 1
      return (
        isOther,
        "<tr>" + HTMLText.element("th", class: "mono", name)
          + values.map { HTMLText.element("td", class: "mono", $0) }.joined() + "</tr>"
      )
    }
    let head =
      "<thead><tr><th></th>" + self.names.map { HTMLText.element("th", $0) }.joined()
      + "</tr></thead>"
    let other = rows.filter(\.isOther).map(\.html).joined()
    let same = rows.filter { !$0.isOther }.map(\.html).joined()
    var out = "<div class=\"card\">"
    if sides.count == 2 {
      out +=
        other.isEmpty
        ? HTMLText.element("p", "Both sides have the same configuration.")
        : "<div class=\"scroll\"><table class=\"settings\">\(head)<tbody>\(other)</tbody></table></div>"
    }
    let title = sides.count == 2 ? "Identical settings" : "All settings"
    if !same.isEmpty {
      out +=
        "<details><summary>\(title)</summary><div class=\"scroll\"><table class=\"settings\">"
        + "\(head)<tbody>\(same)</tbody></table></div></details>"
    }
    for (side, style) in zip(sides, Charts.sides) {
      guard case .set(let members) = side.configuration,
        case .text(let text)? = members.first(where: { $0.name == "profileText" })?.value
      else { continue }
      out +=
        "<details><summary><i class=\"\(style)\"></i>The profile of "
        + "\(HTMLText.escaped(side.name))</summary><pre>\(HTMLText.escaped(text))</pre></details>"
    }
    return out + "</div>"
  }

  /// Returns every setting with its path.
  private static func settings(of value: Value, at path: String) -> [(name: String, value: String)]
  {
    switch value {
    case .set(let members):
      members.filter { !["profileText", "containers"].contains($0.name) }.flatMap {
        // Settings of the deployment have no prefix.
        settings(
          of: $0.value, at: path.isEmpty || path == "deployment" ? $0.name : "\(path).\($0.name)")
      }
    case .list(let items):
      items.isEmpty ? [] : [(path, items.map { text($0) }.joined(separator: " "))]
    default: [(path, text(value))]
    }
  }

  private static func text(_ value: Value) -> String {
    if case .text(let text) = value { return text }
    return JSON.line(value)
  }

  /// All answers, side by side.
  var answers: String {
    struct Place: Hashable {
      let block: Int
      let item: String?
      let number: Int
    }
    var counts: [String: Int] = [:]
    var places: [Place] = []
    var found: [Place: [Int: Measurement]] = [:]
    for measurement in measurements {
      // Concurrent requests of generated prompts have no id, so the sides are matched by position.
      let key = "\(measurement.block)|\(measurement.item ?? "")|\(measurement.side)"
      let number = counts[key, default: 0]
      counts[key] = number + 1
      let place = Place(block: measurement.block, item: measurement.item, number: number)
      if found[place] == nil { places.append(place) }
      found[place, default: [:]][measurement.side] = measurement
    }
    places.sort { ($0.item ?? "", $0.block, $0.number) < ($1.item ?? "", $1.block, $1.number) }
    let list = places.map { place in
      answer(place.item, place.block, names.indices.map { found[place]?[$0] })
    }.joined()
    let title = "\(places.count) \(places.count == 1 ? "question" : "questions")"
    return places.count > 24 || !task.isScored
      ? "<details class=\"card\"><summary>\(title)</summary><div>\(list)</div></details>"
      : "<div class=\"card\">\(list)</div>"
  }

  /// The number of characters of an answer that are shown.
  private static let shownCharacters = 20_000

  private func answer(_ item: String?, _ block: Int, _ sides: [Measurement?]) -> String {
    let condition = sides.compactMap { $0 }.first?.condition
    var title = item ?? "prompt \(block + 1)"
    if let length = condition?.promptTokens { title += ", \(length) tokens" }
    if let depth = condition?.depth { title += ", depth \(depth) %" }
    if let clients = condition?.clients, clients > 1 { title += ", \(clients) clients" }
    let badges = zip(Charts.sides, sides).map { style, measurement -> String in
      guard let measurement else { return "" }
      if let failure = measurement.failure {
        return "<span class=\"badge bad\">\(HTMLText.escaped(failure.kind.text))</span>"
      }
      guard let score = measurement.score else { return "" }
      let isGood = score.value >= 0.5
      return "<span class=\"badge \(isGood ? "good" : "bad")\"><i class=\"\(style)\"></i> "
        + "\(Number.score(score.value))</span>"
    }.joined()
    let prompt =
      item.flatMap { task.prompts[$0] }.map {
        HTMLText.element("div", class: "soft", "Prompt:") + HTMLText.element("pre", $0)
      } ?? ""
    let columns = zip(Charts.sides, sides.enumerated()).map { style, entry -> String in
      guard let measurement = entry.element else { return "" }
      var facts = "\(Number.short(measurement.latency * 1000)) ms"
      if let tokens = measurement.completionTokens { facts += ", \(tokens) tokens" }
      if let reason = measurement.score?.reason, !reason.isEmpty { facts += "; \(reason)" }
      if let failure = measurement.failure, !failure.detail.isEmpty {
        facts += "; \(failure.detail)"
      }
      let text = String(measurement.answer.prefix(Self.shownCharacters))
      let isCut = text.utf8.count < measurement.answer.utf8.count
      return "<div class=\"answer \(style)\">" + HTMLText.element("strong", names[entry.offset])
        + HTMLText.element("div", class: "soft", facts) + HTMLText.element("pre", text)
        + (isCut ? HTMLText.element("div", class: "soft", "(the rest is in the JSON report)") : "")
        + "</div>"
    }.joined()
    return "<details><summary>\(HTMLText.escaped(title))\(badges)</summary>\(prompt)"
      + "<div class=\"two\">\(columns)</div></details>"
  }
}
