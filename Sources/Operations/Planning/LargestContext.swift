import Memory
import Models
import Profiles
import Schema

/// The longest texts that a profile's server has room for.
struct LargestContext {
  /// Tokens of one request, in steps of 256; 0 where even those have no room.
  let tokens: Int
  /// What the server takes with them, or with the least where they have no room.
  let estimate: MemoryEstimate

  private static let step = 256

  /// Looks for the largest context with which even the worst case fits.
  ///
  /// - Parameters:
  ///   - model: Its context is not looked at.
  ///   - limit: Tokens that the model takes at most.
  /// - Returns: Nil where what the server takes is not known.
  init?(of profile: Profile, _ model: PlannedModel, atMost limit: Int) {
    func estimate(_ tokens: Int) -> MemoryEstimate? {
      let asked = PlannedModel(
        facts: model.facts, gpus: model.gpus, projector: model.projector, context: tokens)
      return (try? profile.runtime.value.memory(of: profile, asked)) ?? nil
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
    // The model's own limit may be no whole number of steps.
    let whole = fits(estimate(limit)) ? limit : most
    tokens = whole
    self.estimate = estimate(whole) ?? least
  }
}
