import Foundation
import TestSupport
import Testing

/// What a workspace would have run on this machine is run when its user has agreed to it, and then
/// just that.
struct TrustTests {
  private let hostile: HostileWorkspace

  init() throws {
    hostile = try HostileWorkspace()
    try hostile.append(
      "apply: {method: command, command: [sh, -c, 'echo ran >> ../ran']}\n", to: "w/instances.yaml")
  }

  private var folder: TemporaryFolder { hostile.folder }
  private var hasRun: Bool { FileManager.default.fileExists(atPath: folder.file("ran").path) }

  @Test func `a command that was not agreed to is shown, and not run`() throws {
    let before = try hostile.snapshot
    let result = try hostile.amm("switch", "srv", "c/q")
    #expect(result.status == 1)
    #expect(result.errors.contains("    sh -c 'echo ran >> ../ran'\n"))
    #expect(result.errors.contains("run 'amm trust'"))
    #expect(!hasRun)
    #expect(try hostile.snapshot == before, "nothing was switched either")
    #expect(try hostile.amm("switch", "srv", "c/q", "--no-apply").status == 0)
    #expect(!hasRun)
  }

  @Test func `an agreement holds for these words in this folder`() throws {
    let shown = try hostile.amm("trust", "--show")
    #expect(shown.output.hasPrefix("apply.command: not agreed to"))
    #expect(try hostile.amm("trust").status == 0)
    #expect(try hostile.amm("trust", "--show").output.hasPrefix("apply.command: agreed to"))
    #expect(try hostile.amm("switch", "srv", "c/q").status == 0)
    #expect(hasRun)
    try hostile.remove("ran")
    // Changed words are others.
    let text = try folder.read("w/instances.yaml")
    try folder.write(text.replacing("echo ran", with: "echo  ran"), to: "w/instances.yaml")
    #expect(try hostile.amm("switch", "srv", "c/p").status == 1)
    #expect(!hasRun)
    try folder.write(text, to: "w/instances.yaml")
    #expect(try hostile.amm("switch", "srv", "c/p").status == 0)
    try hostile.remove("ran")
    // So are the same words elsewhere.
    try FileManager.default.copyItem(at: folder.file("w"), to: folder.file("clone"))
    #expect(
      try hostile.amm("switch", "srv", "c/q", "--workspace", folder.file("clone").path).status == 1)
    #expect(!hasRun)
    #expect(try hostile.amm("trust", "--revoke").status == 0)
    #expect(try hostile.amm("switch", "srv", "c/q").status == 1)
    #expect(!hasRun)
  }

  @Test func `a script agrees for once`() throws {
    #expect(try hostile.amm("switch", "srv", "c/q", "--trust").status == 0)
    #expect(hasRun)
    #expect(try hostile.amm("rollback", "srv").status == 1)
    #expect(try hostile.amm("rollback", "srv", "--trust").status == 0)
  }

  @Test func `validate says what wants trust, and does not fail for it`() throws {
    let result = try hostile.amm("validate", "--strict")
    #expect(result.status == 0)
    #expect(result.errors.contains("'apply.command' does not run before you agree"))
    let json = try hostile.amm("validate", "--json")
    #expect(json.output.contains("\"needs_trust\": [\n    \"apply.command\"\n  ]"))
    #expect(try hostile.amm("trust").status == 0)
    #expect(try hostile.amm("validate", "--strict").errors == "")
  }

  private static let task = """
    version: 1
    name: NAME
    kind: chat
    score: {kind: command, command: [touch, ../ran]}
    items: [{id: a, prompt: x}]

    """

  @Test func `a task that runs commands, or stands in for a shipped one, wants trust`() throws {
    try folder.write(Self.task.replacing("NAME", with: "mine"), to: "w/tasks/mine.yaml")
    try folder.write(
      "version: 1\nname: speed\nkind: chat\nitems: [{id: a, prompt: x}]\n", to: "w/tasks/speed.yaml"
    )
    try folder.write(
      "version: 1\nname: calm\nkind: chat\nitems: [{id: a, prompt: x}]\n", to: "w/tasks/calm.yaml")
    let shown = try hostile.amm("trust", "--show").output
    #expect(shown.contains("tasks/mine.yaml: not agreed to; it runs commands on this machine"))
    #expect(shown.contains("    touch ../ran\n"))
    #expect(shown.contains("tasks/speed.yaml: not agreed to; it replaces the task 'speed'"))
    #expect(!shown.contains("calm"))
    for task in ["mine", "speed", "tasks/mine.yaml", folder.file("w/tasks/mine.yaml").path] {
      let result = try hostile.amm("compare", "srv", "--task", task)
      #expect(result.status == 1, "\(task): \(result)")
      #expect(result.errors.contains("not agreed to its current"), "\(task): \(result.errors)")
    }
    #expect(!hasRun)
    #expect(try hostile.amm("trust").status == 0)
    let result = try hostile.amm("compare", "srv", "--task", "mine")
    #expect(result.status == 4, "nobody answers there, and nothing else is wrong: \(result.errors)")
  }

  @Test(arguments: ["--privileged", "-v=/:/host", "image --privileged", "a/UPPER"])
  func `an image that is none, such as an option, is refused`(image: String) throws {
    try folder.write(
      Self.task.replacing("NAME", with: "mine").replacing(
        "kind: command,", with: "kind: command, sandbox: true, image: '\(image)',"),
      to: "w/tasks/mine.yaml")
    let result = try hostile.amm("validate")
    #expect(result.status == 1)
    #expect(result.errors.contains("must be an image such as"), "\(result.errors)")
  }

  /// Named by whatever path, of whatever bytes.
  @Test(arguments: ["./x.sh", "x.sh", "@/x.sh", "./d/../x.sh", "sh x.sh", "./link.sh"])
  func `a script of the workspace that changes is another one`(command: String) throws {
    let words = command.replacing("@", with: hostile.path).split(separator: " ")
    let text = try folder.read("w/instances.yaml").split(separator: "\napply")[0]
    try folder.write(
      text + "\napply: {method: command, command: [\(words.joined(separator: ", "))]}\n",
      to: "w/instances.yaml")
    func script(_ byte: UInt8, _ work: String) throws {
      // No UTF-8: what is not is no less a difference.
      let bytes = Data("#!/bin/sh\n# ".utf8) + [byte] + Data("\n\(work)\n".utf8)
      try bytes.write(to: folder.file(command == "./link.sh" ? "y.sh" : "w/x.sh"))
    }
    try folder.write("", to: "w/d/.keep")
    if command == "./link.sh" { try folder.link("w/link.sh", to: "../y.sh") }
    try script(0x80, "touch ../ran")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755],
      ofItemAtPath: folder.file(command == "./link.sh" ? "y.sh" : "w/x.sh").path)
    #expect(try hostile.amm("trust").status == 0)
    let path = ["PATH": "\(hostile.path):/usr/bin:/bin"]
    #expect(try hostile.run(["switch", "srv", "c/q"], environment: path).status == 0)
    #expect(hasRun)
    try hostile.remove("ran")
    try script(0x81, "touch ../ran")
    #expect(try hostile.run(["switch", "srv", "c/p"], environment: path).status == 1)
    #expect(!hasRun)
  }

  @Test func `a script that cannot be read as a whole cannot be agreed to`() throws {
    let text = try folder.read("w/instances.yaml").split(separator: "\napply")[0]
    try folder.write(
      text + "\napply: {method: command, command: [./x.sh]}\n", to: "w/instances.yaml")
    try folder.write(
      "#!/bin/sh\n" + String(repeating: "#", count: 17 << 20) + "\n", to: "w/x.sh")
    let result = try hostile.amm("trust")
    #expect(result.status == 3)
    #expect(result.errors.contains("larger than 16 MiB"))
    #expect(try hostile.amm("switch", "srv", "c/q").status == 3)
  }
}
