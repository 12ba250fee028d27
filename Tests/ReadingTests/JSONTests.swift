import Diagnostics
import Foundation
import Testing
import Values
import YAML

/// JSON, read by the reader of YAML.
struct JSONTests {
  private func node(_ text: String) -> Node? {
    Composer.compose(json: SourceFile(path: "test.json", text: text)).value
  }

  /// A small generator of its own, so that a failure can be had again.
  private struct Random {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }

    mutating func text() -> String {
      let pieces = [
        "a", "b c", " ", "  ", "\"", "\\", "/", "\n", "\t", "\r", "é", "中", "😀", "\u{10FFFF}",
        "\u{85}", "\u{2028}", " \u{2029} ", "\u{FEFF}", "\u{7F}", "#", ": ", "- ", "---", "{", "]",
        ",", "*", "&", "!", "%", "@", "`", "null", "true", "1", "~", "'", "\\ud83d", "\u{0}",
        "\u{1F}", "<<",
      ]
      return (0..<next(6)).map { _ in pieces[next(pieces.count)] }.joined()
    }

    mutating func value(depth: Int) -> Value {
      switch next(depth > 0 ? 7 : 4) {
      case 0: return .integer(next(2_000_000) - 1_000_000)
      case 1: return .number(Double(next(1_000_000)) / 997 - 300)
      case 2: return .boolean(next(2) == 0)
      case 3: return .text(text())
      case 4, 5:
        var members: [Value.Member] = []
        for number in 0..<next(5) {
          members.append(.init("\(text())\(number)", value(depth: depth - 1)))
        }
        return .set(members)
      default: return .list((0..<next(5)).map { _ in value(depth: depth - 1) })
      }
    }
  }

  /// Whether a tree is what a value says, numbers and booleans told from texts.
  private func says(_ node: Node, _ value: Value) -> Bool {
    switch (node.content, value) {
    case (.scalar(let scalar), .text(let text)): !scalar.isPlain && scalar.text == text
    case (.scalar(let scalar), .integer(let number)): scalar.isPlain && Int(scalar.text) == number
    case (.scalar(let scalar), .number(let number)): scalar.isPlain && Double(scalar.text) == number
    case (.scalar(let scalar), .boolean(let flag)): scalar.isPlain && Bool(scalar.text) == flag
    case (.sequence(let items), .list(let values)):
      items.count == values.count && zip(items, values).allSatisfy { says($0, $1) }
    case (.mapping(let entries), .set(let members)):
      entries.map(\.key) == members.map(\.name)
        && zip(entries, members).allSatisfy { says($0.value, $1.value) }
    default: false
    }
  }

  /// As Python's `json.dump` writes it: every character beyond ASCII as one escape or two.
  private func ascii(_ json: String) -> String {
    json.unicodeScalars.map { scalar in
      scalar.isASCII
        ? String(scalar)
        : String(scalar).utf16.map { "\\u" + String(format: "%04x", $0) }.joined()
    }.joined()
  }

  @Test func `what JSON can say is read as it was meant`() throws {
    var random = Random(state: 7)
    for round in 0..<500 {
      let value = Value.set([.init("value", random.value(depth: 4))])
      for text in [JSON.text(value), JSON.line(value), ascii(JSON.text(value))] {
        let tree = try #require(node(text), "round \(round): \(text)")
        #expect(says(tree, value), "round \(round): \(text)")
        // The text is JSON to others, too.
        _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
      }
    }
  }

  @Test(arguments: [
    "{\"a\":1,\"b\":[true,null],\"c\":{}}",
    "{\n\t\"a\":\t1,\n\t\"b\":\t[true,\tnull],\"c\":{}\r\n}",
  ])
  func `any layout is read`(text: String) throws {
    let tree = try #require(node(text))
    guard case .mapping(let entries) = tree.content else {
      Issue.record("no mapping")
      return
    }
    #expect(entries.map(\.key) == ["a", "b", "c"])
  }

  @Test(arguments: [
    "", "{", "{\"a\": 1", "{\"a\": \"x", "{\"a\": \"\\ud83d\"}", "{\"a\": \"\\udc00\\ud83d\"}",
    "{\"a\": 1, \"a\": 2}", "{\"a\": \"\\q\"}", "\u{0}", "{\"a\": 1} {\"a\": 2}",
  ])
  func `what is not JSON has no tree`(text: String) {
    #expect(node(text) == nil)
  }

  @Test func `every beginning of a file is told from the file`() throws {
    let text = JSON.text(.set([.init("x", "😀\n"), .init("y", [1, 2.5, true])]))
    for length in 0..<(text.utf8.count - 1) {
      let bytes = Array(text.utf8.prefix(length))
      let outcome = Composer.compose(json: SourceFile(path: "test.json", bytes: bytes))
      #expect(outcome.value == nil, "\(length) bytes")
    }
  }
}
