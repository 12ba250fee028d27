/// A picture as inline SVG, in pixels of a narrow screen.
struct Drawing {
  static let width = 360.0
  private let height: Double
  private let title: String
  private var body = ""

  /// - Parameter title: What it shows, for those who hear the page.
  init(height: Double, title: String) {
    self.height = height
    self.title = title
  }

  var svg: String {
    "<svg viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(height))\" role=\"img\" "
      + "aria-label=\"\(HTMLText.escaped(title))\">\(body)</svg>"
  }

  mutating func line(
    _ from: (Double, Double), _ to: (Double, Double), class style: String
  ) {
    body +=
      "<line x1=\"\(Self.number(from.0))\" y1=\"\(Self.number(from.1))\" "
      + "x2=\"\(Self.number(to.0))\" y2=\"\(Self.number(to.1))\" class=\"\(style)\"/>"
  }

  mutating func path(_ points: [(Double, Double)], class style: String) {
    guard points.count > 1 else { return }
    let text = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(Self.number(point.0)) \(Self.number(point.1))"
    }.joined()
    body += "<path d=\"\(text)\" class=\"\(style)\"/>"
  }

  /// A filled shape through points.
  mutating func area(_ points: [(Double, Double)], class style: String) {
    let text = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    body += "<polygon points=\"\(text)\" class=\"\(style)\"/>"
  }

  mutating func dot(
    _ place: (Double, Double), radius: Double, class style: String, tip: String? = nil
  ) {
    let tip = tip.map { "<title>\(HTMLText.escaped($0))</title>" } ?? ""
    body +=
      "<circle cx=\"\(Self.number(place.0))\" cy=\"\(Self.number(place.1))\" "
      + "r=\"\(Self.number(radius))\" class=\"\(style)\">\(tip)</circle>"
  }

  mutating func box(
    x: Double, y: Double, width: Double, height: Double, class style: String
  ) {
    body +=
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(max(0, width)))\" "
      + "height=\"\(Self.number(height))\" rx=\"2\" class=\"\(style)\"/>"
  }

  /// - Parameter anchor: `start`, `middle` or `end`.
  mutating func text(
    _ text: String, at place: (Double, Double), anchor: String = "start",
    class style: String = "label"
  ) {
    body +=
      "<text x=\"\(Self.number(place.0))\" y=\"\(Self.number(place.1))\" "
      + "text-anchor=\"\(anchor)\" class=\"\(style)\">\(HTMLText.escaped(text))</text>"
  }

  /// An axis below the picture, with lines up into it.
  mutating func horizontalAxis(
    _ scale: Scale, top: Double, bottom: Double, unit: String, ticks: Int = 5
  ) {
    for tick in scale.ticks(ticks) {
      let x = scale.place(tick)
      line((x, top), (x, bottom), class: "grid")
      text(Scale.label(tick), at: (x, bottom + 16), anchor: "middle")
    }
    text(unit, at: (Self.width - 4, bottom + 32), anchor: "end", class: "unit")
  }

  /// An axis at the left, with lines across the picture.
  mutating func verticalAxis(_ scale: Scale, left: Double, right: Double, unit: String) {
    for tick in scale.ticks(5) {
      let y = scale.place(tick)
      line((left, y), (right, y), class: "grid")
      text(Scale.label(tick), at: (left - 6, y + 4), anchor: "end")
    }
    text(unit, at: (4, 14), class: "unit")
  }

  private static func number(_ value: Double) -> String {
    let text = Number.fixed(value, digits: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
