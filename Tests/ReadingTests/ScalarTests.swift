import Diagnostics
import Schema
import Testing
import YAML

struct ScalarTests {
  private func read<Value>(
    _ type: ValueType<Value>, _ text: String
  ) throws -> (Value?, [Diagnostic]) {
    let source = SourceFile(path: "test.yaml", text: "key: \(text)\n")
    let node = try #require(Composer.compose(source).value)
    guard case .mapping(let entries) = node.content, let entry = entries.first else {
      return (nil, [])
    }
    let collector = DiagnosticCollector(source)
    return (type.read(entry.value, Reading(collector, key: "key")), collector.diagnostics)
  }

  @Test(arguments: ["0", "7", "-3", "2147483647"])
  func `an integer is decimal digits`(text: String) throws {
    #expect(try read(.integer(-10...Int(Int32.max)), text).0 == Int(text))
  }

  @Test(arguments: [
    "1.0", "1_000", "010", "0x10", "0o7", "1e3", "\"8\"", "'8'", "+1", "eight", "true",
  ])
  func `nothing else is an integer`(text: String) throws {
    let (value, diagnostics) = try read(.integer(), text)
    #expect(value == nil)
    #expect(diagnostics.map(\.rule.code) == ["bad-value"])
  }

  @Test(arguments: [
    ("8k", "write 8192"), ("8192.5", "write a whole number, such as 8192"),
    ("32q", "write it in digits only, such as 32"),
    ("two", "write it in digits only, at least 0"),
  ])
  func `what is no integer is refused with an example`(text: String, help: String) throws {
    #expect(try read(.integer(), text).1.first?.help == [help])
  }

  @Test(arguments: ["99999999999999999999", "-99999999999999999999"])
  func `an integer beyond all limits is one that is out of range`(text: String) throws {
    let (value, diagnostics) = try read(.integer(), text)
    #expect(value == nil)
    #expect(diagnostics.map(\.rule.code) == ["out-of-range"])
  }

  @Test(arguments: ["true", "false"])
  func `a boolean is true or false`(text: String) throws {
    #expect(try read(.boolean, text).0 == (text == "true"))
  }

  @Test(arguments: ["yes", "on", "True", "1", "\"true\"", "no", "off", "n"])
  func `a boolean written otherwise is refused with the right word`(text: String) throws {
    let (value, diagnostics) = try read(.boolean, text)
    #expect(value == nil)
    #expect(diagnostics.first?.help.first?.hasPrefix("write '") == true)
  }

  @Test(arguments: [("1.0", "1.0"), ("NO", "NO"), ("true", "true"), ("'~'", "~"), ("0123", "0123")])
  func `text is never taken for anything else`(text: String, expected: String) throws {
    #expect(try read(.text(), text).0 == expected)
  }

  @Test(arguments: ["", "~", "null"])
  func `nothing is no value`(text: String) throws {
    #expect(try read(.text(), text).1.map(\.rule.code) == ["missing-value"])
  }

  @Test(arguments: ["nan", ".inf", "\"0.5\"", "a", "1,5", "0x1p3", "-1", "2"])
  func `a number is decimal and within its limits`(text: String) throws {
    #expect(try read(.number(0...1), text).0 == nil)
  }

  @Test func `an excluded bound is outside`() throws {
    #expect(try read(.number(0...1, aboveLower: true), "0").1.map(\.rule.code) == ["out-of-range"])
    #expect(try read(.number(0...1, aboveLower: true), "1e-3").0 == 0.001)
  }

  @Test(arguments: [
    "hf_" + String(repeating: "aB3", count: 12), "x hf_" + String(repeating: "aB3", count: 12),
    "--token=sk-" + String(repeating: "0a", count: 20), "ghp_" + String(repeating: "0a", count: 18),
  ])
  func `a token is refused and not repeated`(text: String) throws {
    let (value, diagnostics) = try read(.text(), "\"\(text)\"")
    #expect(value == nil)
    #expect(diagnostics.map(\.rule.code) == ["secret-value"])
    #expect(!diagnostics.contains { $0.message.contains("aB3") || $0.message.contains("0a0a") })
  }

  /// A token in the wrong place is a mistake of another kind, and must not be printed for it.
  @Test(arguments: [
    "dtype: TOKEN", "TOKEN: x", "- TOKEN", "a: *TOKEN", "a: !TOKEN x", "a: \"TOKEN",
    "a: [x  # TOKEN", "long words before it, quite a number of them TOKEN: {",
  ])
  func `no diagnostic shows a token`(line: String) throws {
    let token = "hf_" + String(repeating: "aB3", count: 12)
    let text = line.replacing("TOKEN", with: token) + "\n"
    let source = SourceFile(path: "test.yaml", text: text)
    let collector = DiagnosticCollector(source)
    let outcome = Composer.compose(source)
    if let node = outcome.value {
      var target = (node: node, key: "key")
      if case .mapping(let entries) = node.content, let entry = entries.first {
        target = (entry.value, entry.key)
      }
      _ = ValueType<Bool>.boolean.read(target.node, Reading(collector, key: target.key))
    }
    let diagnostics = outcome.diagnostics + collector.diagnostics
    #expect(!diagnostics.isEmpty)
    for diagnostic in diagnostics {
      let shown = [diagnostic.message] + diagnostic.help + diagnostic.notes.map(\.message)
      #expect(!shown.joined().contains("aB3"))
      let number = diagnostic.location.range?.start.line ?? 1
      #expect(diagnostic.location.source?.line(number)?.contains("aB3") != true)
    }
    #expect(source.line(1)?.unicodeScalars.count == text.unicodeScalars.count - 1)
  }

  @Test(arguments: ["hf_hub", "sk-short", "task-hf_x", "half_of_the_things_that_are_not_tokens"])
  func `other words are not tokens`(text: String) throws {
    #expect(try read(.text(), text).0 == text)
  }

  @Test(arguments: [
    ("nmae", ["name", "notes"], "name"), ("temprature", ["temperature", "top_p"], "temperature"),
    ("xyz", ["name", "notes"], nil), ("ab", ["cd"], nil), ("fp4", ["fp8"], nil),
    ("fp88", ["fp8"], nil), ("fpp8", ["fp8"], "fp8"), ("RTX 4091", ["RTX 4090"], "RTX 4090"),
  ])
  func `a suggestion is a slip of the fingers away`(
    word: String, known: [String], expected: String?
  ) {
    #expect(Suggestion.nearest(to: word, among: known) == expected)
  }
}
