import Values

/// A picture as inline SVG, in pixels of a narrow screen.
package struct Drawing {
  /// The width of every picture, in pixels of a narrow screen.
  package static let width = 360.0
  private let height: Double
  private let title: String
  private var body = ""

  /// - Parameter title: A description of the picture for screen readers.
  package init(height: Double, title: String) {
    self.height = height
    self.title = title
  }

  /// The picture as an SVG element.
  package var svg: String {
    "<svg viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(height))\" role=\"img\" "
      + "aria-label=\"\(HTMLText.escaped(title))\">\(body)</svg>"
  }

  /// Draws a line between two points.
  package mutating func line(
    _ from: (Double, Double), _ to: (Double, Double), class style: String
  ) {
    body +=
      "<line x1=\"\(Self.number(from.0))\" y1=\"\(Self.number(from.1))\" "
      + "x2=\"\(Self.number(to.0))\" y2=\"\(Self.number(to.1))\" class=\"\(style)\"/>"
  }

  /// Draws a line through points.
  package mutating func path(_ points: [(Double, Double)], class style: String) {
    guard points.count > 1 else { return }
    let text = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(Self.number(point.0)) \(Self.number(point.1))"
    }.joined()
    body += "<path d=\"\(text)\" class=\"\(style)\"/>"
  }

  /// Draws a filled polygon.
  package mutating func area(_ points: [(Double, Double)], class style: String) {
    let text = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    body += "<polygon points=\"\(text)\" class=\"\(style)\"/>"
  }

  /// Draws a filled circle with an optional tooltip.
  package mutating func dot(
    _ place: (Double, Double), radius: Double, class style: String, tip: String? = nil
  ) {
    let tip = tip.map { "<title>\(HTMLText.escaped($0))</title>" } ?? ""
    body +=
      "<circle cx=\"\(Self.number(place.0))\" cy=\"\(Self.number(place.1))\" "
      + "r=\"\(Self.number(radius))\" class=\"\(style)\">\(tip)</circle>"
  }

  /// Draws a filled box with an optional tooltip.
  package mutating func box(
    x: Double, y: Double, width: Double, height: Double, class style: String, tip: String? = nil
  ) {
    let tip = tip.map { "<title>\(HTMLText.escaped($0))</title>" } ?? ""
    body +=
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(max(0, width)))\" "
      + "height=\"\(Self.number(height))\" rx=\"2\" class=\"\(style)\">\(tip)</rect>"
  }

  /// Draws a text.
  ///
  /// - Parameter anchor: `start`, `middle` or `end`.
  package mutating func text(
    _ text: String, at place: (Double, Double), anchor: String = "start",
    class style: String = "label"
  ) {
    body +=
      "<text x=\"\(Self.number(place.0))\" y=\"\(Self.number(place.1))\" "
      + "text-anchor=\"\(anchor)\" class=\"\(style)\">\(HTMLText.escaped(text))</text>"
  }

  private static func number(_ value: Double) -> String { Number.trimmed(value) }
}
