import Foundation
import TestSupport
import Testing

/// What others run amm by: the hooks through the real pre-commit, the steps of the action through a shell.
struct IntegrationTests {
  private let folder: TemporaryFolder
  private let workspace: URL

  init() throws {
    folder = try TemporaryFolder()
    workspace = folder.file("w")
    try #require(try Program.amm("init", "--example", workspace.path).status == 0)
    try #require(try Program.amm("generate", "--workspace", workspace.path).status == 0)
    try folder.link("bin/amm", to: Program.amm.resolvingSymlinksInPath().path)
  }

  private func run(_ program: String, _ words: String..., in place: URL? = nil) throws -> Finished {
    try Program.run(
      try #require(Program.find(program)), words, in: place ?? workspace,
      environment: [
        "HOME": folder.file("home").path,
        "PATH": folder.file("bin").path + ":" + Program.path,
      ])
  }

  @discardableResult
  private func git(_ words: String..., in place: URL? = nil) throws -> Finished {
    let who = ["-c", "user.email=a@example.org", "-c", "user.name=a", "-c", "commit.gpgsign=false"]
    let result = try Program.run(
      try #require(Program.find("git")), who + words, in: place ?? workspace,
      environment: ["HOME": folder.file("home").path])
    try #require(result.status == 0, "\(words): \(result.errors)")
    return result
  }

  // MARK: - pre-commit

