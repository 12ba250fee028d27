package import Memory
package import Models
import Schema
import Values

extension LlamaCpp {
  package static let readsGGUF = true

  package static func uncounted(in profile: Profile, _ facts: ModelFacts?) -> [String] {
    var options = [
      "--lora", "--lora-scaled", "--spec-draft-model", "--spec-draft-hf", "--tensor-split",
      "--split-mode", "--control-vector", "--rpc", "--device",
    ].filter { profile.launched($0) != nil }
    if draftsBesidesModel(profile, facts) { options.append("--spec-type") }
    let hasMoves = profile.launched("--override-tensor") != nil
    if hasMoves, !movesExperts(profile) { options.append("--override-tensor") }
    // Without the sizes of layers, the bytes of their experts are not known.
    let mayHaveExperts = facts.map { $0.experts != nil || $0.isEstimated } ?? true
    if mayHaveExperts, facts?.weights?.layers.isEmpty ?? true {
      if hasMoves, movesExperts(profile) { options.append("--override-tensor") }
      options += ["--cpu-moe", "--n-cpu-moe"].filter { profile.launched($0) != nil }
    }
    return options
  }

  /// The kinds of drafts that use a model; the others guess tokens from text.
  private static func draftKinds(of profile: Profile) -> [String] {
    let words: [String]
    switch profile.launched("--spec-type")?.value {
    case .text(let text)?: words = text.split(separator: ",").map(String.init)
    case .list(let items)?:
      words = items.compactMap { if case .text(let text) = $0 { text } else { nil } }
    default: words = []
    }
    return words.filter { $0.hasPrefix("draft") }
  }

  /// Whether tokens are drafted by something other than the model's own known layers.
  private static func draftsBesidesModel(_ profile: Profile, _ facts: ModelFacts?) -> Bool {
    draftKinds(of: profile).contains { $0 != "draft-mtp" || facts?.predictionLayers == nil }
  }

  /// Whether the usual pattern, such as `\.ffn_.*_exps\.=CPU`, moves the tensors of all experts to
  /// main memory.
  private static func movesExperts(_ profile: Profile) -> Bool {
    let text: String
    switch profile.launched("--override-tensor")?.value {
    case .text(let pattern)?: text = pattern
    case .list(let patterns)? where patterns.count == 1:
      guard case .text(let pattern) = patterns[0] else { return false }
      text = pattern
    default: return false
    }
    let plain = text.filter { $0.isLetter || $0.isNumber || "_=,;|[".contains($0) }
    return [
      "exps=CPU", "ffn_exps=CPU", "ffn__exps=CPU", "ffn__expsweight=CPU", "blkffn__expsweight=CPU",
    ]
    .contains(plain)
  }

  package static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate? {
    var settings = LlamaCppSettings()
    settings.build = profile.build
    settings.slots = profile.count("--parallel")
    settings.isUnified = profile.flag("--kv-unified")?.value
    let context =
      model.context
      ?? (profile.parameters.contextLength ?? profile.parameters.maxTotalTokens)?.value
    if let context {
      // As in the launch, the slots share the context.
      let slots = settings.isUnified == true ? 1 : profile.performance.maxBatchSize?.value ?? 1
      settings.context = context.multipliedSaturated(by: slots)
    } else {
      settings.context = profile.count("--ctx-size")
    }
    settings.keyType = profile.word("--cache-type-k")?.value ?? "f16"
    settings.valueType = profile.word("--cache-type-v")?.value ?? "f16"
    settings.batch = profile.count("--batch-size") ?? 2048
    settings.microbatch = min(settings.batch, profile.count("--ubatch-size") ?? 512)
    settings.usesFlashAttention = switchedOn("--flash-attn", of: profile)
    settings.keepsWholeWindows = profile.flag("--swa-full")?.value ?? false
    settings.layersOnGPU = profile.count("--n-gpu-layers", atLeast: 0)
    settings.layersOfExpertsOnCPU =
      profile.flag("--cpu-moe")?.value == true || movesExperts(profile)
      ? .max : profile.count("--n-cpu-moe") ?? 0
    settings.offloadsCache = profile.flag("--kv-offload")?.value ?? true
    settings.promptCache = profile.count("--cache-ram", atLeast: -1) ?? 8192
    settings.projector = model.projector
    if draftKinds(of: profile).contains("draft-mtp") {
      settings.draftTokens = profile.count("--spec-draft-n-max") ?? 3
      settings.draftKeyType = profile.word("--spec-draft-type-k")?.value
      settings.draftValueType = profile.word("--spec-draft-type-v")?.value
    }
    switch model.trial {
    case .smallCache: (settings.keyType, settings.valueType) = ("q8_0", "q8_0")
    case .oneSlot: settings.slots = 1
    case .fewerRequests, .largerShare, nil: break
    }
    var estimate = try LlamaCppMemory(model.facts, settings, on: model.gpus.map(\.memory)).estimate
    // common/fit.cpp: the server fits the layers to memory unless the profile sets their number.
    let layers = profile.word("--n-gpu-layers")?.value
    let isLeftToIt = settings.layersOnGPU == nil && (layers == nil || layers == "auto")
    if isLeftToIt, switchedOn("--fit", of: profile) != false { estimate.evictsOthers() }
    return estimate
  }

  package static func words(for trial: MemoryTrial) -> String? {
    switch trial {
    case .smallCache: "cache_type_k: q8_0, cache_type_v: q8_0"
    case .oneSlot: "max_batch_size: 1"
    case .fewerRequests, .largerShare: nil
    }
  }

  /// Returns the state of an option that is on, off or `auto`; nil for `auto`.
  private static func switchedOn(_ name: String, of profile: Profile) -> Bool? {
    switch profile.launched(name)?.value {
    case .boolean(let flag)?: flag
    case .integer(let number)?: number < 0 ? nil : number > 0
    case .text(let word)?:
      ["on", "true", "enabled"].contains(word)
        ? true : ["off", "false", "disabled"].contains(word) ? false : nil
    default: nil
    }
  }
}
