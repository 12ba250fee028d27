import Foundation
import TestSupport
import Testing
import Values

@testable import Models

/// `configurations.json`: configurations as transformers 5.24 saves them, without what their classes mean
/// by themselves, beside what is publicly known of each model.
struct ConfigurationTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let configuration: JSONValue
    let facts: JSONValue

    var testDescription: String { name }
  }

  static let cases: [Case] = {
    guard
      let data = try? Data(contentsOf: Repository.file("Tests/ModelsTests/configurations.json")),
      case .object(let members)? = JSONValue(parsing: Array(data))
    else { return [] }
    return members.sorted { $0.key < $1.key }.compactMap { name, value in
      guard let configuration = value["config"], let facts = value["facts"] else { return nil }
      return Case(name: name, configuration: configuration, facts: facts)
    }
  }()

  @Test func `there are configurations`() { #expect(Self.cases.count > 50) }

  @Test(arguments: cases)
  func `a configuration says what is known of its model`(_ asked: Case) throws {
    let model = ModelFacts(configuration: asked.configuration)
    let facts = asked.facts
    func wanted(_ key: String) -> Int? { facts[key]?.number.map(Int.init) }
    #expect(model.layerCount == wanted("L"))
    #expect(model.hiddenSize == wanted("H"))
    #expect(model.attentionHeads == wanted("nh"))
    #expect(model.vocabulary == wanted("V"))
    #expect(model.feedForwardSize == wanted("I"), "feed-forward")
    #expect(model.contextLength == wanted("pos"))
    #expect(model.isTied == (facts["tie"] == .boolean(true)))
    #expect(model.layers.map(\.count).reduce(0, +) == model.layerCount)
    if facts["mla"] == nil {
      let global = facts["global"]
      #expect(model.keyValueHeads == global?["kv"]?.number.map(Int.init) ?? wanted("kv"))
      #expect(model.headSize == global?["hd"]?.number.map(Int.init) ?? wanted("hd"))
    }
    if let size = wanted("rot") { #expect(model.rotatedSize == size) }
    if facts["rope_linear"] != nil {
      #expect(model.positionScaling == PositionScaling(kind: "linear", factor: 8, original: nil))
    }
    checkKinds(of: model, facts)
    checkParts(of: model, facts)
  }

  private func checkKinds(of model: ModelFacts, _ facts: JSONValue) {
    func number(_ part: JSONValue?, _ key: String) -> Int? { part?[key]?.number.map(Int.init) }
    func count(_ isMeant: (LayerKind) -> Bool) -> Int {
      model.layers.filter { isMeant($0.kind) }.map(\.count).reduce(0, +)
    }
    let window = facts["window"]
    let isChunked = window?["chunked"] == .boolean(true)
    let size = number(window, "w")
    #expect(
      count { if case .attention(_, .sliding(let tokens)) = $0 { tokens == size } else { false } }
        == (isChunked ? 0 : number(window, "n") ?? 0), "sliding")
    #expect(
      count { if case .attention(_, .chunked(let tokens)) = $0 { tokens == size } else { false } }
        == (isChunked ? number(window, "n") ?? 0 : 0), "chunked")
    #expect(
      count { if case .linear = $0 { true } else { false } } == number(facts["gdn"], "n") ?? 0)
    #expect(
      count { if case .convolution(3) = $0 { true } else { false } }
        == number(facts["conv"], "n") ?? 0)
    for group in model.layers {
      if case .attention(let attention, .sliding) = group.kind, let heads = number(window, "kv") {
        #expect(attention.keyValueHeads == heads)
      }
      if case .attention(let attention, _) = group.kind, let size = number(facts, "vd") {
        #expect(attention.valueSize == size)
      }
    }
    if let gdn = facts["gdn"] {
      let linear = LinearAttention(
        keyHeads: number(gdn, "kh") ?? 0, valueHeads: number(gdn, "vh") ?? 0,
        keySize: number(gdn, "kd") ?? 0, valueSize: number(gdn, "vd") ?? 0,
        taps: number(gdn, "conv"))
      #expect(model.layers.contains { $0.kind == .linear(linear) })
    }
    if let mla = facts["mla"] {
      let rank = number(mla, "q_lora")
      let latent = LatentAttention(
        rank: number(mla, "kv_lora") ?? 0, queryRank: rank == 0 ? nil : rank,
        positionSize: number(mla, "rope") ?? 0, contentSize: number(mla, "nope") ?? 0,
        valueSize: number(mla, "v") ?? 0)
      #expect(model.layers == [LayerGroup(kind: .latent(latent), count: model.layerCount ?? 0)])
    }
  }

  private func checkParts(of model: ModelFacts, _ facts: JSONValue) {
    func number(_ part: JSONValue, _ key: String) -> Int { part[key]?.number.map(Int.init) ?? 0 }
    let experts = facts["moe"].map { moe in
      Experts(
        count: number(moe, "E"), active: number(moe, "k"), size: number(moe, "I"),
        sharedSize: number(moe, "shared"), leadingDenseLayers: number(moe, "first_dense"))
    }
    #expect(model.experts == experts)
    if let vision = facts["vit"] {
      #expect(model.vision?.layers == number(vision, "L"))
      #expect(model.vision?.hiddenSize == number(vision, "H"))
      #expect(model.vision?.feedForwardSize == number(vision, "I"))
      #expect(model.vision?.patchSize == number(vision, "patch"))
      #expect(model.modalities.contains(.image))
    }
  }
}

/// The table of model types, in which lines are found by halves.
struct ModelTypeTests {
  @Test func `every line is found by its name, and nothing else is`() throws {
    let text = try String(
      contentsOf: Repository.file("Sources/CCatalogues/models/types.tsv"), encoding: .utf8)
    let names = text.split(separator: "\n").compactMap {
      $0.split(separator: "\t", omittingEmptySubsequences: false).first.map(String.init)
    }
    #expect(names.count > 600)
    for name in names {
      #expect(ModelType.named(name) != nil, "\(name)")
      for other in [name + "x", String(name.dropLast()), "A" + name, "z" + name]
      where !names.contains(other) {
        #expect(ModelType.named(other) == nil, "\(other)")
      }
    }
  }
}
