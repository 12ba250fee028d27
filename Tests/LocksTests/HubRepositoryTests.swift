import Foundation
import Locks
import Testing

/// What the hub says of a repository, and which of its files a server needs.
struct HubRepositoryTests {
  private static let commit = String(repeating: "a", count: 40)

  private func repository(_ files: [String], _ more: String = "") throws -> HubRepository {
    let siblings = files.map { "{\"rfilename\": \"\($0)\", \"size\": 3}" }.joined(separator: ",")
    return try #require(
      HubRepository(Array("{\"sha\": \"\(Self.commit)\", \"siblings\": [\(siblings)]\(more)}".utf8))
    )
  }

  private func needed(_ files: [String], _ pick: ModelName.Pick? = nil) throws -> [String]? {
    try repository(files).needed(pick)?.map(\.path)
  }

  @Test func `weights are loaded once, with what is about them`() throws {
    #expect(
      try needed([
        "README.md", "config.json", "model.safetensors", "consolidated.safetensors",
        "pytorch_model.bin", "original/consolidated.00.pth", "onnx/model.onnx", "onnx/config.json",
        "adapter_model.safetensors", "1_Pooling/config.json", "2_Dense/model.safetensors",
        "chat_template.jinja", "tokenizer.model", "modeling_x.py", "images/a.png",
      ]) == [
        "1_Pooling/config.json", "2_Dense/model.safetensors", "chat_template.jinja", "config.json",
        "model.safetensors", "modeling_x.py", "tokenizer.model",
      ])
    #expect(
      try needed(["config.json", "consolidated.safetensors", "params.json"])
        == ["config.json", "consolidated.safetensors", "params.json"])
    #expect(try needed(["pytorch_model.bin", "training_args.bin"]) == ["pytorch_model.bin"])
    #expect(try needed(["config.json", "x.gguf"]) == nil)
  }

  /// Names as public repositories have them.
  @Test(
    arguments: [
      ("Q4_K_M", "Qwen3-8B-Q4_K_M.gguf"), ("q4_k_m", "Qwen3-8B-Q4_K_M.gguf"),
      ("Q4_K", "Qwen3-8B-Q4_K.gguf"), ("IQ4_XS", "Qwen3-8B-IQ4_XS.gguf"),
      ("UD-Q4_K_XL", "Qwen3-8B-UD-Q4_K_XL.gguf"), ("Q8_0", "sub/qwen3.Q8_0.gguf"),
      ("BF16", "BF16/Qwen3-8B-BF16-00001-of-00002.gguf"),
    ])
  func `a quantization names its file`(word: String, file: String) throws {
    let files = [
      "BF16/Qwen3-8B-BF16-00001-of-00002.gguf", "BF16/Qwen3-8B-BF16-00002-of-00002.gguf",
      "Qwen3-8B-IQ4_XS.gguf", "Qwen3-8B-Q4_K.gguf", "Qwen3-8B-Q4_K_M.gguf",
      "Qwen3-8B-UD-Q4_K_XL.gguf", "imatrix-Q8_0.gguf", "sub/qwen3.Q8_0.gguf",
    ]
    let found = try needed(files, .quantization(word))
    #expect(found?.first == file)
    #expect(found?.count == (word == "BF16" ? 2 : 1))
    #expect(try needed(files, .file(file))?.first == file)
  }

  @Test func `an encoder of images comes along`() throws {
    let files = ["m-Q4_K_M.gguf", "mmproj-BF16.gguf", "mmproj-F16.gguf", "mmproj-F32.gguf"]
    #expect(
      try needed(files, .quantization("Q4_K_M")) == ["m-Q4_K_M.gguf", "mmproj-F16.gguf"])
    #expect(try needed(files, .quantization("Q2_K")) == nil)
  }

  @Test(
    arguments: [
      (#", "gated": "auto""#, LockedModel.Gating.automatic), (#", "gated": "manual""#, .manual),
      (#", "gated": false"#, .open), ("", .open), (#", "private": true"#, .restricted),
    ])
  func `who may fetch it is read`(more: String, gating: LockedModel.Gating) throws {
    #expect(try repository(["a.json"], more).gating == gating)
  }

  @Test func `a licence is one word, or the first of several`() throws {
    let license = { (text: String) in
      try repository(["a.json"], ", \"cardData\": {\"license\": \(text)}").license
    }
    #expect(try license(#""apache-2.0""#) == "apache-2.0")
    #expect(try license(#"["mit", "other"]"#) == "mit")
    #expect(try license(#""a\u001b[31m""#) == nil)
  }

  @Test func `the hub's count of parameters is taken where there is one`() throws {
    let count = #", "safetensors": {"parameters": {"BF16": 7}, "total": 7}"#
    #expect(try repository(["a.json"], count).parameters == 7)
    #expect(try repository(["a.json"], #", "safetensors": {"total": -7}"#).parameters == nil)
    #expect(try repository(["a.json"]).parameters == nil)
  }

  /// A weight that nobody can have, or a commit that is none, is no repository.
  @Test(
    arguments: [
      "", "{}", "[]", #"{"sha": "main", "siblings": []}"#,
      #"{"sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#,
      #"{"sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "siblings": [{"rfilename": "../a.safetensors", "size": 1}]}"#,
      #"{"sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "siblings": [{"rfilename": "a.gguf", "size": -1}]}"#,
    ])
  func `what is no answer is nil`(text: String) { #expect(HubRepository(Array(text.utf8)) == nil) }

  @Test func `paths that lead elsewhere are left out`() throws {
    let files = ["a/../b.json", "/etc/passwd", "..", ".", "a//b.json", "ok.json"]
    #expect(try repository(files).files.map(\.path) == ["ok.json"])
  }
}
