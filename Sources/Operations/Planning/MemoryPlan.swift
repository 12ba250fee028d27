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
  /// Why there is no estimate, a sentence without its end; nil where there is one.
  package let reason: String?
  /// How many requests it is to answer at a time; nil where nobody asks.
  package let concurrency: Int?
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
      guard let size = memory ?? card?.memories.last else {
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
    model = profile.model.text
    runtime = profile.runtime.value.name
    release = profile.releaseText
    self.gpus = gpus
    concurrency = request.concurrency
    origin = known?.origin
    guard let known else {
      estimate = nil
      reason = "what the model is is not known: lock it ('amm lock'), or name its folder or file"
      return
    }
    let planned = PlannedModel(
      facts: known.facts, gpus: gpus, projector: known.projector, context: request.context)
    do throws(MissingFacts) {
      estimate = try profile.runtime.value.memory(of: profile, planned)
      reason =
        estimate != nil
        ? nil
        : gpus.isEmpty
          ? "which GPU it runs on is not known: say it with '--gpu' or '--memory', or under 'host.gpus'"
          : "amm knows nothing of the memory of its runtime"
    } catch {
      estimate = nil
      reason = "the model's files do not say \(Phrase.allOf(error.names))"
    }
  }
}

/// What is known of a profile's model on this machine.
struct KnownModel {
  let facts: ModelFacts
  /// In words that follow "read from".
  let origin: String
  /// Bytes of the encoder of images beside it.
  var projector: Int?

  init(facts: ModelFacts, origin: String) {
    self.facts = facts
    self.origin = origin
  }

  /// Its files, the lock, the hub's cache or Ollama's store, the first that says what it is; nil where
  /// none does.
  init?(of profile: Profile, on machine: Machine) {
    let home = machine.variable("HOME")
    projector = profile.projectorPath?.absolute(home: home).flatMap { Files.size(of: $0) }
    if case .local(let path) = profile.model, let place = path.value.absolute(home: home),
      var facts = profile.files?.value ?? LocalModel.known(path.value)
    {
      facts.weights =
        facts.format == .gguf
        ? ModelFiles.weights(ofGGUF: place) : ModelFiles.weights(ofFolder: place)
      self.facts = facts
      origin = "its files"
      return
    }
    if let locked = profile.locked, let facts = locked.facts {
      self.facts = facts
      origin = "the lock"
      return
    }
    guard let name = profile.lockName, let found = ModelFinder(machine: machine).find(name),
      let facts = found.facts
    else { return nil }
    self.facts = facts
    origin = found.origin ?? "this machine"
  }
}
