import Deployments
import Memory
package import Operations
package import Values

extension MemoryPlan {
  /// In one sentence without its end: what its server needs, and whether that is there.
  package var sentence: String {
    guard let estimate else { return "how much memory it needs is not known: \(reason ?? "")" }
    func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }
    guard let least = estimate.least else {
      return estimate.terms.isEmpty
        ? "needs \(text(estimate.hostBytes)) of main memory"
        : "how much memory it needs is not known"
    }
    let count = estimate.gpuCount > 1 ? "of each of \(estimate.gpuCount) GPUs" : "of GPU memory"
    let need = "needs \(text(least)) \(count)"
    if isOfNoCard { return need }
    return switch estimate.verdict {
    case .fits: "\(need), and fits"
    case .unsure(let missing?, _): "\(need), of which up to \(text(missing)) may be missing"
    case .unsure(nil, _): "\(need), and something that is not counted"
    case .fails(let missing): "\(need), of which at least \(text(missing)) are missing"
    case .refuses(let reason): "does not start: \(reason)"
    case .unknown: need
    }
  }

  /// What it needs of each GPU, or of main memory; empty where that is not known.
  package var size: String {
    guard let estimate else { return "" }
    let bytes = estimate.least ?? (estimate.terms.isEmpty ? estimate.hostBytes : 0)
    return bytes > 0 ? ByteCount(clamping: bytes).text : ""
  }

  /// For programs, without the terms: ``value`` has them.
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
