import Profiles
import Text

/// Files that a script writes from here-documents.
extension ShellEvaluator {
  /// The endings of files with other contents than commands, and of texts for people.
  private static let ofTexts = [".md", ".txt", ".html", ".rst"]

  /// Reads the script that a command writes from a here-document: `cat > FILE <<EOF`, `tee FILE <<EOF`.
  ///
  /// - Returns: Whether it is a command that passes on or writes a here-document.
  mutating func writes(_ words: [ShellField], _ simple: ShellSimple) -> Bool {
    let before = passed
    passed = nil
    guard readsWritten, let first = words.first else { return false }
    let program = ShellWrappers.program(first)
    guard program == "cat" || program == "tee" else { return false }
    let number = simple.documents.last.flatMap { bodies.indices.contains($0) ? $0 : nil }
    let document =
      number.map { (text: bodies[$0], isQuoted: simple.quotedDocuments.contains($0)) }
      ?? (program == "tee" ? before : nil)
    guard let document else { return false }
    let operands = words.dropFirst().filter { $0.text.bytes.first != 0x2D }
    let files = program == "tee" ? operands : simple.outputs.flatMap { fields(of: $0) }
    guard let file = files.first else {
      // The next command of the pipe may write it.
      if program == "cat" { passed = document }
      return true
    }
    read(document.text, isQuoted: document.isQuoted, of: file)
    return true
  }

  /// Reads what the script writes to a file, or keeps the file's name if it is no simple script.
  private mutating func read(_ text: ShellText, isQuoted: Bool, of file: ShellField) {
    let name = file.text.string.split(separator: "/").last.map(String.init) ?? ""
    guard budget > 0, !Self.ofTexts.contains(where: name.hasSuffix), Self.namesServer(text.string)
    else { return }
    budget -= text.count
    let count = commands.count
    if Self.isScript(name, text), isQuoted || !Self.hasEscapes(text) {
      evaluate(text, ofFile: file, isQuoted: isQuoted)
    }
    if commands.count == count { unread.append(file) }
  }

  /// Evaluates a script that another one writes.
  private mutating func evaluate(_ text: ShellText, ofFile file: ShellField, isQuoted: Bool) {
    let outer = (variables, positional, faults)
    let count = commands.count
    backgrounds += 1
    inSubshell { evaluator in
      // The script runs later, without the variables of this one.
      if isQuoted { evaluator.variables = [:] }
      evaluator.positional = nil
      if file.text.bytes.contains(0x2F) { evaluator.setOpen(Self.folder) }
      evaluator.evaluate(text)
    }
    backgrounds -= 1
    (variables, positional) = (outer.0, outer.1)
    if commands.count == count { faults = outer.2 }
  }

  /// Whether a file is a script, by its name or its first line.
  private static func isScript(_ name: String, _ text: ShellText) -> Bool {
    let others = ["Dockerfile", "Containerfile", "Makefile", "Modelfile"]
    return text.bytes.starts(with: Array("#!".utf8))
      ? !text.string.prefix { !$0.isNewline }.contains("python")
      : [".sh", ".bash"].contains(where: name.hasSuffix)
        || !name.contains(".") && !others.contains(name)
  }

  /// Whether a here-document has signs that the shell keeps from their meaning until the script runs.
  private static func hasEscapes(_ text: ShellText) -> Bool {
    zip(text.bytes, text.bytes.dropFirst()).contains { first, second in
      first == 0x5C && [0x24, 0x60, 0x5C].contains(second)
    }
  }

  /// Whether a text has the name of a server's program or image.
  private static func namesServer(_ text: String) -> Bool {
    Recognition.programs.contains { text.contains($0.words.joined(separator: " ")) }
      || Runtimes.all.contains { $0.foreign.images.contains { text.contains($0) } }
  }
}
