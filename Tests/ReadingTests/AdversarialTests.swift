import Diagnostics
import Foundation
import Profiles
import TestSupport
import Testing
import Values
import YAML

/// Files that were made to do harm, or were damaged: each is accepted or refused, nothing crashes,
/// and whatever is said points into the file.
struct AdversarialTests {
  private static let valid = """
    name: demo # é
    source: {type: huggingface, model_id: o/m}
    container:
      runtime: tgi
    tags: [a, "b"]
    parameters: &p
      max_input_length: 99
    environment:
      A: 'it''s'
    notes: |
      1

    """

  private func read(_ bytes: some Sequence<UInt8>) -> Outcome<Profile> {
    Profile.read(SourceFile(path: "x.yaml", bytes: Array(bytes)))
  }

  private func codes(_ text: String) -> [String] {
    read(text.utf8).diagnostics.map(\.rule.code)
  }

  /// What is wrong with the outcome itself; nil when nothing is.
  private static func problem(of outcome: Outcome<Profile>) -> String? {
    if outcome.value == nil, !outcome.diagnostics.contains(where: { $0.severity == .error }) {
      return "refused without a word"
    }
    for diagnostic in outcome.diagnostics {
      for location in [diagnostic.location] + diagnostic.notes.map(\.location) {
        guard let source = location.source, let range = location.range else { continue }
        for place in [range.start, range.end] {
          guard let line = source.line(place.line) else { return "no line \(place.line)" }
          guard place.column <= line.unicodeScalars.count + 1 else {
            return "no column \(place.column) in line \(place.line)"
          }
        }
      }
    }
    return nil
  }

  @Test func `the file that is damaged is right`() {
    #expect(!read(Self.valid.utf8).diagnostics.hasMistakes)
  }

  @Test func `every truncation is accepted or refused`() {
    let bytes = Array(Self.valid.utf8)
    var refused = 0
    for count in 0..<bytes.count {
      let outcome = read(bytes[..<count])
      let problem = Self.problem(of: outcome)
      #expect(problem == nil, "cut after \(count) bytes")
      refused += outcome.value == nil ? 1 : 0
    }
    #expect(refused > 60)
  }

  /// Each value at each place; the places are shared out, so that all cores work.
  @Test(arguments: 0..<16)
  func `every single changed byte is accepted or refused`(share: Int) {
    var bytes = Array(Self.valid.utf8)
    var refused = 0
    for place in bytes.indices
    where place % 16 == share && (place / 16).isMultiple(of: Sampling.every(3)) {
      let original = bytes[place]
      for value in UInt8.min...UInt8.max {
        bytes[place] = value
        let outcome = read(bytes)
        if let problem = Self.problem(of: outcome) {
          Issue.record("byte \(place) as \(value): \(problem)")
        }
        refused += outcome.value == nil ? 1 : 0
      }
      bytes[place] = original
    }
    #expect(refused > 100)
  }

  /// There libyaml takes one more line for begun.
  @Test(arguments: ["- ?", "?", "name: x\n?", "a: {b: ?", "- -", "&a", "x: !!str", "é: é\n- ?"])
  func `what is missing at the end of a file is missing inside it`(text: String) {
    let outcome = read(text.utf8)
    #expect(outcome.diagnostics.hasErrors)
    #expect(Self.problem(of: outcome) == nil)
  }

  @Test func `aliases of aliases are counted, not followed`() {
    var text = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...60 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(codes(text) == ["too-many-nodes"])
    // Merged into each other, they are mappings of the same few keys.
    var merges = "m0: &m0 {a: 1}\n"
    for level in 1...40 {
      merges += "m\(level): &m\(level) {<<: [*m\(level - 1), *m\(level - 1)]}\n"
    }
    #expect(codes(merges) == ["too-many-nodes"])
    #expect(codes("a: &a [*a]\n") == ["unknown-alias"])
  }

