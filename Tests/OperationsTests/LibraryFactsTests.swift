import Deployments
import Diagnostics
import Foundation
import Host
import Memory
import Models
import Schema
import TestSupport
import Testing
import Workspaces
import YAML

@testable import Operations
@testable import Profiles

/// The shipped profiles beside amm's table of public models: neither says what the other does not.
struct LibraryFactsTests {
  /// A shipped profile.
  struct Shipped {
    let id: String
    let profile: Profile
  }

  private static let library: [Shipped] = {
    let root = Repository.file("profiles").path
    return ((try? Repository.files(in: "profiles", ending: ".yaml")) ?? []).compactMap {
      file -> Shipped? in
      guard let bytes = try? Data(contentsOf: file) else { return nil }
      let id = String(file.path.dropFirst(root.count + 1).dropLast(5))
      let source = SourceFile(path: file.path, bytes: Array(bytes))
      return Profile.read(source).value.map { Shipped(id: id, profile: $0) }
    }
  }()

  /// Its figures stand in one public source alone.
  private static let unsourced: Set = ["coding/deepseek-coder"]

  private static let ids = library.map(\.id)

  private func shipped(_ id: String) throws -> Shipped {
    try #require(Self.library.first { $0.id == id })
  }

  private func known(_ shipped: Shipped) -> PublicModel? {
    PublicModel.named(shipped.profile.model.text)
  }

  @Test func `the seed's profiles are there, and many more`() {
    let seed = [
      "chat/llama3", "chat/llama3.2-vision", "chat/mistral", "chat/phi4", "coding/codellama",
      "coding/deepseek-coder", "coding/qwen-coder", "coding/starcoder2", "embedding/bge-large",
      "embedding/nomic-embed", "reasoning/deepseek-r1", "reasoning/qwen-reasoning",
    ]
    #expect(Set(seed).isSubset(of: Set(Self.ids)))
    let models = Set(Self.library.compactMap { known($0)?.name })
    #expect(models.count >= 15 + seed.count)
  }

  @Test(arguments: ids)
  func `a profile says of its model what the table does`(id: String) throws {
    let shipped = try shipped(id)
    guard let known = known(shipped) else {
      #expect(Self.unsourced.contains(id), "'\(shipped.profile.model.text)' is not in the table")
      return
    }
    let (section, facts) = (shipped.profile.document.model, known.facts)
    #expect(section.layers?.value == facts.layerCount)
    #expect(section.attentionHeads?.value == facts.attentionHeads)
    #expect(section.keyValueHeads?.value == facts.keyValueHeads)
    #expect(section.headSize?.value == facts.headSize)
    #expect(section.contextLength?.value == facts.contextLength)
    #expect(section.license?.value == known.license ?? section.license?.value)
    if let said = section.parameters?.value, let counted = facts.parameters {
      #expect(abs(Double(said - counted)) < 0.02 * Double(counted), "\(said) and \(counted)")
    }
    if known.isGated == true, case .huggingFace = shipped.profile.model {
      #expect(section.gated?.value == true)
    }
  }

  /// A model that its server does not have would be found out after the download.
  @Test(arguments: ids)
  func `a profile's server has the model's architecture`(id: String) throws {
    let shipped = try shipped(id)
    let codes = Profile.read(shipped.profile.source).diagnostics.map(\.rule.code)
    #expect(!codes.contains { $0.hasPrefix("architecture-") })
  }

  @Test(arguments: ids)
  func `a profile can be planned, and its least memory is what the plan needs`(id: String) throws {
    let shipped = try shipped(id)
    var machine = Machine(tell: { _ in }) { _ in nil }
    machine.variable = { _ in nil }
    let plan = MemoryPlan(id, shipped.profile, on: machine)
    let estimate = try #require(plan.estimate, "\(plan.reason ?? "")")
    let least = try #require(estimate.least)
    let total = least * estimate.gpuCount
    let said = try #require(shipped.profile.resources.gpuMemoryMin?.value.bytes)
    #expect(said >= total - total / 50, "\(said >> 20) MiB, and \(total >> 20) MiB are needed")
    let recommended = try #require(shipped.profile.resources.gpuMemoryRecommended?.value.bytes)
    #expect(recommended >= said)
    if let ram = shipped.profile.resources.ram?.value.bytes {
      #expect(ram > estimate.hostBytes, "\(ram >> 20) MiB, and \(estimate.hostBytes >> 20) MiB")
    }
  }

