import Foundation
import TestSupport
import Testing

/// What is left when a system call fails, or amm dies, at any moment of a command that writes.
@Suite(.needs(.tracing))
struct FaultTests {
  private let folder: TemporaryFolder
  private let trees: [String: [String: Data]]

  /// A command that changes the workspace from one profile to the other.
  enum Command: String, CaseIterable {
    case generate, `switch`
  }

  private static let profiles = ["one", "two"]

  init() throws {
    folder = try TemporaryFolder()
    for (index, name) in Self.profiles.enumerated() {
      try folder.write(
        """
        name: \(name)
        source: {type: huggingface, model_id: org/\(name)}
        container: {runtime: tgi}
        parameters: {max_input_length: \(1024 + index), max_total_tokens: 2048}

        """, to: "w/profiles/coding/\(name).yaml")
    }
    try folder.write(
      "version: 1\ninstances: {main: {port: 8080, gpus: [nvidia]}}\n", to: "w/instances.yaml")
    try folder.link("w/active/main.yaml", to: "../profiles/coding/one.yaml")
    try folder.write("mine\n", to: "w/generated/quadlet/foreign.container")
    var trees: [String: [String: Data]] = [:]
    for name in Self.profiles.reversed() {
      try Self.link(name, in: folder)
      #expect(try Self.amm(["generate"], in: folder).status == 0)
      trees[name] = try Self.tree(of: folder)
    }
    self.trees = trees
  }

  private static func amm(
    _ arguments: [String], in folder: TemporaryFolder, under: [String] = []
  ) throws -> Finished {
    let words = under + [Program.amm.path] + arguments + ["--workspace", folder.file("w").path]
    return try Program.run(
      URL(fileURLWithPath: words[0]), Array(words.dropFirst()),
      environment: ["XDG_STATE_HOME": folder.file("state").path])
  }

  private static func link(_ profile: String, in folder: TemporaryFolder) throws {
    try? FileManager.default.removeItem(at: folder.file("w/active/main.yaml"))
    try folder.link("w/active/main.yaml", to: "../profiles/coding/\(profile).yaml")
  }

