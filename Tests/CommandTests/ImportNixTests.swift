import Foundation
import TestSupport
import Testing

/// Nix files, which the real `nix-instantiate` evaluates.
@Suite(.needs(.tool("nix-instantiate")))
struct ImportNixTests {
  static let inputs: [URL] =
    (try? Repository.files(in: "Tests/Corpus/nix-imports", ending: ".nix")) ?? []

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ words: String..., in place: URL? = nil) throws -> Finished {
    let tools = try #require(Program.tool("nix-instantiate")).deletingLastPathComponent().path
    return try Program.amm(
      words, in: place,
      environment: [
        "PATH": "\(tools):/usr/bin:/bin", "HOME": "/home/me", "AMM_WORKSPACE": "",
      ])
  }

  @Test(arguments: inputs) func `a Nix file becomes what is written here`(input: URL) throws {
    let result = try run(
      "import", input.lastPathComponent, "--dry-run", "--into", folder.file("w").path,
      in: input.deletingLastPathComponent())
    let text = "[\(result.status)]\n\(result.errors)\n\(result.output)"
      .replacing(folder.url.path, with: "~")
    let difference = try Golden.difference(of: text, from: input.appendingPathExtension("txt"))
    #expect(difference == nil)
  }

  @Test func `a file of amm itself becomes the same servers`() throws {
    let values = Repository.file("Tests/Golden/library/instances.nix")
    let result = try run("import", values.path, "--into", "w", in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(" 0 dropped and 0 not understood"))
    let generated = try run("generate", "--workspace", "w", in: folder.url)
    #expect(generated.status == 0, "\(generated.errors)")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.file("w/generated/quadlet").path)
    var count = 0
    for name in names where name.hasSuffix(".container") {
      let before = Repository.file("Tests/Golden/library/quadlet/" + name)
      let (old, new) = try (
        lines(of: String(contentsOf: before, encoding: .utf8)),
        lines(of: folder.read("w/generated/quadlet/" + name))
      )
      let differences = old.difference(from: new).map { "\($0)" }
      #expect(differences.isEmpty, "\(name): \(differences)")
      count += 1
    }
    #expect(count >= 40)
  }

  /// Returns the lines of a unit without comments and the name of its profile.
  private func lines(of unit: String) -> [String] {
    unit.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .filter { !$0.hasPrefix("#") }
  }

  @Test func `nothing is evaluated without Nix, or by a check`() throws {
    let input = Repository.file("Tests/Corpus/nix-imports/module.nix").path
    let environment = ["PATH": "/nonexistent", "HOME": "/home/me", "AMM_WORKSPACE": ""]
    let result = try Program.amm(
      "import", input, "--into", "w", in: folder.url, environment: environment)
    #expect(result.status == 1 && result.errors.contains("there is no 'nix-instantiate' on PATH"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("w").path))
    let check = try run("validate", input)
    #expect(check.errors.contains("is checked only when it is imported"))
  }
}
