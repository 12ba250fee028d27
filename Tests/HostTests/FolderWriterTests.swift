import Foundation
import TestSupport
import Testing

@testable import Host

struct FolderWriterTests {
  private static let mark = OwnMark("0123456789abcdef")

  private func place(in folder: TemporaryFolder) throws -> OutputPlace {
    OutputPlace("out", in: try #require(try Folder.open(folder.url.path)))
  }

  private func writer(for folder: TemporaryFolder) throws -> FolderWriter {
    try FolderWriter(place(in: folder), Self.mark) { _ in }
  }

  private func write(_ files: [String: String], to folder: TemporaryFolder) throws {
    try writer(for: folder).replace(
      with: files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
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

  @Test func `more files than are open together are all written, and closed`() throws {
    let folder = try TemporaryFolder()
    let files = Dictionary(uniqueKeysWithValues: (0..<250).map { ("\($0 % 3)/f\($0)", "\($0)") })
    let open = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    let before = try open()
    try write(files, to: folder)
    // Other tests open files at the same time, but not dozens.
    #expect(try open() - before < 50)
    for (path, text) in files { #expect(try folder.read("out/" + path) == text) }
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
    #expect(try Folder.open(folder.url.path)?.destination(of: "out/link") == "nowhere")
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
    #expect(try writer(for: folder).conflicts(with: ["a", "b"]) == ["a"])
  }

  @Test func `what an interrupted run left is cleared, and what others put there is saved`() throws
  {
    let folder = try TemporaryFolder()
    try write(["a": "1"], to: folder)
    try folder.write("a\nb\n", to: ".out.unrelated")
    try folder.write("a\nb\n", to: ".out.amm-0123456789abcdef/.amm-manifest")
    try folder.write("half", to: ".out.amm-0123456789abcdef/b")
    try folder.write("mine", to: ".out.amm-0123456789abcdef/notes")
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
    try folder.write(
      "../precious\n/etc/passwd\na/../../precious\na//b\n./c\nd\thash\n", to: "out/.amm-manifest")
    let manifest = try Manifest(of: Folder.open(folder.file("out").path))
    #expect(manifest.entries.map(\.path) == ["d"])
    #expect(manifest.entries.first?.note == "hash")
    try write(["a": "1"], to: folder)
    #expect(try folder.read("precious") == "precious")
  }

  @Test func `a link in the place of a tree, of a file and of a folder is refused`() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "victim/a")
    try folder.link("out", to: "victim")
    #expect(throws: HostError.self) { try writer(for: folder) }
    try FileManager.default.removeItem(at: folder.file("out"))
    try folder.write("b\n", to: "out/.amm-manifest")
    try folder.link("out/b", to: "../victim/a")
    try folder.link("out/c", to: "../victim")
    #expect(throws: HostError.self) { try writer(for: folder).conflicts(with: ["b"]) }
    #expect(throws: HostError.self) { try writer(for: folder).conflicts(with: ["c/a"]) }
    #expect(try folder.read("victim/a") == "precious")
  }

  @Test func `a tree that carries another mark is found, and not touched`() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: ".out.amm-fedcba9876543210/x")
    try folder.link(".out.amm-new", to: ".")
    try write(["a": "1"], to: folder)
    let trees = try FolderWriter.foreignTrees(beside: place(in: folder), except: Self.mark)
    #expect(trees.map(\.name) == [".out.amm-fedcba9876543210", ".out.amm-new"])
    #expect(try folder.read(".out.amm-fedcba9876543210/x") == "mine")
  }

  @Test func `a folder that others added to the old tree meanwhile is kept`() throws {
    let folder = try TemporaryFolder()
    try write(["a": "1"], to: folder)
    try folder.write("a\n", to: ".out.amm-0123456789abcdef/.amm-manifest")
    try folder.write("mine", to: ".out.amm-0123456789abcdef/new/deep/x")
    try write(["a": "2"], to: folder)
    #expect(try folder.read("out/new/deep/x") == "mine")
  }

  @Test func `a place that the user typed is resolved once, and its link stays`() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "real/notes")
    try folder.link("out", to: "real")
    let typed = try OutputPlace.typed(folder.file("out").path + "/", makingParents: false)
    let place = try #require(typed)
    let writer = try FolderWriter(place, Self.mark) { _ in }
    try writer.replace(with: [("a", "1")])
    #expect(try folder.read("real/a") == "1")
    #expect(try folder.read("real/notes") == "mine")
    #expect(try Folder.open(folder.url.path)?.destination(of: "out") == "real")
    #expect(
      try names(folder) == ["out", "real", "real/.amm-manifest", "real/a", "real/notes"])
    try folder.link("lost", to: "nowhere")
    for path in ["/", folder.file("lost").path, folder.file(".").path + "/.."] {
      #expect(throws: HostError.self, "\(path)") {
        let place = try OutputPlace.typed(path, makingParents: false)
        if let place, place.name == folder.url.deletingLastPathComponent().lastPathComponent {
          throw HostError("write", path, reason: "the parent has a name")
        }
      }
    }
  }

  @Test func `a pipe or a folder is not read as a file`() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: HostError.self) { try Files.read(pipe, limit: 1 << 20) }
    #expect(throws: HostError.self) { try Files.read(folder.url.path, limit: 1 << 20) }
    #expect(try Files.read(folder.file("missing").path, limit: 9) == nil)
  }

  @Test func `parallel work keeps its order`() {
    #expect(Parallel.map(count: 1000) { $0 * 2 } == (0..<1000).map { $0 * 2 })
    #expect(Parallel.map(count: 3) { $0 } == [0, 1, 2])
  }
}
