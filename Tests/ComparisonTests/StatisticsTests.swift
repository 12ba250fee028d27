import Comparison
import Testing

struct StatisticsTests {
  @Test func `percentiles lie between measurements`() {
    let sample = Sample([4, 1, 3, 2])
    #expect(sample.median == 2.5)
    #expect(sample.percentile(0) == 1 && sample.percentile(100) == 4)
    #expect(abs(sample.percentile(95) - 3.85) < 1e-9)
    #expect(Sample([]).median == 0)
  }

  @Test func `random numbers are the same everywhere, and spread`() {
    var random = SeededGenerator(seed: 1)
    #expect(random.next() == 0x910A_2DEC_8902_5CC1)
    let counts = (0..<6000).reduce(into: [0, 0, 0, 0, 0, 0]) { counts, _ in
      counts[random.index(below: 6)] += 1
    }
    #expect(counts.allSatisfy { (900..<1100).contains($0) })
    #expect(random.shuffled(Array(0..<50)) != Array(0..<50))
    #expect(random.shuffled(Array(0..<50)).sorted() == Array(0..<50))
  }

  @Test func `a confidence interval holds the true mean as often as it says`() throws {
    var random = SeededGenerator(seed: 7)
    var held = 0
    let runs = 60
    for run in 0..<runs {
      // Skewed, as times are.
      let values = (0..<24).map { _ in noise(&random) }
      let interval = try #require(Bootstrap.mean(of: values, level: 0.95, seed: run))
      if interval.contains(1) { held += 1 }
    }
    // 95 % less three standard deviations of such a count, and what skew costs.
    #expect(held >= runs * 90 / 100, "\(held) of \(runs)")
  }

  /// Skewed, of mean 1: the square of an even number, times three.
  private func noise(_ random: inout SeededGenerator) -> Double {
    let even = random.unit()
    return 3 * even * even
  }

  @Test func `few differences say nothing`() {
    #expect(Bootstrap.mean(of: [1, 1, 1, 1, 1], level: 0.95, seed: 1) == nil)
    #expect(Bootstrap.meanOfScores(of: [1, 1, 1, 1, 1], level: 0.95, seed: 1) == nil)
    #expect(Bootstrap.mean(of: [2, 2, 2, 2, 2, 2], level: 0.95, seed: 1)?.lower == 2)
  }

  @Test func `signs tell chance from difference`() {
    #expect(SignFlip.probability(of: [1, -1, 1, -1, 1, -1], seed: 1) > 0.9)
    #expect(SignFlip.probability(of: Array(repeating: 1, count: 12), seed: 1) < 0.003)
    // Five of five alike are one in sixteen: no proof, whatever percentiles say.
    let five = Array(repeating: 1.0, count: 5) + Array(repeating: 0, count: 15)
    #expect(SignFlip.probability(of: five, seed: 1) > 0.05)
  }
}
