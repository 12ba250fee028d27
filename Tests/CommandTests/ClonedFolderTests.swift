import Foundation
import TestSupport
import Testing

/// What somebody else's workspace can do: nothing but be compiled, or be refused.
struct ClonedFolderTests {
  private let hostile: HostileWorkspace

  init() throws { hostile = try HostileWorkspace() }

  private var folder: TemporaryFolder { hostile.folder }

  // MARK: - Left-overs

  /// What a clone could bring along, under the names that amm uses and has used.
  private func plantLeftovers() throws {
    try folder.link("w/.generated.amm-new", to: "../victim")
    try folder.link("w/.generated.amm-0123456789abcdef", to: "../victim")
    try folder.write("srv\n../profiles/c/p.yaml\n../profiles/c/q.yaml\n", to: "w/.amm-switch")
    try folder.write("half", to: "w/.generated.amm-fedcba9876543210/x")
    try folder.write("x\n", to: "w/.generated.amm-fedcba9876543210/.amm-manifest")
  }

  @Test(arguments: HostileWorkspace.looking)
  func `a command that looks changes nothing, whatever was left there`(words: [String]) throws {
    #expect(try hostile.amm("generate").status == 0)
    try hostile.append("# edited\n", to: "w/generated/instances.nix")
    try plantLeftovers()
    let before = try hostile.snapshot
    let result = try hostile.run(words)
    #expect(result.status < 64, "\(words): \(result.errors)")
    #expect(try hostile.snapshot == before, "\(words)")
  }

  @Test func `what was left is told, with the way out, and left alone`() throws {
    try plantLeftovers()
    let before = try hostile.snapshot
    let result = try hostile.amm("list")
    for name in [".amm-switch", ".generated.amm-new", ".generated.amm-fedcba9876543210"] {
      #expect(result.errors.contains("'\(name)' is not from your amm"), "\(name)")
    }
    #expect(result.errors.contains("amm recover --adopt"))
    #expect(try hostile.amm("recover").status == 0)
    #expect(try hostile.snapshot == before)
    // Nor does what writes touch it.
    #expect(try hostile.amm("generate").status == 0)
    #expect(try hostile.amm("switch", "srv", "c/q", "--no-apply").status == 3)
    #expect(try hostile.amm("experiment", "start", "x").status == 0)
    let after = try hostile.snapshot
    for (path, state) in before where path.hasPrefix("w/.") {
      #expect(after[path] == state, "\(path)")
    }
    #expect(try hostile.isVictimWhole)
  }

