import Host

/// Colours for a terminal, or none.
struct Style {
  let isColored: Bool

  init(for stream: Terminal.Stream) { isColored = Terminal.wantsColor(stream) }
  /// For files and programs.
  static let plain = Style(colored: false)

  init(colored: Bool) { isColored = colored }

  func bold(_ text: Shown) -> Shown { paint(text, "1") }
  func error(_ text: Shown) -> Shown { paint(text, "1;31") }
  func warning(_ text: Shown) -> Shown { paint(text, "1;33") }
  func note(_ text: Shown) -> Shown { paint(text, "1;36") }
  func good(_ text: Shown) -> Shown { paint(text, "32") }
  func faint(_ text: Shown) -> Shown { paint(text, "2") }

  private func paint(_ text: Shown, _ code: String) -> Shown {
    isColored ? text.painted(code) : text
  }
}
