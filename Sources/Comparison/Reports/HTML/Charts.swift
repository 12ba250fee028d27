import Pages
import Values

/// The charts of a report.
struct Charts {
  let report: ComparisonReport
  let analysis: Analysis

  /// The CSS classes of the sides' colors.
  static let sides = ["a", "b"]

  /// Returns a chart of the distribution of a metric on each side.
  func distribution(_ row: Analysis.Row) -> String {
    let rowHeight = 64.0
    let bottom = Double(row.sides.count) * rowHeight + 6
    var drawing = Drawing(height: bottom + 38, title: "Distribution of \(row.metric.title)")
    let values = row.sides.map { $0.sorted.map(row.metric.scaled) }
    let scale = Scale(values.flatMap { $0 }, from: 12, to: Drawing.width - 12)
    drawing.horizontalAxis(
      scale, top: 4, bottom: bottom, unit: row.metric.unit(of: report.task.kind))
    for (side, values) in values.enumerated() where !values.isEmpty {
      let middle = (Double(side) + 0.5) * rowHeight + 4
      let style = Self.sides[side]
      // The golden ratio spreads the dots, so that neighbors do not overlap.
      for (index, value) in Self.thinned(values).enumerated() {
        let offset = (Double(index) * 0.618_034).truncatingRemainder(dividingBy: 1) - 0.5
        drawing.dot((scale.place(value), middle + offset * 34), radius: 2.6, class: "dot \(style)")
      }
      let sample = Sample(values)
      let quarter = scale.place(sample.percentile(25))
      drawing.box(
        x: quarter, y: middle - 9, width: scale.place(sample.percentile(75)) - quarter, height: 18,
        class: "range \(style)")
      let median = scale.place(sample.median)
      drawing.line((median, middle - 15), (median, middle + 15), class: "median \(style)")
    }
    return drawing.svg
  }

  /// Returns every nth value, so that single dots remain visible.
  private static func thinned(_ values: [Double]) -> [Double] {
    let step = max(1, values.count / 400)
    return stride(from: 0, to: values.count, by: step).map { values[$0] }
  }

  /// A chart of latency against prompt length; nil if all prompts have the same length.
  var lengths: String? {
    struct Point {
      let length: Double
      let sample: Sample
    }
    let groups = report.names.indices.map { side -> [Int: [Point]] in
      let own = report.measurements.filter { $0.side == side && $0.failure == nil }
      return Dictionary(grouping: own, by: \.condition.clients).mapValues { measurements in
        let byLength = Dictionary(grouping: measurements) { measurement in
          measurement.condition.promptTokens ?? 0
        }
        return byLength.compactMap { length, group in
          // The measured length, if the server reports it.
          let counts = group.compactMap(\.promptTokens)
          let mean = counts.isEmpty ? Double(length) : Sample(counts.map(Double.init)).median
          return mean > 0
            ? Point(length: mean, sample: Sample(group.map { $0.latency * 1000 })) : nil
        }.sorted { $0.length < $1.length }
      }
    }
    let points = groups.flatMap { $0.values.flatMap { $0 } }
    guard Set(points.map { Int($0.length / 8) }).count > 1 else { return nil }
    let (left, right, top, bottom) = (52.0, Drawing.width - 12, 26.0, 236.0)
    var drawing = Drawing(height: bottom + 38, title: "Latency against the length of the prompt")
    let horizontal = Scale(points.map(\.length), from: left + 8, to: right - 8)
    let vertical = Scale(
      points.flatMap { [$0.sample.percentile(5), $0.sample.percentile(95)] }, from: bottom, to: top)
    drawing.verticalAxis(vertical, left: left, right: right, unit: "ms to the end of the answer")
    drawing.horizontalAxis(
      horizontal, top: top, bottom: bottom, unit: "tokens in the prompt", ticks: 6)
    for (side, byClients) in groups.enumerated() {
      let style = Self.sides[side]
      for (index, clients) in byClients.keys.sorted().enumerated() {
        let points = byClients[clients] ?? []
        let places = points.map { (horizontal.place($0.length), vertical.place($0.sample.median)) }
        if points.count > 1 {
          drawing.area(
            points.map { (horizontal.place($0.length), vertical.place($0.sample.percentile(95))) }
              + points.reversed().map {
                (horizontal.place($0.length), vertical.place($0.sample.percentile(5)))
              }, class: "band \(style)")
        }
        drawing.path(places, class: "curve \(style)\(index > 0 ? " dashed" : "")")
        for (place, point) in zip(places, points) {
          drawing.dot(
            place, radius: 3.5, class: "mark \(style)",
            tip:
              "\(report.names[side]), \(clients) clients: \(Number.short(point.sample.median)) ms")
        }
      }
    }
    return drawing.svg
  }

