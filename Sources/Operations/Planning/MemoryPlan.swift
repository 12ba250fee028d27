import Deployments
import Diagnostics
package import Memory
import Models
package import Profiles
import Schema
package import Workspaces

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
  /// Whether it is of no card in particular, so that nothing fits or does not.
  package let isOfNoCard: Bool
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
  /// The type of the model's largest file that certainly has room with the context as it is; nil where nobody
  /// asks and it fits as it is, for a model with one file, and where none has room.
  package let fittingType: String?

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
    isOfNoCard = request.isOfNoCard
    concurrency = request.concurrency
    origin = known?.origin
    guard let known else {
      self.gpus = gpus
      estimate = nil
      remedy = nil
      solved = nil
      fittingType = nil
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
      if request.seeksRemedy, let found {
        best = try Self.remedy(for: found, profile, planned)
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
    var cards = gpus
    if let wanted = found?.gpuCount, wanted > gpus.count, let gpu = gpus.first {
      if request.isOfAnyCards, wanted <= 1024 {
        cards = Array(repeating: gpu, count: wanted)
      } else {
        found?.refuse("it wants \(wanted) GPUs, and there are \(gpus.count)")
      }
    }
    self.gpus = cards
    let omissions = profile.omissions(of: planned)
    for omission in omissions { found?.leaveOut(omission) }
    if known.facts.isEstimated {
      let figures =
        known.origin == KnownModel.ofTable
        ? "shapes are those of public sources, and weights go by the type of its files"
        : "the figures are those of its 'model:' section, and what models of such a size have"
      found?.doubt(
        "Its files were not read: \(figures). 'amm lock' reads the files' heads.")
    }
    estimate = found
    remedy = best
    reason = problem
    // Nothing is certain then.
    solved =
      request.solves && omissions.isEmpty ? Self.solution(of: profile, planned) : nil
    let isChosen = known.origin != KnownModel.ofFiles && omissions.isEmpty
    fittingType =
      isChosen && (request.solves || request.seeksRemedy && found?.isSure == false)
      ? LargestFile(of: profile, planned)?.type : nil
  }
}

extension MemoryPlan {
  private static func solution(of profile: Profile, _ model: PlannedModel) -> Int? {
    let limit = model.facts.reachableContext ?? model.facts.contextLength
    guard let limit, let found = LargestContext(of: profile, model, atMost: limit) else {
      return nil
    }
    return found.tokens
  }

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
      // What makes room in its share is of no use where the card has none beside it.
      guard found.verdict.missing < estimate.verdict.missing else { continue }
      if isMore { best = Remedy(words: words, tokens: max(0, tokens), bytes: max(0, bytes)) }
    }
    return best
  }
}

extension MemoryPlan {
  /// The plan of an instance of a workspace; nil where it has none of that name.
  package init?(of name: String, in workspace: Workspace, on machine: Machine) {
    guard let instance = workspace.placed.first(where: { $0.name == name }) else { return nil }
    self.init(instance, on: machine)
  }

  /// The plan of an instance; nil for one that serves nothing, or a profile with errors.
  init?(_ instance: PlacedInstance, on machine: Machine) {
    guard let profile = instance.profile else { return nil }
    self.init(
      instance.name, profile, KnownModel(of: profile, on: machine), on: instance.cards.map(\.gpu),
      .brief)
  }

  /// The plan of a profile on no GPU in particular: of such as have enough memory.
  package init(_ name: String, _ profile: Profile, on machine: Machine) {
    self.init(ofNoCard: name, profile, KnownModel(of: profile, on: machine))
  }

  /// The same of a model that was looked up already.
  init(ofNoCard name: String, _ profile: Profile, _ known: KnownModel?) {
    // What depends on the card's size does so for the largest alone.
    let gpu = GPU(card: nil, memory: 24 << 30)
    var request = PlanRequest.brief
    request.memory = gpu.memory
    request.isOfNoCard = true
    self.init(name, profile, known, on: [gpu], request)
  }
}