  /// What other people saw of the files: the plan counts the same parts.
  @Test(arguments: [
    // vLLM's guide to Gemma 4: the checkpoint in 4 bits has its tables in 16.
    ("chat/gemma-4-12b", MemoryTerm.Name.weights, 8.3e9),
    // unsloth/Qwen3.5-9B-GGUF: mmproj-F16.gguf, which llama.cpp fetches with the model.
    ("chat/qwen3.5-9b", .projector, 918e6),
    // text-embeddings-inference 1.9.3, backends/candle: Gemma 3 in 32 bits alone; 307,581,696 numbers.
    ("embedding/embeddinggemma-300m", .weights, 4 * 307_581_696),
    // 31,273,088,876 numbers in 16 bits on two cards, of a family whose matrices amm does not know.
    ("chat/gemma-4-31b", .weights, 31_273_088_876),
  ])
  func `parts weigh what was seen of them`(id: String, name: MemoryTerm.Name, bytes: Double) throws
  {
    var machine = Machine(tell: { _ in }) { _ in nil }
    machine.variable = { _ in nil }
    let plan = MemoryPlan(id, try shipped(id).profile, on: machine)
    let term = try #require(plan.estimate?[name])
    let planned = Double(term.bytes)
    #expect(abs(planned - bytes) < 0.06 * bytes, "\(planned) and \(bytes)")
  }

  /// A third of gpt-oss-120b's 36 layers keep their experts on the card, and those are nearly all of it.
  @Test func `experts that stay in main memory are not counted on the card`() throws {
    var machine = Machine(tell: { _ in }) { _ in nil }
    machine.variable = { _ in nil }
    let plan = MemoryPlan(
      "chat/gpt-oss-120b-gguf", try shipped("chat/gpt-oss-120b-gguf").profile, on: machine)
    let estimate = try #require(plan.estimate)
    let card = Double(try #require(estimate[.weights]).bytes)
    let host = Double(estimate.hostBytes)
    #expect((0.18...0.28).contains(card / (card + host)), "\(card) and \(host)")
  }

  @Test func `what is superseded names a profile that is not`() throws {
    for shipped in Self.library {
      guard let newer = shipped.profile.facts.supersededBy?.value else { continue }
      let other = Self.library.first { $0.id == newer }
      #expect(other != nil, "\(shipped.id) names '\(newer)'")
      #expect(other?.profile.facts.supersededBy == nil, "\(shipped.id) names '\(newer)'")
    }
  }

  // MARK: The table

  @Test func `each model of the table has its sources and is whole`() {
    let models = PublicModel.all
    #expect(models.count >= 40)
    for model in models {
      #expect(model.sources.count >= 2, "\(model.name)")
      #expect(model.sources.allSatisfy { $0.hasPrefix("https://") }, "\(model.name)")
      #expect(Set(model.sources).count == model.sources.count, "\(model.name)")
      let facts = model.facts
      #expect(facts.architecture != nil && facts.family != nil, "\(model.name)")
      #expect(facts.layerCount == facts.layers.map(\.count).reduce(0, +), "\(model.name)")
      #expect(facts.vocabulary != nil && facts.hiddenSize != nil, "\(model.name)")
      #expect(facts.contextLength != nil, "\(model.name)")
    }
  }

  @Test func `a name of other files leads to the model, and an unknown one nowhere`() throws {
    let other = try #require(PublicModel.named("unsloth/Qwen3.6-27B-GGUF"))
    #expect(other.isOfOtherFiles && other.name == "Qwen/Qwen3.6-27B")
    #expect(PublicModel.named("Qwen/Qwen3.6-27B")?.isOfOtherFiles == false)
    for name in ["", "Qwen", "Qwen/Qwen3.6-27", "Qwen/Qwen3.6-27B-", "qwen/qwen3.6-27b", "a\tb"] {
      #expect(PublicModel.named(name) == nil, "\(name)")
    }
    // The same numbers that llama.cpp printed of the file (ggml-org/llama.cpp, issue 23577).
    let facts = try #require(PublicModel.named("Qwen/Qwen3.6-27B")).facts
    #expect(facts.layerCount == 64 && facts.keyValueHeads == 4 && facts.headSize == 256)
    let attention = facts.layers.filter {
      if case .attention = $0.kind { true } else { false }
    }
    #expect(attention.map(\.count).reduce(0, +) == 16)
  }
}
