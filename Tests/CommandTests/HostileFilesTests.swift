import Foundation
import TestSupport
import Testing

/// What stands where a file of a workspace is expected, and who may touch it.
struct HostileFilesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.profile("one"), to: "w/profiles/coding/one.yaml")
    try folder.write(
      "version: 1\ninstances: {main: {port: 8080, gpus: [nvidia]}}\n", to: "w/instances.yaml")
    try folder.link("w/active/main.yaml", to: "../profiles/coding/one.yaml")
  }

  private static func profile(_ name: String) -> String {
    """
    name: \(name)
    source: {type: huggingface, model_id: org/\(name)}
    container: {runtime: tgi}

    """
  }

  private func amm(_ arguments: String...) throws -> Finished {
    try Program.run(
      Program.amm, arguments + ["--workspace", folder.file("w").path],
      environment: ["XDG_STATE_HOME": folder.file("state").path])
  }

  /// Runs a copy of amm as a user without rights.
  private func ammAsNobody(_ arguments: String...) throws -> Finished {
    let words = arguments + ["--workspace", folder.file("w").path]
    guard getuid() == 0 else { return try Program.run(Program.amm, words) }
    let setpriv = try #require(Program.find("setpriv"))
    // The build's own folder may be closed to others.
    let copy = folder.file("bin/amm")
    if !FileManager.default.fileExists(atPath: copy.path) {
      try FileManager.default.createDirectory(
        at: folder.file("bin"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Program.amm, to: copy)
    }
    return try Program.run(
      setpriv, ["--reuid=65534", "--regid=65534", "--clear-groups", copy.path] + words)
  }

  private func permit(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.file(path).path)
  }

  @Test func `a pipe, a device, a folder and a loop are refused, and nothing waits for them`()
    throws
  {
    let place = folder.file("w/profiles/coding").path
    #expect(mkfifo(place + "/pipe.yaml", 0o644) == 0)
    try folder.link("w/profiles/coding/device.yaml", to: "/dev/zero")
    try folder.link("w/profiles/coding/loop.yaml", to: "other.yaml")
    try folder.link("w/profiles/coding/other.yaml", to: "loop.yaml")
    try folder.link("w/profiles/coding/folder.yaml", to: "..")
    try folder.link("w/profiles/coding/up", to: "..")
    let result = try amm("validate", "--json")
    #expect(result.status == 1)
    let report =
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let found = (report?["diagnostics"] as? [[String: Any]] ?? []).map {
      "\(($0["file"] as? String ?? "").split(separator: "/").last ?? "") \($0["message"] ?? "")"
    }
    #expect(
      found == [
        "device.yaml cannot read the file: it is not a regular file",
        "folder.yaml cannot read the file: it is not a regular file",
        "loop.yaml cannot read the file: Too many levels of symbolic links",
        "other.yaml cannot read the file: Too many levels of symbolic links",
        "pipe.yaml cannot read the file: it is not a regular file",
      ])
    #expect(try amm("generate").status == 0, "no link leads to them")
  }

  @Test func `links of folders in a circle end`() throws {
    try folder.link("w/profiles/again", to: ".")
    try folder.link("w/active/loop.yaml", to: "loop.yaml")
    let result = try amm("validate")
    // A link that leads nowhere, for an instance that there is not: a warning.
    #expect(result.status == 0)
    #expect(result.errors.contains("active/loop.yaml"))
    try folder.write(
      "version: 1\ninstances: {loop: {port: 8080, gpus: [nvidia]}}\n", to: "w/instances.yaml")
    #expect(try amm("validate").status == 1)
  }

  @Test func `a name with a line end is shown on one line`() throws {
    try folder.write(Self.profile("x"), to: "w/profiles/coding/a\nerror: b.yaml")
    try folder.write(Self.profile("x"), to: "w/profiles/c\u{1B}[31md/x.yaml")
    let result = try amm("validate")
    #expect(result.status == 1)
    #expect(result.errors.contains("a\\nerror: b.yaml: error: this name is not"))
    #expect(result.errors.contains("c\\u{1b}[31md: error: this name is not"))
    #expect(!result.errors.contains("\u{1B}"))
    #expect(result.errors.hasSuffix("2 errors\n"))
  }

  @Test func `a file that is written while it is read is right, wrong or refused, never half`()
    async throws
  {
    let file = folder.file("w/profiles/coding/one.yaml")
    let texts = [
      Self.profile("one"),
      Self.profile("one") + "notes: |\n" + String(repeating: "  A line of notes.\n", count: 400),
    ]
    // In place, as the worst of editors do it.
    let writer = Task.detached {
      var number = 0
      while !Task.isCancelled {
        number += 1
        try Data(texts[number % 2].utf8).write(to: file)
      }
    }
    for _ in 0..<40 {
      let result = try amm("validate")
      #expect([0, 1].contains(result.status), "\(result.errors)")
      // Cut where a line ends, the file would be right; all else is said with its place.
      #expect(result.status == 0 || result.errors.contains("profiles/coding/one.yaml"))
    }
    writer.cancel()
    _ = await writer.result
    try Data(texts[0].utf8).write(to: file)
    #expect(try amm("validate", "--strict").status == 0)
  }

  @Test func `what may not be read is said, and nothing is generated without it`() throws {
    #expect(try amm("generate").status == 0)
    let before = try folder.read("w/generated/instances.nix")
    try permit(0o000, "w/profiles/coding")
    defer { try? permit(0o755, "w/profiles/coding") }
    let result = try ammAsNobody("validate")
    #expect(result.status == 3)
    #expect(result.errors.contains("amm: error: cannot open the folder '"))
    #expect(result.errors.contains("Permission denied"))
    try permit(0o755, "w/profiles/coding")
    try permit(0o000, "w/profiles/coding/one.yaml")
    let file = try ammAsNobody("validate")
    #expect(file.status == 1)
    #expect(
      file.errors.contains("one.yaml: error: cannot read the file: Permission denied"))
    try permit(0o644, "w/profiles/coding/one.yaml")
    #expect(try folder.read("w/generated/instances.nix") == before)
  }

  /// As a path of the Nix store is: there for everybody, and nobody may write.
  @Test func `a workspace that nobody may write is compiled to another place`() throws {
    let result = try ammAsNobody("validate")
    #expect(result.status == 0, "\(result.errors)")
    for path in ["w", "w/active", "w/profiles", "w/profiles/coding"] { try permit(0o555, path) }
    defer {
      for path in ["w", "w/active", "w/profiles", "w/profiles/coding"] { try? permit(0o755, path) }
    }
    try FileManager.default.createDirectory(
      at: folder.file("out"), withIntermediateDirectories: true)
    try permit(0o777, "out")
    let output = folder.file("out/files").path
    #expect(try ammAsNobody("generate", "--output", output).status == 0)
    #expect(try folder.read("out/files/instances.nix").contains("org/one"))
    #expect(try ammAsNobody("list").status == 0)
    #expect(try ammAsNobody("info", "main", "--json").status == 0)
    let refused = try ammAsNobody("generate")
    #expect(refused.status == 3)
    #expect(refused.errors.contains("Permission denied"))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("w").path)
    #expect(Set(left) == ["active", "instances.yaml", "profiles"])
  }

  /// What another release wrote is amm's by its list, whatever it was called.
  @Test func `the tree of another version is taken over, and foreign files stay`() throws {
    #expect(try amm("generate").status == 0)
    let fresh = try folder.read("w/generated/.amm-manifest")
    try folder.write("[Pod]\n", to: "w/generated/quadlet/main.pod")
    try folder.write("old\n", to: "w/generated/quadlet/main.container")
    try folder.write("mine\n", to: "w/generated/quadlet/mine.container")
    try folder.write(
      fresh + "quadlet/main.pod\n../../instances.yaml\n/etc/passwd\n..\u{301}/x\n",
      to: "w/generated/.amm-manifest")
    #expect(try amm("generate", "--check").status == 2)
    #expect(try amm("generate").status == 0)
    #expect(try folder.read("w/generated/.amm-manifest") == fresh)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: folder.file("w/generated/quadlet").path)
    #expect(!files.contains("main.pod"))
    #expect(try folder.read("w/generated/quadlet/mine.container") == "mine\n")
    #expect(try folder.read("w/instances.yaml").hasPrefix("version: 1"))
  }

  @Test func `two that write at once leave what one of them meant`() async throws {
    try folder.write(Self.profile("two"), to: "w/profiles/coding/two.yaml")
    // The same workspace as two releases would see it: each has a mind of its own.
    for name in ["one", "two"] {
      try folder.write(
        "version: 1\ninstances: {main: {port: 8080, gpus: [nvidia]}}\n",
        to: "\(name)/instances.yaml")
      try folder.write(Self.profile(name), to: "\(name)/profiles/coding/\(name).yaml")
      try folder.link("\(name)/active/main.yaml", to: "../profiles/coding/\(name).yaml")
    }
    let output = folder.file("w/generated").path
    try await withThrowingTaskGroup(of: Finished.self) { group in
      for number in 0..<30 {
        let workspace = folder.file(number % 2 == 0 ? "one" : "two").path
        group.addTask {
          try Program.amm("generate", "--workspace", workspace, "--output", output)
        }
      }
      for try await result in group { #expect(result.status == 0, "\(result.errors)") }
    }
    let nix = try folder.read("w/generated/instances.nix")
    let name = nix.contains("org/one") ? "one" : "two"
    #expect(try folder.read("w/generated/quadlet/main.container").contains("org/\(name)"))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("w").path)
    #expect(!left.contains { $0.hasPrefix(".generated") })
  }

  /// It may be another release's, who knows what is half-done, or somebody's own file.
  @Test(arguments: ["", "mine\n", "main\n\n\n", "../x\n\n../profiles/coding/one.yaml\n"])
  func `a journal of a switch that amm does not know stays where it is`(text: String) throws {
    #expect(try amm("generate").status == 0)
    try folder.write(text, to: "w/.amm-switch")
    for words in [
      ["validate"], ["generate"], ["switch", "main", "one", "--no-apply"], ["recover"],
    ] {
      let result = try Program.run(
        Program.amm, words + ["--workspace", folder.file("w").path],
        environment: ["XDG_STATE_HOME": folder.file("state").path])
      // What only looks goes on; a switch would have to write over it.
      #expect(result.status == (words[0] == "switch" ? 3 : 0), "\(words): \(result.errors)")
      #expect(result.errors.contains(".amm-switch'"), "\(words): \(result.errors)")
      #expect(result.errors.contains("recover --adopt"))
    }
    #expect(try folder.read("w/.amm-switch") == text)
    #expect(try amm("recover", "--adopt").status == 3, "it does not describe a switch")
    #expect(try folder.read("w/.amm-switch") == text)
    try FileManager.default.removeItem(at: folder.file("w/.amm-switch"))
    #expect(try amm("generate", "--check").status == 0)
  }

  /// Lines of another release, of a clock that ran ahead, and one that a full disk cut.
  @Test func `a history that is not amm's own any more loses nothing`() throws {
    try folder.write(Self.profile("two"), to: "w/profiles/coding/two.yaml")
    #expect(try amm("switch", "main", "two", "--no-apply").status == 0)
    let line = try folder.read("state/amm/history.jsonl")
    let ahead = line.replacing(/"time":\s?"[^"]*"/, with: "\"time\":\"2999-01-01T00:00:00Z\"")
    #expect(ahead != line)
    try folder.write(
      ahead + "{\"time\":\"2026-01-01T00:00:00Z\",\"version\":2,\"steps\":[1]}\n\u{0}\n"
        + line.prefix(40), to: "state/amm/history.jsonl")
    #expect(try amm("switch", "main", "one", "--no-apply").status == 0)
    let result = try amm("history", "--json")
    let entries = try result.objects("switches")
    #expect(entries.map { $0["to"] as? String } == ["coding/two", "coding/one"])
    #expect(entries.allSatisfy { ($0["duration_ms"] as? Int ?? -1) >= 0 })
    // The last switch is the last line, whatever the clock said.
    #expect(try amm("rollback", "--no-apply").status == 0)
    let link = try FileManager.default.destinationOfSymbolicLink(
      atPath: folder.file("w/active/main.yaml").path)
    #expect(link == "../profiles/coding/two.yaml")
  }
}