  /// Everything in `generated/`, by path.
  private static func tree(of folder: TemporaryFolder) throws -> [String: Data] {
    let root = folder.file("w/generated")
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
      var isFolder: ObjCBool = false
      let url = root.appendingPathComponent(path)
      _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      if !isFolder.boolValue { files[path] = try Data(contentsOf: url) }
    }
    return files
  }

  /// Goes from a profile to the other.
  private func run(
    _ command: Command, to profile: String, under words: [String] = []
  ) throws -> Finished {
    switch command {
    case .generate:
      try Self.link(profile, in: folder)
      return try Self.amm(["generate"], in: folder, under: words)
    case .switch:
      return try Self.amm(["switch", "main", profile, "--no-apply"], in: folder, under: words)
    }
  }

  private func calls(of command: Command) throws -> [String: ClosedRange<Int>] {
    // What amm would find below 'w' comes first with the path of the workspace.
    let calls = try FaultInjection.calls(naming: folder.file("w").path, in: folder) { words in
      let result = try run(command, to: "two", under: words)
      #expect(result.status == 0, "\(result.errors)")
    }
    try settle(command, on: "one")
    return calls
  }

  /// Runs the command without a fault: whatever happened before, it does all that it is to do.
  private func settle(_ command: Command, on profile: String) throws {
    let result = try run(command, to: profile)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try Self.tree(of: folder) == trees[profile])
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("w").path)
    #expect(Set(left) == ["active", "generated", "instances.yaml", "profiles"])
    let links = try FileManager.default.contentsOfDirectory(atPath: folder.file("w/active").path)
    #expect(links == ["main.yaml"])
  }

  /// What is left after a fault: one of the two trees, whole, with the file of somebody else.
  private func checkTree(_ place: String) throws {
    let tree = try Self.tree(of: folder)
    #expect(trees.values.contains(tree), "\(place): neither the old files nor the new ones")
  }

  /// The errors that a call can be given, of those that a machine gives.
  private static let errors: [String: [String]] = [
    "openat": ["EIO", "EACCES", "EMFILE", "ENOSPC", "EINTR"],
    "openat2": ["EIO", "EACCES", "EMFILE", "ENOSPC", "ENOSYS", "EPERM"],
    "read": ["EIO", "EINTR"], "write": ["EIO", "ENOSPC", "EINTR"],
    "newfstatat": ["EIO", "EACCES"], "getdents64": ["EIO"],
    "readlinkat": ["EIO", "EACCES"],
    "mkdirat": ["ENOSPC", "EACCES"], "mkdir": ["ENOSPC", "EACCES"],
    "linkat": ["EIO", "ENOSPC", "EACCES"],
    "fsync": ["EIO", "ENOSPC", "EINTR"], "renameat2": ["EIO", "EACCES"],
    "renameat": ["EIO", "ENOSPC"], "symlinkat": ["EIO", "ENOSPC", "EACCES"],
    "unlinkat": ["EIO", "EACCES"], "flock": ["EIO", "EINTR"],
    "lseek": ["EIO"],
    "close": ["EIO"],
  ]

  /// Calls that change nothing: of so many, one of nine is tried where time is short.
  private static let readers: Set = [
    "openat", "openat2", "read", "newfstatat", "getdents64", "close",
  ]

  /// The faults of a call that are tried, by its numbers.
  ///
  /// Of the calls, the first and every second that writes or every ninth that reads, each with the next error
  /// in turn; all of both where time is not short.
  private static func faults(of call: String, _ numbers: ClosedRange<Int>) -> [(Int, String)] {
    guard let errors = errors[call] else { return [] }
    let tried = stride(
      from: numbers.lowerBound, through: numbers.upperBound,
      by: Sampling.every(readers.contains(call) ? 9 : 2))
    return tried.enumerated().flatMap { turn, number in
      let own = Sampling.isExhaustive ? errors : [errors[turn % errors.count]]
      return own.map { (number, $0) }
    }
  }

  @Test(arguments: Command.allCases)
  func `a call that fails is told, and loses nothing`(command: Command) throws {
    var count = 0
    for (call, numbers) in try calls(of: command).sorted(by: { $0.key < $1.key }) {
      for (number, error) in Self.faults(of: call, numbers) {
        try fail(command, call, number, with: error)
        count += 1
      }
    }
    #expect(count > 20, "the calls are no longer those that the test knows")
  }

  private func fail(
    _ command: Command, _ call: String, _ number: Int, with error: String
  ) throws {
    let place = "\(command) \(call) \(number) \(error)"
    let words = FaultInjection.words(.error(error), at: call, number: number)
    let result = try run(command, to: "two", under: words)
    #expect([0, 1, 3].contains(result.status), "\(place): \(result.status)")
    if result.status != 0 {
      #expect(result.errors.contains("cannot "), "\(place): \(result.errors)")
    }
    try checkTree(place)
    if command == .switch {
      // A switch that could not be taken back either is finished by who may write.
      #expect(try Self.amm(["recover"], in: folder).status == 0, "\(place)")
      let check = try Self.amm(["generate", "--check"], in: folder)
      #expect(check.status == 0, "\(place): \(result.errors) then \(check.errors)")
    } else if result.status == 0 {
      #expect(try Self.tree(of: folder) == trees["two"], "\(place)")
    }
    try settle(command, on: "one")
  }

  /// Calls at whose entry a death can leave another state than at those beside them.
  private static let writers = [
    "write", "fsync", "mkdirat", "linkat", "renameat2", "renameat", "symlinkat", "unlinkat",
  ]

  @Test(arguments: Command.allCases)
  func `a death at any call leaves the old files or the new ones`(command: Command) throws {
    let calls = try calls(of: command)
    var deaths = 0
    for call in Self.writers {
      guard let numbers = calls[call] else { continue }
      for number in numbers {
        let words = FaultInjection.words(.kill, at: call, number: number)
        deaths += try run(command, to: "two", under: words).status == 0 ? 0 : 1
        try checkTree("\(command) \(call) \(number)")
        if command == .switch {
          #expect(try Self.amm(["recover"], in: folder).status == 0)
          #expect(try Self.amm(["generate", "--check"], in: folder).status == 0)
        }
        try settle(command, on: "one")
      }
    }
    #expect(deaths > 15)
  }

  // MARK: - experiment log

  private static let log = ["experiment", "log", "--model", "one", "--task", "t", "--score", "1"]

  /// How many results the one experiment holds; what cannot be read fails.
  private func countResults() throws -> Int {
    let place = folder.file("w/experiments")
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
    let file = try #require(names.first { $0.hasSuffix(".json") })
    let object =
      try JSONSerialization.jsonObject(with: Data(contentsOf: place.appendingPathComponent(file)))
      as? [String: Any]
    let results = object?["results"] as? [String: [Any]] ?? [:]
    return results.values.reduce(0) { $0 + $1.count }
  }

  /// Every call fails once, and is the last one once.
  @Test func `a result is logged as a whole, or the file is as it was`() throws {
    #expect(try Self.amm(["experiment", "start", "x"], in: folder).status == 0)
    let calls = try FaultInjection.calls(naming: folder.file("w").path, in: folder) { words in
      let result = try Self.amm(Self.log, in: folder, under: words)
      #expect(result.status == 0, "\(result.errors)")
    }
    var faults: [(FaultInjection.Fault, call: String, number: Int)] = []
    for (call, numbers) in calls.sorted(by: { $0.key < $1.key }) {
      faults += Self.faults(of: call, numbers).map { (.error($1), call, $0) }
      if Self.writers.contains(call) { faults += numbers.map { (.kill, call, $0) } }
    }
    #expect(faults.count > 10)
    for (fault, call, number) in faults {
      let before = try countResults()
      let words = FaultInjection.words(fault, at: call, number: number)
      let result = try Self.amm(Self.log, in: folder, under: words)
      let place = "\(call) \(number) \(fault): \(result.status) \(result.errors)"
      let added = try countResults() - before
      #expect(added == 1 || (added == 0 && result.status != 0), "\(place)")
      if case .error = fault, result.status != 0 {
        #expect([1, 3].contains(result.status), "\(place)")
        #expect(result.errors.contains("cannot "), "\(place)")
      }
      #expect(try Self.amm(Self.log, in: folder).status == 0, "\(place)")
      #expect(try countResults() == before + added + 1, "\(place)")
    }
    let left = try FileManager.default.contentsOfDirectory(
      atPath: folder.file("w/experiments").path)
    #expect(left.count == 2, "\(left)")
  }

  @Test func `output that a full disk does not take is an error`() throws {
    let shell = URL(fileURLWithPath: "/bin/sh")
    let result = try Program.run(
      shell,
      [
        "-c", "\"$0\" info --json --workspace \"$1\" > /dev/full", Program.amm.path,
        folder.file("w").path,
      ])
    #expect(result.status == 3)
    #expect(
      result.errors == "amm: error: cannot write to standard output: No space left on device\n")
  }
}
