import Deployments
package import Memory
import Models
import Schema
import Values

extension Placement {
  /// Returns the placement with the memory estimate of a profile's server.
  package func planning(_ profile: Profile) -> Placement {
    var placement = self
    placement.planned = profile.plannedMemory(on: self)
    return placement
  }
}

extension Profile {
  /// Whether its server's memory can be planned at a place: the model's files and the GPUs are
  /// known.
  package func isPlanned(on placement: Placement) -> Bool {
    plannedFacts != nil && placement.knowsCards && hasPlainMemory
  }

  /// The facts for a plan: from the model's files, the table of public models, or the profile.
  var plannedFacts: ModelFacts? { files?.value ?? publicFacts ?? outline }

  /// Whether no setting moves weights or changes the model.
  var hasPlainMemory: Bool {
    runtime.value.uncounted(in: self, plannedFacts).isEmpty && !runtime.value.stretchesContext(self)
  }

  /// Returns the bytes of all GPUs that its server needs at least at a place; nil if that cannot be
  /// planned.
  package func leastMemory(on placement: Placement) -> Int? {
    plannedMemory(on: placement).flatMap { estimate in
      estimate.least?.multipliedSaturated(by: estimate.gpuCount)
    }
  }

  /// Returns the GPU memory that its server takes beside others; nil if that cannot be planned.
  package func sharedMemory(on placement: Placement) -> MemoryEstimate? {
    guard let estimate = estimatedMemory(on: placement) else { return nil }
    switch estimate.taking {
    // What is not counted has no effect on a share.
    case .share, .ofShare, .partOfFree, .rest: return estimate
    case .need, .upToNeed: return hasPlainMemory ? estimate : nil
    }
  }

  /// Returns the GPU memory that its server needs at a place; nil if that cannot be planned.
  func plannedMemory(on placement: Placement) -> MemoryEstimate? {
    isPlanned(on: placement) ? estimatedMemory(on: placement) : nil
  }

  private func estimatedMemory(on placement: Placement) -> MemoryEstimate? {
    guard placement.knowsCards, let facts = plannedFacts else { return nil }
    let model = PlannedModel(facts: facts, gpus: placement.cards.map(\.gpu))
    guard let estimate = (try? runtime.value.memory(of: self, model)) ?? nil,
      estimate.gpuCount <= placement.cards.count, estimate.verdict != .unknown
    else { return nil }
    return estimate
  }

  /// Returns the problem at the line that can fix it: the context's if the rest fits, else the
  /// model's.
  func objection(
    _ estimate: MemoryEstimate, missing: Int, isSure: Bool = true
  ) -> PlacementCheck.Objection {
    let context = parameters.contextLength ?? parameters.maxTotalTokens
    let capacity = estimate.capacity
    // If the verdict is not certain, the context that certainly fits.
    let longest = isSure ? capacity?.longest ?? 0 : (capacity?.safest ?? 0) / 256 * 256
    let lack = ByteCount(clamping: missing).text
    let what = isSure ? "it needs \(lack) more" : "it may need up to \(lack) more"
    let note = files.map { "'\($0.value.architecture ?? "the model")' is planned from its files" }
    let isContext = context != nil && longest > 0 && estimate.budget != nil
    let weights = estimate[.weights].map { ByteCount(clamping: $0.bytes).text }
    let message =
      "has too little GPU memory: \(what)" + (weights.map { " (the weights take \($0))" } ?? "")
    if !isContext, let share = runtime.value.gpuShare(of: self),
      let need = estimate.needs?.upperBound,
      let budget = estimate.budget, budget > 0,
      let objection = raisingShare(message, share, over: share * Double(need) / Double(budget))
    {
      return objection
    }
    if isContext, let context {
      return .init(
        "the server " + message,
        help: "lower 'context_length' to \(longest) or less; 'amm plan' shows each part",
        at: context.range, note: "serves it on this GPU", isInProfile: true)
    }
    return .init(
      message,
      help: "choose quantized weights, a smaller model or more GPUs; 'amm plan' shows each part",
      at: model.range, note: note ?? "the model is named here")
  }

  /// Returns a problem that a larger memory share fixes, at the line that sets the share; nil if no
  /// line does, or if so large a share is not possible.
  ///
  /// - Parameter need: The share of each GPU that the server needs.
  func raisingShare(
    _ message: String, _ share: Double, over need: Double
  ) -> PlacementCheck.Objection? {
    guard let setting = runtime.value.shareSetting, let set = launched(setting.option),
      share < need,
      need <= 0.95
    else { return nil }
    let least = (need * 100).rounded(.up) / 100
    return .init(
      "the server " + message,
      help: "raise '\(setting.key)' to \(String(least)) or more; 'amm plan' shows what fits",
      at: set.range, note: "serves it on this GPU", isInProfile: true)
  }

  /// Bytes of keys and values of one request of full length, in 16 bits; nil if a figure is
  /// missing, or the cache has another format.
  var bytesOfRequest: Int? {
    let format = word("--kv-cache-dtype")?.value ?? "auto"
    guard ["auto", "float16", "bfloat16", "bf16"].contains(format), facts.slidingWindow == nil,
      let layers = facts.layers?.value, let heads = facts.keyValueHeads?.value,
      let size = facts.headSize?.value,
      let context = (parameters.contextLength ?? parameters.maxTotalTokens)?.value
    else { return nil }
    return [2, 2, layers, heads, size, context].reduce(1) { $0.multipliedSaturated(by: $1) }
  }
}
