package import Diagnostics
package import Profiles
import Schema
import Values
import YAML

/// A profile for another runtime: its text with keys renamed in place, so that comments and order
/// are kept.
///
/// A setting without a counterpart becomes a comment with the reason.
package struct MigratedProfile: Sendable {
  /// The outcome for one setting.
  package struct Step: Sendable {
    /// The full key: `tgi.num_shard`.
    package let key: String
    /// The outcome.
    package let outcome: Migrated
  }

  /// The original file.
  package let before: SourceFile
  /// The new profile's text.
  package let text: String
  /// The outcomes for all settings, in the order of the file.
  package let steps: [Step]
  /// The problems of the new profile.
  package let diagnostics: [Diagnostic]

  /// Migrates a profile.
  ///
  /// - Parameters:
  ///   - name: The new profile's name.
  ///   - model: The repository that it serves instead; nil for the same one.
  /// - Returns: Nil if the file is not a mapping or starts with a byte order mark.
  package init?(
    _ source: SourceFile, to target: MigrationTarget, name: String, model: String? = nil
  ) {
    before = source
    // First, move variables and arguments to their fields.
    let mended = SourceFile(path: source.path, text: MendedProfile(source).text)
    guard let root = Composer.compose(mended).value, let draft = Draft(mended, root),
      let profile = Profile.read(mended).value
    else { return nil }
    var work = draft
    work.rename(to: name)
    work.moveContainer(to: target)
    if let model { work.serve(model) }
    work.moveCommon(to: target)
    work.moveSection(of: profile.runtime.value, to: target)
    work.dropOwn(profile.isOwnVariable)
    text = work.lines.joined(separator: "\n")
    steps = work.steps.sorted { $0.place < $1.place }.map(\.step)
    diagnostics = Profile.read(SourceFile(path: source.path, text: text)).diagnostics
  }
}

/// The lines of a profile during the migration.
///
/// Lines keep their positions, and each line is changed from its end to its start, so that the
/// tree's positions stay valid.
private struct Draft {
  private let root: Node
  /// The outcomes, each with its place in the file.
  private(set) var steps: [(place: SourcePosition, step: MigratedProfile.Step)] = []
  private var changed: [String?]

