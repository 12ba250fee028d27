import Foundation
import TestSupport
import Testing

/// `amm validate --stdin`: an editor's text in place of a file.
struct StandardInputTests {
  private let machine: FakeMachine

  init() throws {
    machine = try FakeMachine()
    try machine.workspace(["main": 9421])
  }

  private func validate(_ text: String, as path: String, _ words: String...) throws -> Finished {
    try machine.home.write(text, to: "buffer")
    return try Program.run(
      try #require(Program.find("sh")),
      ["-c", "exec \"$0\" \"$@\" < ../buffer", Program.amm.path, "validate", "--stdin", path]
        + words,
      in: machine.home.file("w"), environment: ["HOME": machine.home.url.path])
  }

  @Test func `a profile's text is checked instead of its file`() throws {
    let path = "profiles/tiny/main-one.yaml"
    let text = try machine.home.read("w/" + path)
    #expect(try validate(text, as: path).status == 0)
    let wrong = try validate(text + "naem: x\n", as: path, "--json")
    #expect(wrong.status == 1)
    let found = try wrong.objects("diagnostics")
    #expect(found.map { $0["file"] as? String } == [path])
    #expect(found.first?["line"] as? Int == 4)
    #expect(try machine.home.read("w/" + path) == text)
  }

  @Test func `the text of instances is checked with the workspace's links`() throws {
    let text = try machine.home.read("w/instances.yaml")
    #expect(try validate(text, as: "instances.yaml").status == 0)
    let taken = text + "  other: {port: 9421}\n"
    let wrong = try validate(taken, as: "instances.yaml")
    #expect(wrong.status == 1 && wrong.errors.contains("[port-in-use]"), "\(wrong.errors)")
    // The missing link of the new instance is a problem of another file.
    #expect(!wrong.errors.contains("active/other.yaml: error"))
  }

  @Test func `the text of a task is known by its folder`() throws {
    let wrong = try validate("name: t\nkind: nothing\n", as: "tasks/t.yaml")
    #expect(wrong.status == 1 && wrong.errors.contains("tasks/t.yaml:2:7"), "\(wrong.errors)")
  }

  @Test(arguments: ["", "\u{0}", "a: [\n"])
  func `any text has an answer`(text: String) throws {
    for path in ["profiles/new.yaml", "instances.yaml", "tasks/new.yaml"] {
      let result = try validate(text, as: path)
      #expect(result.status == 1 && result.errors.contains(path), "\(path): \(result.errors)")
    }
    #expect(try validate("", as: "x.yaml", "y.yaml").status == 64)
  }
}