  @Test func `a text of ten megabytes is refused unread`() {
    #expect(codes("notes: " + String(repeating: "x", count: 10 << 20)) == ["file-too-large"])
    // Just below the limit of a file, the limit of the field holds, and nothing long is repeated.
    let outcome = read(("name: " + String(repeating: "x", count: 1_000_000)).utf8)
    #expect(outcome.value == nil)
    #expect(outcome.diagnostics.allSatisfy { $0.message.utf8.count < 500 })
    // Marks without end on one letter are one character to Swift.
    let marks = "name: a" + String(repeating: "\u{301}", count: 400_000)
    #expect(read(marks.utf8).diagnostics.allSatisfy { $0.message.utf8.count < 500 })
  }

  @Test func `a hundred thousand keys or items are too many`() {
    let keys = (0..<100_000).map { "k\($0): 1" }
    #expect(codes(keys.joined(separator: "\n")) == ["too-many-nodes"])
    #expect(codes(keys.joined(separator: "        \n")) == ["file-too-large"])
    let items = "tags: [" + String(repeating: "a,", count: 100_000) + "]"
    #expect(codes(items) == ["too-many-nodes"])
  }

  @Test func `no more is said of a file than can be read`() {
    let unknown = (0..<20_000).map { "k\($0): 1\n" }.joined()
    let errors = codes(unknown)
    #expect(errors.count == 101)
    #expect(errors.last == "too-many-errors")
    let twice = Self.valid.replacing(
      "tags: [a, \"b\"]", with: "tags: [" + String(repeating: "a,", count: 20_000) + "]")
    let outcome = read(twice.utf8)
    #expect(outcome.value != nil, "warnings alone stop nothing")
    #expect(outcome.diagnostics.count == 101)
    #expect(outcome.diagnostics.last?.rule.code == "too-many-warnings")
    // Different ones are compared by a hash, not each with each.
    let many = (0..<40_000).map(String.init).joined(separator: ",")
    #expect(read(Self.valid.replacing("[a, \"b\"]", with: "[\(many)]").utf8).value != nil)
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "[[{"])
  func `nesting of ten thousand is refused`(opening: String) {
    let text = String(repeating: opening, count: 10_000)
    #expect(codes(text).first == "too-deep" || codes(text).first == "yaml-syntax")
    let indented = (0..<1000).map { String(repeating: " ", count: $0) + "k:\n" }.joined()
    #expect(codes(indented) == ["too-deep"])
  }

  @Test func `a byte order mark is passed over, another encoding refused`() {
    #expect(read(Array("\u{FEFF}".utf8) + Self.valid.utf8).value != nil)
    for encoding in [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32] {
      let outcome = read(Self.valid.data(using: encoding) ?? Data())
      let problem = Self.problem(of: outcome)
      #expect(problem == nil)
      #expect(["not-utf-8", "control-character"].contains(outcome.diagnostics.first?.rule.code))
    }
  }

  @Test(arguments: ["\0", "\u{7F}", "\u{1B}", "\u{80}", "\u{85}", "\u{2028}", "\u{2029}", "\r"])
  func `a character that ends texts or lines for some programs is refused where it stands`(
    character: String
  ) throws {
    let outcome = read("name: a\nnotes: 'b\(character)c'\n".utf8)
    let diagnostic = try #require(outcome.diagnostics.first)
    #expect(diagnostic.rule.code == "control-character")
    #expect(diagnostic.location.range?.start == SourcePosition(line: 2, column: 10))
    #expect(outcome.diagnostics.count == 1)
  }

  @Test func `every character that is written as JSON is read again`() throws {
    let scalars = [0...0x30FF, 0xD7F0...0xD7FF, 0xE000...0xE0FF, 0xF900...0x103FF].joined()
    let text = String(
      String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar(UInt32($0)) }))
    let line = SourceFile(path: "x.json", text: JSON.line(.set(["x": .text(text)])))
    let node = try #require(Composer.compose(json: line).value)
    guard case .mapping(let members) = node.content,
      case .scalar(let scalar) = members[0].value.content
    else {
      Issue.record("a mapping became something else")
      return
    }
    #expect(scalar.text.utf8.elementsEqual(text.utf8))
  }

  @Test func `an escaped NUL is refused like a written one`() {
    let outcome = read(Self.valid.replacing("'it''s'", with: "\"a\\0b\"").utf8)
    #expect(outcome.diagnostics.contains { $0.message.contains("U+0000") })
    #expect(outcome.value == nil)
  }
}
