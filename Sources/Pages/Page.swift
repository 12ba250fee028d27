/// An HTML page that loads nothing and runs no scripts.
package struct Page {
  private let title: String
  private let style: String
  private let parts: [String]

  /// - Parameters:
  ///   - style: CSS rules in addition to those of every page.
  ///   - parts: HTML elements, in order.
  package init(title: String, style: String, _ parts: [String]) {
    self.title = title
    self.style = style
    self.parts = parts
  }

  /// The text of the HTML file.
  package var html: String {
    // The policy forbids loading and running anything, even if some text was not escaped.
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
