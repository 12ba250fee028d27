/// A page that loads nothing, runs nothing, and shows every text as text.
package struct Page {
  private let title: String
  private let style: String
  private let parts: [String]

  /// - Parameters:
  ///   - style: Rules beside those that every page has.
  ///   - parts: Elements, in their order.
  package init(title: String, style: String, _ parts: [String]) {
    self.title = title
    self.style = style
    self.parts = parts
  }

  /// As a file.
  package var html: String {
    // Nothing may be loaded or run, even if a text got through as markup.
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(HTMLText.escaped(title))</title>
    <style>
    \(PageStyle.base)
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(parts.joined())
    </main>
    </body>
    </html>

    """
  }
}
