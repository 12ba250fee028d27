import Foundation
import TestSupport
import Testing

/// `amm-fetch` against a stand-in for the hub that fails in many ways.
struct FetchTests {
  let hub: FakeHub
  let home: TemporaryFolder
  static let key = "huggingface:acme/tiny"
  /// Large enough to be cut within.
  static let weights = (0..<60_000).map { String($0) }.joined(separator: ",")

  init() throws {
    hub = try FakeHub()
    home = try TemporaryFolder()
    try hub.put("{\"model_type\": \"llama\"}", at: "config.json", in: "acme/tiny")
    try hub.put(Self.weights, at: "model.safetensors", in: "acme/tiny")
    try hub.put("{\"a\": 1}", at: "1_Pooling/config.json", in: "acme/tiny")
  }

  private static let program = Program.amm.deletingLastPathComponent()
    .appendingPathComponent("amm-fetch")

  private func fetch(_ words: String..., with more: [String: String] = [:]) throws -> Finished {
    let environment = ["HOME": home.url.path, "HF_ENDPOINT": hub.address]
    return try Program.run(
      Self.program, words, environment: environment.merging(more) { $1 })
  }

  /// Writes what is described as a lock.
  private func describe() throws {
    let answer = try fetch("describe", Self.key)
    #expect(answer.status == 0, "\(answer.output)\(answer.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    let lock = try #require((object as? [String: Any])?["lock"])
    try JSONSerialization.data(withJSONObject: lock).write(to: home.file("lock"))
  }

  private func files() throws -> Finished {
    try fetch(
      "files", "--lock", home.file("lock").path, "--into", home.file("cache").path, Self.key)
  }

  private func verify() throws -> Finished {
    try fetch(
      "verify", "--lock", home.file("lock").path, "--in", home.file("cache").path, Self.key)
  }

  private var blob: String {
    get throws {
      let entries = try FileManager.default.contentsOfDirectory(
        atPath: home.file("cache/models--acme--tiny/snapshots").path)
      return "cache/models--acme--tiny/snapshots/\(try #require(entries.first))/"
    }
  }

  @Test func `a fetched model is as the hub's own programs keep it`() throws {
    try describe()
    let result = try files()
    #expect(result.status == 0, "\(result.output)")
    let folder = try blob
    #expect(try home.read(folder + "model.safetensors") == Self.weights)
    #expect(try home.read(folder + "1_Pooling/config.json") == "{\"a\": 1}")
    let main = try home.read("cache/models--acme--tiny/refs/main")
    #expect(folder.contains(main) && main.count == 40)
    #expect(try verify().status == 0)
    let before = try hub.log().count
    #expect(try files().status == 0)
    #expect(try hub.log().count == before, "what is there is not asked for again")
  }

  /// Faults of the way that end in the right file all the same.
  @Test(
    arguments: [
      #"{"path": "*model.safetensors*", "kind": "cut", "bytes": 100000, "times": 2}"#,
      #"{"path": "*", "kind": "status", "status": 503, "times": 1}"#,
      #"{"path": "*model.safetensors*", "kind": "status", "status": 429, "retry_after": 0, "times": 2}"#,
    ])
  func `what breaks is taken up again`(fault: String) throws {
    try describe()
    try hub.fail("[\(fault)]")
    let result = try files()
    #expect(result.status == 0, "\(result.output)")
    #expect(try home.read(blob + "model.safetensors") == Self.weights)
    if fault.contains("cut") {
      #expect(try hub.log().contains { $0.contains("bytes=") }, "goes on where it was")
    }
  }

  /// Faults that must not end in a file, and are over with the next run.
  @Test(
    arguments: [
      #"{"path": "*model.safetensors*", "kind": "wrong"}"#,
      #"{"path": "*model.safetensors*", "kind": "pointer"}"#,
      #"{"path": "*model.safetensors*", "kind": "endless"}"#,
      #"{"path": "*model.safetensors*", "kind": "html"}"#,
      #"{"path": "*model.safetensors*", "kind": "redirect_loop"}"#,
      #"{"path": "*model.safetensors*", "kind": "status", "status": 404}"#,
      #"{"path": "*model.safetensors*", "kind": "redirect_to", "to": "file:///etc/passwd"}"#,
    ])
  func `what is not the locked file is not kept`(fault: String) throws {
    try describe()
    try hub.fail("[\(fault)]")
    let result = try files()
    #expect(result.status == 1, "\(result.output)")
    #expect(result.output.contains("\"error\""))
    let there = FileManager.default.fileExists(
      atPath: try home.file(blob + "model.safetensors").path)
    #expect(!there)
    try hub.fail("[]")
    #expect(try files().status == 0)
    #expect(try home.read(blob + "model.safetensors") == Self.weights)
  }

  /// What the hub says of a model, broken in some way: a line that says so, and never a signal.
  @Test(arguments: ["html", "garbage", "huge_json", "endless", "redirect_loop"])
  func `an answer that is none is told`(kind: String) throws {
    try hub.fail(#"[{"path": "/api/models/*", "kind": "\#(kind)"}]"#)
    let result = try fetch("describe", Self.key)
    #expect(result.status == 1, "\(result.output)\(result.errors)")
    #expect(
      result.output.hasPrefix(#"{"key": "\#(Self.key)", "error": {"kind": "wrong""#),
      "\(result.output)")
  }

  @Test func `the token goes to the hub and to nobody else`() throws {
    try hub.describe("acme/tiny", #"{"gated": "auto"}"#)
    let refused = try fetch("describe", Self.key)
    #expect(refused.output.contains("accept them at"))
    try home.write("hf_test\n", to: ".cache/huggingface/token")
    try describe()
    #expect(try files().status == 0)
    let log = try hub.log()
    let elsewhere = log.filter { $0.contains("/cdn/") }
    #expect(!elsewhere.isEmpty)
    #expect(elsewhere.allSatisfy { $0.contains(#""authorization": false"#) })
    #expect(log.contains { $0.contains(#""right": true"#) })
  }

  @Test func `another content is found`() throws {
    try describe()
    #expect(try files().status == 0)
    let blobs = home.file("cache/models--acme--tiny/blobs")
    for name in try FileManager.default.contentsOfDirectory(atPath: blobs.path) {
      let file = blobs.appendingPathComponent(name)
      guard try Data(contentsOf: file).count > 1000 else { continue }
      try home.write("x" + Self.weights.dropFirst(), to: "cache/models--acme--tiny/blobs/\(name)")
    }
    let result = try verify()
    #expect(result.status == 1)
    #expect(result.output.contains(#""problem": "has different content""#))
  }

  /// Servers in containers write to the cache, too.
  @Test(arguments: ["models--acme--tiny", "models--acme--tiny/blobs", "models--acme--tiny/refs"])
  func `no link in a cache leads out of it`(place: String) throws {
    try describe()
    try home.write("", to: "elsewhere/file")
    try home.link("cache/" + place, to: home.file("elsewhere").path)
    #expect(try files().status == 1)
    let left = try FileManager.default.contentsOfDirectory(atPath: home.file("elsewhere").path)
    #expect(left == ["file"])
  }
}
