import Foundation
import TestSupport
import Testing

/// A switch to a locked model: its files are there before a server is touched.
struct LockedSwitchTests {
  private let machine: FakeMachine
  private let hub: FakeHub

  init() throws {
    machine = try FakeMachine()
    hub = try FakeHub()
    try machine.workspace(["a": 9001])
    try machine.home.write(
      "version: 1\ndefaults: {gpus: [], cache: ~/hub}\ninstances:\n  a: {port: 9001}\n",
      to: "w/instances.yaml")
    for name in ["one", "two"] {
      try hub.put("weights of \(name)", at: "\(name)-Q4_K_M.gguf", in: "acme/\(name)")
      try machine.home.write(
        """
        name: a-\(name)
        source: {type: huggingface, model_id: acme/\(name)}
        container: {runtime: llama-cpp, image: "localhost/llama:1"}

        """, to: "w/profiles/tiny/a-\(name).yaml")
    }
    try machine.has(images: "localhost/llama:1")
  }

  private func amm(_ words: String...) throws -> Finished {
    try machine.amm(
      words, environment: ["HF_ENDPOINT": hub.address, "HF_HUB_OFFLINE": "0"])
  }

  private func weights(of name: String) throws -> String? {
    let snapshots = "hub/hub/models--acme--\(name)/snapshots"
    let commits = try? FileManager.default.contentsOfDirectory(
      atPath: machine.home.file(snapshots).path)
    guard let commit = commits?.first else { return nil }
    return try? machine.home.read("\(snapshots)/\(commit)/\(name)-Q4_K_M.gguf")
  }

  @Test func `weights are fetched first, and once`() throws {
    #expect(try amm("lock").status == 0)
    let result = try amm("switch", "a", "a-two")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try weights(of: "two") == "weights of two")
    #expect(result.errors.contains("fetching huggingface:acme/two#Q4_K_M"))
    let asked = try hub.log().count
    #expect(try amm("switch", "a", "a-one").status == 0)
    #expect(try amm("switch", "a", "a-two").status == 0)
    let again = try hub.log().dropFirst(asked).filter { $0.contains("acme/two") }
    #expect(again.isEmpty)
    let verified = try amm("lock", "--verify")
    #expect(verified.status == 0)
    #expect(verified.output.contains("huggingface:acme/two#Q4_K_M: matches the lock"))
  }

  @Test func `what cannot be fetched leaves everything as it is`() throws {
    #expect(try amm("lock").status == 0)
    #expect(try amm("switch", "a", "a-one").status == 0)
    _ = try machine.calls()
    try hub.fail(#"[{"path": "*two-Q4_K_M.gguf*", "kind": "wrong"}]"#)
    let result = try amm("switch", "a", "a-two")
    #expect(result.status == 3)
    #expect(result.errors.contains("does not match the lock; nothing was changed"))
    #expect(try machine.serves("a") == "../profiles/tiny/a-one.yaml")
    #expect(try machine.calls().filter { $0.contains("restart") }.isEmpty)
    try hub.fail("[]")
    #expect(try amm("switch", "a", "a-two").status == 0)
  }

  /// A program that was killed has not said that anything went wrong.
  @Test func `silence is no success`() throws {
    #expect(try amm("lock").status == 0)
    #expect(try amm("switch", "a", "a-one").status == 0)
    try machine.home.write("#!/bin/sh\nexit 0\n", to: "silent/amm-fetch")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: machine.home.file("silent/amm-fetch").path)
    let silent = ["AMM_LIBEXEC": machine.home.file("silent").path, "HF_HUB_OFFLINE": "0"]
    let result = try machine.amm(["switch", "a", "a-two"], environment: silent)
    #expect(result.status == 3, "\(result.output)")
    #expect(result.errors.contains("ended before it finished"), "\(result.errors)")
    #expect(try machine.serves("a") == "../profiles/tiny/a-one.yaml")
    let verified = try machine.amm(["lock", "--verify"], environment: silent)
    #expect(verified.status == 3 && !verified.output.contains("matches the lock"))
    #expect(verified.errors.contains("amm: error: amm-fetch ended before"), "\(verified.errors)")
  }

  /// The server may have a token that this user's programs do not.
  @Test func `a model that only its server may fetch is left to it`() throws {
    #expect(try amm("lock").status == 0)
    try hub.describe("acme/two", #"{"gated": "auto"}"#)
    let result = try amm("switch", "a", "a-two")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("its server fetches it itself"))
  }

  @Test func `up goes from a name to a server, and goes on where it was`() throws {
    try machine.home.write("", to: "empty/.keep")
    try FileManager.default.removeItem(at: machine.home.file("w"))
    try hub.put("weights", at: "x-Q4_K_M.gguf", in: "acme/x-GGUF")
    // Without the image the switch ends, and what came before it stays.
    let first = try amm("up", "acme/x-GGUF", "--wait", "1")
    #expect(first.status == 3, "\(first.errors)")
    #expect(first.output.contains("profiles/chat/x.yaml: written"))
    #expect(try machine.home.read("w/models.lock.json").contains("huggingface:acme/x-GGUF#Q4_K_M"))
    let second = try amm("up", "acme/x-GGUF", "--wait", "1")
    #expect(second.errors.contains("already exists for the model"))
    #expect(try amm("up", "acme/none").errors.contains("there is no model 'acme/none'"))
  }
}
