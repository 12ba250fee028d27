import Foundation
import TestSupport
import Testing

/// What a repository, a kernel without `openat2`, and a folder's permissions make of amm's work.
struct RepositoryTests {
  private let hostile: HostileWorkspace

  init() throws { hostile = try HostileWorkspace() }

  private var folder: TemporaryFolder { hostile.folder }

  private func permit(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.file(path).path)
  }

  // MARK: - git

  private func git(_ words: String...) throws {
    let result = try Program.run(
      try #require(Program.find("git")),
      ["-c", "user.email=a@b", "-c", "user.name=n"] + words, in: folder.file("w"),
      environment: ["HOME": folder.file("home").path])
    try #require(result.status == 0, "\(words): \(result.errors)")
  }

  private var hasRun: Bool { FileManager.default.fileExists(atPath: folder.file("ran").path) }

  private static let gits = [["switch", "srv", "c/q", "--no-apply"], ["doctor"]]

  @Test(arguments: gits)
  func `a repository's settings run nothing`(words: [String]) throws {
    try folder.write("{}", to: "w/flake.nix")
    try git("init", "-q")
    try git("add", "-A")
    try git("commit", "-qm", "x")
    let command = "touch \(folder.file("ran").path); false"
    for setting in ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor"] {
      try git("config", setting, command)
    }
    try folder.write("#!/bin/sh\n\(command)\n", to: "w/.git/hooks/post-index-change")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755],
      ofItemAtPath: folder.file("w/.git/hooks/post-index-change").path)
    let result = try hostile.run(words)
    #expect(result.status < 64)
    #expect(!hasRun)
    #expect(try Data(contentsOf: folder.file("w/.git/config")).count > 0)
  }

  @Test(arguments: gits)
  func `a folder that looks like a bare repository is none`(words: [String]) throws {
    try folder.write("ref: refs/heads/main", to: "w/HEAD")
    try folder.write("", to: "w/objects/.keep")
    try folder.write("", to: "w/refs/.keep")
    try folder.write(
      "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
        + "\tfsmonitor = \"touch \(folder.file("ran").path); false\"\n", to: "w/config")
    try folder.write("{}", to: "w/flake.nix")
    _ = try hostile.run(words)
    #expect(!hasRun)
  }

  /// A sparse index whose tree is missing has git fetch it, from where the repository says.
  @Test(arguments: gits)
  func `nothing is fetched that a repository lacks`(words: [String]) throws {
    try folder.write("{}", to: "w/flake.nix")
    try folder.write("x", to: "w/d/e/f")
    try git("init", "-q")
    try git("add", "-A")
    try git("commit", "-qm", "x")
    let tree = try Program.run(
      try #require(Program.find("git")), ["rev-parse", "HEAD:d"], in: folder.file("w")
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    try git("sparse-checkout", "init", "--cone", "--sparse-index")
    try git("sparse-checkout", "set", "profiles", "active")
    let command = "touch \(folder.file("ran").path); false"
    for (name, value) in [
      ("core.repositoryformatversion", "1"), ("extensions.partialClone", "origin"),
      ("remote.origin.promisor", "true"), ("remote.origin.url", "file://" + hostile.path),
      ("remote.origin.uploadpack", command), ("protocol.file.allow", "always"),
    ] {
      try git("config", name, value)
    }
    try hostile.remove("w/.git/objects/\(tree.prefix(2))/\(tree.dropFirst(2))")
    _ = try hostile.run(words)
    #expect(!hasRun)
  }

  @Test func `git gets no variable that names another repository`() throws {
    try hostile.program("git", "env > \"\(folder.file("seen").path)\"; exit 1")
    _ = try hostile.run(
      ["switch", "srv", "c/q", "--no-apply"],
      environment: ["GIT_DIR": "/nowhere", "GIT_CONFIG_COUNT": "1", "GIT_EXTERNAL_DIFF": "x"])
    let seen = try folder.read("seen").split(separator: "\n").filter { $0.hasPrefix("GIT_") }
    #expect(
      seen.sorted() == ["GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0"])
  }

  @Test func `programs are not taken from where amm runs`() throws {
    try folder.write("#!/bin/sh\ntouch \(folder.file("ran").path)\n", to: "w/podman")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.file("w/podman").path)
    _ = try hostile.run(["status"], environment: ["PATH": ".::bin:\(folder.file("bin").path)"])
    #expect(!hasRun)
  }

  /// Where the kernel, or a container's rules, lack the call, folders are opened part by part.
  @Test(.needs(.tracing), arguments: ["ENOSYS", "EPERM"])
  func `without openat2, links are refused all the same`(error: String) throws {
    let strace = try #require(Program.strace).path
    let under = [strace, "-f", "-qq", "-o", "/dev/null", "-e", "inject=openat2:error=\(error)"]
    #expect(try hostile.run(["generate"], under: under).status == 0)
    #expect(try hostile.run(["switch", "srv", "c/q", "--no-apply"], under: under).status == 0)
    #expect(try hostile.run(["generate", "--check"], under: under).status == 0)
    try folder.link("w/profiles/c/r.yaml", to: "../../profiles/c/p.yaml")
    #expect(try hostile.run(["validate", "--strict"], under: under).status == 0)
    try hostile.remove("w/generated")
    try folder.link("w/generated", to: "../victim")
    let result = try hostile.run(["generate"], under: under)
    #expect(result.status == 3 && result.errors.contains("is a link to '../victim'"))
    try folder.link("w/profiles/chat", to: "../../victim")
    #expect(try hostile.run(["load-profile", "chat/mistral"], under: under).status == 3)
    #expect(try hostile.isVictimWhole)
  }

  // MARK: - Function

  @Test func `a git worktree and a folder that nobody may write work`() throws {
    try git("init", "-q")
    try git("add", "-A")
    try git("commit", "-qm", "x")
    try git("worktree", "add", "-q", folder.file("tree").path)
    let tree = folder.file("tree").path
    for words in [
      ["validate", "--strict"], ["generate"], ["switch", "srv", "c/q", "--no-apply"],
      ["generate", "--check"],
    ] {
      let result = try hostile.run(words + ["--workspace", tree])
      #expect(result.status == 0, "\(words): \(result.errors)")
    }
  }

  @Test func `folders keep their permissions, and the shell its folder`() throws {
    #expect(try hostile.amm("generate").status == 0)
    try folder.write("x", to: "w/generated/mine/x")
    for path in ["w/generated", "w/generated/mine", "w/generated/quadlet"] {
      try permit(0o700, path)
    }
    #expect(try hostile.amm("switch", "srv", "c/q", "--no-apply").status == 0)
    for path in ["w/generated", "w/generated/mine", "w/generated/quadlet"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(path).path)
      #expect(attributes[.posixPermissions] as? Int == 0o700, "\(path)")
    }
    try hostile.append("    description: other\n", to: "w/instances.yaml")
    let result = try hostile.run(
      ["generate", "--workspace", ".."], in: folder.file("w/generated"))
    #expect(result.status == 3)
    #expect(result.errors.contains("amm is running in this folder"))
  }
}
