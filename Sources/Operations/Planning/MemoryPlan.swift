import Deployments
import Diagnostics
package import Memory
import Models
package import Profiles
import Schema
package import Workspaces

/// The memory that one server needs.
package struct MemoryPlan: Sendable {
  /// The instance's name, the profile's ID, or the named path.
  package let name: String
  /// The model it serves, in the form of ``ModelSource/text``.
  package let model: String
  /// The runtime's name.
  package let runtime: String
  /// The version of its image; nil if the tag contains none.
  package let release: String?
  /// The GPUs that it sees; empty for a server without GPUs.
  package let gpus: [GPU]
  /// Whether the plan is for no particular card, so there is no verdict on whether it fits.
  package let isOfNoCard: Bool
  /// Where the model's facts were read, as text after "read from"; nil if they are unknown.
  package let origin: String?
  /// The estimated memory.
  package let estimate: MemoryEstimate?
  /// The setting that frees the most memory, and how much; nil if none does.
  package let remedy: Remedy?
  /// The reason why there is no estimate, without a full stop; nil if there is one.
  package let reason: String?
  /// The number of concurrent requests; nil if not requested.
  package let concurrency: Int?
  /// The longest request in tokens that certainly fits, 0 if none does; nil if not requested or
  /// unknown.
  package let solved: Int?
  /// The type of the model's largest file that certainly fits with the current context; nil if not
  /// needed, if the model has only one file, or if none fits.
  package let fittingType: String?

  /// A setting and its effect.
  package struct Remedy: Sendable, Equatable {
    /// The setting as written in a profile.
    package let words: String
    /// The additional tokens that fit.
    package let tokens: Int
    /// The additional free bytes of each GPU.
    package let bytes: Int
  }
}

extension MemoryPlan {
  /// Plans a profile.
  ///
  /// - Parameters:
  ///   - visible: The GPUs that its server sees; nil if it uses GPUs that are not known.
  ///   - known: The facts about its model; nil if unknown.
  init(
    _ name: String, _ profile: Profile, _ known: KnownModel?, on visible: [GPU]?,
    _ request: PlanRequest
  ) {
    let gpus = visible ?? []
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
      reason = "the model is unknown: lock it ('amm lock'), or name its folder or file"
      return
    }
    let planned = PlannedModel(
      facts: known.facts, gpus: gpus, projector: known.projector, context: request.context)
    var estimated: MemoryEstimate?
    var best: Remedy?
    var problem: String?
    do throws(MissingFacts) {
      if visible != nil { estimated = try profile.runtime.value.memory(of: profile, planned) }
      if let count = request.concurrency { estimated?.require(requests: count) }
      if request.seeksRemedy, let found = estimated {
        best = try Self.remedy(for: found, profile, planned, request)
      }
      if estimated == nil {
        problem =
          gpus.isEmpty
          ? "the GPU is unknown: set it with '--gpu' or '--memory', or in 'host.gpus'"
          : "amm cannot plan the memory of its runtime"
      }
    } catch {
      problem = "the model's files do not state \(Phrase.allOf(error.names))"
    }
    var cards = gpus
    if let wanted = estimated?.gpuCount, wanted > gpus.count, let gpu = gpus.first {
      if request.isOfAnyCards, wanted <= 1024 {
        cards = Array(repeating: gpu, count: wanted)
      } else {
        estimated?.refuse("it needs \(wanted) GPUs, but only \(gpus.count) available")
      }
    }
    self.gpus = cards
    let omissions = profile.omissions(of: planned)
    for omission in omissions { estimated?.leaveOut(omission) }
    if let cut = known.facts.cutFiles.first {
      estimated?.refuse("'\(cut)' is shorter than its header states")
      estimated?.doubt(
        "'\(cut)' is shorter than its header states, so the server does not load it.")
    }
    if let card = request.assumedCard {
      estimated?.doubt(
        "Only the size of the card is given, and it is taken for \(card.name): name it with '--gpu'."
      )
    }
    if known.facts.isEstimated {
      let figures =
        known.origin == KnownModel.ofTable
        ? "Its dimensions come from public sources; its weights are estimated from the file type."
        : "The figures come from its 'model:' section and from models of similar size."
      estimated?.doubt(
        "The model's files were not read. \(figures) 'amm lock' reads the headers of its files.")
    }
    estimate = estimated
    remedy = best
    reason = problem
    // With omissions, nothing is certain.
    solved =
      request.solves && omissions.isEmpty
      ? Self.solution(of: profile, planned, request.concurrency) : nil
    let isChosen = known.origin != KnownModel.ofFiles && omissions.isEmpty
    fittingType =
      isChosen && (request.solves || request.seeksRemedy && estimated?.isSure == false)
      ? LargestFile(of: profile, planned, requests: request.concurrency)?.type : nil
  }
}