  init?(_ source: SourceFile, _ root: Node) {
    guard source.textStart == 0, root.entries != nil,
      let text = String(validating: source.bytes, as: UTF8.self)
    else { return nil }
    self.root = root
    // Positions count scalars, but CR LF is a single Character in Swift.
    changed = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String(String.UnicodeScalarView($0)) }
  }

  /// The new text's lines.
  var lines: [String] { changed.compactMap { $0 } }

  private func section(_ key: String) -> Node.Entry? { root.entries?.first { $0.key == key } }

  // MARK: Parts

  mutating func rename(to name: String) {
    guard let entry = section("name") else { return }
    write([.init("name", .text(name))], at: entry)
  }

  mutating func serve(_ model: String) {
    for entry in (section("source")?.value.entries ?? []).reversed() {
      if entry.key == "model_id" {
        write([.init("model_id", .text(model))], at: entry)
        note(.carried([.init("model_id", .text(model))]), entry, "source.model_id")
      } else if entry.key == "revision" {
        drop(entry, "source.revision", "it belongs to another repository")
      }
    }
  }

  mutating func moveContainer(to target: MigrationTarget) {
    for entry in (section("container")?.value.entries ?? []).reversed() {
      switch entry.key {
      case "runtime": write([.init("runtime", .text(target.rawValue))], at: entry)
      case "image", "entrypoint": drop(entry, "container.\(entry.key)", "it belongs to TGI's image")
      default: break
      }
    }
  }

  mutating func moveCommon(to target: MigrationTarget) {
    let hasContext = section("parameters")?.value.entries?.contains { $0.key == "context_length" }
    for name in ["parameters", "performance"] {
      guard let section = section(name) else { continue }
      var isEmpty = true
      for entry in (section.value.entries ?? []).reversed() {
        guard let field = CommonField(rawValue: entry.key),
          let outcome = Migrated.common(
            field, entry.value.plain, to: target, hasContext: hasContext ?? false)
        else {
          isEmpty = false
          continue
        }
        carryOut(outcome, entry, name)
        if !outcome.isDropped { isEmpty = false }
      }
      if isEmpty { comment(section.keyRange.start.line - 1) }
    }
  }

  mutating func moveSection(of runtime: any Runtime.Type, to target: MigrationTarget) {
    guard let section = section(runtime.sectionKey) else { return }
    var isEmpty = true
    for entry in (section.value.entries ?? []).reversed() {
      let outcome = runtime.migrated(entry.key, entry.value.plain, to: target)
      carryOut(outcome, entry, runtime.sectionKey)
      if !outcome.isDropped { isEmpty = false }
    }
    let line = section.keyRange.start.line - 1
    if isEmpty {
      comment(line)
    } else {
      replace(section.keyRange, with: target.runtime.sectionKey, in: line)
    }
  }

  /// Drops variables and arguments that only TGI reads.
  mutating func dropOwn(_ isOwn: (String) -> Bool) {
    if let section = section("arguments") {
      drop(section, "arguments", "they are specific to TGI")
    }
    for entry in (section("environment")?.value.entries ?? []).reversed() where isOwn(entry.key) {
      drop(entry, "environment.\(entry.key)", "it is specific to TGI")
    }
  }

  // MARK: Lines

  private mutating func note(_ outcome: Migrated, _ entry: Node.Entry, _ key: String) {
    steps.append((entry.keyRange.start, MigratedProfile.Step(key: key, outcome: outcome)))
  }

  private mutating func carryOut(_ outcome: Migrated, _ entry: Node.Entry, _ section: String) {
    let key = "\(section).\(entry.key)"
    switch outcome {
    case .carried(let members), .changed(let members, _):
      write(members, at: entry)
      note(outcome, entry, key)
    case .dropped(let why): drop(entry, key, why)
    }
  }

  /// Replaces a setting with others: each on its own line, or within `{a: 1}`.
  private mutating func write(_ members: [Value.Member], at entry: Node.Entry) {
    let first = entry.keyRange.start.line - 1
    let texts = members.map { "\($0.name): \(Self.yaml($0.value))" }
    guard let line = changed[first] else { return }
    let start = entry.keyRange.start.column - 1
    let last = lastLine(of: entry.value)
    let indent = Self.text(line.unicodeScalars.prefix(start))
    guard indent.allSatisfy({ $0 == " " }) else {
      // In braces: replace from the key to the end of the value, on one line.
      let end = entry.value.range.end.column - 1
      let scalars = Array(line.unicodeScalars)
      guard last == first, end <= scalars.count else { return }
      changed[first] =
        Self.text(scalars[..<start]) + texts.joined(separator: ", ") + Self.text(scalars[end...])
      return
    }
    let rest =
      last == first
      ? Self.text(line.unicodeScalars.dropFirst(max(0, entry.value.range.end.column - 1))) : ""
    changed[first] = texts.map { indent + $0 }.joined(separator: "\n") + rest
    for index in (first + 1)..<max(first + 1, last + 1) { changed[index] = nil }
  }

  private mutating func drop(_ entry: Node.Entry, _ key: String, _ why: String) {
    note(.dropped(because: why), entry, key)
    let first = entry.keyRange.start.line - 1
    let last = lastLine(of: entry.value)
    guard let line = changed[first] else { return }
    let start = entry.keyRange.start.column - 1
    guard line.unicodeScalars.prefix(start).allSatisfy({ $0 == " " }) else {
      removeInBraces(entry, line, first)
      return
    }
    for index in first...max(first, last) { comment(index) }
    changed[first] =
      Self.text(line.unicodeScalars.prefix(start)) + "# \(why):\n" + (changed[first] ?? "")
  }

  private mutating func removeInBraces(_ entry: Node.Entry, _ line: String, _ index: Int) {
    let scalars = Array(line.unicodeScalars)
    var start = entry.keyRange.start.column - 1
    var end = entry.value.range.end.column - 1
    guard end <= scalars.count else { return }
    while end < scalars.count, scalars[end] == " " { end += 1 }
    if end < scalars.count, scalars[end] == "," {
      end += 1
      while end < scalars.count, scalars[end] == " " { end += 1 }
    } else {
      while start > 0, scalars[start - 1] == " " || scalars[start - 1] == "," { start -= 1 }
    }
    changed[index] = Self.text(scalars[..<start]) + Self.text(scalars[end...])
  }

  private mutating func comment(_ index: Int) {
    guard let line = changed[index], !line.isEmpty else { return }
    let indent = line.prefix { $0 == " " }
    changed[index] = "\(indent)# \(line.dropFirst(indent.count))"
  }

  private mutating func replace(_ range: SourceRange, with text: String, in index: Int) {
    guard let line = changed[index] else { return }
    let scalars = Array(line.unicodeScalars)
    changed[index] =
      Self.text(scalars[..<(range.start.column - 1)]) + text
      + Self.text(scalars[(range.end.column - 1)...])
  }

  /// Returns the last line of a value.
  private func lastLine(of node: Node) -> Int {
    switch node.content {
    case .scalar:
      // A block of text ends where the next token begins.
      let end = node.range.end
      return end.column == 1 && end.line > node.range.start.line ? end.line - 2 : end.line - 1
    case .sequence(let items):
      return items.map(lastLine).max() ?? node.range.end.line - 1
    case .mapping(let entries):
      return entries.map { lastLine(of: $0.value) }.max() ?? node.range.end.line - 1
    }
  }

  private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static func yaml(_ value: Value) -> String {
    switch value {
    case .text(let text)
    where text.allSatisfy({ $0.isLetter || $0.isNumber || "_-./".contains($0) })
      && text.first?.isLetter == true:
      text
    default: JSON.line(value)
    }
  }
}

extension Node {
  /// The node as plain data: an unquoted scalar is a number or truth value where possible.
  fileprivate var plain: Value {
    switch content {
    case .scalar(let scalar):
      guard scalar.isPlain else { return .text(scalar.text) }
      return Bool(scalar.text).map(Value.boolean) ?? Int(scalar.text).map(Value.integer)
        ?? Double(scalar.text).map(Value.number) ?? .text(scalar.text)
    case .sequence(let items): return .list(items.map(\.plain))
    case .mapping(let entries): return .set(entries.map { .init($0.key, $0.value.plain) })
    }
  }
}

extension MigratedProfile {
  /// Whether the new profile has errors and cannot be served.
  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
