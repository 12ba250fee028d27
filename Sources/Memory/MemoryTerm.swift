/// A part of a server's memory, with its formula and source.
package struct MemoryTerm: Sendable, Equatable {
  /// The purpose of a term; the raw value is the machine-readable name.
  package enum Name: String, Sendable, CaseIterable {
    /// The model's weights, including data that a server derives from them while loading.
    case weights
    /// Temporary memory of one step with the largest batch.
    case activation
    /// Libraries other than PyTorch: communication between GPUs, kernels' buffers.
    case nonTorch = "non_torch"
    /// Recorded CUDA graphs.
    case cudaGraphs = "cuda_graphs"
    /// The driver's memory for a process.
    case context
    /// Keys and values of tokens.
    case kvPool = "kv_pool"
    /// States of fixed size, one for each request.
    case recurrent
    /// llama.cpp's buffer for computing a batch.
    case compute
    /// Logits of the next tokens.
    case output
    /// The image encoder, if it is a separate file.
    case projector
    /// Cached prompts for requests with the same prefix.
    case promptCache = "prompt_cache"
  }

  /// The certainty of a figure.
  package enum Certainty: String, Sendable {
    /// The server allocates exactly these bytes.
    case exact
    /// The figure is derived from the server's code.
    case derived
    /// The figure was measured on other machines and varies between machines.
    case measured
  }

  /// An input of a formula.
  package struct Input: Sendable, Equatable {
    /// The name in the formula.
    package let name: String
    /// The value as text.
    package let value: String
    /// The origin of the value.
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

  /// The origin of a value.
  package enum Origin: String, Sendable {
    /// The model's own files.
    case model
    /// The profile or the command line.
    case profile
    /// The launcher's default.
    case launcher = "launcher's default"
    /// The card, as reported by its driver or listed in amm's table.
    case card
    /// amm's table of measured figures.
    case measured
  }

  /// The purpose.
  package let name: Name
  /// The expected bytes.
  package let bytes: Int
  /// The range of possible bytes.
  package let range: ClosedRange<Int>
  /// The certainty of the figure.
  package let certainty: Certainty
  /// The formula as text.
  package let formula: String
  /// The inputs of the formula.
  package let inputs: [Input]
  /// The source of the formula: project, version, file.
  package let source: String

  /// Creates a term with a relative range.
  ///
  /// - Parameters:
  ///   - bytes: The expected bytes.
  ///   - spread: How far the bytes can be below and above, as fractions of the expected bytes.
  init(
    _ name: Name, _ bytes: Double, _ certainty: Certainty,
    spread: (low: Double, high: Double) = (0, 0),
    _ formula: String, _ inputs: [Input], source: String
  ) {
    self.init(
      name, bytes, certainty, range: bytes * (1 - spread.low)...bytes * (1 + spread.high), formula,
      inputs, source: source)
  }

  /// Creates a term with an absolute range.
  ///
  /// - Parameter range: The range of possible bytes; extended to include the expected bytes.
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

/// Arithmetic on bytes as doubles, which cannot overflow and represent every disk size exactly.
package enum Bytes {
  /// The largest number of bytes, 2^53: more than any machine has.
  package static let limit = 1 << 53
  static let mebibyte = Double(1 << 20)
  static let gibibyte = Double(1 << 30)

  /// Returns whole bytes, at most ``limit``.
  static func whole(_ bytes: Double) -> Int {
    guard bytes > 0 else { return 0 }
    return bytes < Double(limit) ? Int(bytes.rounded()) : limit
  }

  /// Returns the number of parts, rounded up.
  static func parts(_ number: Double, of part: Double) -> Double {
    part > 0 ? (number / part).rounded(.up) : 0
  }

  /// Rounds up to a multiple of a step.
  static func up(_ number: Double, to step: Double) -> Double { parts(number, of: step) * step }

  /// Returns the quotient, rounded down.
  static func quotient(_ number: Double, _ divisor: Double) -> Double {
    divisor > 0 ? (number / divisor).rounded(.down) : 0
  }

  /// Returns a number as text, without a decimal point if it is whole.
  static func plain(_ number: Double) -> String {
    number == number.rounded() && abs(number) < Double(limit)
      ? String(Int(number)) : String(number)
  }
}

extension MemoryTerm {
  /// Returns the term multiplied by a factor.
  func scaled(by share: Double) -> MemoryTerm {
    share == 1
      ? self
      : MemoryTerm(
        name, Double(bytes) * share, certainty,
        range: Double(range.lowerBound) * share...Double(range.upperBound) * share, formula, inputs,
        source: source)
  }
}
