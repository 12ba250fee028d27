import Foundation
import TestSupport

/// A small workspace, right as it stands, into which tests put what an attacker would, and a folder of
/// somebody's own beside it.
final class HostileWorkspace {
  let folder: TemporaryFolder

  static let profile = """
    name: demo
    source: {type: huggingface, model_id: org/model}
    container: {runtime: custom, image: "registry.example/x:1"}
    custom: {port: 8080, model_variable: MODEL, openai: true}

    """

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "version: 1\ndefaults: {gpus: []}\ninstances:\n  srv:\n    port: 28433\n",
      to: "w/instances.yaml")
    for name in ["p", "q"] { try folder.write(Self.profile, to: "w/profiles/c/\(name).yaml") }
    try folder.link("w/active/srv.yaml", to: "../profiles/c/p.yaml")
    try folder.write("precious\n", to: "victim/id_rsa")
    try folder.write("mine\n", to: "victim/sub/doc")
    try FileManager.default.createDirectory(
      at: folder.file("home"), withIntermediateDirectories: true)
  }

  var path: String { folder.file("w").path }

  /// Whether what stands beside the workspace is as it was.
  var isVictimWhole: Bool {
    get throws {
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder.file("victim").path)
      return try names.sorted() == ["id_rsa", "sub", "sub/doc"]
        && folder.read("victim/id_rsa") == "precious\n" && folder.read("victim/sub/doc") == "mine\n"
    }
  }

  func remove(_ relative: String) throws {
    try FileManager.default.removeItem(at: folder.file(relative))
  }

  func append(_ text: String, to relative: String) throws {
    try folder.write(folder.read(relative) + text, to: relative)
  }

  /// An executable shell script in a folder that `run` puts on `PATH`.
  func program(_ name: String, _ script: String) throws {
    try folder.write("#!/bin/sh\n" + script + "\n", to: "bin/" + name)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/" + name).path)
  }

  /// Runs amm in the workspace, with a home of its own.
  ///
  /// - Parameter under: Words before the command, such as strace's.
  func run(
    _ words: [String], under prefix: [String] = [], in place: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Finished {
    let all = prefix + [Program.amm.path] + words
    let base = [
      "HOME": folder.file("home").path, "XDG_STATE_HOME": folder.file("home/state").path,
      "PATH": folder.file("bin").path + ":/usr/bin:/bin",
      "HF_ENDPOINT": "http://127.0.0.1:1", "HF_HUB_OFFLINE": "0",
      "AMM_TASKS": Repository.file("share/tasks").path,
    ]
    let program =
      all[0].contains("/") ? URL(fileURLWithPath: all[0]) : Program.find(all[0]) ?? Program.amm
    return try Program.run(
      program, Array(all.dropFirst()), in: place ?? folder.file("w"),
      environment: base.merging(environment) { $1 })
  }

  func amm(_ words: String...) throws -> Finished { try run(words) }

  /// What a shell asks for after TAB, for each kind of completion there is.
  static let completions = [
    ["---completion", "info", "--", "positional@0", "2", "0", "amm", "info", ""],
    ["---completion", "list", "--", "--tag", "3", "0", "amm", "list", "--tag", ""],
    ["---completion", "compare", "--", "--task", "3", "0", "amm", "compare", "--task", ""],
  ]

  /// Every command that only looks.
  static let looking =
    [
      ["list"], ["list", "--json"], ["info"], ["info", "c/p"], ["info", "srv", "--json"],
      ["validate"],
      ["validate", "--format", "sarif"], ["validate", "profiles"], ["generate", "--check"],
      ["generate", "--diff"], ["status"], ["endpoints"], ["endpoints", "--env"], ["doctor"],
      ["history"], ["explain", "unknown-key"], ["schema", "profile"],
      ["switch", "srv", "c/q", "--dry-run"], ["experiment", "list"], ["experiment", "show"],
      ["trust", "--show"],
    ] + completions

  /// Everything below the temporary folder but a home, with what a change would change.
  var snapshot: [String: String] {
    get throws {
      var found: [String: String] = [:]
      for path in try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
      where !path.hasPrefix("home") && !path.hasPrefix("log") {
        var status = stat()
        guard lstat(folder.file(path).path, &status) == 0 else { continue }
        found[path] =
          "\(status.st_ino) \(status.st_mode) \(status.st_size) "
          + "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ctim.tv_nsec)"
      }
      return found
    }
  }
}