  /// A chart of score against latency; nil if there are no scores or no times.
  var scoreAgainstSpeed: String? {
    guard let scores = analysis.scores,
      let row = analysis.rows.first(where: { $0.metric == .latency })
    else { return nil }
    let (left, right, top, bottom) = (52.0, Drawing.width - 16, 26.0, 236.0)
    var drawing = Drawing(height: bottom + 38, title: "Score against latency")
    let samples = row.sides.map { Sample($0.sorted.map { $0 * 1000 }) }
    let horizontal = Scale(
      samples.flatMap { [$0.percentile(25), $0.percentile(75)] }, from: left + 16, to: right - 16)
    let vertical = Scale(low: 0, high: 1.04, from: bottom, to: top)
    drawing.verticalAxis(vertical, left: left, right: right, unit: "score with 95 % interval")
    drawing.horizontalAxis(
      horizontal, top: top, bottom: bottom, unit: "ms per answer, middle half of the answers")
    for (side, sample) in samples.enumerated() where sample.count > 0 {
      let style = Self.sides[side]
      let place = (horizontal.place(sample.median), vertical.place(scores.means[side]))
      drawing.line(
        (horizontal.place(sample.percentile(25)), place.1),
        (horizontal.place(sample.percentile(75)), place.1), class: "whisker \(style)")
      if let interval = scores.intervals[side] {
        drawing.line(
          (place.0, vertical.place(interval.lower)), (place.0, vertical.place(interval.upper)),
          class: "whisker \(style)")
      }
      drawing.dot(place, radius: 6, class: "mark \(style)", tip: report.names[side])
    }
    return drawing.svg
  }

  /// A chart of how many times better the first side is in each metric; nil for one side.
  var ratios: String? {
    let rows = analysis.rows.compactMap { row in row.ratio.map { (row.metric, $0) } }
    guard !rows.isEmpty else { return nil }
    let rowHeight = 46.0
    let bottom = Double(rows.count) * rowHeight + 8
    var drawing = Drawing(height: bottom + 38, title: "How many times better the first side is")
    let reach =
      rows.flatMap { [$0.1.interval.lower, $0.1.interval.upper] }
      .map { max($0, 1 / $0) }.max() ?? 1
    let ends = [1 / max(reach, 1.1), max(reach, 1.1)]
    let scale = Scale(ends, from: 14, to: Drawing.width - 14, logarithmic: true)
    let ticks = [0.1, 0.2, 0.5, 0.8, 0.9, 1, 1.1, 1.25, 2, 5, 10].filter {
      $0 >= ends[0] && $0 <= ends[1]
    }
    // Lines cross only the dots, and not the labels above them.
    let bands = rows.indices.map { (Double($0) + 0.68) * rowHeight + 4 }
    for tick in ticks where reach < 1.6 || [0.1, 0.2, 0.5, 1, 2, 5, 10].contains(tick) {
      for y in bands {
        drawing.line(
          (scale.place(tick), y - 9), (scale.place(tick), y + 9), class: tick == 1 ? "one" : "grid")
      }
      drawing.text(
        Scale.label(tick), at: (scale.place(tick), bottom + 16), anchor: "middle")
    }
    for ((metric, ratio), y) in zip(rows, bands) {
      let isClear = !ratio.interval.contains(1)
      let style = isClear ? Self.sides[ratio.value > 1 ? 0 : 1] : "none"
      drawing.text(
        "\(metric.title): \(Number.ratio(ratio.value)) times, \(Number.ratio(ratio.interval.lower)) to "
          + Number.ratio(ratio.interval.upper), at: (14, y - 13))
      drawing.line(
        (scale.place(ratio.interval.lower), y), (scale.place(ratio.interval.upper), y),
        class: "whisker \(style)")
      drawing.dot((scale.place(ratio.value), y), radius: 5, class: "mark \(style)")
    }
    drawing.text("\(report.names[1]) better", at: (14, bottom + 32), class: "unit")
    drawing.text(
      "\(report.names[0]) better", at: (Drawing.width - 14, bottom + 32), anchor: "end",
      class: "unit")
    return drawing.svg
  }
}
