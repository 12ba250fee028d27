import Foundation
import Profiles
import TestSupport
import Testing

/// Commands that put profiles into a workspace.
struct ProfileCommandTests {
  private let folder: TemporaryFolder
  private var workspace: String { folder.file("w").path }

  init() throws {
    folder = try TemporaryFolder()
    #expect(try Program.amm("init", "--example", folder.file("w").path).status == 0)
  }

  @Test(arguments: ModelFamily.all.map(\.base), ["tgi", "vllm", "sglang", "ollama"])
  func `a profile of every family is complete and right`(base: String, runtime: String) throws {
    let made = try Program.amm(
      "create-profile", "mine", "--base", base, "--runtime", runtime, "--category", "new",
      "--workspace", workspace)
    #expect(made.status == 0, "\(made.errors)")
    let file = folder.file("w/profiles/new/mine.yaml").path
    let result = try Program.amm("validate", "--strict", file)
    #expect(result.status == 0, "\(result.errors)")
  }

  /// What is not possible here is possible with another command.
  @Test(arguments: [
    (["mine", "--base", "qwen", "--runtime", "llama-cpp"], "'amm add MODEL' writes one"),
    (["mine", "--base", "bge"], "'amm add MODEL' writes a profile"),
    (["new/mine", "--base", "qwen"], "'--category new', and the name 'mine'"),
  ])
  func `a way to what is not possible here is named`(words: [String], help: String) throws {
    let result = try Program.amm(["create-profile"] + words + ["--workspace", workspace])
    #expect(result.status == 1 && result.errors.contains(help), "\(result.errors)")
  }

  @Test func `nothing is overwritten, and nothing is written elsewhere`() throws {
    let make = ["create", "mine", "--base", "phi", "--workspace", workspace]
    #expect(try Program.amm(make).status == 0)
    let text = try folder.read("w/profiles/chat/mine.yaml")
    #expect(try Program.amm(make).status == 1)
    #expect(try folder.read("w/profiles/chat/mine.yaml") == text)
    for hostile in ["../mine", "a/b", ".hidden", "-x", ""] {
      #expect(
        try Program.amm(["create", "--base", "phi", "-w", workspace, "--", hostile]).status != 0)
    }
    for hostile in ["..", "../..", "/tmp"] {
      let words = ["create", "m", "--base", "phi", "--category", hostile, "-w", workspace]
      #expect(try Program.amm(words).status != 0)
    }
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
    #expect(files.count { $0.hasSuffix("mine.yaml") } == 1)
  }

  /// A shell stands in it, and would be left in one that is gone.
  @Test func `an empty folder is filled, and stays the folder that it is`() throws {
    let place = folder.file("empty")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
    func number() throws -> UInt64? {
      try FileManager.default.attributesOfItem(atPath: place.path)[.systemFileNumber] as? UInt64
    }
    let before = try #require(try number())
    let made = try Program.amm(["init", "."], in: place)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try number() == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
    #expect(names == ["active", "custom", "experiments", "instances.yaml", "profiles", "schemas"])
    #expect(try Program.amm(["validate"], in: place).status == 0)
    let again = try Program.amm(["init", "."], in: place)
    #expect(again.status != 0 && again.errors.contains("amm does not overwrite it"))
  }

  @Test func `a profile of the library is copied once`() throws {
    try FileManager.default.removeItem(at: folder.file("w/profiles/chat/llama3.yaml"))
    let load = ["load-profile", "llama3", "--workspace", workspace]
    #expect(try Program.amm(load).status == 0)
    #expect(try folder.read("w/profiles/chat/llama3.yaml").contains("model_id: llama3.2:3b"))
    #expect(try Program.amm(load).status == 1)
  }

  @Test func `status and doctor say what they see and what they cannot`() throws {
    #expect(try Program.amm("generate", "--workspace", workspace).status == 0)
    let path = ["PATH": "/nonexistent", "HOME": folder.url.path]
    let status = try Program.run(
      Program.amm, ["status", "--json", "--workspace", workspace], environment: path)
    #expect(status.status == 0)
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any])
    #expect((report["instances"] as? [[String: Any]])?.count == 4)
    #expect(
      (report["unseen"] as? [String])?.map { $0.prefix { $0 != ":" } }
        == ["units", "containers", "GPU memory"])
    #expect((report["drift"] as? [Any])?.isEmpty == true)

    try folder.write("edited by hand\n", to: "w/generated/quadlet/tgi-primary.container")
    let drift = try Program.run(
      Program.amm, ["status", "--workspace", workspace], environment: path)
    #expect(
      drift.output.contains(
        "drift: generated/quadlet/tgi-primary.container differs from line 1 on, edited by hand\n"))
    #expect(try Program.amm("generate", "--workspace", workspace).status == 0)
    // Stale, but as amm wrote it.
    let text = try folder.read("w/instances.yaml")
    try folder.write(text.replacing("8085", with: "8086"), to: "w/instances.yaml")
    let stale = try Program.run(
      Program.amm, ["status", "--drift", "--workspace", workspace], environment: path)
    #expect(stale.output.contains("drift: generated/quadlet/tgi-secondary.container differs"))
    #expect(!stale.output.contains("edited by hand"))

    let doctor = try Program.run(
      Program.amm, ["doctor", "--json", "--workspace", workspace], environment: path)
    #expect(doctor.status == 3)
    let findings = try doctor.objects("findings")
    let podman = findings.first { $0["subject"] as? String == "podman" }
    #expect(podman?["state"] as? String == "error" && podman?["fix"] != nil)
  }
}
