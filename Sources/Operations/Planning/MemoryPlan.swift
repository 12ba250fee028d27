import Deployments
import Diagnostics
import Host
import Locks
package import Memory
import Models
import Profiles
import Schema
import Workspaces

/// How much memory one server takes.
package struct MemoryPlan: Sendable {
  /// The instance's name, the profile's id, or the path that was named.
  package let name: String
  /// What it serves, as ``ModelSource/text`` has it.
  package let model: String
  /// The runtime's name.
  package let runtime: String
  /// The release of its image; nil where the tag says none.
  package let release: String?
  /// The GPUs that it sees; empty for a server without.
  package let gpus: [GPU]
  /// Where the model's facts were read, in words that follow "read from"; nil where nothing was.
  package let origin: String?
  /// What it takes.
  package let estimate: MemoryEstimate?
  /// The one setting that makes the most room, and how much; nil where none makes any.
  package let remedy: Remedy?
  /// Why there is no estimate, a sentence without its end; nil where there is one.
  package let reason: String?
  /// How many requests it is to answer at a time; nil where nobody asks.
  package let concurrency: Int?
  /// Tokens of the longest request that certainly has room, 0 for none; nil where nobody asks, or where that
  /// is not known.
  package let solved: Int?

  /// A setting, and what it gains.
  package struct Remedy: Sendable, Equatable {
    /// As a profile has it.
    package let words: String
    /// Tokens that there is room for besides.
    package let tokens: Int
    /// Bytes of each GPU that are free besides.
    package let bytes: Int
  }
}

/// What a plan is to be of, beside the profile.
package struct PlanRequest: Sendable {
  /// The GPU's name, as people call it.
  package var gpu: String?
  /// Bytes of each GPU's memory that programs can have.
  package var memory: Int?
  /// How many GPUs there are.
  package var gpuCount: Int?
  /// Tokens of a request.
  package var context: Int?
  /// Requests at a time.
  package var concurrency: Int?
  /// Whether the longest request is looked for that certainly has room.
  package var solves = false
  /// The runtime of a folder or file.
  package var runtime: String?
  /// The release of its image.
  package var release: String?
  /// Settings of a folder's or file's profile, by the names that profiles have for them.
  package var settings: [Setting] = []

  /// A setting.
  package struct Setting: Sendable {
    /// Such as `max_num_seqs`, or `parameters.dtype`.
    package let key: String
    /// As YAML.
    package let value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  package init() {}

  /// The GPUs that are asked for; nil where nothing is.
  ///
  /// - Throws: An ``OperationError`` for a name that amm does not know, without a size.
  var gpus: [GPU]? {
    get throws(OperationError) {
      guard gpu != nil || memory != nil else { return nil }
      let card = gpu.flatMap(Card.named) ?? (gpu == nil ? memory.flatMap(Card.likely) : nil)
      guard let size = memory ?? card?.memory(inName: gpu ?? "") else {
        throw OperationError(
          .usage, "amm does not know the card '\(gpu ?? "")'",
          help: "say how much memory programs can have of it: '--memory 23.6GiB'")
      }
      return Array(repeating: GPU(card: card, memory: size), count: max(1, gpuCount ?? 1))
    }
  }
}

extension MemoryPlan {
  /// The plan of a profile.
  ///
  /// - Parameters:
  ///   - gpus: Those that its server sees.
  ///   - known: What its model is; nil where nothing says it.
  init(
    _ name: String, _ profile: Profile, _ known: KnownModel?, on gpus: [GPU],
    _ request: PlanRequest
  ) {
    self.name = name
    model = known?.origin == KnownModel.ofFiles ? name : profile.model.text
    runtime = profile.runtime.value.name
    release = profile.releaseText
    self.gpus = gpus
    concurrency = request.concurrency
    origin = known?.origin
    guard let known else {
      estimate = nil
      remedy = nil
      solved = nil
      reason = "what the model is is not known: lock it ('amm lock'), or name its folder or file"
      return
    }
    let planned = PlannedModel(
      facts: known.facts, gpus: gpus, projector: known.projector, context: request.context)
    var found: MemoryEstimate?
    var best: Remedy?
    var problem: String?
    do throws(MissingFacts) {
      found = try profile.runtime.value.memory(of: profile, planned)
      best = try found.flatMap { (found) throws(MissingFacts) in
        try Self.remedy(for: found, profile, planned)
      }
      if found == nil {
        problem =
          gpus.isEmpty
          ? "which GPU it runs on is not known: say it with '--gpu' or '--memory', or under 'host.gpus'"
          : "amm knows nothing of the memory of its runtime"
      }
    } catch {
      problem = "the model's files do not say \(Phrase.allOf(error.names))"
    }
    estimate = found
    remedy = best
    reason = problem
    let limit = known.facts.reachableContext ?? known.facts.contextLength
    solved =
      request.solves
      ? limit.flatMap { LargestContext(of: profile, planned, atMost: $0)?.tokens } : nil
  }
}

extension MemoryPlan {
  private static func remedy(
    for estimate: MemoryEstimate, _ profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> Remedy? {
    let runtime = profile.runtime.value
    var best: Remedy?
    for trial in MemoryTrial.allCases {
      guard let words = runtime.words(for: trial) else { continue }
      var tried = model
      tried.trial = trial
      guard let found = try runtime.memory(of: profile, tried) else { continue }
      let tokens = (found.capacity?.tokens ?? 0) - (estimate.capacity?.tokens ?? 0)
      let bytes = (estimate.bytes + estimate.hostBytes) - (found.bytes + found.hostBytes)
      let isMore =
        estimate.budget == nil ? bytes > best?.bytes ?? 0 : tokens > best?.tokens ?? 0
      if isMore { best = Remedy(words: words, tokens: max(0, tokens), bytes: max(0, bytes)) }
    }
    return best
  }
}

/// What is known of a profile's model on this machine.
struct KnownModel {
  let facts: ModelFacts
  /// In words that follow "read from".
  let origin: String
  /// Bytes of the encoder of images beside it.
  var projector: Int?

  /// Where the facts of a folder or file that was named itself are from.
  static let ofFiles = "the files that are named"

  /// Of files that were named themselves.
  init(_ facts: ModelFacts) {
    self.facts = facts
    origin = Self.ofFiles
  }

  /// Its files, the lock, the hub's cache or Ollama's store, the first that says what it is; nil where
  /// none does.
  init?(of profile: Profile, on machine: Machine) {
    let home = machine.variable("HOME")
    projector = profile.projectorPath?.absolute(home: home).flatMap { Files.size(of: $0) }
    let finder = ModelFinder(machine: machine)
    let found: FoundModel?
    switch profile.model {
    case .local(let path):
      let place = path.value.absolute(home: home) ?? path.value.text
      found = try? finder.find(.path(place), quantization: nil)
    case .huggingFace, .ollama:
      if let locked = profile.locked, var facts = locked.facts {
        if facts.weights == nil {
          facts.weights = locked.weightBytes.flatMap { WeightSizes(ofAll: $0) }
        }
        self.facts = facts
        origin = "the lock"
        return
      }
      found = profile.lockName.flatMap { finder.find($0) }
    }
    guard let found, let facts = found.plannedFacts else { return nil }
    self.facts = facts
    origin = found.origin ?? "this machine"
  }
}
