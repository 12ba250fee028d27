import Foundation
import TestSupport
import Testing

struct GenerateTests {
  private func workspace() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let result = try Program.amm("init", "--example", folder.file("w").path)
    #expect(result.status == 0, "\(result.errors)")
    return folder
  }

  private func tree(_ folder: URL) throws -> [String: String] {
    var tree: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let file = folder.appendingPathComponent(path)
      if let data = try? Data(contentsOf: file) {
        tree[path] = String(decoding: data, as: UTF8.self)
      }
    }
    return tree
  }

  @Test func `a stale file is annotated at its profile`() throws {
    let machine = try FakeMachine()
    try machine.workspace(["main": 9441])
    #expect(try machine.amm("generate").status == 0)
    let fresh = try machine.amm("generate", "--check", "--format", "github")
    #expect(fresh.status == 0 && fresh.output == "", "\(fresh.output)")
    let profile = "w/profiles/tiny/main-one.yaml"
    try machine.home.write(
      machine.home.read(profile) + "parameters: {context_length: 512}\n", to: profile)
    let stale = try machine.amm("generate", "--check", "--format", "github")
    #expect(stale.status == 2)
    #expect(
      stale.output.contains("profiles/tiny/main-one.yaml,title=stale-file::")
        && stale.output.contains("generated/quadlet/main.container differs"), "\(stale.output)")
    #expect(try machine.amm("generate", "--format", "github").status == 64)
  }

  @Test func `init makes a workspace that validates, and never overwrites`() throws {
    let folder = try workspace()
    let check = try Program.amm("validate", "--strict", "--workspace", "w", in: folder.url)
    #expect(check.status == 0, "\(check.errors)")
    let again = try Program.amm("init", "--example", "w", in: folder.url)
    #expect(again.status == 1)
    #expect(again.errors.contains("amm does not overwrite it"))
  }

  @Test func `generated/ keeps to the targets that it was made for`() throws {
    let folder = try workspace()
    let amm = { (words: String...) in
      try Program.run(
        Program.amm, words + ["--workspace", "w"], in: folder.url,
        environment: ["XDG_STATE_HOME": folder.file("state").path])
    }
    #expect(try amm("generate").status == 0)
    #expect(
      try amm("generate", "--target", "quadlet").output.contains(
        "removed w/generated/instances.nix"))
    #expect(try amm("generate", "--check").status == 0)
    #expect(try amm("generate", "--check", "--target", "quadlet", "nix").status == 2)
    // Whoever writes it anew keeps to them, too.
    #expect(try amm("switch", "tgi-primary", "codellama", "--no-apply").status == 0)
    #expect(try amm("generate", "--check").status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.file("w/generated/instances.nix").path))
    #expect(try folder.read("w/generated/quadlet/tgi-primary.container").contains("CodeLlama"))
    #expect(try amm("generate").output.contains("up to date"))
    #expect(
      try amm("generate", "-t", "nix", "quadlet").output.contains(
        "created w/generated/instances.nix"))
    #expect(try amm("generate", "--check").status == 0)
  }

  /// Before the first unit, a user has no folder of Podman's.
  @Test func `a folder that is not there is made with those above it`() throws {
    let folder = try workspace()
    let output = "config/containers/systemd/ai-models"
    let result = try Program.amm(
      "generate", "--target", "quadlet", "--output", output, "--workspace", "w", in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.read(output + "/tgi-primary.container").contains("[Container]"))
  }

  @Test func `a file is not an output folder`() throws {
    let folder = try workspace()
    let before = try tree(folder.url)
    let output = "w/instances.yaml"
    for check in [["--check"], []] {
      let words = ["generate", "--output", output, "--workspace", "w"] + check
      let result = try Program.run(Program.amm, words, in: folder.url)
      #expect(result.status == 3 && result.errors.contains("'\(output)': it is not a folder"))
    }
    #expect(try tree(folder.url) == before)
  }

  @Test func `a second run writes nothing and says so`() throws {
    let folder = try workspace()
    #expect(try Program.amm("generate", "--workspace", "w", in: folder.url).status == 0)
    let before = try tree(folder.file("w/generated"))
    let again = try Program.amm("generate", "--workspace", "w", in: folder.url)
    #expect(again.output.contains("nothing written"))
    #expect(try tree(folder.file("w/generated")) == before)
    #expect(try Program.amm("generate", "--check", "--workspace", "w", in: folder.url).status == 0)
  }

  @Test func `check and diff tell what is stale and write nothing`() throws {
    let folder = try workspace()
    #expect(try Program.amm("generate", "--workspace", "w", in: folder.url).status == 0)
    try folder.write("edited\n", to: "w/generated/instances.nix")
    let check = try Program.amm("generate", "--check", "--workspace", "w", in: folder.url)
    #expect(check.status == 2)
    #expect(check.errors.contains("w/generated/instances.nix: differs from line 1 on"))
    let diff = try Program.amm("generate", "--diff", "--workspace", "w", in: folder.url)
    #expect(diff.status == 0)
    #expect(diff.output.contains("--- a/instances.nix\n+++ b/instances.nix\n@@ -1,1 +1,"))
    #expect(try folder.read("w/generated/instances.nix") == "edited\n")
  }

  /// The diff is one that the real patch program applies.
  @Test func `the diff is a patch`() throws {
    let folder = try workspace()
    #expect(try Program.amm("generate", "--workspace", "w", in: folder.url).status == 0)
    let meant = try tree(folder.file("w/generated"))
    let file = "w/generated/quadlet/tgi-primary.container"
    var lines = try folder.read(file).split(separator: "\n", omittingEmptySubsequences: false)
    lines.remove(at: 20)
    lines.insert("Changed=yes", at: 5)
    lines.swapAt(8, 30)
    try folder.write(lines.joined(separator: "\n"), to: file)
    let diff = try Program.amm("generate", "--diff", "--workspace", "w", in: folder.url)
    try folder.write(diff.output, to: "change.patch")
    let patch = try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      ["patch", "-p1", "-i", folder.file("change.patch").path],
      in: folder.file("w/generated"))
    #expect(patch.status == 0, "\(patch.output)\(patch.errors)")
    #expect(try tree(folder.file("w/generated")) == meant)
  }

  @Test func `a wrong profile leaves everything as it was`() throws {
    let folder = try workspace()
    #expect(try Program.amm("generate", "--workspace", "w", in: folder.url).status == 0)
    let before = try tree(folder.file("w/generated"))
    try folder.write("name: [\n", to: "w/profiles/coding/deepseek-coder.yaml")
    let result = try Program.amm("generate", "--workspace", "w", in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("w/profiles/coding/deepseek-coder.yaml:2:1:"))
    #expect(result.errors.contains("[invalid-active-profile]"))
    #expect(try tree(folder.file("w/generated")) == before)
  }

  @Test func `files that are no longer wanted go, others' files stay`() throws {
    let folder = try workspace()
    #expect(try Program.amm("generate", "--workspace", "w", in: folder.url).status == 0)
    try folder.write("mine\n", to: "w/generated/quadlet/mine.container")
    let result = try Program.amm(
      "generate", "--target", "nix", "--workspace", "w", in: folder.url)
    #expect(result.output.contains("removed w/generated/quadlet/tgi-primary.container"))
    #expect(
      Set(try tree(folder.file("w/generated")).keys) == [
        ".amm-manifest", "instances.nix", "quadlet/mine.container",
      ])
  }

  @Test func `a file that amm did not write is not replaced`() throws {
    let folder = try workspace()
    try folder.write("mine\n", to: "w/generated/instances.nix")
    let result = try Program.amm("generate", "--workspace", "w", in: folder.url)
    #expect(result.status == 3)
    #expect(result.errors.contains("amm did not write what is there"))
    #expect(try tree(folder.file("w/generated")) == ["instances.nix": "mine\n"])
  }

  @Test func `the bytes do not depend on folder, user, time zone or locale`() throws {
    var trees: [[String: String]] = []
    for environment in [
      ["TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": "/one", "USER": "one"],
      ["TZ": "America/Lima", "LC_ALL": "tr_TR.UTF-8", "HOME": "/other", "USER": "two"],
    ] {
      let folder = try TemporaryFolder()
      let path = folder.file(environment["USER"] ?? "x").path
      #expect(try Program.amm("init", "--example", path, environment: environment).status == 0)
      let result = try Program.amm("generate", "--workspace", path, environment: environment)
      #expect(result.status == 0)
      trees.append(try tree(URL(fileURLWithPath: path)))
    }
    #expect(trees[0] == trees[1])
    let machine = ["amm-test-", "/one", Repository.file("").path]
    #expect(!trees[0].values.contains { text in machine.contains { text.contains($0) } })
  }

  /// The promise: at any moment the tree is the old one or the new one.
  @Test func `killing it at random moments leaves a whole tree`() throws {
    let folder = try workspace()
    let settings = try folder.read("w/instances.yaml")
    let versions = [settings, settings.replacing("port: 8080", with: "port: 18080")]
    var whole: [[String: String]] = []
    for version in versions {
      try folder.write(version, to: "w/instances.yaml")
      #expect(try Program.amm("generate", "--workspace", "w", in: folder.url).status == 0)
      whole.append(try tree(folder.file("w/generated")))
    }
    var interrupted = 0
    for round in 0..<200 {
      try folder.write(versions[round % 2], to: "w/instances.yaml")
      let process = Process()
      process.executableURL = Program.amm
      process.arguments = ["generate", "--workspace", folder.file("w").path]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32.random(in: 0..<14_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { interrupted += 1 }
      let now = try tree(folder.file("w/generated"))
      #expect(whole.contains(now), "round \(round)")
    }
    #expect(interrupted > 20)
    let last = try Program.amm("generate", "--workspace", "w", in: folder.url)
    #expect(last.status == 0, "\(last.errors)")
    #expect(try tree(folder.file("w/generated")) == whole[1])
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("w").path)
    #expect(!left.contains { $0.contains("amm-new") })
  }
}
