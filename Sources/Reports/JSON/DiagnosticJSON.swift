package import Diagnostics
package import Values

extension Diagnostic {
  /// The diagnostic for programs.
  ///
  /// Positions count from 1, columns are Unicode code points, and the end is after the last one.
  package var value: Value {
    .set(
      location.members + [
        .init("severity", .text(severity.rawValue)), .init("code", .text(rule.code)),
        .init("message", .text(message)), .init("help", .texts(help)),
        .init(
          "notes",
          .list(notes.map { .set($0.location.members + [.init("message", .text($0.message))]) })),
      ])
  }
}

extension SourceLocation {
  fileprivate var members: [Value.Member] {
    guard let range else { return [.init("file", .text(path))] }
    return [
      .init("file", .text(path)),
      .init("line", .integer(range.start.line)), .init("column", .integer(range.start.column)),
      .init("end_line", .integer(range.end.line)), .init("end_column", .integer(range.end.column)),
    ]
  }
}
