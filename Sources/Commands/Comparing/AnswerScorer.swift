import Comparison
import Host
import Values

/// Scores answers: itself where that is quick and safe, else by `amm-compare`.
final class AnswerScorer {
  private let items: [String: ModelTask.Item]
  private let companion: Companion
  /// Why a program could not score at all; it is not tried again.
  private var refusal: String?

  init(_ task: ModelTask, _ companion: Companion) {
    items = Dictionary(task.items.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    self.companion = companion
  }

  /// What the reader must know of how answers were scored.
  var notes: [String] {
    refusal.map { ["answers could not be scored by their program: \($0)"] } ?? []
  }

  func score(_ measurement: inout Measurement) throws(HostError) {
    guard measurement.failure == nil, measurement.score == nil,
      let item = measurement.item.flatMap({ items[$0] })
    else { return }
    switch item.scoring {
    case .none, .closer: return
    case .pattern(let pattern):
      let json = try companion.ask(
        Job.match(pattern, answer: AnswerText.final(measurement.answer)))
      measurement.score =
        json["matches"]?.boolean.map { Score($0 ? 1 : 0, $0 ? "" : "the pattern does not match") }
        ?? Score(0, json["problem"]?.text ?? "")
    case .command(let command): measurement.score = try score(measurement.answer, command)
    default: measurement.score = item.scoring.score(measurement.answer)
    }
  }

  private func score(_ answer: String, _ command: CommandScoring) throws(HostError) -> Score {
    if let refusal { return Score(0, refusal) }
    let json = try companion.ask(Job.command(command, input: AnswerText.code(answer)))
    if let status = json["status"]?.integer {
      return Score(status == 0 ? 1 : 0, status == 0 ? "" : "exit status \(status)")
    }
    let problem = json["problem"]?.text ?? ""
    if json["fatal"]?.boolean == true { refusal = problem }
    return Score(0, problem)
  }
}
