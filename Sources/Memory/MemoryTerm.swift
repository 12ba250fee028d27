/// A part of the memory that a server takes, and where its figure comes from.
package struct MemoryTerm: Sendable, Equatable {
  /// What it is for, by the name that programs read.
  package enum Name: String, Sendable, CaseIterable {
    /// The model's weights, with what a server makes of them when it loads them.
    case weights
    /// What one step of the largest batch needs besides, and gives back.
    case activation
    /// Libraries beside PyTorch: communication between GPUs, kernels' own buffers.
    case nonTorch = "non_torch"
    /// Recorded work of the GPU.
    case cudaGraphs = "cuda_graphs"
    /// The driver's own part of a process.
    case context
    /// Keys and values of texts.
    case kvPool = "kv_pool"
    /// States of fixed size, one for each text.
    case recurrent
    /// What llama.cpp computes a batch in.
    case compute
    /// Logits of the tokens to come.
    case output
    /// What looks at images, where it is a file of its own.
    case projector
    /// Texts that are kept for requests that begin the same.
    case promptCache = "prompt_cache"
  }

  /// How sure a figure is.
  package enum Certainty: String, Sendable {
    /// The server allocates these bytes.
    case exact
    /// It follows from the server's code, as far as that was read.
    case derived
    /// It was measured on other machines, and differs from one to the next.
    case measured
  }

  /// A number that a formula uses.
  package struct Input: Sendable, Equatable {
    /// What the formula calls it.
    package let name: String
    /// As people read it.
    package let value: String
    /// Who says it.
    package let origin: Origin

    init(_ name: String, _ value: String, _ origin: Origin) {
      self.name = name
      self.value = value
      self.origin = origin
    }

    init(_ name: String, _ value: Double, _ origin: Origin) {
      self.init(name, Bytes.plain(value), origin)
    }
  }

  /// Who says a number.
  package enum Origin: String, Sendable {
    /// The model's own files.
    case model
    /// The profile, or who asks.
    case profile
    /// What the launcher does where nothing is said.
    case launcher = "launcher's default"
    /// The card, by its driver or by amm's table.
    case card
    /// amm's table of what was measured.
    case measured
  }

  /// What it is for.
  package let name: Name
  /// As it is expected.
  package let bytes: Int
  /// What it may be.
  package let range: ClosedRange<Int>
  /// How sure it is.
  package let certainty: Certainty
  /// How it is worked out.
  package let formula: String
  /// What the formula uses.
  package let inputs: [Input]
  /// Where the formula is from: project, file, release.
  package let source: String

  /// - Parameters:
  ///   - bytes: As it is expected.
  ///   - spread: How many times of it are less, and more, than what may be.
  init(
    _ name: Name, _ bytes: Double, _ certainty: Certainty,
    spread: (low: Double, high: Double) = (0, 0),
    _ formula: String, _ inputs: [Input], source: String
  ) {
    self.init(
      name, bytes, certainty, range: bytes * (1 - spread.low)...bytes * (1 + spread.high), formula,
      inputs, source: source)
  }

  /// - Parameter range: What it may be; the expected bytes are within.
  init(
    _ name: Name, _ bytes: Double, _ certainty: Certainty, range: ClosedRange<Double>,
    _ formula: String, _ inputs: [Input], source: String
  ) {
    self.name = name
    self.bytes = Bytes.whole(bytes)
    self.range =
      Bytes.whole(min(range.lowerBound, bytes))...Bytes.whole(max(range.upperBound, bytes))
    self.certainty = certainty
    self.formula = formula
    self.inputs = inputs
    self.source = source
  }
}

/// Bytes as numbers of a formula: doubles, which no input makes overflow, and which hold every size of a
/// disk exactly.
package enum Bytes {
  /// 2^53: more than that no machine has.
  package static let limit = 1 << 53
  static let mebibyte = Double(1 << 20)
  static let gibibyte = Double(1 << 30)

  /// Whole bytes, at most ``limit``.
  static func whole(_ bytes: Double) -> Int {
    guard bytes > 0 else { return 0 }
    return bytes < Double(limit) ? Int(bytes.rounded()) : limit
  }

  /// How often a part fits in, begun parts too.
  static func parts(_ number: Double, of part: Double) -> Double {
    part > 0 ? (number / part).rounded(.up) : 0
  }

  /// The next multiple.
  static func up(_ number: Double, to step: Double) -> Double { parts(number, of: step) * step }

  /// A quotient without its rest.
  static func quotient(_ number: Double, _ divisor: Double) -> Double {
    divisor > 0 ? (number / divisor).rounded(.down) : 0
  }

  /// A number without a point where it is whole.
  static func plain(_ number: Double) -> String {
    number == number.rounded() && abs(number) < Double(limit)
      ? String(Int(number)) : String(number)
  }
}
