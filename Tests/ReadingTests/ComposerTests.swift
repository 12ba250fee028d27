import Diagnostics
import Testing
import YAML

@testable import Schema

struct ComposerTests {
  private func compose(_ text: String) -> Outcome<Node> {
    Composer.compose(SourceFile(path: "test.yaml", text: text))
  }

  private func entries(_ text: String) throws -> [Node.Entry] {
    let node = try #require(compose(text).value)
    guard case .mapping(let entries) = node.content else { throw NotAMapping() }
    return entries
  }

  private struct NotAMapping: Error {}

  @Test func `positions are lines and columns of Unicode scalars from 1`() throws {
    let entries = try entries("a: 1\né😀: 'x'\n")
    #expect(entries[1].keyRange.start == SourcePosition(line: 2, column: 1))
    #expect(entries[1].value.range.start == SourcePosition(line: 2, column: 5))
    #expect(entries[1].value.range.end == SourcePosition(line: 2, column: 8))
  }

  @Test func `a block mapping ends with its last child`() throws {
    let entries = try entries("a:\n  b: 1\n  c: 22\n\n\nd: 3\n")
    #expect(entries[0].value.range.end == SourcePosition(line: 3, column: 8))
  }

  @Test func `merge keys fill in what the mapping does not say`() throws {
    let entries = try entries("base: &b {x: 1, y: 2}\nit:\n  <<: *b\n  y: 3\n")
    guard case .mapping(let merged) = entries[1].value.content else { throw NotAMapping() }
    #expect(merged.map(\.key) == ["y", "x"])
    #expect(merged.map(\.value.kind) == ["'3'", "'1'"])
  }

  @Test func `the first of several merged mappings wins`() throws {
    let entries = try entries("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nit:\n  <<: [*a, *b]\n")
    guard case .mapping(let merged) = entries[2].value.content else { throw NotAMapping() }
    #expect(merged.map { $0.key + $0.value.kind } == ["x'1'", "y'2'"])
  }

  @Test func `an alias bomb is refused`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let outcome = compose(text)
    #expect(outcome.diagnostics.map(\.rule.code) == ["too-many-nodes"])
  }

  @Test(arguments: [
    ("", "empty-file", 1, 1), ("# nothing\n", "empty-file", 1, 1),
    ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
    ("a: 1\na: 2\n", "duplicate-key", 2, 1), ("a: !mine 1\n", "custom-tag", 1, 4),
    ("a: *b\n", "unknown-alias", 1, 4), ("? [a]\n: 1\n", "complex-key", 1, 3),
    ("a: \u{1}\n", "control-character", 1, 4), ("a: [1\nb: 2\n", "yaml-syntax", 1, 4),
    ("<<: 1\n", "bad-merge", 1, 5),
  ])
  func `a broken file is refused where it is broken`(
    text: String, code: String, line: Int, column: Int
  ) throws {
    let outcome = compose(text)
    #expect(outcome.value == nil || code == "duplicate-key")
    let diagnostic = try #require(outcome.diagnostics.first)
    #expect(outcome.diagnostics.count == 1)
    #expect(diagnostic.rule.code == code)
    #expect(diagnostic.location.range?.start == SourcePosition(line: line, column: column))
  }

  @Test func `bytes that are not UTF-8 are refused where they stand`() throws {
    for bytes in [Array("a: b\nc: ".utf8) + [0xFF, 0x0A], [0xFF, 0xFE, 0x61, 0x00]] {
      let outcome = Composer.compose(SourceFile(path: "test.yaml", bytes: bytes))
      #expect(outcome.diagnostics.map(\.rule.code) == ["not-utf-8"])
    }
    let outcome = Composer.compose(
      SourceFile(path: "test.yaml", bytes: Array("a: b\nc: ".utf8) + [0xFF]))
    #expect(
      outcome.diagnostics.first?.location.range?.start == SourcePosition(line: 2, column: 4))
  }

  @Test func `the rules of limits name the limits`() {
    #expect(YAMLRules.tooDeep.summary.contains(" \(Composer.Limits.depth) levels"))
    #expect(YAMLRules.tooManyNodes.summary.contains(" \(Composer.Limits.nodes) values"))
    #expect(YAMLRules.tooLarge.summary.contains(" \(Composer.Limits.bytes >> 20) MiB"))
  }

  @Test func `nesting and size have limits`() {
    let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
    #expect(compose(deep).diagnostics.map(\.rule.code) == ["too-deep"])
    let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(compose(allowed).diagnostics.isEmpty)
    let large = "a: " + String(repeating: "x", count: 1 << 20)
    #expect(compose(large).diagnostics.map(\.rule.code) == ["file-too-large"])
  }

  @Test func `the file of instances may have ten thousand with ten settings each`() {
    let settings = (0..<10).map { "    setting_\($0): value\n" }.joined()
    let text = (0..<10_000).map { "  instance-\($0):\n" + settings }.joined()
    let source = SourceFile(path: "instances.yaml", text: "instances:\n" + text)
    let outcome = Composer.compose(instances: source)
    #expect(outcome.diagnostics.isEmpty)
    #expect(outcome.value?.entries?.first?.value.entries?.count == 10_000)
    #expect(Composer.compose(source).diagnostics.map(\.rule.code) == ["file-too-large"])
    let bomb = """
      a: &a [\(Array(repeating: "x", count: 100).joined(separator: ", "))]
      b: &b [\(Array(repeating: "*a", count: 100).joined(separator: ", "))]
      c: [\(Array(repeating: "*b", count: 100).joined(separator: ", "))]

      """
    let refused = Composer.compose(instances: SourceFile(path: "instances.yaml", text: bomb))
    #expect(refused.diagnostics.map(\.rule.code) == ["too-many-nodes"])
  }

  @Test func `every truncation of a file is accepted or refused inside the file`() {
    let text = "name: x\nlist: [a, 'b', \"c\\n\"]\nmap: &m\n  k: |\n    text\n  <<: {a: 1}\nr: *m\n"
    let lines = text.split(separator: "\n").count + 1
    for length in 0..<text.utf8.count {
      let outcome = Composer.compose(
        SourceFile(path: "test.yaml", bytes: Array(text.utf8.prefix(length))))
      for diagnostic in outcome.diagnostics {
        #expect((1...lines).contains(diagnostic.location.range?.start.line ?? 0))
      }
    }
  }
}
