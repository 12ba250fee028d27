import Comparison
import Testing
import Values

/// Reports as JSON, CSV and a page.
struct ReportTests {
  private static let hostile =
    "</pre><script>alert(1)</script><img src=x onerror=alert(2)>&\u{202E}\u{1B}[2J"

  private func report(name: String = "left", prompts: [String: String] = [:]) -> ComparisonReport {
    var measurements: [Measurement] = []
    for side in [0, 1] {
      for block in 0..<12 {
        let failed = block == 11 && side == 1
        measurements.append(
          Measurement(
            side: side, block: block, item: "item-\(block)",
            condition: Condition(promptTokens: 128 << (block % 4), depth: nil, clients: 1),
            started: Double(block), firstToken: 0.1, latency: 0.5 + Double(side) * 0.25,
            gaps: [0.2, 0.2], completionTokens: 3, answer: Self.hostile,
            failure: failed ? .init(.status, "=1+1, \"quoted\"\nline") : nil,
            score: Score(side == 0 ? 1 : 0, Self.hostile)))
      }
    }
    return ComparisonReport(
      amm: "0.1.0", time: "2026-11-24T10:00:00Z",
      task: ComparisonReport.TaskFacts(
        name: "test", description: Self.hostile, kind: .chat, isScored: true, hash: "abc", seed: 1,
        prompts: prompts),
      sides: [name, "right"].map { side in
        ComparisonReport.Side(
          name: side,
          configuration: .set([
            "profile": .text("profiles/\(side)"), "profileText": .text(Self.hostile),
            "deployment": .set(["arguments": .texts(["--x", Self.hostile])]),
          ]), serverMetrics: [("queue_seconds", 0.5)])
      }, measurements: measurements, isInterleaved: true, notes: ["note"])
  }

  @Test func `a report is the same after it was written and read`() throws {
    let report = report(prompts: ["item-0": "Why?"])
    let text = JSON.text(report.value)
    let again = try ComparisonReport.read(Array(text.utf8))
    #expect(again.measurements == report.measurements)
    #expect(again.task == report.task && again.names == report.names)
    #expect(again.analysis.claims == report.analysis.claims)
    let third = try ComparisonReport.read(Array(JSON.text(again.value).utf8))
    #expect(third.sides.map(\.configuration) == again.sides.map(\.configuration))
  }

  @Test(arguments: [
    ("", "it is not JSON"), ("{}", "it is not a report of 'amm compare --json'"),
    (
      "{\"format\": \"amm comparison\", \"version\": 2}", "it is a report of a later version of amm"
    ),
    ("{\"format\": \"amm comparison\", \"version\": 1}", "the value of 'task' is not valid"),
  ])
  func `what is no report is refused with a reason`(text: String, reason: String) {
    do throws(ComparisonReport.Unreadable) {
      _ = try ComparisonReport.read(Array(text.utf8))
      Issue.record("it was read")
    } catch {
      #expect(error.reason == reason)
    }
  }

  @Test func `two reports of one task become one, and of two tasks do not`() throws {
    let joined = try #require(ComparisonReport.joining(report().side(0), report().side(1)))
    #expect(joined.names == ["left", "right"])
    #expect(joined.measurements.count == 24)
    #expect(!joined.isInterleaved && joined.notes.last?.contains("not measured in turns") == true)
    let same = try #require(ComparisonReport.joining(report().side(0), report().side(0)))
    #expect(same.names == ["left/1", "left/2"])
    #expect(same.analysis.claims.allSatisfy { $0.outcome == .noDifference })
  }

  @Test func `a page shows every text as text, loads nothing and runs nothing`() {
    let report = report(name: Self.hostile, prompts: ["item-0": Self.hostile])
    let page = report.html(report.analysis)
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    for word in [
      "<script", "<img", "onerror=alert(2)>", "src=", "href=", "url(", "\u{1B}", "\u{202E}",
    ] {
      #expect(
        !page.replacing("&lt;img src=x onerror=alert(2)&gt;", with: "").contains(word), "\(word)")
    }
    #expect(page.contains("default-src 'none'"))
    #expect(page.contains("prefers-color-scheme: dark"))
    // Every answer of both sides.
    #expect(page.components(of: "class=\"answer a\"") == 12)
    #expect(page.components(of: "class=\"answer b\"") == 12)
    for chart in ["Score against latency", "Latency against the length", "Distribution of"] {
      #expect(page.contains(chart), "\(chart)")
    }
  }

  @Test func `a spreadsheet takes nothing for a formula`() {
    let lines = report().csv.split(separator: "\r\n")
    #expect(lines.count == 25)
    #expect(lines[0].hasPrefix("side,block,item,"))
    #expect(lines[24].contains("\"'=1+1, \"\"quoted\"\"\nline\""))
  }

  @Test func `the table of a terminal is aligned`() {
    let report = report()
    let lines = report.lines(report.analysis)
    #expect(lines.first?.weight == .strong)
    let text = lines.map { $0.text + "\n" }.joined()
    #expect(text.hasPrefix("left is faster than right: 1.50 times"))
    #expect(text.contains("failures"))
    #expect(text.contains("note: note\n"))
    let rows = text.split(separator: "\n").filter { $0.contains("█") }
    #expect(rows.count >= 8)
  }
}

extension String {
  /// How often a text stands in it.
  fileprivate func components(of text: String) -> Int {
    ranges(of: text).count
  }
}
