/// Colours for a terminal, or none.
package struct Style {
  /// Whether escape sequences are written at all.
  package let isColored: Bool

  /// For files and programs.
  package static let plain = Style(colored: false)

  /// With colours, or plain.
  package init(colored: Bool) { isColored = colored }

  /// Text that stands out.
  package func bold(_ text: Shown) -> Shown { paint(text, "1") }
  /// Text in the colour of errors.
  package func error(_ text: Shown) -> Shown { paint(text, "1;31") }
  /// Text in the colour of warnings.
  package func warning(_ text: Shown) -> Shown { paint(text, "1;33") }
  /// Text in the colour of notes.
  package func note(_ text: Shown) -> Shown { paint(text, "1;36") }
  /// Text in the colour of what is right, and of help.
  package func good(_ text: Shown) -> Shown { paint(text, "32") }
  /// Text that stands back.
  package func faint(_ text: Shown) -> Shown { paint(text, "2") }

  private func paint(_ text: Shown, _ code: String) -> Shown {
    isColored ? text.painted(code) : text
  }
}

/// Where a report is shown: with which colours, and how wide.
package struct Layout {
  /// How words are painted.
  package let style: Style
  /// The terminal's columns; nil for a file or a program, where lines are as long as they are.
  package let columns: Int?

  package init(_ style: Style, columns: Int?) {
    self.style = style
    self.columns = columns
  }
}
