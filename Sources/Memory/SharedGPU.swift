/// Servers that share a GPU, in start order, and whether each has enough memory to start.
package struct SharedGPU: Sendable, Equatable {
  /// The memory that a server requests from a GPU when it starts.
  package enum Want: Sendable, Equatable {
    /// A share of the card, which must be free, plus a number of bytes outside of the share (vLLM,
    /// v1/worker/utils.py, request_memory).
    case share(of: Double, beside: Int)
    /// A share of the free memory; the server stops if that is less than it needs (SGLang,
    /// mem_cache/kv_cache_configurator.py).
    case partOfFree(Double, atLeast: Int)
    /// All free memory except a share of the card; the server stops if that is less than it needs
    /// (TGI, models/flash_causal_lm.py, warmup).
    case rest(but: Double, atLeast: Int)
    /// A fixed number of bytes (llama.cpp, TEI).
    case bytes(Int)
    /// At most the given bytes; if fewer are free, layers stay in main memory (Ollama).
    case upTo(Int)
  }

  /// A server and its memory request.
  package struct Server: Sendable, Equatable {
    /// The name of the instance.
    package let name: String
    /// The memory request.
    package let want: Want

    package init(_ name: String, _ want: Want) {
      self.name = name
      self.want = want
    }
  }

  /// The outcome of a server's start.
  package enum Outcome: Sendable, Equatable {
    /// The server runs and holds the given bytes.
    case runs(holding: Int)
    /// The server stops: fewer bytes were free than it requested.
    case stops(free: Int, wanted: Int)
  }

  /// The bytes of the card.
  package let total: Int
  /// The servers in start order.
  package let servers: [Server]
  /// The outcome of each start, in the same order.
  package let outcomes: [Outcome]

  package init(total: Int, _ servers: [Server]) {
    self.total = total
    self.servers = servers
    var free = max(0, total)
    outcomes = servers.map { server in
      let outcome = Self.outcome(of: server.want, total: total, free: free)
      if case .runs(let holding) = outcome { free = max(0, free - holding) }
      return outcome
    }
  }

  private static func outcome(of want: Want, total: Int, free: Int) -> Outcome {
    switch want {
    case .share(let share, let beside):
      let wanted = Bytes.whole((Double(total) * share).rounded(.up))
      // The bytes outside of the share are allocated before the check.
      let left = free - min(free, beside)
      guard left >= wanted else { return .stops(free: left, wanted: wanted) }
      return .runs(holding: wanted + beside)
    case .partOfFree(let part, let least):
      let taken = Bytes.whole(Double(free) * part)
      return taken >= least
        ? .runs(holding: taken)
        : .stops(free: free, wanted: Bytes.whole(Double(least) / max(part, 0.01)))
    case .rest(let part, let least):
      let kept = Bytes.whole(Double(total) * part)
      let taken = max(0, free - kept)
      return taken >= least ? .runs(holding: taken) : .stops(free: free, wanted: least + kept)
    case .bytes(let bytes):
      return bytes <= free ? .runs(holding: bytes) : .stops(free: free, wanted: bytes)
    case .upTo(let bytes): return .runs(holding: min(bytes, free))
    }
  }

  /// The first server that stops; nil if all run.
  package var failure: (server: Server, free: Int, wanted: Int)? {
    for (server, outcome) in zip(servers, outcomes) {
      if case .stops(let free, let wanted) = outcome { return (server, free, wanted) }
    }
    return nil
  }

  /// The bytes that are free after all servers have started.
  package var free: Int {
    outcomes.reduce(total) { left, outcome in
      if case .runs(let holding) = outcome { max(0, left - holding) } else { left }
    }
  }

  /// The largest share, rounded down to 0.01, with which the first server that stops would start in
  /// its place; nil if it does not use a share of the card, or if no memory is left.
  package var fittingShare: Double? {
    guard let failure, case .share = failure.server.want, total > 0 else { return nil }
    let share = Bytes.quotient(Double(failure.free) * 100, Double(total)) / 100
    return share > 0 ? share : nil
  }

  /// An order in which all servers start; nil if there is none or there are too many orders to try.
  package var workingOrder: [String]? {
    guard failure != nil, servers.count <= 6 else { return nil }
    var found: [String]?
    Self.permute(servers, []) { order in
      guard found == nil, SharedGPU(total: total, order).failure == nil else { return }
      found = order.map(\.name)
    }
    return found
  }

  private static func permute(
    _ rest: [Server], _ start: [Server], _ take: ([Server]) -> Void
  ) {
    guard !rest.isEmpty else { return take(start) }
    for (index, server) in rest.enumerated() {
      var others = rest
      others.remove(at: index)
      permute(others, start + [server], take)
    }
  }
}

/// How a server allocates GPU memory.
package enum MemoryTaking: Sendable, Equatable {
  /// A share of the card, which must be free.
  case share(Double)
  /// A share of the free memory.
  case partOfFree(Double)
  /// All free memory, up to a share of the card.
  case rest(Double)
  /// The memory that it needs.
  case need
  /// The memory that it needs, or less.
  case upToNeed
}

extension MemoryEstimate {
  /// Whether the server cannot start even on empty GPUs, because its share of them is too small or
  /// it cannot be split over them.
  package var failsAlone: Bool {
    switch verdict {
    case .refuses: true
    case .fails: taking != .need
    case .fits, .unsure, .unknown: false
    }
  }

  /// The memory that the server requests from each GPU when it starts; nil if it is not known.
  package var want: SharedGPU.Want? {
    guard verdict != .unknown else { return nil }
    let fixed = terms.filter { $0.name != .kvPool }.map(\.bytes).reduce(0, +)
    switch taking {
    case .share(let share): return .share(of: share, beside: self[.context]?.bytes ?? 0)
    case .partOfFree(let part): return .partOfFree(part, atLeast: fixed)
    case .rest(let part): return .rest(but: 1 - part, atLeast: fixed)
    case .need: return .bytes(bytes)
    case .upToNeed: return .upTo(bytes)
    }
  }
}
