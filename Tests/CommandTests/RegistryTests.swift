import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Images of a real registry, which skopeo has put there and looks at, too.
@Suite(.needs(.tool("docker-registry")), .needs(.tool("skopeo")))
struct RegistryTests {
  let folder: TemporaryFolder
  let port: String

  init() throws {
    folder = try TemporaryFolder()
    let me = String(ProcessInfo.processInfo.processIdentifier)
    let tools = try ["docker-registry", "skopeo"].map { try #require(Program.tool($0)).path }
    let result = try Program.run(
      Repository.file("Tests/FakeHub/registry"), [folder.file("registry").path, me] + tools)
    port = try #require(result.output.split(separator: " ").first.map(String.init))
    try folder.write(
      """
      version: 1
      defaults: {gpus: []}
      instances:
        main: {port: 8080}

      """, to: "w/instances.yaml")
    try folder.write(
      """
      name: local
      source: {type: local, path: /models/a.gguf}
      container: {runtime: llama-cpp, image: "127.0.0.1:\(port)/test/image:1"}

      """, to: "w/profiles/chat/local.yaml")
    try folder.link("w/active/main.yaml", to: "../profiles/chat/local.yaml")
  }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(
      Program.amm, words + ["--workspace", folder.file("w").path],
      environment: ["HOME": folder.url.path, "HF_HUB_OFFLINE": "0"])
  }

  /// The digest of what skopeo gets by a name.
  private func digest(of name: String) throws -> String {
    let skopeo = try #require(Program.tool("skopeo"))
    let raw = try Program.run(
      skopeo,
      ["inspect", "--raw", "--tls-verify=false", "docker://127.0.0.1:\(port)/test/\(name)"],
      environment: ["https_proxy": "", "HOME": folder.url.path])
    #expect(raw.status == 0, "\(raw.errors)")
    try folder.write(raw.output, to: "raw")
    let sum = try Program.run(
      try #require(Program.find("sha256sum")), [folder.file("raw").path])
    return "sha256:" + sum.output.prefix(64)
  }

  @Test func `an image is locked by the digest of its index, with those of its platforms`() throws {
    #expect(try amm("lock").status == 0)
    let lock = try folder.read("w/models.lock.json")
    #expect(
      lock.contains(
        "{\"digest\": \"\(try digest(of: "image:1"))\", \"platforms\": {\"linux/amd64\":"))
    #expect(lock.contains("\"linux/arm64\": \"sha256:"))
    #expect(try amm("lock", "--check").status == 0)
    #expect(try amm("validate", "--strict").status == 0)
    #expect(try amm("generate").status == 0)
    let unit = try folder.read("w/generated/quadlet/main.container")
    #expect(unit.contains("Image=127.0.0.1:\(port)/test/image:1@\(try digest(of: "image:1"))\n"))
  }

  @Test func `a tag that moved is told, and a changed lock is found`() throws {
    #expect(try amm("lock").status == 0)
    let before = try folder.read("w/models.lock.json")
    let other = before.replacing("\"linux/arm64\"", with: "\"linux/s390x\"")
    try folder.write(other, to: "w/models.lock.json")
    let wrong = try amm("lock", "--check")
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("'linux/s390x' is only in the lock"), "\(wrong.errors)")

    try folder.write(before, to: "w/models.lock.json")
    let move = try Program.run(
      try #require(Program.tool("skopeo")),
      [
        "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false",
        "docker://127.0.0.1:\(port)/test/one:1", "docker://127.0.0.1:\(port)/test/image:1",
      ], environment: ["https_proxy": "", "HOME": folder.url.path])
    #expect(move.status == 0, "\(move.errors)")
    let moved = try amm("lock", "--check")
    #expect(moved.status == 0, "\(moved.errors)")
    #expect(moved.output.contains("has moved: digest changed from"))
    #expect(try amm("lock", "--update").status == 0)
    #expect(try folder.read("w/models.lock.json").contains(try digest(of: "one:1")))
  }

  @Test func `an image that is not there is told`() throws {
    let profile = try folder.read("w/profiles/chat/local.yaml")
    try folder.write(profile.replacing("image:1", with: "none:1"), to: "w/profiles/chat/local.yaml")
    let result = try amm("lock")
    #expect(result.status == 1)
    #expect(result.errors.contains("127.0.0.1:\(port) has no '127.0.0.1:\(port)/test/none:1'"))
  }
}
