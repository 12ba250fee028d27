import Foundation
import TestSupport
import Testing

/// `amm switch` and what it leaves, whatever happens to it.
struct SwitchTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(try Program.amm("init", folder.file("w").path).status == 0)
    #expect(try Program.amm("generate", "--workspace", folder.file("w").path).status == 0)
  }

  private func amm(_ arguments: String..., under: [String] = []) throws -> Finished {
    let words = under + [Program.amm.path] + arguments + ["--workspace", folder.file("w").path]
    return try Program.run(
      URL(fileURLWithPath: words[0]), Array(words.dropFirst()),
      environment: ["XDG_STATE_HOME": folder.file("state").path])
  }

  private var link: String {
    get throws {
      try FileManager.default.destinationOfSymbolicLink(
        atPath: folder.file("w/active/tgi-primary.yaml").path)
    }
  }

  private var history: [[String: Any]] {
    get throws {
      let output = try amm("history", "--json").output
      return try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]] ?? []
    }
  }

  @Test func `a switch replaces link and files, and a rollback brings them back`() throws {
    let before = try folder.read("w/generated/instances.nix")
    let result = try amm("switch", "tgi-primary", "codellama", "--no-apply")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try link == "../profiles/coding/codellama.yaml")
    #expect(try folder.read("w/generated/instances.nix").contains("CodeLlama-7b-Instruct-hf"))
    #expect(try amm("generate", "--check").status == 0)

    #expect(try amm("rollback", "--no-apply").status == 0)
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try folder.read("w/generated/instances.nix") == before)
    let entries = try history
    #expect(entries.map { $0["to"] as? String } == ["coding/codellama", "coding/deepseek-coder"])
    #expect(entries.allSatisfy { $0["result"] as? String == "done" })
  }

  @Test func `a dry run shows everything and changes nothing`() throws {
    let result = try amm("switch", "tgi-primary", "codellama", "--dry-run", "--apply", "quadlet")
    #expect(result.status == 0)
    #expect(result.output.contains("+Environment=MODEL_ID=codellama/CodeLlama-7b-Instruct-hf"))
    #expect(result.output.contains("would restart: tgi-primary.service"))
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try amm("generate", "--check").status == 0)
    #expect(try history.isEmpty)
  }

  @Test(arguments: [
    (["tgi-primary", "phi4"], "runs on ollama [runtime-not-accepted]"),
    (["tgi-primary", "codelama"], "did you mean 'codellama'?"),
    (["tgi-primry", "codellama"], "did you mean 'tgi-primary'?"),
  ])
  func `what would be wrong is said before anything is touched`(
    words: [String], message: String
  ) throws {
    let result = try amm("switch", words[0], words[1], "--no-apply")
    #expect(result.status == 1)
    #expect(result.errors.contains(message))
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try history.isEmpty)
  }

  @Test func `a profile of the library alone is copied`() throws {
    try FileManager.default.removeItem(at: folder.file("w/profiles/coding/codellama.yaml"))
    let result = try amm("switch", "tgi-primary", "coding/codellama", "--no-apply")
    #expect(result.status == 0)
    #expect(result.errors.contains("copied coding/codellama from the library"))
    #expect(try amm("validate").status == 0)
  }

  @Test func `a command that fails to apply is taken back`() throws {
    let text = try folder.read("w/instances.yaml")
    try folder.write(
      text + "\napply:\n  method: command\n  command: [sh, -c, \"test -e applied\"]\n",
      to: "w/instances.yaml")
    let result = try amm("switch", "tgi-primary", "codellama")
    #expect(result.status == 3)
    #expect(result.errors.contains("it ended with exit status 1"))
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try amm("generate", "--check").status == 0)
    #expect(try history.last?["result"] as? String == "apply")

    #expect(try amm("switch", "tgi-primary", "codellama", "--keep").status == 3)
    #expect(try link == "../profiles/coding/codellama.yaml")

    try folder.write("", to: "w/applied")
    #expect(try amm("switch", "tgi-primary", "starcoder2").status == 0)
    #expect(try link == "../profiles/coding/starcoder2.yaml")
  }

  @Test func `home-manager is run with the workspace's arguments`() throws {
    let text = try folder.read("w/instances.yaml")
    try folder.write(
      text + "\napply:\n  arguments: [--flake, \".#me\"]\n", to: "w/instances.yaml")
    try folder.write("#!/bin/sh\necho \"$@\" > \"$PWD/ran\"\n", to: "bin/home-manager")
    let program = folder.file("bin/home-manager").path
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let path = folder.file("bin").path + ":/usr/bin:/bin"
    let result = try Program.run(
      Program.amm,
      ["switch", "tgi-primary", "codellama", "--workspace", folder.file("w").path],
      environment: ["XDG_STATE_HOME": folder.file("state").path, "PATH": path])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.read("w/ran") == "switch --flake .#me\n")
  }

  @Test func `switches at once queue, and each is recorded`() async throws {
    let profiles = ["codellama", "starcoder2", "deepseek-coder", "qwen-coder-vllm"]
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for index in 0..<50 {
        group.addTask {
          let instance = index % 2 == 0 ? "tgi-primary" : "tgi-secondary"
          return try amm("switch", instance, profiles[index / 2 % 3], "--no-apply").status
        }
      }
      for try await status in group { #expect(status == 0) }
    }
    #expect(try history.count == 50)
    #expect(try amm("generate", "--check").status == 0)
    #expect(try amm("validate").status == 0)
  }

  /// Killed at the entry of every call that changes something, one after the other.
  @Test(
    .enabled(if: Program.find("strace") != nil, "strace is not installed"),
    arguments: [
      "rename", "renameat2", "symlink", "unlink", "rmdir", "mkdir", "linkat", "fsync", "write",
    ])
  func `a kill at any moment leaves link and files that belong together`(call: String) throws {
    let strace = try #require(Program.find("strace")).path
    let targets = ["codellama", "starcoder2"]
    var kills = 0
    for number in 1...200 {
      let target = targets[number % 2]
      let inject = "inject=\(call):signal=KILL:when=\(number)"
      let result = try amm(
        "switch", "tgi-primary", target, "--no-apply",
        under: [strace, "-f", "-qq", "-o", "/dev/null", "-e", inject])
      // Whatever command comes next recovers, and says so.
      #expect(try amm("status").status == 0)
      #expect(!FileManager.default.fileExists(atPath: folder.file("w/.amm-switch").path))
      let check = try amm("generate", "--check")
      #expect(check.status == 0, "\(call) \(number): \(check.errors)")
      if result.status == 0 {
        #expect(try link == "../profiles/coding/\(target).yaml")
        break
      }
      kills += 1
    }
    #expect(kills > 0 || ["rmdir", "linkat", "unlink", "mkdir"].contains(call))
    #expect(kills < 199)
  }

  /// A disk that is full, or read-only, from some call on.
  @Test(
    .enabled(if: Program.find("strace") != nil, "strace is not installed"),
    arguments: ["mkdir", "symlink", "rename", "renameat2", "fsync"], ["ENOSPC", "EROFS"])
  func `what the disk refuses leaves everything as it was`(call: String, error: String) throws {
    let strace = try #require(Program.find("strace")).path
    let before = try folder.read("w/generated/instances.nix")
    var refusals = 0
    for number in 1...100 {
      let inject = "inject=\(call):error=\(error):when=\(number)"
      let result = try amm(
        "switch", "tgi-primary", "codellama", "--no-apply",
        under: [strace, "-f", "-qq", "-o", "/dev/null", "-e", inject])
      if result.status == 0 { break }
      #expect(result.status == 3)
      #expect(result.errors.contains("amm: error: cannot "), "\(result.errors)")
      let isOld = try link == "../profiles/coding/deepseek-coder.yaml"
      #expect(try (folder.read("w/generated/instances.nix") == before) == isOld)
      #expect(try amm("generate", "--check").status == 0, "\(call) \(number)")
      if !isOld {
        try #require(try amm("switch", "tgi-primary", "deepseek-coder", "--no-apply").status == 0)
      }
      refusals += 1
    }
    #expect(refusals > 0)
    #expect(refusals < 100)
  }

  @Test func `a workspace that cannot be written is left as it is`() throws {
    guard getuid() != 0 else { return }
    let active = folder.file("w/active").path
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: active)
    defer {
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: active)
    }
    let result = try amm("switch", "tgi-primary", "codellama", "--no-apply")
    #expect(result.status == 3)
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try amm("generate", "--check").status == 0)
  }
}
