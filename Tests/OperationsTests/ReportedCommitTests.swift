import Deployments
import Operations
import TestSupport
import Testing

/// A server that cannot be told a commit, and says which one it loaded.
struct ReportedCommitTests {
  private static let meant = String(repeating: "a", count: 40)

  /// What a server says of its model that gives all of its answers in one.
  private func reported(_ file: String, key: String? = nil) throws -> ReportedModel? {
    var identity = ModelIdentity(path: "/v1/models", form: .openAI, name: "m")
    identity.commit = .init(path: "/props", member: "model_path", commit: Self.meant)
    let scripted = try ScriptedMachine()
    scripted.update { state in
      state.bodies[8080] = #"{"data": [{"id": "m"}], "model_path": "\#(file)"}"#
      state.keys[8080] = key
    }
    return ReportedModel(
      identity, address: "127.0.0.1", port: 8080, key: { key }, on: scripted.machine)
  }

  @Test(arguments: [nil, "sk"])
  func `the commit that is locked is the one that is meant`(key: String?) throws {
    let file = "/root/.cache/huggingface/hub/models--o--m/snapshots/\(Self.meant)/m.gguf"
    #expect(try reported(file, key: key) == .meant)
  }

  @Test func `another commit is another model`() throws {
    let other = String(repeating: "b", count: 40)
    let model = try reported("/hub/models--o--m/snapshots/\(other)/m.gguf")
    #expect(model == .other(["m at commit bbbbbbbbbbbb, not aaaaaaaaaaaa"]))
    #expect(model?.objection == "serves m at commit bbbbbbbbbbbb, not aaaaaaaaaaaa")
  }

  /// Older builds keep what they download elsewhere.
  @Test(arguments: ["", "/models/m.gguf", "snapshots", "/root/.cache/llama.cpp/o_m_m.gguf"])
  func `a file that names no commit is not judged`(file: String) throws {
    #expect(try reported(file) == .meant)
  }
}
