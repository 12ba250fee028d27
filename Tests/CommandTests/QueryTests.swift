import Foundation
import TestSupport
import Testing

struct QueryTests {
  private func workspace() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    #expect(try Program.amm("init", "--example", folder.file("w").path).status == 0)
    return folder
  }

  @Test func `list filters and prints JSON`() throws {
    let folder = try workspace()
    let result = try Program.amm(
      "list", "coding", "--runtime", "vllm", "--json", "--workspace", "w", in: folder.url)
    let entries = try result.objects("profiles")
    #expect(entries.compactMap { $0["id"] as? String }.contains("coding/deepseek-coder"))
    #expect(entries.allSatisfy { $0["runtime"] as? String == "vllm" })
    let none = try Program.amm("list", "codnig", "--workspace", "w", in: folder.url)
    #expect(none.status == 1)
    #expect(none.errors.contains("did you mean 'coding'?"))
  }

  @Test(arguments: ["coding/deepseek-coder", "deepseek-coder", "deepseek-coder-7b-instruct"])
  func `a profile is found by path, file name and name`(word: String) throws {
    let folder = try workspace()
    let result = try Program.amm("info", word, "--json", "--workspace", "w", in: folder.url)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(json["id"] as? String == "coding/deepseek-coder")
  }

  @Test func `an ambiguous word lists what it could be`() throws {
    let folder = try workspace()
    try FileManager.default.copyItem(
      at: folder.file("w/profiles/coding/starcoder2.yaml"),
      to: folder.file("w/custom/starcoder2.yaml"))
    let result = try Program.amm("info", "starcoder2", "--workspace", "w", in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("'starcoder2' could be coding/starcoder2 or custom/starcoder2"))
  }

  @Test func `a misspelt name suggests the nearest`() throws {
    let folder = try workspace()
    let result = try Program.amm("info", "starcoder3", "--workspace", "w", in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("did you mean 'starcoder2'?"))
  }

  @Test func `a token's file inside the workspace is refused`() throws {
    let folder = try workspace()
    let settings = try folder.read("w/instances.yaml")
    let token = "defaults:\n  token: {environment_file: ~/w/hf.env}\n"
    try folder.write(
      settings.replacing("defaults:\n", with: token), to: "w/instances.yaml")
    let home = ["HOME": folder.url.resolvingSymlinksInPath().path]
    let result = try Program.amm("validate", "-w", "w", in: folder.url, environment: home)
    #expect(result.status == 1)
    #expect(result.errors.contains("'~/w/hf.env' is in the workspace, which is shared"))
    let outside = try Program.amm("validate", "-w", "w", in: folder.url)
    #expect(outside.status == 0, "\(outside.errors)")
  }

  @Test func `without a workspace the way to one is named`() throws {
    let folder = try TemporaryFolder()
    let result = try Program.amm("validate", in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("amm init"))
  }

  @Test func `the workspace is the nearest folder upwards`() throws {
    let folder = try workspace()
    let result = try Program.amm("validate", in: folder.file("w/profiles/coding"))
    #expect(result.status == 0, "\(result.errors)")
  }

  /// Without this, commands would work on the user's workspace, which is not the folder in view.
  @Test func `a workspace whose file has another ending is refused`() throws {
    let folder = try workspace()
    try FileManager.default.moveItem(
      at: folder.file("w/instances.yaml"), to: folder.file("w/instances.yml"))
    for words in [["validate"], ["generate"], ["status"]] {
      let result = try Program.amm(
        words, in: folder.file("w/profiles"), environment: ["HOME": folder.url.path])
      #expect(result.status != 0)
      #expect(result.errors.contains("rename it to 'instances.yaml'"), "\(result.errors)")
    }
  }

  @Test(arguments: ["Qwen/Qwen3-4B", "https://huggingface.co/Qwen/Qwen3-4B"])
  func `a model on the hub is no profile, and how to add it is named`(word: String) throws {
    let folder = try workspace()
    let result = try Program.amm("info", word, "--workspace", "w", in: folder.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("'amm add \(word)' writes a profile"), "\(result.errors)")
  }

  @Test func `wrong usage is 64, help is 0`() throws {
    #expect(try Program.amm("generate", "--nonsense").status == 64)
    #expect(try Program.amm("--help").status == 0)
  }

  @Test func `colour is for terminals and those who force it`() throws {
    let folder = try workspace()
    let plain = try Program.amm("list", "--workspace", "w", in: folder.url)
    #expect(!plain.output.contains("\u{1B}"))
    let forced = try Program.amm(
      "list", "--workspace", "w", in: folder.url, environment: ["CLICOLOR_FORCE": "1"])
    #expect(forced.output.contains("\u{1B}[1m"))
    let refused = try Program.amm(
      "list", "--workspace", "w", in: folder.url,
      environment: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"])
    #expect(!refused.output.contains("\u{1B}"))
  }

  @Test(arguments: ["profile", "instances", "experiment", "policy"])
  func `the schemas are the golden ones`(format: String) throws {
    let result = try Program.amm("schema", format)
    let difference = try Golden.difference(
      of: result.output, from: Repository.file("Tests/Golden/schema/\(format).json"))
    #expect(difference == nil)
  }

  @Test func `validate prints diagnostics as JSON`() throws {
    let folder = try workspace()
    try folder.write("name: x\nnmae: y\n", to: "p.yaml")
    let result = try Program.amm("validate", "--json", "p.yaml", in: folder.url)
    #expect(result.status == 1)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(json["errors"] as? Int == 3)
    let first = try #require(
      (json["diagnostics"] as? [[String: Any]])?.first { $0["code"] as? String == "unknown-key" })
    #expect(first["line"] as? Int == 2 && first["column"] as? Int == 1)
  }
}
