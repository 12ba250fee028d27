/// How much memory a server takes, as far as amm can tell.
package struct MemoryEstimate: Sendable, Equatable {
  /// What each of its GPUs holds; where they hold different parts, the fullest.
  package internal(set) var terms: [MemoryTerm]
  /// What it holds of main memory.
  package internal(set) var host: [MemoryTerm] = []
  /// How many GPUs there are.
  package internal(set) var gpuCount = 1
  /// Bytes of each GPU that it may fill, for a server that takes a share and fills it; nil for one that
  /// takes what it needs.
  package internal(set) var budget: Int?
  /// What it takes beside its budget.
  package internal(set) var outside: Set<MemoryTerm.Name> = [.context]
  /// Bytes of a GPU with which it is expected to start and to have room for one request of full length; nil
  /// where that is not known.
  package internal(set) var least: Int?
  /// How it takes memory when it starts.
  package internal(set) var taking = MemoryTaking.need
  /// How many tokens it can keep; nil where that is not known.
  package internal(set) var capacity: Capacity?
  /// Whether it starts.
  package internal(set) var verdict = Verdict.unknown
  /// Why figures are less sure than they could be, each a sentence.
  package internal(set) var notes: [String] = []

  init(terms: [MemoryTerm]) { self.terms = terms }

  /// Says that a server does not start whatever memory there is.
  ///
  /// - Parameter reason: In words that follow "does not start: ".
  package mutating func refuse(_ reason: String) { verdict = .refuses(reason) }

  /// Says that something makes a difference that is not counted, a sentence: nothing is sure then.
  package mutating func leaveOut(_ note: String) {
    notes.append(note)
    switch verdict {
    case .fits(let spare): verdict = .unsure(missing: nil, spare: spare)
    case .fails(let missing): verdict = .unsure(missing: missing, spare: nil)
    case .unsure, .refuses, .unknown: break
    }
  }

  /// Says that there must be room besides, of which so much is to spare.
  mutating func require(spare: ClosedRange<Double>, _ note: String) {
    let other = Verdict(spare: spare)
    guard other.rank > verdict.rank else { return }
    verdict = other
    notes.append(note)
  }

  /// Adds why figures are less sure than they could be, a sentence.
  package mutating func doubt(_ note: String) { notes.append(note) }

  /// Says why its heads or layers cannot be dealt out to so many GPUs, where they cannot.
  mutating func refuseSplit(_ shape: Shape, tensorParts: Double, pipelineParts: Double = 1) {
    if tensorParts > 1, shape.heads.remainder(dividingBy: tensorParts) != 0 {
      refuse(
        "its \(Bytes.plain(shape.heads)) heads cannot be split over \(Bytes.plain(tensorParts)) GPUs"
      )
    } else if pipelineParts > shape.layers {
      refuse(
        "its \(Bytes.plain(shape.layers)) layers are fewer than the \(Bytes.plain(pipelineParts)) parts that they are dealt out to"
      )
    }
  }

  /// Says that a server makes room for a model by itself, by layers in main memory: it starts anyway.
  package mutating func evictsOthers() {
    taking = .upToNeed
    if case .fails(let missing) = verdict {
      verdict = .unsure(missing: missing, spare: nil)
      notes.append("What does not fit stays in main memory, and answers slowly.")
    }
  }

  /// Whether it certainly starts.
  package var isSure: Bool { if case .fits = verdict { true } else { false } }

  /// A term of a name; nil where the server has none.
  package subscript(name: MemoryTerm.Name) -> MemoryTerm? { terms.first { $0.name == name } }

  /// Bytes of all terms on each GPU.
  package var bytes: Int { Self.sum(terms.map(\.bytes)) }

  /// Bytes of main memory.
  package var hostBytes: Int { Self.sum(host.map(\.bytes)) }

  /// What all terms may come to.
  package var range: ClosedRange<Int> {
    // What a pool takes others leave: with a budget, only what is outside of it makes a difference.
    guard let budget else {
      return Self.sum(terms.map(\.range.lowerBound))...Self.sum(terms.map(\.range.upperBound))
    }
    let besides = terms.filter { outside.contains($0.name) }
    return Self.sum(
      [budget] + besides.map(\.range.lowerBound))...Self.sum(
        [budget] + besides.map(\.range.upperBound))
  }

  private static func sum(_ sizes: [Int]) -> Int {
    // Each is at most 2^53, and there are some ten.
    min(sizes.reduce(0, +), Bytes.limit)
  }

  /// What a server can keep of texts.
  package struct Capacity: Sendable, Equatable {
    /// Tokens of all requests together, as the server's log counts them.
    package let tokens: Int
    /// What they may be.
    package let range: ClosedRange<Int>
    /// How many requests of full length have room at a time.
    package let requests: Double
    /// Tokens of the longest single request.
    package let longest: Int
    /// Tokens of the longest that has room in the worst case.
    package let safest: Int
    /// Tokens of one request, as it is set.
    package let context: Int
  }

  /// Whether a server starts, and has room for one request.
  package enum Verdict: Sendable, Equatable {
    /// It does, with so many bytes to spare.
    case fits(spare: Int)
    /// It may: so many bytes are missing in the worst case, so many to spare in the best; nil for what
    /// nobody can say, since something is not counted.
    case unsure(missing: Int?, spare: Int?)
    /// It does not, by at least so many bytes.
    case fails(missing: Int)
    /// It does not, whatever memory there is; why, in words that follow "does not start: ".
    case refuses(String)
    /// Nothing can be said.
    case unknown

    /// Bytes that may be missing; below zero for some to spare.
    package var missing: Int {
      switch self {
      case .fits(let spare): -spare
      case .unsure(let missing, let spare): missing ?? -(spare ?? 0)
      case .fails(let missing): missing
      case .refuses, .unknown: 0
      }
    }

    /// The worse, the larger.
    fileprivate var rank: Int {
      switch self {
      case .fits: 0
      case .unsure: 1
      case .fails: 2
      case .refuses, .unknown: 3
      }
    }

    /// Of what may be to spare: below zero is missing.
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

/// Why no estimate can be made.
package struct MissingFacts: Error, Equatable {
  /// What is not known, in words that follow "the model's files do not say".
  package let names: [String]
}

/// A release of a server, as far as memory depends on it.
package struct ServerRelease: Sendable, Equatable, Comparable {
  /// Of its number: 0.19.1 is 0, 19.
  package let major: Int
  /// The second number.
  package let minor: Int

  /// Of its two numbers.
  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Of a text such as `v0.19.0` or `0.7.x`; nil for one that begins with no two numbers.
  package init?(_ text: some StringProtocol) {
    let parts = text.drop { $0 == "v" }.split(separator: ".", maxSplits: 2)
    guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]),
      (0..<10_000).contains(major), (0..<10_000).contains(minor)
    else { return nil }
    self.init(major, minor)
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
