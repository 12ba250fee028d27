import Values

/// A claim about two sides, with its statistical certainty.
package struct Claim: Sendable, Equatable {
  /// The subject of a claim; `--json` uses the raw values.
  package enum Subject: String, Sendable { case speed, score }

  /// The result of a comparison.
  package enum Outcome: Sendable, Equatable {
    /// One side is better; the value is its index.
    case better(Int)
    case noDifference
    /// There is not enough data, or too many requests failed.
    case unknown
  }

  /// The subject of the claim.
  package let subject: Subject
  /// The result of the comparison.
  package let outcome: Outcome
  /// The claim in words.
  package let sentence: String

  init(
    speed ratio: Analysis.Ratio?, names: [String], failures: [Double], alpha: Double
  ) {
    subject = .speed
    guard let ratio else {
      outcome = .unknown
      sentence =
        "Speed cannot be compared: at least \(Bootstrap.leastCount) pairs of answers are needed."
      return
    }
    // The ratio of the faster side to the slower side, which is never below 1.
    let isFirst = ratio.value >= 1
    let shown = isFirst ? ratio.value : 1 / ratio.value
    let interval =
      isFirst
      ? ratio.interval
      : Interval(lower: 1 / ratio.interval.upper, upper: 1 / ratio.interval.lower)
    let numbers =
      "\(Number.ratio(shown)) times, \(Self.percent(1 - alpha)) % interval \(Number.ratio(interval.lower)) to "
      + "\(Number.ratio(interval.upper)), \(ratio.pairs) pairs"
    let winner = names[isFirst ? 0 : 1]
    let loser = names[isFirst ? 1 : 0]
    let isBeyondChance = interval.lower > 1 && ratio.probability <= alpha
    if let worst = failures.max(), worst > Analysis.mostFailures {
      outcome = .unknown
      sentence =
        "Speed cannot be compared: on at least one side, more than one answer in ten failed "
        + "(in the successful pairs, \(winner) was faster: \(numbers))."
    } else if isBeyondChance, interval.lower > Analysis.smallestRatio {
      outcome = .better(isFirst ? 0 : 1)
      sentence = "\(winner) is faster than \(loser): \(numbers)."
    } else if isBeyondChance, interval.upper <= Analysis.smallestRatio * 1.01 {
      outcome = .noDifference
      sentence =
        "No difference in speed that matters: the estimate favors \(winner), \(numbers); two runs "
        + "of the same server differ by as much."
    } else {
      outcome = .noDifference
      sentence =
        "No difference in speed beyond chance: the estimate favors \(winner), \(numbers)."
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
        "Scores cannot be compared: at least \(Bootstrap.leastCount) prompts are needed, found "
        + "\(count) (\(values))."
      return
    }
    let difference = scores.means[0] - scores.means[1]
    let isFirst = difference >= 0
    let shown = isFirst ? interval : Interval(lower: -interval.upper, upper: -interval.lower)
    let numbers =
      "\(Number.score(abs(difference))), \(Self.percent(1 - alpha)) % interval \(Number.score(shown.lower)) to "
      + "\(Number.score(shown.upper)), \(count) prompts (\(values))"
    if shown.lower > 0, scores.probability <= alpha {
      outcome = .better(isFirst ? 0 : 1)
      sentence = "\(names[isFirst ? 0 : 1]) answers better: its score is higher by \(numbers)."
    } else {
      outcome = .noDifference
      // If few prompts have different scores, all of them may favor one side by chance.
      let other = zip(scores.items[0], scores.items[1]).count { $0 != $1 }
      let doubt =
        shown.lower > 0
        ? " The scores differ on only \(other) of the prompts, which is too few to be sure." : ""
      sentence = "Scores do not differ beyond chance: the difference is \(numbers)." + doubt
    }
  }

  /// A confidence level in percent, such as `97.5`.
  private static func percent(_ level: Double) -> String { Number.trimmed(level * 100) }
}