  /// The workspace as a repository with amm's hooks, everything committed.
  ///
  /// - Parameters:
  ///   - tagged: Whether the hooks are named by a release's tag, and not by a commit.
  ///   - list: The hooks to run.
  private func makeRepositories(
    tagged: Bool = false,
    with list: String = "[{id: amm-validate, args: [--strict]}, {id: amm-generate}]"
  ) throws {
    let hooks = folder.file("hooks")
    try FileManager.default.createDirectory(at: hooks, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: folder.file("home"), withIntermediateDirectories: true)
    for path in [
      ".pre-commit-hooks.yaml", "share/install/amm-hook", "share/install/amm-install",
      "Sources/Operations/Release.swift",
    ] {
      let copy = hooks.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Repository.file(path), to: copy)
    }
    try git("init", "-q", in: hooks)
    try git("add", "-A", in: hooks)
    try git("commit", "-qm", "hooks", in: hooks)
    try git("tag", "v\(version)", in: hooks)
    let head = try git("rev-parse", "HEAD", in: hooks).output.trimmingCharacters(in: .newlines)
    try folder.write(
      """
      repos:
        - repo: \(hooks.path)
          rev: \(tagged ? "v" + version : head)
          hooks: \(list)

      """, to: "w/.pre-commit-config.yaml")
    try git("init", "-q")
    try git("add", "-A")
    try git("commit", "-qm", "workspace")
  }

  /// Stages one change, asks the hooks, and takes the change back: they see nothing else than it.
  private func hooks(
    after change: () throws -> Void
  ) throws -> (validate: Bool, generate: Bool, output: String) {
    try change()
    try git("add", "-A")
    let result = try run("pre-commit", "run", "--color", "never")
    try git("reset", "-q", "--hard")
    func passed(_ name: String) -> Bool {
      result.output.split(separator: "\n").contains { $0.hasPrefix(name) && $0.hasSuffix("Passed") }
    }
    #expect(!result.output.contains("Skipped"), "\(result.output)")
    return (passed("amm validate"), passed("amm generate --check"), result.output + result.errors)
  }

  private func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: folder.file("w/" + path))
  }

  @Test(.needs(.program("pre-commit")))
  func `the hooks see what is served, whatever kind of file it is`() throws {
    try makeRepositories()
    let link = "active/tgi-primary.yaml"
    let profile = "profiles/coding/deepseek-coder.yaml"
    let other = try hooks { try folder.write("notes\n", to: "w/README") }
    #expect(other.validate && other.generate, "\(other.output)")

    // A link to another profile is right, but generated/ is stale.
    let changed = try hooks {
      try remove(link)
      try folder.link("w/" + link, to: "../profiles/coding/codellama.yaml")
    }
    #expect(changed.validate && !changed.generate, "\(changed.output)")
    #expect(changed.output.contains("generated/instances.nix"))

    let dangling = try hooks {
      try remove(link)
      try folder.link("w/" + link, to: "../profiles/coding/none.yaml")
    }
    #expect(!dangling.validate && dangling.output.contains("[active-link]"), "\(dangling.output)")
    #expect(try !hooks { try remove(link) }.validate)
    #expect(try !hooks { try remove(profile) }.validate)
    let wrong = try hooks {
      try folder.write(folder.read("w/" + profile) + "naem: x\n", to: "w/" + profile)
    }
    #expect(!wrong.validate && wrong.output.contains("[unknown-key]"), "\(wrong.output)")
  }

  @Test(.needs(.program("pre-commit"))) func `a hook checks files of other tools`() throws {
    try makeRepositories(with: "[{id: amm-lint, args: [--strict]}]")
    func run(_ option: String) throws -> Finished {
      try folder.write(
        """
        services:
          chat:
            image: docker.io/vllm/vllm-openai:v0.31.0
            command: [Qwen/Qwen3-8B, \(option), "8192"]
            gpus: all
            ports: ["127.0.0.1:8000:8000"]

        """, to: "w/servers/docker-compose.vllm.yml")
      try git("add", "-A")
      return try self.run("pre-commit", "run", "--color", "never")
    }
    let right = try run("--max-model-len")
    #expect(right.status == 0 && right.output.contains("Passed"), "\(right.output)")
    let wrong = try run("--max-modle-len")
    #expect(wrong.status == 1 && wrong.output.contains("docker-compose.vllm.yml:4:"))
    #expect(wrong.output.contains("[unknown-argument]"), "\(wrong.output)")
  }

  // MARK: - Releases

  private let version = "0.1.0"

  /// A release of this amm, in a folder with the form of a release page.
  ///
  /// - Returns: Its address.
  private func makeRelease() throws -> String {
    let name = "amm-\(version)-linux-x86_64"
    try folder.write(
      "#!/bin/sh\nexec '\(Program.amm.resolvingSymlinksInPath().path)' \"$@\"\n",
      to: "\(name)/bin/amm")
    let release = folder.file("releases/v\(version)")
    try FileManager.default.createDirectory(at: release, withIntermediateDirectories: true)
    let script = """
      chmod +x "$1/bin/amm" && tar -czf "$2/$1.tar.gz" "$1" && cd "$2" && sha256sum "$1.tar.gz" > SHA256SUMS
      """
    let made = try run("sh", "-c", script, "sh", name, release.path, in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
    return "file://" + folder.file("releases").path
  }

  @Test(.needs(.program("curl"))) func `a release is unpacked only if its checksum matches`() throws
  {
    let address = try makeRelease()
    func install(_ address: String, _ version: String = "0.1.0") throws -> Finished {
      try run(
        "sh", Repository.file("share/install/amm-install").path, address, version,
        folder.file("prefix").path)
    }
    #expect(try install(address, "9.9.9").status == 3)
    let archive = "releases/v\(version)/amm-\(version)-linux-x86_64.tar.gz"
    let bytes = try Data(contentsOf: folder.file(archive))
    try (bytes + Data("x".utf8)).write(to: folder.file(archive))
    let changed = try install(address)
    #expect(changed.status == 1 && changed.errors.contains("does not match"), "\(changed.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("prefix").path))
    try bytes.write(to: folder.file(archive))
    let installed = try install(address)
    #expect(installed.status == 0, "\(installed.errors)")
    #expect(installed.output == "\(folder.file("prefix").path)/bin/amm: version \(version)\n")
    try folder.write("", to: "releases/v\(version)/SHA256SUMS")
    #expect(try install(address).status == 1)
  }

  @Test(.needs(.program("pre-commit")), .needs(.program("curl")))
  func `the hooks fetch the release that they are checked out at`() throws {
    let address = try makeRelease()
    for (tagged, isRun) in [(true, true), (false, false)] {
      try? FileManager.default.removeItem(at: folder.file("w/.git"))
      try? FileManager.default.removeItem(at: folder.file("hooks"))
      try makeRepositories(tagged: tagged)
      if !tagged { try git("tag", "-d", "v\(version)", in: folder.file("hooks")) }
      let result = try Program.run(
        try #require(Program.find("pre-commit")), ["run", "--color", "never", "--all-files"],
        in: workspace,
        environment: [
          "HOME": folder.file("home").path, "PATH": Program.path, "AMM_RELEASES": address,
        ])
      #expect((result.status == 0) == isRun, "\(result.output)\(result.errors)")
      #expect(isRun || result.output.contains("'rev' is not a release tag"), "\(result.output)")
    }
  }

  // MARK: - GitHub

  /// Runs the action's own steps, with a release in place of GitHub's.
  private func action(strict: Bool = true, policy: String = "") throws -> Finished {
    let script = """
      import os, subprocess, sys, yaml
      action = yaml.safe_load(open(sys.argv[1]))
      values = dict(zip(["WORKSPACE", "STRICT", "POLICY", "VERSION", "RELEASES"], sys.argv[2:]))
      for step in action["runs"]["steps"]:
          result = subprocess.run([step["shell"], "-e", "-o", "pipefail", "-c", step["run"]],
                                  env=dict(os.environ, **{name: values[name] for name in step["env"]}), cwd="/")
          if result.returncode:
              sys.exit(result.returncode)
      """
    return try Program.run(
      try #require(Program.python),
      [
        "-c", script, Repository.file("action.yml").path, workspace.path, String(strict), policy,
        "v\(version)", makeRelease(),
      ],
      environment: [
        "GITHUB_ACTION_PATH": Repository.file("README.md").deletingLastPathComponent().path,
        "RUNNER_TEMP": folder.file("temp").path, "PATH": Program.path,
      ])
  }

  @Test(.needs(.python), .needs(.program("curl")))
  func `the action fails where the workspace is wrong or stale`() throws {
    let right = try action()
    #expect(right.status == 0, "\(right.errors)")
    let profile = "w/profiles/coding/deepseek-coder.yaml"
    let text = try folder.read(profile)
    try folder.write(text.replacing("max_batch_size: 32", with: "max_batch_size: 16"), to: profile)
    #expect(try action().status == 2)
    try folder.write(text + "naem: x\n", to: profile)
    let wrong = try action()
    #expect(wrong.status == 1)
    #expect((wrong.output + wrong.errors).contains("::error file="))
    try folder.write(
      text.replacing("runtime: vllm", with: "runtime: vllm\n  image: ghcr.io/x/y:latest"),
      to: profile
    )
    #expect(try action().status == 1, "a warning fails where it is strict")
    #expect(try action(strict: false).status == 2)
    try folder.write(text, to: profile)
    try folder.write("version: 1\nruntimes: [llama-cpp]\n", to: "policy.yaml")
    let judged = try action(policy: folder.file("policy.yaml").path)
    #expect(judged.status == 1 && judged.output.contains("policy-runtime"), "\(judged.output)")
  }
}
