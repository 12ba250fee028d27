import Foundation
import Host
import TestSupport
import Testing

/// Comparing a file with a text in parts.
struct ComparingTests {
  private static let parts = [
    String(repeating: "a", count: 70_000), "b", String(repeating: "c", count: 200_000), "d",
  ]

  private static let whole = parts.joined()
  private static let cases: [(text: String, isSame: Bool)] = [
    (whole, true), ("", false), (whole + "d", false), (String(whole.dropLast()), false),
    (parts.dropLast().joined(), false), (whole.replacing("b", with: "e"), false),
    (String(whole.dropLast()) + "e", false),
  ]

  @Test(arguments: cases)
  func `a file is the same if all parts are, in any size`(text: String, isSame: Bool) throws {
    let temporary = try TemporaryFolder()
    try temporary.write(text, to: "file")
    let folder = try #require(try Folder.open(temporary.url.path))
    #expect(folder.holds(parts: Self.parts.count, { Self.parts[$0] }, at: "file") == isSame)
    #expect(folder.holds(Self.whole, at: "file") == isSame)
    #expect(!folder.holds(Self.whole, at: "none"))
  }
}
