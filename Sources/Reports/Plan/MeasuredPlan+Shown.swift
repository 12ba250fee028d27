import Deployments
import Memory
package import Operations
package import Values

extension MeasuredPlan {
  /// Returns the comparison for people: a line for each term, as planned and as logged.
  package func shown(_ layout: Layout) -> [Shown] {
    let style = layout.style
    var lines = [style.bold("\(plan.name)") + ", \(plan.title)"]
    var table = Table()
    table.add("", "planned", "range", "measured", "")
    for term in terms {
      let planned = term.planned
      table.add(
        (planned?.title ?? term.name.title) + (term.isOnHost ? ", main memory" : ""),
        planned.map { Self.text($0.bytes) } ?? "-",
        planned.map { "\(Self.text($0.range.lowerBound)) to \(Self.text($0.range.upperBound))" }
          ?? "",
        term.measured.map(Self.text) ?? "not logged", Self.word(term))
    }
    var isTokensWithin: Bool?
    if let tokens = measured.tokens {
      let capacity = plan.estimate?.capacity
      isTokensWithin = capacity?.holds(tokens)
      table.add(
        "tokens", capacity.map { String($0.tokens) } ?? "-",
        capacity.map { "\($0.range.lowerBound) to \($0.range.upperBound)" } ?? "", String(tokens),
        capacity.map {
          Self.percent(Double($0.tokens) / Double(max(1, tokens)) - 1)
            + ($0.holds(tokens) ? "" : ", outside")
        } ?? "")
    }
    lines += table.lines(within: layout.columns.map { max(12, $0 - 2) }).map { "  " + $0 }
    if let said = measured.release, let planned = plan.release, said != planned {
      lines.append(
        "  " + style.warning("the log is from version \(said), the plan is for version \(planned)"))
    }
    let results = terms.compactMap(\.isWithin) + [isTokensWithin].compactMap { $0 }
    let outside = results.count { !$0 }
    let compared = results.count
    lines.append(
      "  "
        + (outside == 0
          ? style.good("\(compared) of \(compared) are within their ranges")
          : style.warning("\(outside) of \(compared) are outside of their ranges")))
    return lines
  }

  /// The plan with the measurements, for programs.
  package var whole: Value {
    .document(plan.members + [.init("against", value)])
  }

  private static func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }

  private static func word(_ term: ComparedTerm) -> String {
    guard let error = term.error else { return "" }
    return percent(error) + (term.isWithin == false ? ", outside" : "")
  }

  /// Returns a share as text: "+1.3 %".
  private static func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded()
    guard abs(tenths) < 1_000_000 else { return share > 0 ? "far more" : "far less" }
    let whole = Int(abs(tenths))
    return "\(tenths < 0 ? "-" : "+")\(whole / 10).\(whole % 10) %"
  }
}
