import Deployments
import Locks
import Models
import Profiles

/// A model, what files of this machine say about it, and the source for its profile.
struct FoundModel {
  /// The model's source in a profile.
  enum Source {
    case huggingFace(id: String, revision: String?, quantization: String?, file: String?)
    case ollama(name: String)
    case local(HostPath)
  }

  let source: Source
  /// The facts in its files; nil if they are not on this machine.
  var facts: ModelFacts?
  /// The size of its weights in bytes; nil if unknown.
  var weightBytes: Int?
  /// Whether the requested runtime only loads GGUF files.
  var wantsGGUF = false
  /// Whether the hub restricts access to it; nil if the hub was not queried.
  var isGated: Bool?
  /// Where it was read, as text after "read from"; nil if it was not read.
  var origin: String?

  /// The model's name in a lock; nil for a model of this machine.
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

  /// Adds what the hub reports.
  mutating func take(_ model: LockedModel) {
    facts = model.facts
    weightBytes = model.weightBytes
    isGated = model.gating != .open
    origin = "\(model.origin), commit \(model.commit.prefix(12))"
  }

  static let fileOrigin = "the head of the file"
  static let folderOrigin = "its 'config.json'"

  /// The facts with the total size of the weights, if their headers were not read.
  var plannedFacts: ModelFacts? {
    guard var facts else { return nil }
    if facts.weights == nil, facts.cutFiles.isEmpty {
      facts.weights = weightBytes.flatMap { WeightSizes(ofAll: $0) }
    }
    return facts
  }

  /// Whether the source is a GGUF file.
  var isGGUF: Bool {
    switch source {
    case .ollama: false
    case .local: facts?.format == .gguf
    case .huggingFace(let id, _, let quantization, let file):
      wantsGGUF || quantization != nil || file?.lowercased().hasSuffix(".gguf") == true
        || id.lowercased().hasSuffix("gguf")
    }
  }

  /// Returns the sum of file sizes; nil if there are none, or if the sum exceeds any disk.
  static func sum(_ sizes: [Int]) -> Int? {
    var total = 0
    for size in sizes {
      guard (0...1 << 53).contains(size), total <= 1 << 53 else { return nil }
      total += size
    }
    return sizes.isEmpty || total > 1 << 53 ? nil : total
  }
}
