import Foundation
import TestSupport
import Testing

/// `amm switch` when it is killed or refused at any moment.
///
/// strace's injection kills it, or lets a call fail, at the n-th of each call that changes something,
/// for every n there is.
struct SwitchFaultTests {
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

  /// How often a switch makes a call; the switch is taken back.
  private func count(of call: String) throws -> Int {
    let strace = try #require(Program.strace).path
    let log = folder.file("calls")
    for target in ["codellama", "deepseek-coder"] {
      let result = try amm(
        "switch", "tgi-primary", target, "--no-apply",
        under: [strace, "-f", "-qq", "-o", log.path, "-e", "trace=" + call])
      try #require(result.status == 0)
    }
    return try folder.read("calls").matches(of: try Regex("(?m)^\\d+ +\(call)\\(")).count
  }

  private var link: String {
    get throws {
      try FileManager.default.destinationOfSymbolicLink(
        atPath: folder.file("w/active/tgi-primary.yaml").path)
    }
  }

  private var isPending: Bool {
    FileManager.default.fileExists(atPath: folder.file("w/.amm-switch").path)
  }

  @Test(
    .needs(.tracing),
    arguments: [
      "renameat", "renameat2", "symlinkat", "unlinkat", "mkdirat", "linkat", "fsync", "write",
    ])
  func `a kill at any moment leaves link and files that belong together`(call: String) throws {
    let targets = ["codellama", "starcoder2"]
    var kills = 0
    // Until a switch comes to its end before the call.
    for number in stride(from: 1, through: 200, by: Sampling.every(3)) {
      let target = targets[number % 2]
      let result = try amm(
        "switch", "tgi-primary", target, "--no-apply",
        under: FaultInjection.words(.kill, at: call, number: number))
      let wasPending = isPending
      // The recovery is killed, too, at one of its own calls.
      _ = try amm(
        "recover", under: FaultInjection.words(.kill, at: call, number: 1 + kills % 3))
      let isStillPending = isPending
      // Who only looks tells of it, and leaves it.
      let status = try amm("status")
      #expect(status.status == 0)
      #expect(isPending == isStillPending)
      let recovery = try amm("recover")
      #expect(recovery.status == 0)
      if isStillPending {
        #expect(wasPending)
        #expect(
          status.errors.contains("a switch of 'tgi-primary' was interrupted"), "\(call) \(number)")
        #expect(recovery.output.contains("interrupted switch of 'tgi-primary'"))
      }
      #expect(!isPending)
      let check = try amm("generate", "--check")
      #expect(check.status == 0, "\(call) \(number): \(check.errors)")
      #expect(try amm("validate").status == 0)
      if result.status == 0 {
        #expect(try link == "../profiles/coding/\(target).yaml")
        break
      }
      kills += 1
    }
    #expect(kills > 0)
    #expect(kills < 199)
  }

  /// A disk that is full or read-only, or a permission that is gone, at one call.
  @Test(
    .needs(.tracing),
    arguments: ["mkdirat", "symlinkat", "renameat", "renameat2", "linkat", "fsync", "write"])
  func `what the disk refuses leaves everything as it was`(call: String) throws {
    let before = try folder.read("w/generated/instances.nix")
    // Not every call is one that matters: some clear away what is not there, some only print.
    var refusals = 0
    for number in 1...(try count(of: call)) {
      let error = ["ENOSPC", "EROFS", "EACCES"][number % 3]
      let result = try amm(
        "switch", "tgi-primary", "codellama", "--no-apply",
        under: FaultInjection.words(.error(error), at: call, number: number))
      let isOld = try link == "../profiles/coding/deepseek-coder.yaml"
      // What could not be told is done all the same.
      let isMute = result.errors.contains("cannot write to standard output")
      #expect(isOld == (result.status == 3 && !isMute), "\(call) \(number): \(result)")
      #expect(result.status == 0 || result.errors.contains("amm: error: cannot "))
      #expect(try (folder.read("w/generated/instances.nix") == before) == isOld)
      #expect(!isPending)
      #expect(try amm("generate", "--check").status == 0, "\(call) \(number)")
      if isOld {
        refusals += 1
      } else {
        try #require(try amm("switch", "tgi-primary", "deepseek-coder", "--no-apply").status == 0)
      }
    }
    #expect(refusals > 0)
  }

  /// Root may write anywhere, and so becomes nobody for a while.
  @Test(arguments: ["active", "."])
  func `a workspace that cannot be written is left as it is`(part: String) throws {
    var nobody: [String] = []
    if getuid() == 0 {
      nobody = [
        try #require(Program.find("setpriv")).path, "--reuid=65534", "--regid=65534",
        "--clear-groups",
      ]
      let all =
        [folder.url]
        + (FileManager.default.subpaths(atPath: folder.url.path) ?? [])
        .map(folder.file)
      for file in all { lchown(file.path, 65534, 65534) }
    }
    let locked = folder.file("w/" + part).path
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: locked)
    defer {
      try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: locked)
    }
    let result = try amm("switch", "tgi-primary", "codellama", "--no-apply", under: nobody)
    #expect(result.status == 3)
    #expect(result.errors.contains("Permission denied"), "\(result.errors)")
    #expect(try link == "../profiles/coding/deepseek-coder.yaml")
    #expect(try amm("generate", "--check").status == 0)
  }
}