  @Test func `what another machine's amm left is taken over when asked for`() throws {
    #expect(try hostile.amm("generate").status == 0)
    try folder.write("srv\n../profiles/c/p.yaml\n../profiles/c/q.yaml\n", to: "w/.amm-switch")
    try folder.write("mine", to: "w/.generated.amm-fedcba9876543210/quadlet/notes")
    try folder.link("w/.generated.amm-new", to: "../victim")
    let result = try hostile.amm("recover", "--adopt")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("completed an interrupted switch of 'srv'"))
    #expect(try folder.read("w/generated/quadlet/srv.container").contains("from profile c/q."))
    #expect(try folder.read("w/generated/quadlet/notes") == "mine", "what others put there is kept")
    #expect(try hostile.isVictimWhole, "a link is never entered")
    #expect(result.errors.contains("'.generated.amm-new' is not from your amm"))
    let names = try FileManager.default.contentsOfDirectory(atPath: hostile.path)
    #expect(!names.contains(".amm-switch") && !names.contains(".generated.amm-fedcba9876543210"))
  }

  @Test(arguments: [
    "../../victim/id_rsa", "/etc/passwd", "../profiles/../../victim/x.yaml", "../generated/x.yaml",
  ])
  func `a journal names profiles alone`(target: String) throws {
    try folder.write("srv\n\n\(target)\n", to: "w/.amm-switch")
    let result = try hostile.amm("recover", "--adopt")
    #expect(result.status == 3, "\(result.errors)")
    let link = try FileManager.default.destinationOfSymbolicLink(
      atPath: folder.file("w/active/srv.yaml").path)
    #expect(link == "../profiles/c/p.yaml")
  }

  /// A copy of a journal from before, such as one that was committed after a crash.
  @Test(.needs(.tracing))
  func `a journal that was done with is none when it comes back`() throws {
    #expect(try hostile.amm("generate").status == 0)
    _ = try hostile.run(
      ["switch", "srv", "c/q", "--no-apply"],
      under: FaultInjection.words(.kill, at: "symlinkat", number: 1))
    let journal = try folder.read("w/.amm-switch")
    #expect(try hostile.amm("list").errors.contains("a switch of 'srv' was interrupted"))
    try FileManager.default.copyItem(at: folder.file("w"), to: folder.file("copy"))
    let copied = try hostile.amm("list", "--workspace", folder.file("copy").path)
    #expect(copied.errors.contains("is not from your amm"), "elsewhere it is none")
    #expect(try hostile.amm("recover").output.contains("completed an interrupted switch"))
    #expect(try hostile.amm("switch", "srv", "c/p", "--no-apply").status == 0)
    try folder.write(journal, to: "w/.amm-switch")
    let result = try hostile.amm("generate")
    #expect(result.status == 0 && result.errors.contains("is not from your amm"))
    #expect(try folder.read("w/generated/quadlet/srv.container").contains("from profile c/p."))
  }

  @Test func `a program that leaves others running, or prints without end, is not waited for`()
    throws
  {
    try hostile.program("git", "while :; do echo x; sleep .01; done & exit 0")
    try hostile.program("podman", "exec yes")
    let result = try hostile.run(["doctor"])
    #expect(result.status < 64)
    _ = try? Program.run(
      URL(fileURLWithPath: "/usr/bin/pkill"), ["-f", folder.file("bin/git").path])
  }

  @Test func `a name that is no UTF-8 is told, and its file kept`() throws {
    #expect(try hostile.amm("generate").status == 0)
    let file = folder.file("w/generated").path.utf8CString.dropLast() + [0x2F, 0x61, -1, 0]
    let handle = open(Array(file), O_WRONLY | O_CREAT, 0o644)
    try #require(handle >= 0)
    close(handle)
    let result = try hostile.amm("switch", "srv", "c/q", "--no-apply")
    #expect(result.status == 3 && result.errors.contains("its name is not UTF-8"), "\(result)")
    #expect(access(Array(file), F_OK) == 0)
    #expect(try hostile.amm("generate", "--check").status == 0)
  }

  @Test func `a file that may not grow is refused like a full disk`() throws {
    #expect(try hostile.amm("generate").status == 0)
    let result = try hostile.run(
      ["switch", "srv", "c/q", "--no-apply"],
      under: ["/bin/sh", "-c", "(ulimit -f 0; exec \"$0\" \"$@\") 2>&1 | cat"])
    #expect(result.output.contains("File too large"), "\(result)")
    #expect(try hostile.amm("generate", "--check").status == 0)
  }

  // MARK: - Links

  /// What amm writes, and the command that does.
  private static let written: [(place: String, words: [String])] = [
    ("w/generated", ["generate"]), ("w/generated", ["switch", "srv", "c/q", "--no-apply"]),
    ("w/active", ["switch", "srv", "c/q", "--no-apply"]),
    ("w/experiments", ["experiment", "start", "x"]),
    ("w/profiles/chat", ["load-profile", "chat/mistral"]),
    ("w/profiles/coding", ["create-profile", "mine", "--base", "starcoder"]),
    ("w/profiles/coding", ["switch", "srv", "coding/qwen-coder-llama-cpp", "--no-apply"]),
  ]

  @Test(arguments: written.indices)
  func `nothing is written through a link in the place of a folder`(index: Int) throws {
    let (place, words) = Self.written[index]
    if place == "w/active" { try hostile.remove(place) }
    try folder.link(place, to: place == "w/generated" ? "../victim" : "../../victim")
    if place == "w/active" || place == "w/experiments" {
      try hostile.remove(place)
      try folder.link(place, to: "../victim")
      try folder.link("victim/srv.yaml", to: "../w/profiles/c/p.yaml")
    }
    let before = try hostile.snapshot
    let result = try hostile.run(words)
    #expect(result.status == 3 || result.status == 1, "\(words): \(result)")
    #expect(result.errors.contains("is a link"), "\(words): \(result.errors)")
    #expect(try hostile.snapshot == before, "\(words)")
    // The next run is no other.
    #expect(try hostile.run(words).status == result.status)
    #expect(try hostile.snapshot == before, "\(words)")
  }

  private static let files: [(link: String, words: [String])] = [
    ("w/generated/instances.nix", ["generate"]),
    ("w/generated/quadlet/srv.container", ["generate"]), ("w/generated/quadlet", ["generate"]),
    ("w/generated/.amm-manifest", ["generate"]),
    ("w/experiments/.active", ["experiment", "stop"]),
  ]

  @Test(arguments: files.indices)
  func `nothing is written through a link in the place of a file`(index: Int) throws {
    let (link, words) = Self.files[index]
    #expect(try hostile.amm("generate").status == 0)
    #expect(try hostile.amm("experiment", "start", "x").status == 0)
    try hostile.append("    description: changed\n", to: "w/instances.yaml")
    try hostile.remove(link)
    try folder.link(link, to: folder.file("victim/id_rsa").path)
    let before = try hostile.snapshot
    let result = try hostile.run(words)
    #expect(result.status != 0, "\(result)")
    #expect(result.errors.contains("a link"), "\(result.errors)")
    #expect(try hostile.isVictimWhole)
    if words == ["generate"] { #expect(try hostile.snapshot == before) }
  }

  @Test func `a link in place of generated is told what to do, and an output that is one works`()
    throws
  {
    try folder.write("", to: "real/.keep")
    try folder.link("w/generated", to: "../real")
    let result = try hostile.amm("generate")
    #expect(result.status == 3)
    #expect(result.errors.contains("'generated' is a link to '../real'"))
    #expect(result.errors.contains("or name its target with '--output'"))
    #expect(try hostile.amm("generate", "--output", "generated").status == 0)
    #expect(try folder.read("real/instances.nix").contains("srv"))
    #expect(try hostile.amm("generate", "--check", "--output", "generated").status == 0)
    let link = try FileManager.default.destinationOfSymbolicLink(
      atPath: folder.file("w/generated").path)
    #expect(link == "../real")
  }

  @Test func `a difference shows no file that a link leads to`() throws {
    try folder.link("w/generated/s", to: "../../victim")
    try folder.link("w/generated/t", to: "../../victim/id_rsa")
    try folder.write("s/id_rsa\nt\n../../victim/id_rsa\n", to: "w/generated/.amm-manifest")
    for words in [["generate", "--diff"], ["generate", "--check"], ["status"]] {
      let result = try hostile.run(words)
      #expect(!(result.output + result.errors).contains("precious"), "\(words)")
    }
    #expect(try hostile.amm("generate").status == 0)
    #expect(try hostile.isVictimWhole)
  }

  /// Quadratic work on so many lines would take hours in a debug build: the limit of processor seconds
  /// ends the command then.
  @Test func `a difference of large files takes work that grows with their lines`() throws {
    try folder.write(
      (0..<40_000).map { "-0.\($0 &* 7919 % 1_000_003)" }.joined(separator: "\n"),
      to: "w/generated/instances.nix")
    let result = try hostile.run(
      ["generate", "--diff"], under: ["/bin/sh", "-c", "ulimit -t 60; exec \"$0\" \"$@\""])
    #expect(result.status == 0, "it was ended by its limit")
    #expect(result.output.contains("\n--0.7919\n"))
  }

  @Test func `a profile that is a link to a key is not quoted`() throws {
    try folder.link("w/profiles/c/key.yaml", to: folder.file("victim/id_rsa").path)
    try folder.write("precious: 1\n", to: "victim/secret.yaml")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: folder.file("victim/secret.yaml").path)
    try folder.link("w/profiles/c/secret.yaml", to: "../../../victim/secret.yaml")
    for format in ["text", "json", "sarif", "github", "junit"] {
      let result = try hostile.amm("validate", "--format", format)
      #expect(result.status == 1)
      let lines = (result.output + result.errors).split(separator: "\n")
      #expect(!lines.contains { $0.hasSuffix("precious: 1") }, "\(format)")
      #expect(!lines.contains("  precious"), "\(format)")
    }
  }

  @Test func `stow's and home-manager's layouts are read`() throws {
    // The whole workspace, a folder of it, and single files.
    try folder.link("stowed", to: "w")
    #expect(
      try hostile.amm("validate", "--strict", "--workspace", folder.file("stowed").path).status == 0
    )
    #expect(try hostile.amm("generate", "--workspace", folder.file("stowed").path).status == 0)
    try FileManager.default.moveItem(at: folder.file("w/profiles"), to: folder.file("dotfiles"))
    try folder.link("w/profiles", to: "../dotfiles")
    #expect(try hostile.amm("validate", "--strict").status == 0)
    #expect(try hostile.amm("switch", "srv", "c/q", "--no-apply").status == 0)
    try hostile.remove("w/profiles")
    for name in ["p", "q"] {
      try folder.link("w/profiles/c/\(name).yaml", to: "../../../dotfiles/c/\(name).yaml")
    }
    try FileManager.default.moveItem(
      at: folder.file("w/instances.yaml"), to: folder.file("dotfiles/instances.yaml"))
    try folder.link("w/instances.yaml", to: "../dotfiles/instances.yaml")
    let result = try hostile.amm("validate", "--strict")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try hostile.amm("generate", "--check").status == 0)
  }

  // MARK: - Whose it is

  private func permit(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.file(path).path)
  }

  @Test(arguments: [0o777, 0o757])
  func `a workspace that others can change is not found by going upwards`(mode: Int) throws {
    try permit(mode, "w")
    for words in [["list"], ["validate"], ["switch", "srv", "c/q", "--no-apply"]] {
      let result = try hostile.run(words, in: folder.file("w/profiles"))
      #expect(result.status == 3, "\(result)")
      #expect(result.errors.contains("can be changed by other users"))
      #expect(result.errors.contains("'--workspace "))
    }
    #expect(try hostile.amm("validate", "--workspace", hostile.path).status == 0)
    for words in HostileWorkspace.completions {
      let result = try hostile.run(words, in: folder.file("w/profiles"))
      #expect(result.output + result.errors == "", "\(words)")
    }
  }

  @Test(.needs(.otherUsers))
  func `another user's workspace is not found by going upwards, but for who called sudo`() throws {
    for path in ["w"]
      + (try FileManager.default.subpathsOfDirectory(atPath: hostile.path)).map({ "w/" + $0 })
    {
      lchown(folder.file(path).path, 1001, 1001)
    }
    let result = try hostile.run(["validate"])
    #expect(result.status == 3)
    #expect(result.errors.contains("belongs to the user with ID 1001"))
    let called = try hostile.run(["validate"], environment: ["SUDO_UID": "1001"])
    #expect(called.status == 0, "\(called.errors)")
    #expect(try hostile.run(["validate"], environment: ["SUDO_UID": "1002"]).status == 3)
    #expect(try hostile.amm("validate", "--workspace", ".").status == 0)
  }

  @Test(arguments: ["", ".", "relative"])
  func `without a home, nothing is written beside where amm runs`(home: String) throws {
    let before = try hostile.snapshot
    var environment = ["HOME": home, "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""]
    let result = try hostile.run(["switch", "srv", "c/q", "--no-apply"], environment: environment)
    #expect(result.status == 3)
    #expect(result.errors.contains("'$HOME'"), "\(result.errors)")
    environment["AMM_WORKSPACE"] = ""
    let list = try hostile.run(["list"], in: folder.url, environment: environment)
    #expect(list.status == 3 && list.errors.contains("'$HOME'"))
    #expect(try hostile.snapshot == before)
  }

  @Test(.needs(.program("flock")))
  func `a lock that somebody else has is told of, and ends`() throws {
    let holder = Process()
    let held = folder.file("held")
    holder.executableURL = Program.find("flock")
    // One process, which goes when the test ends it, and writes nowhere.
    holder.arguments = [
      "--no-fork", folder.file("w/active").path, "sh", "-c", "touch '\(held.path)'; exec sleep 300",
    ]
    holder.standardOutput = FileHandle.nullDevice
    holder.standardError = FileHandle.nullDevice
    try holder.run()
    defer { holder.terminate() }
    while !FileManager.default.fileExists(atPath: held.path) { usleep(10_000) }
    let result = try hostile.amm("switch", "srv", "c/q", "--no-apply")
    #expect(result.status == 3)
    #expect(result.errors.contains("is working in active; waiting for it"), "\(result.errors)")
    #expect(result.errors.contains("has held its lock for 20 seconds"))
    #expect(try hostile.amm("list").status == 0, "who only looks needs no lock")
  }
}
