import Values

/// A picture as inline SVG, in pixels of a narrow screen.
package struct Drawing {
  /// In pixels of a narrow screen.
  package static let width = 360.0
  private let height: Double
  private let title: String
  private var body = ""

  /// - Parameter title: What it shows, for those who hear the page.
  package init(height: Double, title: String) {
    self.height = height
    self.title = title
  }

  /// As an element of a page.
  package var svg: String {
    "<svg viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(height))\" role=\"img\" "
      + "aria-label=\"\(HTMLText.escaped(title))\">\(body)</svg>"
  }

  /// A line from one place to another.
  package mutating func line(
    _ from: (Double, Double), _ to: (Double, Double), class style: String
  ) {
    body +=
      "<line x1=\"\(Self.number(from.0))\" y1=\"\(Self.number(from.1))\" "
      + "x2=\"\(Self.number(to.0))\" y2=\"\(Self.number(to.1))\" class=\"\(style)\"/>"
  }

  /// A line through points.
  package mutating func path(_ points: [(Double, Double)], class style: String) {
    guard points.count > 1 else { return }
    let text = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(Self.number(point.0)) \(Self.number(point.1))"
    }.joined()
    body += "<path d=\"\(text)\" class=\"\(style)\"/>"
  }

  /// A filled shape through points.
  package mutating func area(_ points: [(Double, Double)], class style: String) {
    let text = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    body += "<polygon points=\"\(text)\" class=\"\(style)\"/>"
  }

  /// A filled circle; what it says where a pointer rests on it.
  package mutating func dot(
    _ place: (Double, Double), radius: Double, class style: String, tip: String? = nil
  ) {
    let tip = tip.map { "<title>\(HTMLText.escaped($0))</title>" } ?? ""
    body +=
      "<circle cx=\"\(Self.number(place.0))\" cy=\"\(Self.number(place.1))\" "
      + "r=\"\(Self.number(radius))\" class=\"\(style)\">\(tip)</circle>"
  }

  /// A filled box; what it says where a pointer rests on it.
  package mutating func box(
    x: Double, y: Double, width: Double, height: Double, class style: String, tip: String? = nil
  ) {
    let tip = tip.map { "<title>\(HTMLText.escaped($0))</title>" } ?? ""
    body +=
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(max(0, width)))\" "
      + "height=\"\(Self.number(height))\" rx=\"2\" class=\"\(style)\">\(tip)</rect>"
  }

  /// A text.
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
