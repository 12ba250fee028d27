import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What the fuzzer checks holds for inputs that are known, in every run of the tests.
///
/// If it does not, the target ends the process with its reason.
struct FuzzTargetTests {
  @Test(arguments: FuzzTarget.allCases)
  func `what was found stays mended`(target: FuzzTarget) throws {
    for name in try Self.names(in: "Tests/Fuzz/findings")
    where name.hasPrefix(target.rawValue + "-") {
      target.run(try Self.bytes("Tests/Fuzz/findings/\(name)"))
    }
  }

  @Test(arguments: [
    (FuzzTarget.instances, "instances.yaml"), (.records, "history.jsonl"),
    (.experiment, "experiment.json"), (.model, "config.json"), (.lock, "repository.json"),
  ])
  func `an example holds`(target: FuzzTarget, name: String) throws {
    target.run(try Self.bytes("Tests/Fuzz/\(name)"))
  }

  @Test func `the instances of each workspace of the corpus hold`() throws {
    let files = try Self.names(in: "Tests/Corpus").filter { $0.hasSuffix("/instances.yaml") }
    #expect(files.count > 300)
    for file in files { FuzzTarget.instances.run(try Self.bytes("Tests/Corpus/\(file)")) }
  }

  @Test func `each file of the import corpus holds as every kind`() throws {
    let files = try Self.names(in: "Tests/Corpus/imports").map { "Tests/Corpus/imports/\($0)" }
      .filter { !$0.hasSuffix(".txt") && !$0.hasSuffix(".json") }
    #expect(files.count > 100)
    for index in stride(from: 0, to: files.count, by: Sampling.every(3)) {
      let bytes = try Self.bytes(files[index])
      guard bytes.count < 65_536 else { continue }
      // The first byte names the kind.
      FuzzTarget.imports.run([UInt8(index % 16)] + bytes)
    }
  }

  private static func names(in folder: String) throws -> [String] {
    let url = Repository.file(folder)
    return try FileManager.default.subpathsOfDirectory(atPath: url.path).filter {
      try url.appending(path: $0).resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
    }.sorted()
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Repository.file(path)))
  }
}
