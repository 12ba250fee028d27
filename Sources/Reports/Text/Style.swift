/// Colours for a terminal, or none.
package struct Style {
  /// Whether escape sequences are written.
  package let isColored: Bool

  /// The style for files and programs.
  package static let plain = Style(colored: false)

  /// Creates a style with colours or without.
  package init(colored: Bool) { isColored = colored }

  /// Returns emphasized text.
  package func bold(_ text: Shown) -> Shown { paint(text, "1") }
  /// Returns text in the colour of errors.
  package func error(_ text: Shown) -> Shown { paint(text, "1;31") }
  /// Returns text in the colour of warnings.
  package func warning(_ text: Shown) -> Shown { paint(text, "1;33") }
  /// Returns text in the colour of notes.
  package func note(_ text: Shown) -> Shown { paint(text, "1;36") }
  /// Returns text in the colour of success and help.
  package func good(_ text: Shown) -> Shown { paint(text, "32") }
  /// Returns faint text.
  package func faint(_ text: Shown) -> Shown { paint(text, "2") }

  private func paint(_ text: Shown, _ code: String) -> Shown {
    isColored ? text.painted(code) : text
  }
}

/// The style and width of the place where a report is shown.
package struct Layout {
  /// The style of the words.
  package let style: Style
  /// The terminal's columns; nil for a file or a program, where lines have no limit.
  package let columns: Int?

  package init(_ style: Style, columns: Int?) {
    self.style = style
    self.columns = columns
  }
}
