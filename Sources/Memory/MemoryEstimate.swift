/// An estimate of the memory that a server uses.
package struct MemoryEstimate: Sendable, Equatable {
  /// The terms of each GPU; if GPUs differ, those of the fullest.
  package internal(set) var terms: [MemoryTerm]
  /// The terms in main memory.
  package internal(set) var host: [MemoryTerm] = []
  /// The number of GPUs.
  package internal(set) var gpuCount = 1
  /// Bytes of each GPU that the server fills; nil for a server that allocates only what it needs.
  package internal(set) var budget: Int?
  /// The terms that are not part of the budget.
  package internal(set) var outside: Set<MemoryTerm.Name> = [.context]
  /// Bytes of GPU memory needed to start and to serve one request of full length; nil if not known.
  package internal(set) var least: Int?
  /// The bytes inside of the budget that the server needs to start and to serve one request; nil if
  /// not known.
  package internal(set) var needs: ClosedRange<Int>?
  /// The bytes inside of the budget that are left for keys and values, and negative if even the
  /// other terms do not fit; nil if not known.
  var room: ClosedRange<Double>?
  /// The bytes of the keys and values of one request of full length; nil if not known.
  var bytesOfRequest: Double?
  /// How the server allocates memory when it starts.
  package internal(set) var taking = MemoryTaking.need
  /// The cache capacity; nil if it is not known.
  package internal(set) var capacity: Capacity?
  /// Whether the server starts.
  package internal(set) var verdict = Verdict.unknown
  /// Reasons for uncertainty, as full sentences.
  package internal(set) var notes: [String] = []

  init(terms: [MemoryTerm]) { self.terms = terms }

  /// Records that the server cannot start with any amount of memory.
  ///
  /// - Parameter reason: The reason, which follows "does not start: ".
  package mutating func refuse(_ reason: String) { verdict = .refuses(reason) }

  /// Adds a note about memory that is not included, and makes the verdict unsure.
  package mutating func leaveOut(_ note: String) {
    notes.append(note)
    switch verdict {
    case .fits(let spare): verdict = .unsure(missing: nil, spare: spare)
    case .fails(let missing): verdict = .unsure(missing: missing, spare: nil)
    case .unsure, .refuses, .lacks, .unknown: break
    }
  }

  /// Adds a further memory requirement, and keeps the worse verdict.
  mutating func require(spare: ClosedRange<Double>, _ note: String) {
    let other = Verdict(spare: spare)
    guard other.rank > verdict.rank else { return }
    verdict = other
    notes.append(note)
  }

  /// Requires memory for a number of requests of full length at the same time.
  package mutating func require(requests count: Int) {
    guard let capacity, count > 0 else { return }
    let asked = "\(count) requests of \(capacity.context) tokens"
    guard let room, let bytesOfRequest else {
      guard budget == nil, capacity.requests < Double(count), verdict.rank < 2 else { return }
      verdict = .lacks(
        "\(asked) do not run at the same time: its cache has \(capacity.tokens) tokens")
      return
    }
    let needed = Double(count) * bytesOfRequest
    let other = Verdict(spare: (room.lowerBound - needed)...(room.upperBound - needed))
    // A single request can already be too large.
    let isWorse =
      other.rank > verdict.rank
      || other.rank == verdict.rank && verdict.rank > 0 && other.missing > verdict.missing
    guard isWorse else { return }
    verdict = other
    notes.append("The missing memory is for \(asked) at the same time.")
  }

  /// Requires memory for one request of full length, of a server that also starts without it.
  mutating func requireRequest() {
    guard let capacity, let room, let bytesOfRequest, verdict.rank < 2 else { return }
    let missing = bytesOfRequest - room.lowerBound
    guard missing > 0 else { return }
    if room.upperBound < bytesOfRequest {
      verdict = .lacks(
        "a request of \(capacity.context) tokens does not fit: its cache has \(capacity.tokens) tokens"
      )
    } else {
      verdict = .unsure(missing: max(Bytes.whole(missing), verdict.missing), spare: nil)
      notes.append("The missing memory is for one request of \(capacity.context) tokens.")
    }
  }

  /// Adds a reason for uncertainty, as a full sentence.
  package mutating func doubt(_ note: String) { notes.append(note) }

  /// Refuses the estimate if the heads or layers cannot be split over the GPUs.
  mutating func refuseSplit(_ shape: Shape, tensorParts: Double, pipelineParts: Double = 1) {
    if tensorParts > 1, shape.heads.remainder(dividingBy: tensorParts) != 0 {
      refuse(
        "\(Bytes.plain(shape.heads)) attention heads cannot be split over \(Bytes.plain(tensorParts)) GPUs"
      )
    } else if pipelineParts > shape.layers {
      refuse(
        "\(Bytes.plain(shape.layers)) layers cannot be split into \(Bytes.plain(pipelineParts)) pipeline stages"
      )
    }
  }

  /// Records that the server always starts, because it keeps layers in main memory if necessary.
  package mutating func evictsOthers() {
    taking = .upToNeed
    if case .fails(let missing) = verdict {
      verdict = .unsure(missing: missing, spare: nil)
      notes.append("Layers that do not fit stay in main memory, which makes answers slow.")
    }
  }

  /// Whether the server certainly starts.
  package var isSure: Bool { if case .fits = verdict { true } else { false } }

  /// Returns the term with a name; nil if there is none.
  package subscript(name: MemoryTerm.Name) -> MemoryTerm? { terms.first { $0.name == name } }

  /// The total bytes on each GPU.
  package var bytes: Int { Self.sum(terms.map(\.bytes)) }

  /// The total bytes of main memory.
  package var hostBytes: Int { Self.sum(host.map(\.bytes)) }

  /// The range of the total bytes on each GPU.
  package var range: ClosedRange<Int> {
    // The pool fills the budget, so only terms outside of the budget vary.
    guard let budget else {
      return Self.sum(terms.map(\.range.lowerBound))...Self.sum(terms.map(\.range.upperBound))
    }
    let besides = terms.filter { outside.contains($0.name) }
    return Self.sum(
      [budget] + besides.map(\.range.lowerBound))...Self.sum(
        [budget] + besides.map(\.range.upperBound))
  }

  static func sum(_ sizes: [Int]) -> Int {
    // Each size is at most 2^53, and there are about ten, so the sum cannot overflow.
    min(sizes.reduce(0, +), Bytes.limit)
  }

  /// The cache capacity of a server.
  package struct Capacity: Sendable, Equatable {
    /// The total tokens of all requests, as the server's log counts them.
    package let tokens: Int
    /// The range of the total tokens.
    package let range: ClosedRange<Int>
    /// The number of concurrent requests of full length.
    package let requests: Double
    /// The tokens of the longest single request.
    package let longest: Int
    /// The tokens of the longest single request in the worst case.
    package let safest: Int
    /// The configured tokens of one request.
    package let context: Int
  }

  /// Whether a server starts and can serve one request.
  package enum Verdict: Sendable, Equatable {
    /// It starts, with the given bytes to spare.
    case fits(spare: Int)
    /// It might start: bytes missing in the worst case and bytes to spare in the best case; nil if
    /// not known because something is not included.
    case unsure(missing: Int?, spare: Int?)
    /// It does not start: at least the given bytes are missing.
    case fails(missing: Int)
    /// It cannot start with any amount of memory; the reason follows "does not start: ".
    case refuses(String)
    /// It starts, but does not do what is asked; the reason is a sentence without a full stop.
    case lacks(String)
    /// Not known.
    case unknown

    /// The bytes that might be missing; negative if there are bytes to spare.
    package var missing: Int {
      switch self {
      case .fits(let spare): -spare
      case .unsure(let missing, let spare): missing ?? -(spare ?? 0)
      case .fails(let missing): missing
      case .refuses, .lacks, .unknown: 0
      }
    }

    /// The severity; larger is worse.
    fileprivate var rank: Int {
      switch self {
      case .fits: 0
      case .unsure: 1
      case .fails, .lacks: 2
      case .refuses, .unknown: 3
      }
    }

    /// Creates a verdict from the range of bytes to spare; negative values are missing bytes.
    init(spare: ClosedRange<Double>) {
      if spare.lowerBound >= 0 {
        self = .fits(spare: Bytes.whole(spare.lowerBound))
      } else if spare.upperBound < 0 {
        self = .fails(missing: Bytes.whole(-spare.upperBound))
      } else {
        self = .unsure(
          missing: Bytes.whole(-spare.lowerBound), spare: Bytes.whole(spare.upperBound))
      }
    }
  }
}

/// An error for facts that an estimate needs but that are not known.
package struct MissingFacts: Error, Equatable {
  /// The names of the missing facts, such as "the hidden size".
  package let names: [String]
}

/// The version of a server, to the precision that memory depends on.
package struct ServerRelease: Sendable, Equatable, Comparable {
  /// The first number: 0 for 0.19.1.
  package let major: Int
  /// The second number: 19 for 0.19.1.
  package let minor: Int
  /// The third number: 1 for 0.19.1, and 0 if there is none.
  package let patch: Int

  /// Creates a version from its numbers.
  package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Parses a text such as `v0.19.0` or `0.7.x`; nil if it does not start with two numbers.
  package init?(_ text: some StringProtocol) {
    let parts = text.drop { $0 == "v" }.split(separator: ".", maxSplits: 2)
    guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]),
      (0..<10_000).contains(major), (0..<10_000).contains(minor)
    else { return nil }
    let patch = parts.count > 2 ? Int(parts[2].prefix { "0123456789".contains($0) }) : nil
    self.init(major, minor, patch.flatMap { (0..<10_000).contains($0) ? $0 : nil } ?? 0)
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}
