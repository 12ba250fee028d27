import Foundation
import TestSupport
import Testing

/// `amm switch` and what it leaves, whatever happens to it.
struct SwitchTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(try Program.amm("init", "--example", folder.file("w").path).status == 0)
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
      try amm("history", "--json").objects("switches")
    }
  }

  /// Runs what blocks on a thread of its own: tasks have as many as there are processors.
  private func inBackground(
    _ work: @escaping @Sendable () throws -> Finished
  ) async throws -> Finished {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
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
    #expect(entries.allSatisfy { $0["result"] as? String == "not applied" })
  }

  @Test func `a dry run shows everything and changes nothing`() throws {
    let result = try amm("switch", "tgi-primary", "codellama", "--dry-run", "--apply", "quadlet")
    #expect(result.status == 0)
    #expect(
      result.output.hasPrefix("tgi-primary: coding/deepseek-coder -> coding/codellama\n"),
      "\(result.output)")
    #expect(result.output.contains("tgi-primary.service"))
    #expect(result.output.contains("'--diff' shows how"))
    let whole = try amm(
      "switch", "tgi-primary", "codellama", "--dry-run", "--diff", "--apply", "quadlet")
    #expect(whole.output.contains("codellama/CodeLlama-7b-Instruct-hf"))
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
    let text = try folder.read("w/instances.yaml")
    try folder.write(
      text.replacing("    port: 8080\n", with: "    port: 8080\n    runtimes: [vllm]\n"),
      to: "w/instances.yaml")
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
    let untrusted = try amm("switch", "tgi-primary", "codellama")
    #expect(untrusted.status == 1)
    #expect(
      untrusted.errors.contains("'apply.command' of this workspace was not run, because"))
    #expect(untrusted.errors.contains("    sh -c 'test -e applied'\n"))
    #expect(try history.isEmpty)
    let result = try amm("switch", "tgi-primary", "codellama", "--trust")
    #expect(result.status == 3)
    #expect(result.errors.contains("it ended with exit status 1"))
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try amm("generate", "--check").status == 0)
    #expect(try history.last?["result"] as? String == "apply")

    #expect(try amm("switch", "tgi-primary", "codellama", "--keep", "--trust").status == 3)
    #expect(try link == "../profiles/coding/codellama.yaml")

    // What was taken back is no step to go back over.
    #expect(try amm("switch", "tgi-primary", "starcoder2", "--trust").status == 3)
    #expect(try history.map { $0["undone"] as? Bool } == [true, false, true])
    try folder.write("", to: "w/applied")
    #expect(try amm("trust").status == 0)
    #expect(try amm("rollback").status == 0)
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try amm("rollback", "--to", "3").status == 1)

    #expect(try amm("switch", "tgi-primary", "starcoder2").status == 0)
    #expect(try link == "../profiles/coding/starcoder2.yaml")
  }

  @Test(arguments: ["home-manager", "quadlet"])
  func `a program that is missing is said before anything is touched`(method: String) throws {
    let result = try Program.run(
      Program.amm,
      [
        "switch", "tgi-primary", "codellama", "--apply", method, "--workspace",
        folder.file("w").path,
      ],
      environment: ["XDG_STATE_HOME": folder.file("state").path, "PATH": "/nonexistent"])
    #expect(result.status == 3)
    #expect(result.errors.contains("choose another method with '--apply'"))
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try history.isEmpty)
  }

  @Test func `a switch whose end nobody saw can be taken back`() throws {
    let text = try folder.read("w/instances.yaml")
    try folder.write(
      text + "\napply: {method: command, command: [sh, -c, \"kill -9 $PPID\"]}\n",
      to: "w/instances.yaml")
    #expect(try amm("switch", "tgi-primary", "codellama", "--trust").status == 9)
    #expect(try history.map { $0["result"] as? String } == ["interrupted"])
    #expect(try link == "../profiles/coding/codellama.yaml")
    #expect(try amm("generate", "--check").status == 0)
    #expect(try amm("rollback", "--no-apply").status == 0)
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
  }

  @Test func `a profile of the library alone is gone again when the switch is`() throws {
    let file = folder.file("w/profiles/coding/codellama.yaml").path
    try FileManager.default.removeItem(atPath: file)
    #expect(try amm("switch", "tgi-primary", "codellama", "--dry-run").status == 0)
    #expect(!FileManager.default.fileExists(atPath: file))

    let text = try folder.read("w/instances.yaml")
    try folder.write(
      text + "\napply: {method: command, command: [\"false\"]}\n", to: "w/instances.yaml")
    #expect(try amm("switch", "tgi-primary", "codellama", "--trust").status == 3)
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
  }

  @Test(arguments: ["--wait=0", "--wait=soon", "--wait=-1"])
  func `only seconds can be waited for`(word: String) throws {
    #expect(try amm("switch", "tgi-primary", "codellama", word).status == 64)
  }

  @Test(.needs(.program("git")))
  func `what git does not track is named where there is a flake`() throws {
    let git = try #require(Program.find("git"))
    #expect(try Program.run(git, ["init", "-q", folder.url.path]).status == 0)
    let quiet = try amm("switch", "tgi-primary", "codellama", "--no-apply")
    #expect(!quiet.errors.contains("git"))
    try folder.write("{ outputs = _: { }; }\n", to: "flake.nix")
    let loud = try amm("switch", "tgi-primary", "starcoder2", "--no-apply")
    #expect(loud.status == 0)
    #expect(loud.errors.contains("so your flake does not see them: active/tgi-primary.yaml, "))
    #expect(loud.errors.contains("add instances.yaml active/tgi-primary.yaml"))
    #expect(try Program.run(git, ["add", "."], in: folder.url).status == 0)
    let tracked = try amm("switch", "tgi-primary", "codellama", "--no-apply")
    #expect(!tracked.errors.contains("git"))
  }

  @Test(
    .needs(.lockTable),
    .timeLimit(.minutes(5)))
  func `who has the lock is named`() async throws {
    let text = try folder.read("w/instances.yaml")
    let wait = "while ! test -e go; do sleep 0.02; done"
    try folder.write(
      text + "\napply: {method: command, command: [sh, -c, \"touch held; \(wait)\"]}\n",
      to: "w/instances.yaml")
    async let first = inBackground { try amm("switch", "tgi-primary", "codellama", "--trust") }
    while !FileManager.default.fileExists(atPath: folder.file("w/held").path) {
      try await Task.sleep(for: .milliseconds(20))
    }
    // Its messages go to a file, and who has the lock goes on once they show that it waits: no test's
    // thread, which others may keep busy for longer than amm waits, is needed for that.
    let watch = """
      (i=0; until grep -q 'waiting for it' "$0" || [ $i -gt 6000 ]; do i=$((i+1)); sleep 0.02; done; \
      touch "$1") >/dev/null 2>&1 & told=$0; shift; exec "$@" 2>"$told"
      """
    let toFile = ["/bin/sh", "-c", watch, folder.file("told").path, folder.file("w/go").path]
    async let second = inBackground {
      try amm("switch", "tgi-secondary", "codellama", "--no-apply", under: toFile)
    }
    #expect(try await first.status == 0)
    #expect(try await second.status == 0)
    let words = try folder.read("told")
    #expect(words.contains("'amm switch tgi-primary codellama --trust --workspace "))
    #expect(words.contains("/active; waiting for it"))
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
}
