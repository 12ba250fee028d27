/// Colours for a terminal, or none.
package struct Style {
  package let isColored: Bool

  /// For files and programs.
  package static let plain = Style(colored: false)

  package init(colored: Bool) { isColored = colored }

  package func bold(_ text: Shown) -> Shown { paint(text, "1") }
  package func error(_ text: Shown) -> Shown { paint(text, "1;31") }
  package func warning(_ text: Shown) -> Shown { paint(text, "1;33") }
  package func note(_ text: Shown) -> Shown { paint(text, "1;36") }
  package func good(_ text: Shown) -> Shown { paint(text, "32") }
  package func faint(_ text: Shown) -> Shown { paint(text, "2") }

  private func paint(_ text: Shown, _ code: String) -> Shown {
    isColored ? text.painted(code) : text
  }
}

/// Where a report is shown: with which colours, and how wide.
package struct Layout {
  package let style: Style
  /// The terminal's columns; nil for a file or a program, where lines are as long as they are.
  package let columns: Int?

  package init(_ style: Style, columns: Int?) {
    self.style = style
    self.columns = columns
  }
}
