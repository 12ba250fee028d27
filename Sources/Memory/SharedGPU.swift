/// Servers that share a GPU, in start order, and whether each has enough memory to start.
package struct SharedGPU: Sendable, Equatable {
  /// The memory that a server requests from a GPU when it starts.
  package enum Want: Sendable, Equatable {
    /// A share of the card, which must be free, plus a number of bytes outside of the share (vLLM,
    /// v1/worker/utils.py, request_memory). A server without a cache then holds only some bytes.
    case share(of: Double, beside: Int, holding: Int? = nil)
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
    /// The expected memory request.
    package private(set) var want: Want
    /// The smallest and the largest request that are possible.
    private(set) var bounds: (least: Want, most: Want)
    /// The smallest share of the card that holds what it needs, in the best and in the worst case.
    let floor: (best: Double, worst: Double)
    /// Whether it starts when a client connects, and so after the servers of the boot.
    package let isOnDemand: Bool

    /// - Parameters:
    ///   - bounds: The smallest and the largest request; nil for the expected one.
    ///   - floor: The smallest share that it can have; nil for any.
    package init(
      _ name: String, _ want: Want, bounds: (least: Want, most: Want)? = nil,
      floor: (best: Double, worst: Double)? = nil, isOnDemand: Bool = false
    ) {
      self.name = name
      self.want = want
      self.bounds = bounds ?? (want, want)
      self.floor = floor ?? (0.01, 0.01)
      self.isOnDemand = isOnDemand
    }

    package static func == (left: Self, right: Self) -> Bool {
      left.name == right.name && left.want == right.want && left.bounds == right.bounds
        && left.floor == right.floor && left.isOnDemand == right.isOnDemand
    }

    /// Returns the server with another share of the card or of the free memory.
    func taking(share: Double) -> Server {
      var server = self
      server.want = want.taking(share: share)
      server.bounds = (bounds.least.taking(share: share), bounds.most.taking(share: share))
      return server
    }
  }

  /// The outcome of a server's start.
  package enum Outcome: Sendable, Equatable {
    /// The server runs and holds the given bytes.
    case runs(holding: Int)
    /// The server might stop: in the worst case, the given bytes are missing.
    case mayStop(holding: Int, missing: Int)
    /// The server stops: fewer bytes were free than it requested.
    case stops(free: Int, wanted: Int)
  }

  /// The bytes of the card.
  package let total: Int
  /// The servers in start order.
  package let servers: [Server]
  /// The outcome of each start, in the same order.
  package let outcomes: [Outcome]
  /// The names of the servers that stop if all figures are as expected.
  package let stopping: Set<String>

  /// - Parameter servers: The servers in start order; those on demand start after the others.
  package init(total: Int, _ servers: [Server]) {
    self.total = total
    let servers = servers.filter { !$0.isOnDemand } + servers.filter(\.isOnDemand)
    self.servers = servers
    var free = (best: max(0, total), usual: max(0, total), worst: max(0, total))
    var stopping: Set<String> = []
    outcomes = servers.map { server in
      let usual = Self.outcome(of: server.want, total: total, free: free.usual)
      let best = Self.outcome(of: server.bounds.least, total: total, free: free.best)
      let worst = Self.outcome(of: server.bounds.most, total: total, free: free.worst)
      if usual.lack != nil { stopping.insert(server.name) }
      guard case .runs = best else { return usual.lack == nil ? best : usual }
      // Later servers find the least memory if this one runs.
      free.best = max(0, free.best - best.taken)
      free.usual = max(0, free.usual - usual.taken)
      free.worst = max(0, free.worst - worst.taken)
      guard let missing = worst.lack ?? usual.lack else { return usual }
      return .mayStop(holding: usual.taken, missing: missing)
    }
    self.stopping = stopping
  }

  private static func outcome(of want: Want, total: Int, free: Int) -> Outcome {
    switch want {
    case .share(let share, let beside, let held):
      let wanted = Bytes.whole((Double(total) * share).rounded(.up))
      // The bytes outside of the share are allocated before the check.
      let left = free - min(free, beside)
      guard left >= wanted else { return .stops(free: left, wanted: wanted) }
      return .runs(holding: held ?? (wanted + beside))
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
      switch outcome {
      case .runs(let holding), .mayStop(let holding, _): max(0, left - holding)
      case .stops: left
      }
    }
  }

  /// Returns the outcome of a server's start; nil if it is not on this card.
  package func outcome(of name: String) -> Outcome? {
    zip(servers, outcomes).first { $0.0.name == name }?.1
  }
}

extension SharedGPU.Outcome {
  /// The bytes that a server has once it runs.
  fileprivate var taken: Int {
    switch self {
    case .runs(let holding), .mayStop(let holding, _): holding
    case .stops(_, let wanted): wanted
    }
  }

  /// The missing bytes of a server that stops.
  fileprivate var lack: Int? {
    if case .stops(let free, let wanted) = self { max(1, wanted - free) } else { nil }
  }
}

extension SharedGPU.Want {
  /// The share of the card or of the free memory; nil for a fixed number of bytes.
  package var share: Double? {
    switch self {
    case .share(let share, _, _): share
    case .partOfFree(let part, _): part
    case .rest(let kept, _): 1 - kept
    case .bytes, .upTo: nil
    }
  }

  func taking(share: Double) -> Self {
    switch self {
    case .share(_, let beside, let held): .share(of: share, beside: beside, holding: held)
    case .partOfFree(_, let least): .partOfFree(share, atLeast: least)
    case .rest(_, let least): .rest(but: 1 - share, atLeast: least)
    case .bytes, .upTo: self
    }
  }
}

/// How a server allocates GPU memory.
package enum MemoryTaking: Sendable, Equatable {
  /// A share of the card, which must be free.
  case share(Double)
  /// What it needs, of a share of the card, which must be free.
  case ofShare(Double)
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
    case .fits, .unsure, .lacks, .unknown: false
    }
  }

  /// The server with the memory that it requests from each GPU of a size when it starts; nil if
  /// that is not known.
  package func server(_ name: String, on memory: Int, isOnDemand: Bool) -> SharedGPU.Server? {
    guard verdict != .unknown else { return nil }
    let fixed = terms.filter { $0.name != .kvPool }
    let beside = terms.filter { outside.contains($0.name) }
    func want(_ bytes: (MemoryTerm) -> Int, _ total: Int) -> SharedGPU.Want {
      func sum(_ terms: [MemoryTerm]) -> Int { Self.sum(terms.map(bytes)) }
      return switch taking {
      case .share(let share): .share(of: share, beside: sum(beside))
      case .ofShare(let share): .share(of: share, beside: sum(beside), holding: total)
      case .partOfFree(let part): .partOfFree(part, atLeast: sum(fixed))
      case .rest(let part): .rest(but: 1 - part, atLeast: sum(fixed))
      case .need: .bytes(total)
      case .upToNeed: .upTo(total)
      }
    }
    let usual = want(\.bytes, bytes)
    let worst = want(\.range.upperBound, range.upperBound)
    // A server that might not start by itself is no better off beside others.
    let most = if case .fits = verdict { worst } else { usual }
    func floor(_ need: Int) -> Double {
      let share = (Double(need) * 100 / Double(max(1, memory))).rounded(.up) / 100
      return min(usual.share ?? 1, max(0.01, share))
    }
    return SharedGPU.Server(
      name, usual, bounds: (want(\.range.lowerBound, range.lowerBound), most),
      floor: needs.map { (floor($0.lowerBound), floor($0.upperBound)) }, isOnDemand: isOnDemand)
  }
}
