import Memory
import Models
import Profiles
import Schema

/// The largest file of a model that fits, judged by the bits per weight of each type.
struct LargestFile {
  /// The type as written in `quant:`.
  let type: String

  /// The types that repositories commonly offer, the largest first.
  private static let types = [
    "Q8_0", "Q6_K", "Q5_K_M", "Q5_K_S", "Q4_K_M", "Q4_K_S", "IQ4_XS", "Q3_K_M", "IQ3_M", "Q2_K",
    "IQ2_M",
  ]

  /// Finds the largest type that certainly fits.
  ///
  /// - Parameter requests: The number of requests at the same time; nil for one.
  /// - Returns: Nil if the profile does not choose a type, its size is unknown, or none certainly
  ///   fits.
  init?(of profile: Profile, _ model: PlannedModel, requests: Int?) {
    guard let current = profile.chosenType, let bits = GGUFHeader.bitsOfNumber(current),
      let bytes = model.facts.weights?.total
    else { return nil }
    let found = Self.types.first { type in
      guard let other = GGUFHeader.bitsOfNumber(type) else { return false }
      var facts = model.facts
      if type != current {
        facts.weights = WeightSizes(ofAll: Int(Double(bytes) * other / bits))
        facts.isEstimated = true
      }
      let tried = PlannedModel(
        facts: facts, gpus: model.gpus, projector: model.projector, context: model.context)
      var estimate = (try? profile.runtime.value.memory(of: profile, tried)) ?? nil
      if let requests { estimate?.require(requests: requests) }
      if case .fits? = estimate?.verdict { return true }
      return false
    }
    guard let found else { return nil }
    type = found
  }
}
