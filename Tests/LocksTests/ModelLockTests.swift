import Diagnostics
import Foundation
import Locks
import Models
import TestSupport
import Testing
import Values

/// A lock, from its text and back.
struct ModelLockTests {
  private static let hash = String(repeating: "ab", count: 32)
  private static let commit = String(repeating: "c", count: 40)

  private static func lock(_ changes: (inout ModelLock) -> Void = { _ in }) throws -> ModelLock {
    var lock = ModelLock()
    let facts = try #require(
      ModelFacts(
        configuration: Array(
          #"{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_hidden_layers": 2}"#
            .utf8)))
    let model = LockedModel(
      commit: commit,
      files: [
        LockedFile(path: "model.safetensors", size: 5, sha256: hash),
        LockedFile(path: "config.json", size: 2, sha256: hash),
      ], facts: facts, license: "apache-2.0", gating: .automatic,
      origin: "https://huggingface.co")
    lock.models[.hub(id: "org/model", revision: nil, pick: nil)] = model
    lock.images["docker.io/vllm/vllm-openai:v1"] = LockedImage(
      digest: "sha256:" + hash, platforms: ["linux/amd64": "sha256:" + hash])
    changes(&lock)
    return lock
  }

  private func read(_ text: String) -> Outcome<ModelLock> {
    ModelLock.read(SourceFile(path: "models.lock.json", text: text))
  }

  @Test func `what is written is read, and written again as it was`() throws {
    let lock = try Self.lock()
    let outcome = read(lock.text)
    #expect(outcome.value == lock)
    #expect(outcome.value?.text == lock.text)
    #expect(read(ModelLock().text).value == ModelLock())
  }

  /// Each as a change of a text that is right, with the line and the key that are named.
  @Test(
    arguments: [
      ("\"version\": 1", "\"version\": 2", 2, "'version'"),
      ("\"images\"", "\"pictures\"", 3, "'pictures'"),
      (commit, "main", 8, "'commit'"), (commit, commit.uppercased(), 8, "'commit'"),
      ("\"config.json\"", "\"../config.json\"", 27, "'../config.json'"),
      ("\"config.json\"", "\"/etc/passwd\"", 27, "'/etc/passwd'"),
      ("\"size\": 2", "\"size\": -2", 27, "'config.json'"),
      ("\"size\": 2", "\"size\": 1e300", 27, "'config.json'"),
      ("\"sha256\": \"ab", "\"sha256\": \"AB", 27, "'config.json'"),
      ("\"gated\": \"automatic\"", "\"gated\": \"perhaps\"", 10, "'gated'"),
      ("https://huggingface.co", "https://user:pw@host/", 9, "'origin'"),
      ("apache-2.0", "apache\\u001b[31m", 11, "'license'"),
      ("\"layer_count\": 2", "\"layer_count\": -2", 12, "'facts'"),
      ("\"format\": \"configuration\"", "\"format\": \"other\"", 12, "'facts'"),
      ("huggingface:org/model", "huggingface:org/../model", 7, "'huggingface:org/../model'"),
      ("linux/amd64", "linux", 4, "'linux'"),
      ("{\"digest\": \"sha256:", "{\"digest\": \"md5:", 4, "'docker.io/vllm/vllm-openai:v1'"),
      ("docker.io/vllm/vllm-openai:v1", "not an image", 4, "'not an image'"),
    ])
  func `what cannot be is named with its line`(
    old: String, new: String, line: Int, name: String
  ) throws {
    let text = try Self.lock().text
    #expect(text.contains(old))
    let outcome = read(text.replacing(old, with: new, maxReplacements: 1))
    #expect(outcome.value == nil)
    let diagnostic = try #require(outcome.diagnostics.first)
    #expect(diagnostic.message.hasPrefix(name), "\(diagnostic.message)")
    #expect(diagnostic.location.range?.start.line == line, "\(diagnostic.location)")
  }

  @Test(arguments: ["", "{", "[]", "{\"version\": 1}}", "<<<<<<< HEAD\n{}", "{\"version\": 1,}"])
  func `what is no lock is refused`(text: String) {
    let outcome = read(text)
    #expect(outcome.value == nil && outcome.diagnostics.count == 1)
  }

  /// JSON leaves open which of two counts.
  @Test func `a name that is there twice is refused`() throws {
    let text = try Self.lock().text
      .replacing("\"gated\": \"automatic\"", with: "\"gated\": \"open\", \"gated\": \"manual\"")
    #expect(read(text).value == nil)
  }

  /// Of a text that is right, no beginning is a lock but the whole.
  @Test func `no part of a lock is one`() throws {
    let text = Array(try Self.lock().text.utf8)
    for end in text.indices.dropLast() {
      let part = String(decoding: text[..<end], as: UTF8.self)
      let isWhole = text[end...].allSatisfy { $0 == 0x0A }
      #expect((read(part).value != nil) == isWhole)
    }
  }

  @Test(
    arguments: [
      ModelName.hub(id: "org/model", revision: nil, pick: nil),
      .hub(id: "gpt2", revision: "refs/pr/1", pick: .quantization("Q4_K_M")),
      .hub(id: "org/model", revision: commit, pick: .file("sub/model 1.gguf")),
      .ollama("llama3.2:3b"), .ollama("registry.example:5000/team/model:tag"),
    ])
  func `a name has a key, and a key its name`(name: ModelName) {
    #expect(ModelName(key: name.key) == name)
  }

  @Test(
    arguments: [
      "", "org/model", "huggingface:", "huggingface:a/b/c", "huggingface:../x", "huggingface:a/b@",
      "huggingface:a/b@x/../y", "huggingface:a/b#", "huggingface:a/b#file=../x", "ollama:",
      "ollama:a b", "huggingface:a/b#x\n", "image:x",
    ])
  func `what is no key names nothing`(key: String) { #expect(ModelName(key: key) == nil) }

  /// All that configurations of public models say stays what it is.
  @Test func `facts are the same after a lock`() throws {
    let data = try Data(contentsOf: Repository.file("Tests/ModelsTests/configurations.json"))
    let value = try #require(JSONValue(parsing: Array(data)))
    guard case .object(let models) = value else { throw CocoaError(.fileReadCorruptFile) }
    #expect(models.count > 40)
    for (name, entry) in models {
      let facts = ModelFacts(configuration: entry["config"] ?? entry)
      let text = JSON.line(facts.value)
      let read = JSONValue(parsing: text).flatMap { ModelFacts($0) }
      #expect(read == facts, "\(name)")
    }
  }
}
