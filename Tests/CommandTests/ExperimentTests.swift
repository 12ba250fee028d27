import Foundation
import TestSupport
import Testing

/// `amm experiment`, and what programs of others do with its files.
struct ExperimentTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(try Program.amm("init", "--example", folder.file(workspace).path).status == 0)
  }

  /// Where the design document has it, below `HOME`.
  let workspace = ".config/ai-models"

  private var environment: [String: String] {
    [
      "HOME": folder.url.path, "XDG_STATE_HOME": folder.file("state").path,
      "PYTHONPATH": Repository.file("share/python").path, "PYTHONDONTWRITEBYTECODE": "1",
      // A Podman of the test's own comes first; there may be a real one.
      "PATH": [
        folder.file("bin").path, Program.amm.deletingLastPathComponent().path, "/usr/bin:/bin",
      ]
      .joined(separator: ":"),
    ]
  }

  func amm(_ arguments: String..., under: [String] = []) throws -> Finished {
    let words = under + [Program.amm.path] + arguments
    return try Program.run(
      URL(fileURLWithPath: words[0]), Array(words.dropFirst()), environment: environment)
  }

  func python(_ script: String) throws -> Finished {
    try Program.run(try #require(Program.python), ["-c", script], environment: environment)
  }

  /// A Podman that knows one image and one volume.
  private func installPodman() throws {
    let cache = folder.file("cache/models--codellama--CodeLlama-7b-Instruct-hf/refs/main")
    try FileManager.default.createDirectory(
      at: cache.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((String(repeating: "c0ffee00", count: 5)).utf8).write(to: cache)
    try folder.write(
      """
      #!/bin/sh
      case "$1 $2" in
      "image inspect") echo sha256:\(String(repeating: "1", count: 64)) ;;
      "volume inspect") echo '\(folder.file("cache").path)' ;;
      *) exit 125 ;;
      esac

      """, to: "bin/podman")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/podman").path)
  }

  var id: String {
    get throws {
      try folder.read("\(workspace)/experiments/.active")
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  /// The file of the experiment that runs, as any JSON reader has it.
  var experiment: [String: Any] {
    get throws {
      let text = try folder.read("\(workspace)/experiments/\(id).json")
      return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }
  }

  func results(of model: String) throws -> [[String: Any]] {
    (try experiment["results"] as? [String: Any])?[model] as? [[String: Any]] ?? []
  }

  func start() throws { #expect(try amm("experiment", "start", "Which?").status == 0) }

  @Test func `the design document's workflow leaves scores tied to what they are of`() throws {
    try installPodman()
    #expect(try amm("experiment", "start", "Comparing code generation quality").status == 0)
    let first = try amm("switch", "tgi-primary", "coding/codellama", "--no-apply")
    #expect(first.status == 0)
    #expect(first.errors == "recorded in experiment \(try id)\n")
    #expect(
      try amm("exp", "log", "--model", "codellama", "--task", "coding", "--score", "0.5").status
        == 0)
    #expect(try amm("switch", "tgi-primary", "coding/starcoder2", "--no-apply").status == 0)
    #expect(
      try amm(
        "exp", "log", "--model", "coding/starcoder2", "--task", "coding", "--score", "-1e-3",
        "--metric", "delta", "--unit", "points", "--better", "lower", "--instance", "tgi-primary"
      ).status == 0)
    #expect(try amm("exp", "note", "- starcoder2 repeats itself 🚀").status == 64)
    #expect(try amm("exp", "note", "starcoder2 repeats itself 🚀").status == 0)

    let models = try #require(try experiment["models"] as? [String: [[String: Any]]])
    #expect(Set(models.keys) == ["codellama-7b-instruct", "starcoder2-7b"])
    let served = try #require(models["codellama-7b-instruct"]?.first)
    let profile = folder.file("\(workspace)/profiles/coding/codellama.yaml").path
    let sum = try Program.run(URL(fileURLWithPath: "/usr/bin/sha256sum"), [profile]).output
    #expect(served["profile_hash"] as? String == String(sum.prefix(64)))
    #expect(served["instance"] as? String == "tgi-primary")
    #expect(served["image_digest"] as? String == "sha256:" + String(repeating: "1", count: 64))
    #expect(served["revision"] as? String == String(repeating: "c0ffee00", count: 5))
    #expect(served["devices"] as? [String] == ["nvidia.com/gpu=all"])
    #expect(
      try results(of: "codellama-7b-instruct").first?["served"] as? String == served["id"]
        as? String)
    let second = try #require(try results(of: "starcoder2-7b").first)
    #expect(second["score"] as? Double == -1e-3)
    #expect(second["better"] as? String == "lower")

    let shown = try amm("experiment", "show").output
    for text in ["Comparing code generation quality", "delta", "-0.001 points", "itself 🚀"] {
      #expect(shown.contains(text), "\(shown)")
    }
    #expect(try amm("experiment", "stop").status == 0)
    #expect(
      !FileManager.default.fileExists(
        atPath: folder.file("\(workspace)/experiments/.active").path))
    // Without one that runs, a switch records nothing, and logging says what to do.
    #expect(try amm("switch", "tgi-primary", "coding/codellama", "--no-apply").errors == "")
    let late = try amm("exp", "log", "--model", "x", "--task", "t", "--score", "1")
    #expect(late.status == 1 && late.errors.contains("amm experiment start"))
  }

  @Test func `a profile that was copied from the library is known as it stands now`() throws {
    try start()
    let profile = folder.file("\(workspace)/profiles/coding/codellama.yaml")
    try FileManager.default.removeItem(at: profile)
    #expect(try amm("switch", "tgi-primary", "codellama", "--no-apply").status == 0)
    #expect(
      try amm("exp", "log", "--model", "codellama", "--task", "t", "--score", "1").status == 0)
    let models = try #require(try experiment["models"] as? [String: [[String: Any]]])
    #expect(models["codellama-7b-instruct"]?.count == 1)
    let sum = try Program.run(URL(fileURLWithPath: "/usr/bin/sha256sum"), [profile.path]).output
    #expect(
      models["codellama-7b-instruct"]?.first?["profile_hash"] as? String == String(sum.prefix(64)))
  }

  @Test func `a switch that is taken back is no part of the experiment`() throws {
    try start()
    let text = try folder.read("\(workspace)/instances.yaml")
    try folder.write(
      text + "\napply:\n  method: command\n  command: [\"false\"]\n",
      to: "\(workspace)/instances.yaml")
    #expect(try amm("switch", "tgi-primary", "codellama", "--trust").status == 3)
    #expect((try experiment["models"] as? [String: Any])?.isEmpty == true)
  }

  @Test func `a damaged experiment does not cost a switch and is left as it is`() throws {
    try start()
    let file = "\(workspace)/experiments/\(try id).json"
    let half = String(try folder.read(file).prefix(60))
    try folder.write(half, to: file)
    let result = try amm("switch", "tgi-primary", "codellama", "--no-apply")
    #expect(result.status == 0)
    #expect(result.errors.contains("this switch is not recorded in the experiment"))
    for words in [
      ["log", "--model", "x", "--task", "t", "--score", "1"], ["note", "x"], ["stop"],
    ] {
      let refused = try Program.run(
        Program.amm, ["experiment"] + words, environment: environment)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("\(try id).json:"), "\(refused.errors)")
      #expect(refused.errors.contains("[yaml-syntax]"))
      #expect(try folder.read(file) == half)
    }
    #expect(try amm("experiment", "list").output.contains("damaged"))
    // The way out that the message names.
    try FileManager.default.removeItem(at: folder.file(file))
    #expect(try amm("experiment", "stop").status == 0)
    try start()
  }

  @Test(arguments: ["", "../../etc/passwd\n", "a b/c\n", "\u{0}"])
  func `a name that leads elsewhere is refused`(name: String) throws {
    try folder.write(name, to: "\(workspace)/experiments/.active")
    for words in [["show"], ["note", "x"], ["start", "x"], ["stop"], ["list"]] {
      let result = try Program.run(
        Program.amm, ["experiment"] + words, environment: environment)
      #expect(result.status == 1)
      #expect(result.errors.contains("experiments/.active' does not name an experiment"))
    }
  }

  @Test func `only one experiment runs, and names are never taken twice`() async throws {
    let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
      for _ in 0..<10 { group.addTask { try amm("experiment", "start", "Which?").status } }
      return try await group.reduce(into: [Int32]()) { $0.append($1) }
    }
    #expect(statuses.count { $0 == 0 } == 1)
    #expect(statuses.count { $0 == 1 } == 9)
    // Within one second.
    for _ in 0..<3 {
      #expect(try amm("experiment", "stop").status == 0)
      try start()
    }
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.file("\(workspace)/experiments").path)
    #expect(names.count { $0.hasSuffix(".json") } == 4)
  }

  @Test(.needs(.python))
  func `twenty processes of amm and twenty of Python at once lose nothing`() async throws {
    try start()
    try await withThrowingTaskGroup(of: Finished.self) { group in
      for number in 0..<20 {
        group.addTask {
          try amm(
            "experiment", "log", "--model", "m", "--task", "t\(number)", "--score", "\(number)")
        }
        group.addTask {
          try python(
            "import ai_models; ai_models.log_experiment_result('m', 'p\(number)', \(number))")
        }
      }
      for try await result in group { #expect(result.status == 0, "\(result.errors)") }
    }
    let tasks = try results(of: "m").compactMap { $0["task"] as? String }
    #expect(tasks.count == 40)
    #expect(Set(tasks) == Set((0..<20).flatMap { ["t\($0)", "p\($0)"] }))
  }

  /// Killed at the entry of every call that changes something, one after the other.
  @Test(
    .needs(.tracing),
    arguments: ["openat2", "unlinkat", "write", "fsync", "renameat"])
  func `a kill at any moment leaves a file that can be read`(call: String) throws {
    try start()
    var kept = 0
    var kills = 0
    for number in 1...400 {
      let status = try amm(
        "experiment", "log", "--model", "m", "--task", "t", "--score", "\(number)",
        under: FaultInjection.words(.kill, at: call, number: number)
      ).status
      let scores = try results(of: "m").compactMap { $0["score"] as? Int }
      // All that was there, and the new one wholly or not at all.
      #expect(scores.count == kept || (scores.count == kept + 1 && scores.last == number))
      kept = scores.count
      #expect(try amm("experiment", "show").status == 0)
      if status == 0 { break }
      kills += 1
    }
    #expect(kills > 0 && kills < 400)
    #expect(kept > 0)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.file("\(workspace)/experiments").path)
    #expect(Set(names) == [".active", ".gitkeep", "\(try id).json"])
  }

  @Test(
    .needs(.tracing),
    arguments: ["renameat", "fsync"], ["ENOSPC", "EROFS"])
  func `what the disk refuses leaves the file as it was`(call: String, error: String) throws {
    try start()
    let file = "\(workspace)/experiments/\(try id).json"
    let before = try folder.read(file)
    let result = try amm(
      "experiment", "note", "x",
      under: FaultInjection.words(.error(error), at: call, number: 1))
    #expect(result.status == 3)
    #expect(result.errors.contains("amm: error: cannot write"), "\(result.errors)")
    #expect(try folder.read(file) == before)
    #expect(try amm("experiment", "note", "x").status == 0)
  }

  @Test func `a token is not written down`() throws {
    try start()
    let token = "hf_" + String(repeating: "a1", count: 17)
    let result = try amm("experiment", "note", "the token is \(token)")
    #expect(result.status == 1)
    #expect(!result.errors.contains(token))
    #expect(!(try folder.read("\(workspace)/experiments/\(id).json").contains(token)))
  }
}
