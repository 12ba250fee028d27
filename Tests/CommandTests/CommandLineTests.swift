import Foundation
import TestSupport
import Testing

/// What people type, in the forms in which they type it.
struct CommandLineTests {
  private let machine: FakeMachine

  init() throws {
    machine = try FakeMachine()
    try machine.workspace(["main": 9451])
  }

  private var path: String { machine.home.file("w").path }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(
      Program.amm, words, in: machine.home.file("w"),
      environment: [
        "HOME": machine.home.url.path, "PATH": machine.home.file("bin").path,
        "FAKE_MACHINE": machine.home.file("machine").path,
      ])
  }

  @Test func `global options may precede the command`() throws {
    let after = try amm("endpoints", "-w", path).output
    #expect(after.contains("main"))
    for words in [["-w", path], ["-w\(path)"], ["--workspace", path], ["--workspace=\(path)"]] {
      let before = try Program.run(Program.amm, words + ["endpoints"])
      #expect(before.output == after, "\(words)")
    }
    #expect(try amm("-w", path, "explain", "port-in-use").status == 0)
    #expect(try amm("-w", path, "help", "list").status == 0)
    let new = machine.home.file("new").path
    #expect(try amm("-w", new, "init").output.hasPrefix(new))
    let none = try amm("-w", path)
    #expect(none.status == 64 && none.errors.contains("there is no command"))
  }

  @Test(arguments: ["help", "version"])
  func `the help of what is no command of the parser is the overview`(word: String) throws {
    let result = try amm("help", word)
    let overview = try amm("help").output
    #expect(result.status == 0 && result.output == overview)
  }

  @Test(arguments: ["version", "-V", "--version"])
  func `the version has three names`(word: String) throws {
    let result = try amm(word)
    #expect(result.status == 0 && result.output.split(separator: ".").count == 3)
  }

  @Test(
    arguments: [
      "tiny/main-two", "main-two", "profiles/tiny/main-two", "profiles/tiny/main-two.yaml",
    ])
  func `a profile is found by its file, too`(word: String) throws {
    for word in [word, word.hasSuffix(".yaml") ? "./\(word)" : word] {
      #expect(try amm("info", word, "--json").output.contains(#""id": "tiny/main-two""#), "\(word)")
    }
    let file = machine.home.file("w/profiles/tiny/main-two.yaml").path
    #expect(try amm("info", file).status == 0)
  }

  @Test func `a part of a profile's path names the profiles with it`() throws {
    let result = try amm("switch", "main", "tiny", "-w", path)
    #expect(result.status == 1 && result.errors.contains("there is no profile 'tiny'"))
    #expect(result.errors.contains("did you mean 'tiny/main-one' or 'tiny/main-two'?"))
  }

  @Test func `a workspace that was named must exist`() throws {
    for words in [["list"], ["history"], ["experiment", "list"], ["info", "x"], ["plan", "x"]] {
      let result = try Program.run(
        Program.amm, ["-w", "/nonexistent"] + words, environment: ["HOME": path])
      #expect(result.status == 1 && result.errors.contains("there is no workspace"), "\(words)")
    }
  }

  @Test func `what is inside a workspace names its folder`() throws {
    for inside in ["profiles", "instances.yaml"] {
      let result = try amm("status", "-w", path + "/" + inside)
      #expect(result.status == 1 && result.errors.contains("is inside a workspace"), "\(inside)")
      #expect(result.errors.contains("/w'\n"), "\(inside)")
    }
  }

  @Test func `a folder without instances yaml is told what it lacks`() throws {
    let old = machine.home.file("old").path
    try machine.home.write("", to: "old/profiles/.keep")
    for result in [try amm("status", "-w", old), try amm("init", old)] {
      #expect(result.status == 1 && result.errors.contains("'\(old)/instances.yaml': 'version: 1'"))
    }
  }

  @Test func `a file that cannot be read is reported with the way out`() throws {
    try machine.home.link("w/loop.yaml", to: "loop.yaml")
    #expect(try amm("validate", "loop.yaml").errors.contains("the link points back to itself"))
    #expect(try amm("validate", "-").errors.contains("'amm validate --stdin FILE'"))
    let device = try amm("validate", "/dev/zero").errors
    #expect(device.contains("not a regular file") && !device.contains("check the path"))
  }

  @Test func `a page replaces only a page`() throws {
    let page = machine.home.file("page.html").path
    #expect(try amm("status", "--html", page).status == 0)
    #expect(try amm("status", "--html", page).status == 0)
    let before = try machine.home.read("w/instances.yaml")
    let refused = try amm("status", "--html", "instances.yaml")
    #expect(refused.status == 3 && refused.errors.contains("is not a page"))
    #expect(try machine.home.read("w/instances.yaml") == before)
    let folder = try amm("status", "--html", path)
    #expect(folder.status == 3 && folder.errors.contains("cannot write '\(path)': it is a folder"))
  }

  @Test func `a file that cannot be written leaves nothing behind`() throws {
    // No file may have a byte, as on a full disk.
    let result = try Program.run(
      try #require(Program.find("sh")),
      [
        "-c", "ulimit -f 0; exec \"$0\" \"$@\"", Program.amm.path, "create-profile", "new",
        "--base",
        "phi", "--size", "14b", "-w", path,
      ], environment: ["HOME": machine.home.url.path])
    #expect(result.status == 3, "\(result.output)\(result.errors)")
    let files = try FileManager.default.subpathsOfDirectory(atPath: path)
    #expect(!files.contains { $0.contains("new") || $0.contains(".amm-") }, "\(files)")
  }

  @Test func `a server that needs more main memory than there is does not fit`() throws {
    let text = try machine.home.read("w/instances.yaml")
    try machine.home.write(text + "host: {ram: 8GB}\n", to: "w/instances.yaml")
    try machine.home.write(
      """
      name: big
      source: {type: huggingface, model_id: Qwen/Qwen3.5-9B}
      container: {runtime: vllm}
      resources: {ram: 64GB}

      """, to: "w/profiles/chat/big.yaml")
    func fits() throws -> String? {
      let list = try amm("list", "chat", "--gpu", "H100", "--json").objects("profiles")
      return list.first { $0["id"] as? String == "chat/big" }?["fits"] as? String
    }
    #expect(try fits() == "no")
    try machine.home.write(text + "host: {ram: 128GB}\n", to: "w/instances.yaml")
    #expect(try fits() == "yes")
  }

  @Test func `a systemd that does not answer is named before anything changes`() throws {
    try machine.home.write("#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n", to: "silent")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: machine.home.file("silent").path)
    try FileManager.default.removeItem(at: machine.home.file("bin/systemctl"))
    try machine.home.link("bin/systemctl", to: machine.home.file("silent").path)
    for words in [["switch", "main", "main-two"], ["start", "main"], ["logs", "main"]] {
      let result = try machine.amm(words)
      #expect(result.status == 3, "\(words)")
      #expect(result.errors.contains("systemd does not answer for this user"), "\(result.errors)")
    }
    #expect(try machine.serves("main") == "../profiles/tiny/main-one.yaml")
    #expect(try machine.amm("doctor").output.contains("systemd"))
  }

  @Test func `a tag can be given more than once`() throws {
    for (name, tags) in [("one", "[a, b]"), ("two", "[a]")] {
      try machine.home.write(
        "name: \(name)\nsource: {type: local, path: ~/x.gguf}\ncontainer: {runtime: llama-cpp}\ntags: \(tags)\n",
        to: "w/profiles/t/\(name).yaml")
    }
    let both = try amm("list", "-t", "a", "-t", "b", "--json").objects("profiles")
    #expect(both.map { $0["id"] as? String } == ["t/one"])
    #expect(try amm("list", "-t", "a", "-t", "c").status == 1)
  }
}
