import Deployments
import Locks
import Models
import Profiles

/// A model as far as files of this machine tell of it, and where a profile takes it from.
struct FoundModel {
  /// Where a profile takes it from.
  enum Source {
    case huggingFace(id: String, revision: String?, quantization: String?, file: String?)
    case ollama(name: String)
    case local(HostPath)
  }

  let source: Source
  /// What its files say; nil where they are not on this machine.
  var facts: ModelFacts?
  /// Bytes of its weights; nil where that is not known.
  var weightBytes: Int?
  /// Whether the runtime that is asked for loads GGUF files alone.
  var wantsGGUF = false
  /// Whether the hub gives it to some accounts alone; nil where nobody asked.
  var isGated: Bool?
  /// Where it was read, in words that follow "read from"; nil where nothing was.
  var origin: String?

  /// What a lock calls it; nil for one of this machine.
  var lockName: ModelName? {
    let name: ModelName
    switch source {
    case .huggingFace(let id, let revision, let quantization, let file):
      let pick =
        isGGUF
        ? file.map { ModelName.Pick.file($0) } ?? .quantization(quantization ?? "Q4_K_M") : nil
      name = .hub(id: id, revision: revision, pick: pick)
    case .ollama(let text): name = .ollama(text)
    case .local: return nil
    }
    return ModelName(key: name.key) == name ? name : nil
  }

  /// Takes over what the hub says of it.
  mutating func take(_ model: LockedModel) {
    facts = model.facts
    weightBytes = model.weightBytes
    isGated = model.gating != .open
    origin = "\(model.origin), commit \(model.commit.prefix(12))"
  }

  /// What its files say, with what they weigh together where their heads were not read.
  var plannedFacts: ModelFacts? {
    guard var facts else { return nil }
    if facts.weights == nil { facts.weights = weightBytes.flatMap { WeightSizes(ofAll: $0) } }
    return facts
  }

  /// Whether a GGUF file of it is meant.
  var isGGUF: Bool {
    switch source {
    case .ollama: false
    case .local: facts?.format == .gguf
    case .huggingFace(let id, _, let quantization, let file):
      wantsGGUF || quantization != nil || file?.lowercased().hasSuffix(".gguf") == true
        || id.lowercased().hasSuffix("gguf")
    }
  }

  /// A sum of sizes of files; nil for none, and for more than any disk has.
  static func sum(_ sizes: [Int]) -> Int? {
    var total = 0
    for size in sizes {
      guard (0...1 << 53).contains(size), total <= 1 << 53 else { return nil }
      total += size
    }
    return sizes.isEmpty || total > 1 << 53 ? nil : total
  }
}
