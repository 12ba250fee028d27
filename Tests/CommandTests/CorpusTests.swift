import Diagnostics
import Foundation
import Policies
import Reference
import TestSupport
import Testing
import Workspaces
import YAML

/// Inputs beside what amm says of them, readable as documentation: `Tests/Corpus`.
struct CorpusTests {
  static let rejected = (try? Repository.files(in: "Tests/Corpus/rejected", ending: ".yaml")) ?? []
  static let accepted = (try? Repository.files(in: "Tests/Corpus/accepted", ending: ".yaml")) ?? []
  static let design = (try? Repository.files(in: "Tests/Corpus/design", ending: ".yaml")) ?? []
  static let advice = (try? Repository.files(in: "Tests/Corpus/advice", ending: ".yaml")) ?? []
  static let rejectedTasks =
    (try? Repository.files(in: "Tests/Corpus/tasks/rejected", ending: ".yaml")) ?? []
  static let acceptedTasks =
    (try? Repository.files(in: "Tests/Corpus/tasks/accepted", ending: ".yaml")
      + Repository.files(in: "share/tasks", ending: ".yaml")) ?? []
  static let workspaces = folders(in: "rejected-workspaces")
  static let acceptedWorkspaces = folders(in: "accepted-workspaces")

  static func folders(in name: String) -> [URL] {
    (try? FileManager.default.contentsOfDirectory(
      at: Repository.file("Tests/Corpus/" + name), includingPropertiesForKeys: nil))?
      .sorted { $0.path < $1.path } ?? []
  }

  /// A case of models on the machine has their files below `home`.
  private static func home(of folder: URL) -> [String: String] {
    let home = folder.appendingPathComponent("home")
    return FileManager.default.fileExists(atPath: home.path) ? ["HOME": home.path] : [:]
  }

  @Test(arguments: rejected)
  func `a wrong profile is refused with these words`(file: URL) throws {
    let result = try Program.amm(
      "validate", file.lastPathComponent, in: file.deletingLastPathComponent())
    #expect(!result.errors.isEmpty)
    #expect(result.status == (result.errors.contains(" error: ") ? 1 : 0))
    let expected = file.deletingPathExtension().appendingPathExtension("txt")
    let difference = try Golden.difference(of: result.errors, from: expected)
    #expect(difference == nil)
  }

  @Test(arguments: accepted)
  func `a right profile is accepted without a word`(file: URL) throws {
    let result = try Program.amm("validate", "--strict", file.path)
    #expect(result.errors == "")
    #expect(result.status == 0)
  }

  @Test(arguments: advice)
  func `advice is told in these words, and fails nothing`(file: URL) throws {
    let result = try Program.amm(
      "validate", "--strict", file.lastPathComponent, in: file.deletingLastPathComponent(),
      environment: ["AMM_ADVICE": "on"])
    #expect(result.status == 0)
    let difference = try Golden.difference(
      of: result.errors, from: file.deletingPathExtension().appendingPathExtension("txt"))
    #expect(difference == nil)
  }

  @Test(arguments: rejectedTasks)
  func `a wrong task is refused with these words`(file: URL) throws {
    let result = try Program.amm(
      "validate", "--as", "task", file.lastPathComponent, in: file.deletingLastPathComponent())
    #expect(!result.errors.isEmpty)
    #expect(result.status == (result.errors.contains(" error: ") ? 1 : 0))
    let difference = try Golden.difference(
      of: result.errors, from: file.deletingPathExtension().appendingPathExtension("txt"))
    #expect(difference == nil)
  }

  @Test(arguments: acceptedTasks)
  func `a right task is accepted without a word`(file: URL) throws {
    let result = try Program.amm("validate", "--strict", "--as", "task", file.path)
    #expect(result.errors == "")
    #expect(result.status == 0)
  }

  @Test(arguments: workspaces)
  func `a wrong workspace is refused with these words`(folder: URL) throws {
    let result = try Program.amm(
      "validate", "--workspace", ".", in: folder, environment: Self.home(of: folder))
    #expect(!result.errors.isEmpty)
    #expect(result.status == (result.errors.contains(" error: ") ? 1 : 0))
    let difference = try Golden.difference(
      of: result.errors, from: folder.appendingPathComponent("expected.txt"))
    #expect(difference == nil)
  }

  @Test(arguments: acceptedWorkspaces)
  func `a right workspace is accepted without a word`(folder: URL) throws {
    let result = try Program.amm(
      "validate", "--strict", "--workspace", ".", in: folder, environment: Self.home(of: folder))
    #expect(result.errors == "")
    #expect(result.status == 0)
  }

  /// The five profiles of the design document, word for word, each with its outcome.
  @Test(arguments: design)
  func `a profile of the design document has this outcome`(file: URL) throws {
    let result = try Program.amm(
      "validate", file.lastPathComponent, in: file.deletingLastPathComponent())
    #expect(result.status == (result.errors.contains(" error: ") ? 1 : 0))
    let difference = try Golden.difference(
      of: result.errors, from: file.deletingPathExtension().appendingPathExtension("txt"))
    #expect(difference == nil)
  }

  @Test func `twelve mistakes are told in one run`() throws {
    let folder = Repository.file("Tests/Corpus/rejected")
    let result = try Program.amm("validate", "twelve-mistakes.yaml", in: folder)
    #expect(result.errors.hasSuffix("\n12 errors\n"))
    #expect(result.errors.split(separator: "\n").filter { $0.contains(": error: ") }.count == 12)
    #expect(result.status == 1)
  }

  @Test func `the corpus is large enough to be worth its name`() {
    #expect(Self.rejected.count + Self.workspaces.count >= 120)
    #expect(Self.accepted.count >= 60)
    #expect(Self.acceptedWorkspaces.count >= 20)
    #expect(Self.design.count == 5)
  }

  /// A rule that no case shows is one that nobody has seen working.
  @Test func `every rule has a case`() throws {
    let texts = try
      ((Self.rejected + Self.rejectedTasks + Self.advice).map {
        $0.deletingPathExtension().appendingPathExtension("txt")
      }
      + (Self.workspaces + PolicyTests.rejected).map { $0.appendingPathComponent("expected.txt") }
      + ImportFileTests.inputs.map(ImportFileTests.expected))
      .map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }.joined()
    // Too large to commit, and made by ComposerTests and LargeGroupTests; about no file or about a
    // workspace, and shown by ValidateTests, GenerateTests, PolicyTests and ImportWorkspaceTests.
    let elsewhere = [
      YAMLRules.tooLarge.code, FileRules.nothingFound.code, FileRules.staleFile.code,
      PolicyRules.within.code, "exclusive-large", "companion-too-long", "import-taken",
      "import-unreadable",
    ]
    for rule in RuleBook.all where !elsewhere.contains(rule.code) {
      #expect(texts.contains("[\(rule.code)]"), "no case shows \(rule.code)")
    }
  }
}
