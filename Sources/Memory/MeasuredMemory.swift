/// The memory that a server reports in its log when it starts.
package struct MeasuredMemory: Sendable, Equatable {
  /// Bytes of a GPU by purpose: the largest number that any part of a server reports; for
  /// llama.cpp, the sum over all GPUs.
  package internal(set) var gpu: [MemoryTerm.Name: Int] = [:]
  /// Bytes of main memory by purpose.
  package internal(set) var host: [MemoryTerm.Name: Int] = [:]
  /// The cache capacity in tokens: the smallest number that any part of a server reports.
  package internal(set) var tokens: Int?
  /// Bytes of the card, if reported.
  package internal(set) var card: Int?
  /// The server's version, as reported.
  package internal(set) var release: String?
  /// The number of GPUs with llama.cpp's buffers; ``gpu`` is their sum.
  package internal(set) var devices = 1
  /// Bytes by purpose of the GPU that has the most of it.
  package internal(set) var fullest: [MemoryTerm.Name: Int] = [:]

  /// Whether the figures have one decimal instead of two.
  package internal(set) var isCoarse = false

  /// Whether nothing was found.
  package var isEmpty: Bool { gpu.isEmpty && host.isEmpty && tokens == nil }

  /// Reads the last start in a log.
  ///
  /// - Returns: Nil if the log does not report memory.
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

/// A planned term and the figure that a server reports for it.
package struct ComparedTerm: Sendable, Equatable {
  /// The purpose.
  package let name: MemoryTerm.Name
  /// Whether the term is in main memory.
  package let isOnHost: Bool
  /// The planned term; nil if it was not planned.
  package let planned: MemoryTerm?
  /// The measured bytes; nil if the server does not report them.
  package let measured: Int?
  /// The largest rounding error of the measured bytes.
  package let rounding: Int

  /// The relative error of the plan, positive if it is too high; nil if either figure is missing.
  package var error: Double? {
    guard let planned, let measured, measured > 0 else { return nil }
    return Double(planned.bytes) / Double(measured) - 1
  }

  /// Whether the measured bytes are within the planned range, allowing for rounding; nil if either
  /// figure is missing.
  package var isWithin: Bool? {
    guard let planned, let measured else { return nil }
    return planned.range.lowerBound - rounding <= measured
      && measured <= planned.range.upperBound + rounding
  }
}

extension MemoryEstimate.Capacity {
  /// Returns whether a number of tokens is within the planned range, allowing for a block.
  package func holds(_ measured: Int) -> Bool {
    range.lowerBound - 64 <= measured && measured <= range.upperBound + 64
  }
}

extension MemoryEstimate {
  /// Returns all planned and measured terms, matched by name.
  package func compared(to measured: MeasuredMemory) -> [ComparedTerm] {
    func rows(
      _ terms: [MemoryTerm], _ found: [MemoryTerm.Name: Int], _ isOnHost: Bool
    ) -> [ComparedTerm] {
      MemoryTerm.Name.allCases.compactMap { name in
        let planned = terms.first { $0.name == name }
        let bytes = found[name]
        guard planned != nil || bytes ?? 0 > 0 else { return nil }
        let unit = (bytes ?? 0) >= 1 << 30 ? 1 << 30 : 1 << 20
        // llama.cpp reports MiB, and the size of a buffer is a multiple of the page size.
        let rounding = measured.isCoarse ? unit / 19 : max(unit / 190, 1 << 15)
        return ComparedTerm(
          name: name, isOnHost: isOnHost, planned: planned, measured: bytes, rounding: rounding)
      }
    }
    return rows(terms, measured.devices > 1 ? measured.fullest : measured.gpu, false)
      + rows(host, measured.host, true)
  }
}
