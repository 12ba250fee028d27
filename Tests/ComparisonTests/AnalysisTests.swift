import Comparison
import TestSupport
import Testing

/// What is said of two sides, and how often it is wrong.
struct AnalysisTests {
  /// Two sides of which the second takes `factor` times as long, with heavy noise and a drift.
  private func measurements(
    factor: Double, pairs: Int, noise: Double, seed: Int, failing: Int = 0
  ) -> [Measurement] {
    var random = SeededGenerator(seed: seed)
    return (0..<pairs).flatMap { block -> [Measurement] in
      [0, 1].map { side in
        // One in ten takes three times as long, as on a busy machine.
        let hiccup = random.unit() < 0.1 ? 3.0 : 1
        let drift = 1 + Double(block) / Double(pairs)
        let time = (1 + noise * random.unit()) * hiccup * drift * (side == 1 ? factor : 1)
        return Measurement(
          side: side, block: block, item: nil,
          condition: Condition(promptTokens: 128, depth: nil, clients: 1), started: 0,
          firstToken: time / 4, latency: time, gaps: [time / 4, time / 2], completionTokens: 3,
          failure: side == 1 && block < failing ? .init(.stalled) : nil)
      }
    }
  }

  private func claims(_ measurements: [Measurement], seed: Int = 1) -> [Claim] {
    Analysis(
      measurements, names: ["left", "right"], kind: .completion, isScored: false, seed: seed
    ).claims
  }

  @Test func `a server against itself differs in at most one of twenty`() {
    let runs = Sampling.isExhaustive ? 60 : 20
    let wrong = (0..<runs).count { seed in
      let claim = claims(measurements(factor: 1, pairs: 32, noise: 0.2, seed: seed))[0]
      return claim.outcome != .noDifference
    }
    #expect(wrong <= runs / 20, "\(wrong) of \(runs)")
  }

  @Test func `a real difference is found, always in its direction`() {
    for seed in 0..<10 {
      let claim = claims(measurements(factor: 1.6, pairs: 32, noise: 0.2, seed: seed))[0]
      #expect(claim.outcome == .better(0))
      #expect(claim.sentence.hasPrefix("left is faster than right: "))
    }
  }

  @Test func `what differs by less than two runs of one server is no difference`() {
    let claim = claims(measurements(factor: 1.005, pairs: 200, noise: 0, seed: 1))[0]
    #expect(claim.outcome == .noDifference)
  }

  @Test func `too few pairs, and too many failures, tell nothing`() {
    let few = claims(measurements(factor: 3, pairs: 5, noise: 0, seed: 1))[0]
    #expect(few.outcome == .unknown && few.sentence.contains("cannot be compared"))
    let broken = claims(measurements(factor: 3, pairs: 32, noise: 0.1, seed: 1, failing: 8))[0]
    #expect(broken.outcome == .unknown && broken.sentence.contains("one answer in ten failed"))
  }

  private func scored(_ left: [Double], _ right: [Double]) -> Claim? {
    let measurements = [left, right].enumerated().flatMap { side, scores in
      scores.enumerated().map { index, score in
        Measurement(
          side: side, block: index, item: "\(index)",
          condition: Condition(promptTokens: nil, depth: nil, clients: 1), started: 0,
          firstToken: nil, latency: 1, score: Score(score))
      }
    }
    return Analysis(
      measurements, names: ["left", "right"], kind: .chat, isScored: true, seed: 1
    ).claims.first { $0.subject == .score }
  }

  @Test func `scores differ only beyond chance`() throws {
    let all = Array(repeating: 1.0, count: 20)
    let none = Array(repeating: 0.0, count: 20)
    #expect(scored(none, all)?.outcome == .better(1))
    #expect(scored(all, all)?.outcome == .noDifference)
    let five = Array(repeating: 0.0, count: 5) + Array(repeating: 1, count: 15)
    let claim = try #require(scored(all, five))
    #expect(claim.outcome == .noDifference)
    #expect(claim.sentence.contains("20 prompts") && claim.sentence.contains("too few"))
    #expect(scored([1, 1], [0, 0])?.outcome == .unknown)
  }

  @Test func `equal models get different scores in at most one of twenty`() {
    var random = SeededGenerator(seed: 3)
    let runs = Sampling.isExhaustive ? 60 : 20
    let wrong = (0..<runs).count { _ in
      let left = (0..<20).map { _ in random.unit() < 0.7 ? 1.0 : 0 }
      let right = (0..<20).map { _ in random.unit() < 0.7 ? 1.0 : 0 }
      return scored(left, right)?.outcome != .noDifference
    }
    #expect(wrong <= runs / 20, "\(wrong) of \(runs)")
  }
}