extension MemoryPlan {
  private static func solution(
    of profile: Profile, _ model: PlannedModel, _ requests: Int?
  ) -> Int? {
    let limit = model.facts.reachableContext ?? model.facts.contextLength
    guard let limit,
      let found = LargestContext(of: profile, model, atMost: limit, requests: requests)
    else { return nil }
    return found.tokens
  }

  private static func remedy(
    for estimate: MemoryEstimate, _ profile: Profile, _ model: PlannedModel, _ request: PlanRequest
  ) throws(MissingFacts) -> Remedy? {
    let runtime = profile.runtime.value
    var best: Remedy?
    for trial in MemoryTrial.allCases {
      // On a shared card, the other servers need the rest.
      if trial == .largerShare, request.sharesCard { continue }
      guard let words = runtime.words(for: trial) else { continue }
      var tried = model
      tried.trial = trial
      guard var found = try runtime.memory(of: profile, tried) else { continue }
      if let count = request.concurrency { found.require(requests: count) }
      let tokens = (found.capacity?.tokens ?? 0) - (estimate.capacity?.tokens ?? 0)
      let bytes = (estimate.bytes + estimate.hostBytes) - (found.bytes + found.hostBytes)
      let isMore =
        estimate.budget == nil ? bytes > best?.bytes ?? 0 : tokens > best?.tokens ?? 0
      // A setting that frees memory within the server's share is useless if the card has none
      // beyond it.
      guard found.verdict.missing < estimate.verdict.missing else { continue }
      if isMore { best = Remedy(words: words, tokens: max(0, tokens), bytes: max(0, bytes)) }
    }
    return best
  }
}

extension MemoryPlan {
  /// Plans the main model of an instance, which its server loads when it starts; nil if there is no
  /// instance with that name.
  init?(of name: String, in workspace: Workspace, on machine: Machine) {
    guard let plan = Self.all(of: name, in: workspace, on: machine).first else { return nil }
    self = plan
  }

  /// Returns the plan of the model of an instance that needs the most memory; nil if there is no
  /// instance with that name.
  package static func largest(
    of name: String, in workspace: Workspace, on machine: Machine
  ) -> MemoryPlan? {
    largest(of: all(of: name, in: workspace, on: machine))
  }

  /// Returns the plan that needs the most memory; one without an estimate does not count if another
  /// has one.
  static func largest(of plans: [MemoryPlan]) -> MemoryPlan? {
    plans.max { ($0.estimate?.bytes ?? -1) < ($1.estimate?.bytes ?? -1) }
  }

  private static func all(
    of name: String, in workspace: Workspace, on machine: Machine
  ) -> [MemoryPlan] {
    guard let instance = workspace.placed(name), let profile = instance.profile else { return [] }
    return instance.models(profile).map { name, profile in
      MemoryPlan(
        name, profile, KnownModel(of: profile, on: machine), on: instance.gpus, .brief)
    }
  }

  /// Plans a profile for no particular GPU, assuming GPUs with enough memory.
  package init(_ name: String, _ profile: Profile, on machine: Machine) {
    self.init(ofNoCard: name, profile, KnownModel(of: profile, on: machine))
  }

  /// The same for a model whose facts are known.
  init(ofNoCard name: String, _ profile: Profile, _ known: KnownModel?) {
    // Only on the largest cards do defaults depend on the card's size.
    let gpu = GPU(card: nil, memory: 24 << 30)
    var request = PlanRequest.brief
    request.memory = gpu.memory
    request.isOfNoCard = true
    self.init(name, profile, known, on: [gpu], request)
  }
}

extension PlacedInstance {
  /// The GPUs that its server sees; nil if it uses GPUs that `host.gpus` does not describe.
  var gpus: [GPU]? { cards.isEmpty && usesGPUs ? nil : cards.map(\.gpu) }

  /// Returns the server's models, each with a name for its plan: the main model has that of the
  /// instance.
  func models(_ main: Profile) -> [(name: String, profile: Profile)] {
    [(name, main)] + further.map { ("\(name): \($0.id)", $0.profile) }
  }
}
