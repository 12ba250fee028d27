/// What a server's own lines say of its memory when it starts.
package struct MeasuredMemory: Sendable, Equatable {
  /// Bytes of a GPU by what they are for: where several parts of a server say different numbers, the
  /// largest; of llama.cpp's GPUs, together.
  package internal(set) var gpu: [MemoryTerm.Name: Int] = [:]
  /// Bytes of main memory.
  package internal(set) var host: [MemoryTerm.Name: Int] = [:]
  /// Tokens that it keeps: where several parts say different numbers, the smallest.
  package internal(set) var tokens: Int?
  /// Bytes of the card, where the server says them.
  package internal(set) var card: Int?
  /// Of its release, as it says it.
  package internal(set) var release: String?
  /// GPUs that llama.cpp's buffers are on, whose bytes are those of all of them.
  package internal(set) var devices = 1

  /// Whether its figures have one decimal, and not two.
  package internal(set) var isCoarse = false

  /// Whether nothing of it was found.
  package var isEmpty: Bool { gpu.isEmpty && host.isEmpty && tokens == nil }

  /// Of a log: of the last start that is in it.
  ///
  /// - Returns: Nil where it says nothing of memory.
  package init?(log: String) {
    var reader = MemoryLogReader()
    for line in log.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      reader.read(LogLine(line))
    }
    let measured = reader.measured
    guard !measured.isEmpty else { return nil }
    self = measured
  }

  init() {}
}

/// A term as it was planned, beside what a server says of it.
package struct ComparedTerm: Sendable, Equatable {
  /// What it is for.
  package let name: MemoryTerm.Name
  /// Whether it is main memory.
  package let isOnHost: Bool
  /// As it was planned; nil for one that was not.
  package let planned: MemoryTerm?
  /// Bytes; nil for one that the server does not say.
  package let measured: Int?
  /// Bytes that rounding may have added to what was measured, or taken from it.
  package let rounding: Int

  /// How many times of what was measured the plan is more, or less where below zero; nil where one of the
  /// two is missing.
  package var error: Double? {
    guard let planned, let measured, measured > 0 else { return nil }
    return Double(planned.bytes) / Double(measured) - 1
  }

  /// Whether what was measured is what it may be by the plan, to half of its last digit; nil where one of the
  /// two is missing.
  package var isWithin: Bool? {
    guard let planned, let measured else { return nil }
    return planned.range.lowerBound - rounding <= measured
      && measured <= planned.range.upperBound + rounding
  }
}

extension MemoryEstimate {
  /// Each of its terms beside what a server says, and what the server says besides.
  package func compared(to measured: MeasuredMemory) -> [ComparedTerm] {
    func rows(
      _ terms: [MemoryTerm], _ found: [MemoryTerm.Name: Int], _ isOnHost: Bool, _ parts: Int
    )
      -> [ComparedTerm]
    {
      MemoryTerm.Name.allCases.compactMap { name in
        let planned = terms.first { $0.name == name }
        let bytes = found[name].map { $0 / max(1, parts) }
        guard planned != nil || bytes ?? 0 > 0 else { return nil }
        let unit = (bytes ?? 0) >= 1 << 30 ? 1 << 30 : 1 << 20
        // llama.cpp's figures are in mebibytes, and a buffer is as large as whole pages.
        let rounding = measured.isCoarse ? unit / 19 : max(unit / 190, 1 << 15)
        return ComparedTerm(
          name: name, isOnHost: isOnHost, planned: planned, measured: bytes, rounding: rounding)
      }
    }
    return rows(terms, measured.gpu, false, measured.devices)
      + rows(host, measured.host, true, 1)
  }
}
