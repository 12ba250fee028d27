import Deployments
import Memory
package import Operations
package import Values

extension MemoryPlan {
  /// What the server needs and whether it fits, as a sentence without a full stop.
  package var sentence: String {
    guard let estimate else { return "memory need unknown: \(reason ?? "")" }
    func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }
    guard let least = estimate.least else {
      return estimate.terms.isEmpty
        ? "needs \(text(estimate.hostBytes)) of main memory"
        : "memory need unknown"
    }
    let count = estimate.gpuCount > 1 ? "on each of \(estimate.gpuCount) GPUs" : "of GPU memory"
    // A server that fills a share of a card needs a card that is larger than what it uses.
    let need =
      estimate.budget == nil
      ? "needs \(text(least)) \(count)"
      : "needs \(estimate.gpuCount > 1 ? "\(estimate.gpuCount) GPUs" : "a GPU") of \(text(least))"
    if isOfNoCard { return need }
    return switch estimate.verdict {
    case .fits: "\(need), and fits"
    case .unsure(let missing?, _): "\(need); up to \(text(missing)) may be missing"
    case .unsure(nil, _): "\(need), plus memory that is not counted"
    case .fails(let missing): "\(need); at least \(text(missing)) are missing"
    case .refuses(let reason): "does not start: \(reason)"
    case .lacks(let reason): "\(need); \(reason)"
    case .unknown: need
    }
  }

  /// The memory that it needs on each GPU, or the main memory; empty if unknown.
  package var size: String {
    guard let estimate else { return "" }
    let bytes = estimate.least ?? (estimate.terms.isEmpty ? estimate.hostBytes : 0)
    return bytes > 0 ? ByteCount(clamping: bytes).text : ""
  }

  /// The plan for programs without the terms, which ``value`` contains.
  package var brief: Value {
    var members: [Value.Member] = [.init("says", .text(sentence))]
    if let estimate {
      if let least = estimate.least {
        members.append(.init("bytes_needed_per_gpu", .integer(least)))
      }
      members += [
        .init("gpu_count", .integer(estimate.gpuCount)),
        .init("bytes_of_main_memory", .integer(estimate.hostBytes)),
      ]
      if let capacity = estimate.capacity {
        members += [
          .init("context", .integer(capacity.context)),
          .init("kv_tokens", .integer(capacity.tokens)),
        ]
      }
    }
    return .set(members)
  }
}
