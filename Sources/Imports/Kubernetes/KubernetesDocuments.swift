import Diagnostics
import Schema
import Text
import YAML

/// The documents of a file of Kubernetes, each as a tree with places in the file.
struct KubernetesDocuments {
  /// The objects, those of lists included.
  private(set) var objects: [Node] = []
  /// The problems of documents that cannot be read.
  private(set) var diagnostics: [Diagnostic] = []

  /// Divides a file at its lines with `---`, and reads each part.
  ///
  /// Together, the documents have no more values than one file of amm may have.
  init(_ source: SourceFile) {
    var start = source.textStart
    var line = 1
    var left = Composer.Limits.nodes
    while start < source.bytes.count {
      let part = Self.part(of: source.bytes, from: start)
      defer {
        start = part.end
        line += part.lines
      }
      guard part.hasContent else { continue }
      let text = SourceFile(path: source.path, bytes: Array(source.bytes[start..<part.end]))
      let tree = Composer.composeForeign(text, nodeLimit: max(1, left))
      let isTemplate = String(decoding: text.bytes, as: UTF8.self).holds("{{")
      let help = isTemplate ? ["run 'helm template' first, and import what it prints"] : nil
      diagnostics += tree.repeated.map { $0.moved(to: source, by: line - 1, help: nil).asWarning }
      diagnostics += tree.outcome.diagnostics.map {
        $0.moved(to: source, by: line - 1, help: help)
      }
      guard let root = tree.outcome.value?.moved(byLines: line - 1) else { continue }
      left -= root.count
      if root["kind"]?.scalar?.text == "List", let items = root["items"]?.items {
        objects += items
      } else {
        objects.append(root)
      }
    }
  }

  /// Returns the end of the document at a place, its lines, and whether it has more than comments.
  private static func part(
    of bytes: [UInt8], from start: Int
  ) -> (end: Int, lines: Int, hasContent: Bool) {
    var index = start
    var lines = 0
    var hasContent = false
    while index < bytes.count {
      let end = bytes[index...].firstIndex(of: 0x0A) ?? bytes.count
      let line = bytes[index..<end]
      let isMark =
        line.starts(with: [0x2D, 0x2D, 0x2D])
        && (line.count == 3 || [0x20, 0x09, 0x0D].contains(line[line.startIndex + 3]))
      if isMark, index > start { return (index, lines, hasContent) }
      let first = line.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
      if let first, first != 0x23, !isMark || line.count > 5 { hasContent = true }
      lines += 1
      index = min(end + 1, bytes.count)
    }
    return (bytes.count, lines, hasContent)
  }
}

extension Diagnostic {
  /// The problem of a repeated key, of which kubectl uses the last one, and kustomize refuses the file.
  fileprivate var asWarning: Diagnostic {
    Diagnostic(ImportRules.value, at: location, message, help: help, notes: notes)
  }

  fileprivate func moved(to source: SourceFile, by lines: Int, help other: [String]?) -> Diagnostic
  {
    Diagnostic(
      rule, at: SourceLocation(source, (location.range ?? .fileStart).moved(byLines: lines)),
      message, help: other ?? help,
      notes: notes.map { note in
        .init(
          SourceLocation(source, (note.location.range ?? .fileStart).moved(byLines: lines)),
          note.message)
      })
  }
}
