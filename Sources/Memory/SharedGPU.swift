/// Servers that share a GPU, in the order in which they start: whether each finds what it wants.
package struct SharedGPU: Sendable, Equatable {
  /// What a server wants of a GPU when it starts.
  package enum Want: Sendable, Equatable {
    /// It starts only where so many bytes are free, fills them, and takes others besides (vLLM,
    /// v1/worker/utils.py, request_memory).
    case share(of: Double, beside: Int)
    /// It takes a part of what is free, and stops where that is less than it needs (SGLang,
    /// mem_cache/kv_cache_configurator.py).
    case partOfFree(Double, atLeast: Int)
    /// It takes all but a part of the whole card, and stops where that is less than it needs (TGI,
    /// models/flash_causal_lm.py, warmup).
    case rest(but: Double, atLeast: Int)
    /// It takes so many bytes (llama.cpp, TEI).
    case bytes(Int)
    /// It takes so many bytes, or less where they are not free: it leaves layers in main memory (Ollama).
    case upTo(Int)
  }

  /// A server.
  package struct Server: Sendable, Equatable {
    /// Its instance's name.
    package let name: String
    /// What it wants.
    package let want: Want

    package init(_ name: String, _ want: Want) {
      self.name = name
      self.want = want
    }
  }

  /// How the start of a server ends.
  package enum Outcome: Sendable, Equatable {
    /// It runs, and holds so many bytes.
    case runs(holding: Int)
    /// It stops: so many bytes were free, and it wanted others.
    case stops(free: Int, wanted: Int)
  }

  /// Bytes of the card.
  package let total: Int
  /// In the order in which they start.
  package let servers: [Server]
  /// How each start ends, in the same order.
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
      // What its process takes besides is taken by then, too.
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

  /// The first server that stops; nil where all run.
  package var failure: (server: Server, free: Int, wanted: Int)? {
    for (server, outcome) in zip(servers, outcomes) {
      if case .stops(let free, let wanted) = outcome { return (server, free, wanted) }
    }
    return nil
  }

  /// Bytes that are free when all have started.
  package var free: Int {
    outcomes.reduce(total) { left, outcome in
      if case .runs(let holding) = outcome { max(0, left - holding) } else { left }
    }
  }

  /// The largest share, in hundredths, with which the first server that stops would start where it stands;
  /// nil for one that takes no share of the whole, and where nothing is left.
  package var fittingShare: Double? {
    guard let failure, case .share = failure.server.want, total > 0 else { return nil }
    let share = Bytes.quotient(Double(failure.free) * 100, Double(total)) / 100
    return share > 0 ? share : nil
  }

  /// An order in which all start; nil where there is none, or where there are too many to try.
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

/// How a server takes memory of a GPU.
package enum MemoryTaking: Sendable, Equatable {
  /// A share of the whole card, which must be free.
  case share(Double)
  /// A part of what is free.
  case partOfFree(Double)
  /// What is free, up to a part of the whole card.
  case rest(Double)
  /// What it needs.
  case need
  /// What it needs, or less.
  case upToNeed
}

extension MemoryEstimate {
  /// Whether its server does not start, whatever else is on its GPUs: it takes a share of them that is too
  /// small for it, or cannot be split over them.
  package var failsAlone: Bool {
    switch verdict {
    case .refuses: true
    case .fails: taking != .need
    case .fits, .unsure, .unknown: false
    }
  }

  /// What its server wants of each GPU when it starts; nil where that is not known.
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
