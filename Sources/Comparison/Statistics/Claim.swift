import Values

/// What may be said of two sides, and how sure it is.
package struct Claim: Sendable, Equatable {
  /// What the claim is about; the word is that of `--json`.
  package enum Subject: String, Sendable { case speed, score }

  /// What may be said.
  package enum Outcome: Sendable, Equatable {
    /// One side is better: by its index.
    case better(Int)
    case noDifference
    /// There is not enough to tell.
    case unknown
  }

  /// What the claim is about.
  package let subject: Subject
  /// What may be said.
  package let outcome: Outcome
  /// One plain sentence.
  package let sentence: String

  init(
    speed ratio: Analysis.Ratio?, names: [String], failures: [Double], alpha: Double
  ) {
    subject = .speed
    guard let ratio else {
      outcome = .unknown
      sentence =
        "Which is faster cannot be told: that takes \(Bootstrap.leastCount) pairs of answers."
      return
    }
    // Above 1 whichever is ahead, so that it reads as "times".
    let isFirst = ratio.value >= 1
    let shown = isFirst ? ratio.value : 1 / ratio.value
    let interval =
      isFirst
      ? ratio.interval
      : Interval(lower: 1 / ratio.interval.upper, upper: 1 / ratio.interval.lower)
    let numbers =
      "\(Number.ratio(shown)) times, 95 % interval \(Number.ratio(interval.lower)) to "
      + "\(Number.ratio(interval.upper)), \(ratio.pairs) pairs"
    let winner = names[isFirst ? 0 : 1]
    let loser = names[isFirst ? 1 : 0]
    let isBeyondChance = interval.lower > 1 && ratio.probability <= alpha
    if let worst = failures.max(), worst > Analysis.mostFailures {
      outcome = .unknown
      sentence =
        "Which is faster cannot be told: more than one answer in ten failed "
        + "(of those that came, \(winner) took \(numbers))."
    } else if isBeyondChance, interval.lower > Analysis.smallestRatio {
      outcome = .better(isFirst ? 0 : 1)
      sentence = "\(winner) is faster than \(loser): \(numbers)."
    } else if isBeyondChance, interval.upper <= Analysis.smallestRatio * 1.01 {
      outcome = .noDifference
      sentence =
        "No difference in speed that counts: \(winner) by \(numbers); two runs of one server differ "
        + "as much."
    } else {
      outcome = .noDifference
      sentence = "No difference in speed beyond chance: \(winner) by \(numbers)."
    }
  }

  init(scores: Analysis.Scores, names: [String], alpha: Double) {
    subject = .score
    let count = scores.items.first?.count ?? 0
    let values = zip(names, scores.means).map { "\($0) \(Number.score($1))" }
      .joined(separator: ", ")
    guard let interval = scores.difference else {
      outcome = .unknown
      sentence =
        "Which answers better cannot be told from \(count) prompts (\(values)): that takes "
        + "\(Bootstrap.leastCount)."
      return
    }
    let difference = scores.means[0] - scores.means[1]
    let isFirst = difference >= 0
    let shown = isFirst ? interval : Interval(lower: -interval.upper, upper: -interval.lower)
    let numbers =
      "\(Number.score(abs(difference))), 95 % interval \(Number.score(shown.lower)) to "
      + "\(Number.score(shown.upper)), \(count) prompts (\(values))"
    if shown.lower > 0, scores.probability <= alpha {
      outcome = .better(isFirst ? 0 : 1)
      sentence = "\(names[isFirst ? 0 : 1]) answers better: its score is higher by \(numbers)."
    } else {
      outcome = .noDifference
      // Few prompts that came out differently may all do so for one side by chance.
      let other = zip(scores.items[0], scores.items[1]).count { $0 != $1 }
      let doubt =
        shown.lower > 0
        ? " Only \(other) of the prompts came out differently: too few to be sure." : ""
      sentence = "Scores do not differ beyond chance: by \(numbers)." + doubt
    }
  }
}
