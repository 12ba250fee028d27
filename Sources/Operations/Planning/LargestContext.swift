import Memory
import Models
import Profiles
import Schema

/// The longest context that a profile's server has memory for.
struct LargestContext {
  /// Tokens of one request, in steps of 256; 0 if not even the first step fits.
  let tokens: Int
  /// The memory that the server needs for that context, or for the minimum if not even that fits.
  let estimate: MemoryEstimate

  private static let step = 256

  /// Finds the largest context with which even the worst case fits.
  ///
  /// - Parameters:
  ///   - model: The model; its own context is ignored.
  ///   - limit: The maximum context of the model in tokens.
  ///   - requests: The number of requests of that length at the same time; nil for one.
  /// - Returns: Nil if the server's memory cannot be estimated.
  init?(
    of profile: Profile, _ model: PlannedModel, atMost limit: Int, requests: Int? = nil
  ) {
    func estimate(_ tokens: Int) -> MemoryEstimate? {
      let asked = PlannedModel(
        facts: model.facts, gpus: model.gpus, projector: model.projector, context: tokens)
      var found = (try? profile.runtime.value.memory(of: profile, asked)) ?? nil
      if let requests { found?.require(requests: requests) }
      return found
    }
    func fits(_ estimate: MemoryEstimate?) -> Bool {
      if case .fits? = estimate?.verdict { true } else { false }
    }
    guard limit > 0, let least = estimate(min(limit, Self.step)), least.verdict != .unknown else {
      return nil
    }
    guard fits(least) else {
      tokens = 0
      self.estimate = least
      return
    }
    var (low, high) = (1, max(1, limit / Self.step))
    while low < high {
      let middle = (low + high + 1) / 2
      if fits(estimate(middle * Self.step)) { low = middle } else { high = middle - 1 }
    }
    let most = min(limit, low * Self.step)
    // The model's own limit may not be a multiple of the step.
    let whole = fits(estimate(limit)) ? limit : most
    tokens = whole
    self.estimate = estimate(whole) ?? least
  }
}
