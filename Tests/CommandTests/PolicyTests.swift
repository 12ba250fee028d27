import Foundation
import TestSupport
import Testing

/// What a policy forbids, and what it lets pass: `Tests/Corpus/rejected-policies` and
/// `accepted-policies`, each a policy beside a workspace.
struct PolicyTests {
  static let rejected = CorpusTests.folders(in: "rejected-policies")
  static let accepted = CorpusTests.folders(in: "accepted-policies")

  private func validate(_ folder: URL) throws -> Finished {
    try Program.amm(
      "validate", "--workspace", "workspace", "--policy", "policy.yaml", in: folder)
  }

  @Test(arguments: rejected)
  func `what a policy forbids is refused with these words`(folder: URL) throws {
    let result = try validate(folder)
    #expect(result.status == 1)
    let difference = try Golden.difference(
      of: result.errors, from: folder.appendingPathComponent("expected.txt"))
    #expect(difference == nil)
  }

  /// A workspace that is wrong without a policy would show nothing of it.
  @Test(arguments: rejected)
  func `what a policy forbids is right without it`(folder: URL) throws {
    let result = try Program.amm("validate", "--workspace", "workspace", in: folder)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(arguments: accepted)
  func `what a policy allows is accepted without a word of it`(folder: URL) throws {
    let result = try validate(folder)
    #expect(result.status == 0)
    #expect(!result.errors.contains("policy-"), "\(result.errors)")
  }

  @Test func `there are cases of every kind`() {
    #expect(Self.rejected.count >= 40)
    #expect(Self.accepted.count >= 10)
  }

  // MARK: The machine's own files

  private func workspace(_ policy: String, _ instance: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("version: 1\n\(policy)\n", to: "policy.yaml")
    try folder.write(
      "version: 1\ninstances:\n  main: {port: 8080, \(instance)}\n", to: "workspace/instances.yaml")
    try folder.write(
      """
      name: demo
      source: {type: huggingface, model_id: org/model}
      container: {runtime: vllm}

      """, to: "workspace/profiles/coding/demo.yaml")
    try folder.link("workspace/active/main.yaml", to: "../profiles/coding/demo.yaml")
    return folder
  }

  @Test func `a link in an allowed folder leads nowhere else`() throws {
    let made = try workspace("mounts: [PLACE]", "volumes: ['PLACE/inside/data:/data:ro']")
    let place = made.file("models").path
    for name in ["policy.yaml", "workspace/instances.yaml"] {
      let text = try String(contentsOf: made.file(name), encoding: .utf8)
      try made.write(text.replacingOccurrences(of: "PLACE", with: place), to: name)
    }
    try made.write("", to: "models/inside/data/file")
    try made.write("", to: "other/data/file")
    #expect(try validate(made.url).status == 0)

    try FileManager.default.removeItem(at: made.file("models/inside"))
    try made.link("models/inside", to: made.file("other").path)
    let result = try validate(made.url)
    #expect(result.errors.contains("[policy-mount]"))
    #expect(result.errors.contains("a link to '\(made.file("other/data").path)'"))

    // A folder that comes only later would be made behind the same link.
    try FileManager.default.removeItem(at: made.file("other/data"))
    #expect(try validate(made.url).errors.contains("[policy-mount]"))

    // It may lead anywhere, once that is there.
    try FileManager.default.removeItem(at: made.file("models/inside"))
    try made.link("models/inside", to: "../nothing")
    #expect(try validate(made.url).errors.contains("a link in the path is broken"))
  }

  @Test func `a policy within the workspace is told`() throws {
    let made = try workspace("runtimes: [vllm]", "gpus: []")
    try FileManager.default.copyItem(
      at: made.file("policy.yaml"), to: made.file("workspace/policy.yaml"))
    try made.link("policy-link.yaml", to: "workspace/policy.yaml")
    for name in ["workspace/policy.yaml", "policy-link.yaml"] {
      let result = try Program.amm(
        "validate", "--strict", "--workspace", "workspace", "--policy", name, in: made.url)
      #expect(result.errors.contains("[policy-within]"))
      #expect(result.status == 1)
    }
  }

  @Test func `a policy that is not there, or broken, lets nothing pass`() throws {
    let made = try workspace("runtimes: vllm", "gpus: []")
    #expect(try validate(made.url).status == 1)
    try FileManager.default.removeItem(at: made.file("policy.yaml"))
    let result = try validate(made.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("policy.yaml: error: cannot read the file"))
    try made.write("version: 1\nlock: trusted.lock.json\n", to: "policy.yaml")
    #expect(
      try validate(made.url).errors.contains("trusted.lock.json: error: cannot read the file"))
  }

  @Test func `what nobody serves is judged where it is named`() throws {
    let made = try workspace("runtimes: [vllm]", "gpus: []")
    let spare = "workspace/profiles/coding/spare.yaml"
    try made.write(
      """
      name: spare
      source: {type: huggingface, model_id: org/model}
      container: {runtime: sglang}

      """, to: spare)
    #expect(try validate(made.url).status == 0)
    let result = try Program.amm("validate", "--policy", "policy.yaml", spare, in: made.url)
    #expect(result.status == 1 && result.errors.contains("[policy-runtime]"))
    #expect(try Program.amm("validate", spare, in: made.url).status == 0)
  }
}

extension PolicyTests {
  /// A policy that shuts all doors is for people who serve what amm ships.
  @Test func `all that comes with amm passes where every door is shut`() throws {
    let folder = try LibraryTests.workspace(podman: "5.4")
    let outside = try TemporaryFolder()
    try outside.write(
      "version: 1\nremote_code: never\naddresses: loopback\nmounts: []\n", to: "policy.yaml")
    let result = try Program.amm(
      "validate", "--workspace", folder.url.path, "--policy", outside.file("policy.yaml").path)
    #expect(result.status == 0, "\(result.errors)")
  }
}
