import Foundation
import TestSupport
import Testing

@testable import Host

struct FolderWriterTests {
  private func write(_ files: [String: String], to folder: TemporaryFolder) throws {
    let writer = try FolderWriter(folder.file("out").path)
    try writer.replace(
      with: files.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value.utf8)) })
  }

  private func names(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).sorted()
  }

  @Test func `files appear, change and go`() throws {
    let folder = try TemporaryFolder()
    try write(["a/x": "1", "b": "2"], to: folder)
    #expect(try folder.read("out/a/x") == "1")
    try write(["b": "3"], to: folder)
    #expect(try names(folder) == ["out", "out/.amm-manifest", "out/b"])
    #expect(try folder.read("out/b") == "3")
  }

  @Test func `what others wrote is kept as it is`() throws {
    let folder = try TemporaryFolder()
    try write(["a/x": "1"], to: folder)
    try folder.write("mine", to: "out/a/notes")
    try folder.write("mine", to: "out/own/deep/file")
    try folder.link("out/link", to: "nowhere")
    try write(["c": "2"], to: folder)
    #expect(
      try names(folder) == [
        "out", "out/.amm-manifest", "out/a", "out/a/notes", "out/c", "out/link", "out/own",
        "out/own/deep", "out/own/deep/file",
      ])
    #expect(try Files.destination(of: folder.file("out/link").path) == "nowhere")
  }

  @Test func `an unchanged file stays the same file`() throws {
    let folder = try TemporaryFolder()
    try write(["a": "1", "b": "1"], to: folder)
    let before = try FileManager.default.attributesOfItem(atPath: folder.file("out/a").path)
    try write(["a": "1", "b": "2"], to: folder)
    let after = try FileManager.default.attributesOfItem(atPath: folder.file("out/a").path)
    #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
  }

  @Test func `what someone else wrote is a conflict`() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "out/a")
    let writer = try FolderWriter(folder.file("out").path)
    #expect(try writer.conflicts(with: ["a", "b"]) == ["a"])
  }

  @Test func `what an interrupted run left is cleared, and what others put there is saved`() throws
  {
    let folder = try TemporaryFolder()
    try write(["a": "1"], to: folder)
    try folder.write("a\nb\n", to: ".out.unrelated")
    try folder.write("a\nb\n", to: ".out.amm-new/.amm-manifest")
    try folder.write("half", to: ".out.amm-new/b")
    try folder.write("mine", to: ".out.amm-new/notes")
    try write(["a": "2"], to: folder)
    #expect(
      try names(folder) == [
        ".out.unrelated", "out", "out/.amm-manifest", "out/a", "out/notes",
      ])
    #expect(try folder.read("out/a") == "2")
  }

  @Test func `a manifest cannot name files elsewhere`() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "precious")
    try folder.write("../precious\n/etc/passwd\n", to: "out/.amm-manifest")
    #expect(try FolderWriter.owned(in: folder.file("out").path) == [])
    try write(["a": "1"], to: folder)
    #expect(try folder.read("precious") == "precious")
  }

  @Test func `a pipe or a folder is not read as a file`() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: HostError.self) { try Files.read(pipe) }
    #expect(throws: HostError.self) { try Files.read(folder.url.path) }
    #expect(try Files.read(folder.file("missing").path) == nil)
  }

  @Test func `parallel work keeps its order`() {
    #expect(Parallel.map(count: 1000) { $0 * 2 } == (0..<1000).map { $0 * 2 })
    #expect(Parallel.map(count: 3) { $0 } == [0, 1, 2])
  }
}
