import Foundation
import TestSupport
import Testing

/// That no test is left out unseen.
struct NeedTests {
  @Test func `what can be installed is an error in CI, and skipped elsewhere`() throws {
    for need in [Need.tool("no-such-tool"), .program("no-such-program")] {
      #expect(try !need.permits(isStrict: false))
      #expect(throws: Unmet.self) { try need.permits(isStrict: true) }
    }
    #expect(try Need.program("sh").permits(isStrict: true))
  }

  /// Tests are left out by ``Need`` alone, which CI can forbid to do so.
  @Test func `no test leaves itself out`() throws {
    let own = URL(fileURLWithPath: #filePath).lastPathComponent
    for file in try Repository.files(in: "Tests", ending: "Tests.swift")
    where file.lastPathComponent != own {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      for way in [".enabled(", ".disabled(", "Test.cancel", "withKnownIssue"] {
        let isUsed = text.contains(way)
        #expect(!isUsed, "\(file.lastPathComponent) has '\(way)'")
      }
      let returns = text.matches(of: #/guard [^\n]*else \{ return \}/#).map { text[$0.range] }
      #expect(returns.isEmpty, "\(file.lastPathComponent)")
    }
  }

  /// `make mutations` plants them; here, that the list is of this tree.
  @Test(.needs(.python))
  func `every fault of the list has its place`() throws {
    let result = try Program.run(
      try #require(Program.python), [Repository.file("Tests/Mutations/run").path, "--check"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("faults, 0 not found in the code"))
  }
}
