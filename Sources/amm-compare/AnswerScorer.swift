import Comparison
import Host
import Values

/// Scores answers: in this process if that is fast and safe, otherwise in a process with limits.
final class AnswerScorer {
  private let items: [String: ModelTask.Item]
  /// Why the scoring program cannot run; it is not tried again.
  private var refusal: String?

  init(_ task: ModelTask) {
    items = Dictionary(task.items.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Notes for the report about the scoring.
  var notes: [String] {
    refusal.map { ["the program that scores answers could not run: \($0)"] } ?? []
  }

  func score(_ measurement: inout Measurement) {
    guard measurement.failure == nil, measurement.score == nil,
      let item = measurement.item.flatMap({ items[$0] })
    else { return }
    switch item.scoring {
    case .none, .closer: return
    case .pattern(let pattern):
      measurement.score = Judge.match(pattern, AnswerText.final(measurement.answer))
    case .command(let command): measurement.score = score(measurement.answer, command)
    default: measurement.score = item.scoring.score(measurement.answer)
    }
  }

  private func score(_ answer: String, _ command: CommandScoring) -> Score {
    if let refusal { return Score(0, refusal) }
    switch Judge.run(command, AnswerText.code(answer)) {
    case .ended(let status):
      return Score(status == 0 ? 1 : 0, status == 0 ? "" : "exit status \(status)")
    case .stopped(let reason): return Score(0, reason)
    case .refused(let reason):
      refusal = reason
      return Score(0, reason)
    }
  }
}
