import Foundation
import TestSupport
import Testing

/// What is left of a lock when a system call of the command that writes it fails, or amm dies.
@Suite(.needs(.tracing))
struct LockFaultTests {
  private let folder: TemporaryFolder
  private let old: String
  /// Without what nothing needs: a change that nobody has to be asked for.
  private let new = "{\n  \"version\": 1,\n  \"images\": {},\n  \"models\": {}\n}\n"

  init() throws {
    folder = try TemporaryFolder()
    let hash = String(repeating: "ab", count: 32)
    old = new.replacing(
      "\"images\": {}",
      with:
        "\"images\": {\n    \"example.org/unused:1\": {\"digest\": \"sha256:\(hash)\"}\n  }")
    try folder.write(
      "version: 1\ninstances: {main: {port: 8080, gpus: []}}\n", to: "w/instances.yaml")
    try folder.write(
      "name: one\nsource: {type: local, path: /m.gguf}\ncontainer: {runtime: llama-cpp, image: \"localhost/a:1\"}\n",
      to: "w/profiles/coding/one.yaml")
    try folder.link("w/active/main.yaml", to: "../profiles/coding/one.yaml")
    try folder.write(old, to: "w/models.lock.json")
  }

  private func lock(under words: [String] = []) throws -> Finished {
    let all = words + [Program.amm.path, "lock", "--workspace", folder.file("w").path]
    return try Program.run(
      URL(fileURLWithPath: all[0]), Array(all.dropFirst()),
      environment: [
        "XDG_STATE_HOME": folder.file("state").path, "HOME": folder.url.path,
        "HF_HUB_OFFLINE": "0",
      ])
  }

  /// Runs the command to its end: nothing is left beside the lock.
  private func settle() throws {
    let result = try lock()
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.read("w/models.lock.json") == new)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("w").path)
    #expect(Set(left) == ["active", "instances.yaml", "models.lock.json", "profiles"])
    try folder.write(old, to: "w/models.lock.json")
  }

  private func calls() throws -> [String: ClosedRange<Int>] {
    let calls = try FaultInjection.calls(naming: folder.file("w").path, in: folder) { words in
      let result = try lock(under: words)
      #expect(result.status == 0, "\(result.errors)")
    }
    try settle()
    return calls
  }

  private static let writers = [
    "openat", "openat2", "write", "fsync", "renameat", "unlinkat", "flock", "mkdirat",
  ]

  @Test func `a death at any call leaves the old lock or the new one`() throws {
    var deaths = 0
    for (call, numbers) in try calls() where Self.writers.contains(call) {
      for number in numbers {
        let words = FaultInjection.words(.kill, at: call, number: number)
        deaths += try lock(under: words).status == 0 ? 0 : 1
        let text = try folder.read("w/models.lock.json")
        #expect([old, new].contains(text), "\(call) \(number): \(text)")
        try settle()
      }
    }
    #expect(deaths > 10)
  }

  @Test func `a call that fails is told, and loses nothing`() throws {
    var failures = 0
    for (call, numbers) in try calls() where Self.writers.contains(call) {
      for number in numbers {
        let words = FaultInjection.words(.error("EIO"), at: call, number: number)
        let result = try lock(under: words)
        let text = try folder.read("w/models.lock.json")
        #expect([old, new].contains(text), "\(call) \(number): \(text)")
        if result.status == 0 {
          #expect(text == new, "\(call) \(number): done, and not changed")
        } else {
          failures += 1
          #expect(!result.errors.isEmpty, "\(call) \(number)")
        }
        try settle()
      }
    }
    #expect(failures > 5)
  }
}
