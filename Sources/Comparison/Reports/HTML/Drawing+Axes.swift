import Pages

extension Drawing {
  /// Draws an axis below the picture, with vertical grid lines.
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

  /// Draws an axis at the left, with horizontal grid lines.
  mutating func verticalAxis(_ scale: Scale, left: Double, right: Double, unit: String) {
    for tick in scale.ticks(5) {
      let y = scale.place(tick)
      line((left, y), (right, y), class: "grid")
      text(Scale.label(tick), at: (left - 6, y + 4), anchor: "end")
    }
    text(unit, at: (4, 14), class: "unit")
  }
}
