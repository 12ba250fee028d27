import Host
package import Memory
package import Values

/// A plan together with the memory that its server reports.
package struct MeasuredPlan: Sendable {
  /// The plan.
  package let plan: MemoryPlan
  /// The memory that the server reports.
  package let measured: MeasuredMemory
  /// Each term with its planned and its measured size.
  package let terms: [ComparedTerm]

  /// Compares a plan with a log.
  ///
  /// - Parameter log: The server's output while it started.
  /// - Returns: Nil if the log does not report memory, or the plan has no estimate.
  package init?(_ plan: MemoryPlan, log: String) {
    guard let estimate = plan.estimate, let measured = MeasuredMemory(log: log) else { return nil }
    self.plan = plan
    self.measured = measured
    terms = estimate.compared(to: measured)
  }

  /// Where to read a server's log.
  package enum LogPlace: Sendable {
    /// A file; nil for the standard input.
    case file(String?)
    /// The journal of the instance's service.
    case journal
  }

  /// The maximum number of bytes of a log to read.
  private static let limit = 64 << 20

  /// Reads a server's output while it started.
  ///
  /// - Parameter name: The instance's name.
  /// - Throws: An ``OperationError`` or `HostError`.
  package static func log(
    _ place: LogPlace, of name: String, on machine: Machine
  ) throws -> String {
    switch place {
    case .file(let path):
      return String(decoding: try Files.readLog(path, limit: limit), as: UTF8.self)
    case .journal:
      guard let service = machine.services.state(of: name)?.name else {
        throw OperationError(
          .refused, "systemd has no service for '\(name)', so there is no journal",
          help: "use '--against FILE', or '--against -' for the standard input")
      }
      return machine.services.startOfJournal(of: service)
    }
  }

  /// The data for programs and the history: planned and measured bytes by term.
  package var value: Value {
    var members: [Value.Member] = []
    if let release = measured.release { members.append(.init("release", .text(release))) }
    for (place, isOnHost) in [("terms", false), ("host_terms", true)] {
      let rows = terms.filter { $0.isOnHost == isOnHost }
      guard !rows.isEmpty else { continue }
      members.append(.init(place, .set(rows.map { .init($0.name.rawValue, $0.value) })))
    }
    if let tokens = measured.tokens {
      var pair: [Value.Member] = [.init("measured", .integer(tokens))]
      if let capacity = plan.estimate?.capacity {
        pair += [
          .init("planned", .integer(capacity.tokens)),
          .init("low", .integer(capacity.range.lowerBound)),
          .init("high", .integer(capacity.range.upperBound)),
        ]
      }
      members.append(.init("kv_tokens", .set(pair)))
    }
    return .set(members)
  }
}

extension ComparedTerm {
  fileprivate var value: Value {
    var members: [Value.Member] = []
    if let planned {
      members += [
        .init("planned", .integer(planned.bytes)), .init("low", .integer(planned.range.lowerBound)),
        .init("high", .integer(planned.range.upperBound)),
      ]
    }
    if let measured { members.append(.init("measured", .integer(measured))) }
    return .set(members)
  }
}
