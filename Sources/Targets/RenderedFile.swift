/// A generated file below the output folder.
package struct RenderedFile: Sendable {
  /// The content of a file.
  private enum Content {
    case text(String)
    /// A long text in parts, each rendered when it is needed.
    case parts(count: Int, @Sendable (Int) -> String)
  }

  /// The relative path, with `/`: `quadlet/tgi-primary.container`.
  package let path: String
  private let content: Content

  /// Creates a file with a text.
  package init(path: String, text: String) { self.init(path, .text(text)) }

  /// Creates a file whose text is never in memory as a whole, unless it is asked for.
  ///
  /// - Parameters:
  ///   - parts: The number of parts.
  ///   - part: Returns a part of the text, which is the same each time.
  init(path: String, parts: Int, _ part: @escaping @Sendable (Int) -> String) {
    self.init(path, .parts(count: parts, part))
  }

  private init(_ path: String, _ content: Content) {
    self.path = path
    self.content = content
  }

  /// Returns the same file at another path.
  func at(_ path: String) -> RenderedFile { RenderedFile(path, content) }

  /// The whole content.
  package var text: String {
    if case .text(let text) = content { return text }
    return (0..<partCount).reduce(into: "") { $0 += part($1) }
  }

  /// The number of parts of the content, at least one.
  package var partCount: Int {
    if case .parts(let count, _) = content { count } else { 1 }
  }

  /// Returns a part of the content.
  package func part(_ index: Int) -> String {
    switch content {
    case .text(let text): text
    case .parts(_, let part): part(index)
    }
  }
}

extension RenderedFile: Equatable {
  package static func == (left: RenderedFile, right: RenderedFile) -> Bool {
    left.path == right.path && left.text == right.text
  }
}
