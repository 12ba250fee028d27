import Diagnostics
import Foundation
import Operations
import TestSupport
import Testing

/// Models whose files lie on this machine are known by them.
struct LocalModelTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func codes(_ path: String, context: Int) throws -> [String] {
    try folder.write(
      """
      name: mine
      source: {type: local, path: \(folder.file(path).path)}
      container: {runtime: vllm}
      parameters: {context_length: \(context)}

      """, to: "p.yaml")
    return ProfileFile(typed: folder.file("p.yaml").path).read().diagnostics.map(\.rule.code)
  }

  @Test func `a folder's configuration limits the context`() throws {
    try folder.write(#"{"max_position_embeddings": 4096}"#, to: "model/config.json")
    #expect(try codes("model", context: 4096).isEmpty)
    #expect(try codes("model", context: 4097) == ["context-exceeds-model"])
    try folder.link("linked", to: "model")
    #expect(try codes("linked", context: 4097) == ["context-exceeds-model"])
  }

  /// It may be for another machine, or be any other file.
  @Test(arguments: ["missing", "empty", "text", "broken"])
  func `what is no model says nothing`(name: String) throws {
    try folder.write("", to: "empty")
    try folder.write("GGUF\u{3}", to: "text")
    try folder.write("{", to: "broken/config.json")
    #expect(try codes(name, context: 4097).isEmpty)
  }
}
