import Diagnostics
import Glibc
import Targets

/// Ends the process with a reason, which `precondition` keeps to itself in an optimised build.
func require(_ holds: Bool, _ reason: @autoclosure () -> String) {
  guard !holds else { return }
  let line = Array((reason() + "\n").utf8)
  _ = write(STDERR_FILENO, line, line.count)
  abort()
}

/// What holds whatever the input is.
enum Invariants {
  /// Diagnostics point into their file, and what is printed of them is short and on one line.
  static func check(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics.sorted() {
      check(diagnostic.location)
      check(diagnostic.message)
      diagnostic.help.forEach(check)
      for note in diagnostic.notes {
        check(note.location)
        check(note.message)
      }
    }
  }

  private static func check(_ message: String) {
    require(!message.isEmpty && message.utf8.count < 4096, "a message without measure")
    require(
      !message.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) },
      "a message with control characters: \(message.debugDescription)")
  }

  private static func check(_ location: SourceLocation) {
    guard let range = location.range, let source = location.source else { return }
    for position in [range.start, range.end] {
      let line = source.line(position.line) ?? ""
      require(source.line(position.line) != nil, "line \(position.line) is not in the file")
      // One past the end: a line's end mark, or where something is missing.
      require(
        position.column <= line.unicodeScalars.count + 1,
        "column \(position.column) is not in line \(position.line)")
    }
  }

  /// Files keep their names below the folder, and no line of a unit starts a new one.
  static func check(_ files: [RenderedFile]) {
    require(Set(files.map(\.path)).count == files.count, "a file would be written twice")
    for file in files {
      require(
        !file.path.hasPrefix("/")
          && !file.path.utf8.split(separator: 0x2F).contains {
            $0.elementsEqual("..".utf8)
          }, "a file outside the folder: \(file.path)")
      require(file.text.utf8.last == 0x0A, "a file without an end")
      require(!Secrets.looksSecret(file.text), "a token in a generated file")
    }
  }
}
