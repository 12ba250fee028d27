import Foundation
import TestSupport
import Testing

/// Groups and companions at their limits.
struct LargeGroupTests {
  private static func workspace(
    _ count: Int, defaults: String, then more: String = ""
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "name: chat\nsource: {type: local, path: ~/models/chat.gguf}\n"
        + "container: {runtime: llama-cpp}\nparameters: {context_length: 512}\n",
      to: "profiles/x/chat.yaml")
    var text = "version: 1\ndefaults: {gpus: [], start: manual\(defaults)}\ninstances:\n"
    for number in 1...count {
      text += "  i\(number): {port: \(10_000 + number)}\n"
      try folder.link("active/i\(number).yaml", to: "../profiles/x/chat.yaml")
    }
    try folder.write(text + more, to: "instances.yaml")
    return folder
  }

  @Test func `a group has at most a hundred instances`() throws {
    let most = try Self.workspace(100, defaults: ", exclusive: g")
    let result = try Program.amm("generate", "--workspace", most.url.path)
    #expect(result.status == 0, "\(result.errors)")
    let last = try String(
      contentsOf: most.file("generated/quadlet/i99.container"), encoding: .utf8)
    #expect(last.split(separator: "\n").count { $0.hasPrefix("Conflicts=") } == 99)
    let more = try Self.workspace(101, defaults: ", exclusive: g")
    let refused = try Program.amm("validate", "--workspace", more.url.path)
    #expect(refused.status == 1 && refused.errors.contains("[exclusive-large]"))
  }

  @Test(arguments: ["open-webui, port: 3000", "litellm, port: 4000, api_key: key"])
  func `a configuration that is too long is refused`(kind: String) throws {
    let companions = "companions:\n  one: {kind: \(kind)}\n"
    let few = try Self.workspace(50, defaults: "", then: companions)
    #expect(try Program.amm("generate", "--workspace", few.url.path).status == 0)
    let many = try Self.workspace(1200, defaults: "", then: companions)
    let refused = try Program.amm("generate", "--workspace", many.url.path)
    #expect(refused.status == 1 && refused.errors.contains("[companion-too-long]"))
    #expect(refused.errors.hasSuffix("1 error\n"))
  }
}
