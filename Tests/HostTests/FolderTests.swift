import Foundation
import TestSupport
import Testing

@testable import Host

/// The one door to what stands below a folder.
struct FolderTests {
  private let temporary: TemporaryFolder
  private let folder: Folder

  init() throws {
    temporary = try TemporaryFolder()
    try temporary.write("text", to: "w/a/file.yaml")
    try temporary.write("other", to: "other/b.yaml")
    folder = try #require(try Folder.open(temporary.file("w").path))
  }

  private func permit(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: temporary.file(path).path)
  }

  @Test func `what stands below is read, and nothing that is named otherwise`() throws {
    #expect(try folder.read("a/file.yaml", limit: 1 << 20) == Array("text".utf8))
    #expect(try folder.read("a/file.yaml", limit: 1)?.count == 2)
    #expect(try folder.read("a/none", limit: 1 << 20) == nil)
    #expect(try folder.read("none/file.yaml", limit: 1 << 20) == nil)
    #expect(try folder.kind(of: "a") == .folder)
    for path in ["../other/b.yaml", "a/../../other/b.yaml", temporary.file("other/b.yaml").path] {
      #expect(throws: HostError.self, "\(path)") { try folder.read(path, limit: 1 << 20) }
      #expect(throws: HostError.self, "\(path)") { try folder.readFollowing(path, limit: 1 << 20) }
    }
  }

  @Test func `a file that says nothing in part is read whole or not at all`() throws {
    #expect(try folder.readWhole("a/file.yaml", limit: 4) == Array("text".utf8))
    let error = #expect(throws: HostError.self) { try folder.readWhole("a/file.yaml", limit: 3) }
    #expect(error?.reason == "it is larger than 3 bytes; move it away")
    #expect(try folder.readWhole("a/none", limit: 3) == nil)
  }

  @Test(arguments: ["", "text\n", String(repeating: "0123456789abcde\n", count: 10_000)])
  func `a file is compared with a text byte by byte`(text: String) throws {
    let files = try TemporaryFolder()
    try files.write(text, to: "below/file")
    try files.link("link", to: "below/file")
    let folder = try #require(try Folder.open(files.url.path))
    #expect(folder.holds(text, at: "below/file"))
    let other = text.dropLast(2) + "x\n"
    for different in [String(other), text + "\n", String(text.dropLast())] where different != text {
      #expect(!folder.holds(different, at: "below/file"))
    }
    for path in ["link", "below", "missing"] { #expect(!folder.holds(text, at: path)) }
  }

  @Test func `a link is refused by its name, wherever it stands on the way`() throws {
    try temporary.link("w/link", to: "a")
    try temporary.link("w/a/link.yaml", to: "file.yaml")
    for path in ["link/file.yaml", "a/link.yaml"] {
      let error = #expect(throws: HostError.self) { try folder.read(path, limit: 1 << 20) }
      #expect(error?.reason.contains("is a link to") == true)
      #expect(error?.isMissing == false)
    }
    #expect(throws: HostError.self) { try folder.folder("link") }
    let mark = OwnMark("0123456789abcdef")
    #expect(throws: HostError.self) { try folder.write("x", to: "link/new", mark) }
    #expect(throws: HostError.self) { try folder.write("x", to: "a/link.yaml", mark) }
    #expect(throws: HostError.self) { try folder.makeFolder("link/inside") }
    #expect(throws: HostError.self) { try folder.remove("link/file.yaml") }
    #expect(try temporary.read("w/a/file.yaml") == "text")
  }

  @Test func `a link is replaced by a link alone, and a file by a file alone`() throws {
    let mark = OwnMark("0123456789abcdef")
    #expect(throws: HostError.self) { try folder.replaceLink("a/file.yaml", with: "x", mark) }
    try temporary.link("w/a/link", to: "x")
    try folder.replaceLink("a/link", with: "y", mark)
    #expect(try folder.destination(of: "a/link") == "y")
    #expect(throws: HostError.self) { try folder.write("x", to: "a", mark) }
    try folder.write("new", to: "a/file.yaml", mark)
    #expect(try temporary.read("w/a/file.yaml") == "new")
    #expect(try folder.folder("a")?.entries().map(\.name) == ["file.yaml", "link"])
  }

  @Test func `links that lead to what nobody else can change are followed to read`() throws {
    try temporary.link("w/a/inside.yaml", to: "file.yaml")
    try temporary.link("w/a/out.yaml", to: "../../other/b.yaml")
    #expect(try folder.readFollowing("a/inside.yaml", limit: 1 << 20)?.bytes == Array("text".utf8))
    #expect(try folder.readFollowing("a/out.yaml", limit: 1 << 20)?.bytes == Array("other".utf8))
    #expect(try folder.readFollowing("a/out.yaml", limit: 1 << 20)?.isQuotable == true)
    // What only the user may read is read, and not quoted.
    try permit(0o600, "other/b.yaml")
    #expect(try folder.readFollowing("a/out.yaml", limit: 1 << 20)?.isQuotable == false)
    try temporary.link("w/folder", to: "../other")
    #expect(
      try folder.folderFollowing("folder")?.read("b.yaml", limit: 1 << 20) == Array("other".utf8))
  }

  @Test func `links that lead to what others can change, or to another kind of file, are not`()
    throws
  {
    try temporary.link("w/a/out.yaml", to: "../../other/b.yaml")
    try permit(0o646, "other/b.yaml")
    #expect(throws: HostError.self) { try folder.readFollowing("a/out.yaml", limit: 1 << 20) }
    try permit(0o644, "other/b.yaml")
    try permit(0o777, "other")
    #expect(throws: HostError.self) { try folder.readFollowing("a/out.yaml", limit: 1 << 20) }
    try permit(0o1777, "other")
    #expect(
      try folder.readFollowing("a/out.yaml", limit: 1 << 20) != nil, "nobody can replace it there")
    try temporary.write("key", to: "id_rsa")
    try temporary.link("w/a/key.yaml", to: "../../id_rsa")
    #expect(throws: HostError.self) { try folder.readFollowing("a/key.yaml", limit: 1 << 20) }
    try temporary.link("w/a/null.yaml", to: "/dev/null")
    #expect(throws: HostError.self) { try folder.readFollowing("a/null.yaml", limit: 1 << 20) }
    try temporary.link("w/a/loop.yaml", to: "loop.yaml")
    #expect(throws: HostError.self) { try folder.readFollowing("a/loop.yaml", limit: 1 << 20) }
    try temporary.link("w/a/gone.yaml", to: "gone")
    #expect(try folder.readFollowing("a/gone.yaml", limit: 1 << 20) == nil)
  }

  @Test(arguments: ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
  func `an address of this machine is known`(address: String) {
    #expect(Addresses.isOfThisMachine(address))
  }

  @Test(arguments: ["203.0.113.5", "2001:db8::1", "::ffff:203.0.113.5", "0.0.0.0", "::", "x", ""])
  func `another one is not asked`(address: String) {
    #expect(!Addresses.isOfThisMachine(address))
    #expect(HTTP.status(address: address, port: 9, path: "/") == nil)
  }

  @Test func `a lock that others have is told of, and waited for in vain only so long`() throws {
    let lock = try FolderLock(folder) { _ in }
    var told: [String] = []
    let error = #expect(throws: HostError.self) {
      _ = try FolderLock(folder, patience: 0.5) { told.append($0) }
    }
    #expect(error?.reason.contains("has held its lock") == true)
    #expect(told.count == 1)
    withExtendedLifetime(lock) {}
  }
}
