import Diagnostics

/// Commands of other programs, and files that a script reads with `source` or `.`, in its folder.
extension ShellEvaluator {
  /// Evaluates a command that another program starts without a shell.
  mutating func run(_ words: [ShellField]) {
    guard let first = words.first else { return }
    var simple = ShellSimple()
    simple.words = [ShellWord(start: first.start, end: first.end)]
    run(words, [], simple, after: nil)
  }

  /// Evaluates the command of `docker exec`; returns whether it is one that loads no model.
  mutating func runInside(_ words: [ShellField], _ simple: ShellSimple) -> Bool {
    guard container == nil, let inside = RunLine.inside(words), CommandSource.pull(words) == nil
    else { return false }
    container = inside.container.text.string
    backgrounds += 1
    run(Array(inside.words), [], simple, after: nil)
    backgrounds -= 1
    container = nil
    return true
  }

  /// Evaluates a file of the script's folder, which sets variables for the script.
  mutating func source(_ field: ShellField) {
    guard let path = path(ofSource: field) else {
      unreadSources.append(field)
      return
    }
    sources.insert(path)
    guard let file = files[path], running.count < 8, budget > 0 else { return }
    let (text, _) = ShellFault.text(of: file)
    budget -= text.count
    running.append(path)
    let outer = faults
    // What it sets has the place of the command.
    evaluate(ShellText(text.string, at: ShellText([0x20], at: field.start)))
    sourced.insert(field.start)
    faults = outer
    running.removeLast()
  }

  /// Returns the path of a file below the script's folder; nil if it may be elsewhere.
  private func path(ofSource field: ShellField) -> String? {
    let text = field.text
    guard !field.isList, !text.isEmpty else { return nil }
    guard text.isOpen else {
      guard case .ofScript = currentFolder else { return nil }
      return NearbyFiles.path(of: text.string)
    }
    // `$(dirname "$0")/file`, and a variable with it.
    let end = (text.bytes.indices.last { text.isOpen(at: $0) } ?? 0) + 1
    let head = text.part(0..<end).string
    let tail = text.part(end..<text.count).string
    guard ["dirname", "BASH_SOURCE", "{0%/*}"].contains(where: head.contains), tail.hasPrefix("/")
    else { return nil }
    return NearbyFiles.path(of: String(tail.dropFirst()))
  }
}
