extension SharedGPU {
  /// A change with which all servers of a card start.
  package struct Mend: Sendable, Equatable {
    /// The order of starts; nil for the present one.
    package let order: [String]?
    /// The memory shares to set; empty if an order is enough.
    package let shares: [Share]
    /// Whether the servers certainly start with it, and not only if all figures are as expected.
    package let isSure: Bool

    /// The memory share of a server.
    package struct Share: Sendable, Equatable {
      /// The name of the instance.
      package let name: String
      /// The share, rounded down to 0.01.
      package let share: Double
    }
  }

  /// The changes that can be found for a card on which a server stops.
  package enum Advice: Sendable, Equatable {
    /// Each of the changes is enough.
    case mends([Mend])
    /// No order and no memory shares let all servers start.
    case nothing
    /// There are too many servers to try.
    case unknown
  }

  /// The changes with which all servers start, if one of them is expected to stop.
  package var advice: Advice {
    guard !stopping.isEmpty else { return .mends([]) }
    guard servers.count <= 16 else { return .unknown }
    for isSure in [true, false] {
      let found = mends(isSure)
      if !found.isEmpty { return .mends(found) }
    }
    guard failure != nil else { return .mends([]) }
    return canStart ? .unknown : .nothing
  }

  /// Whether all servers are expected to start in another order.
  package var worksInAnotherOrder: Bool {
    servers.count <= 6 && orders.contains { allStart($0, false) }
  }

  private func allStart(_ servers: [Server], _ isSure: Bool) -> Bool {
    let tried = SharedGPU(total: total, servers)
    guard isSure else { return tried.stopping.isEmpty && tried.failure == nil }
    return tried.outcomes.allSatisfy { if case .runs = $0 { true } else { false } }
  }

  private func mends(_ isSure: Bool) -> [Mend] {
    let order =
      servers.count <= 6 ? orders.first { allStart($0, isSure) }.map { $0.map(\.name) } : nil
    let byOrder = order.map { [Mend(order: $0, shares: [], isSure: isSure)] } ?? []
    // The share of the server that stops is the first to try, then that of one before it.
    let stops = servers.indices.filter { stopping.contains(servers[$0].name) }
    for index in stops + servers.indices.filter({ !stops.contains($0) }) {
      guard let found = share(of: index, isSure) else { continue }
      return byOrder + [
        Mend(order: nil, shares: [.init(name: servers[index].name, share: found)], isSure: isSure)
      ]
    }
    if let shares = shares(of: servers, isSure) {
      return byOrder + [Mend(order: nil, shares: shares, isSure: isSure)]
    }
    guard byOrder.isEmpty, servers.count <= 4 else { return byOrder }
    for order in orders {
      guard let shares = shares(of: order, isSure) else { continue }
      return [Mend(order: order.map(\.name), shares: shares, isSure: isSure)]
    }
    return []
  }

  /// Returns the smallest and the present share of a server in hundredths; nil if it has no share.
  private static func hundredths(of server: Server, _ isSure: Bool) -> (least: Int, most: Int)? {
    guard let share = server.want.share else { return nil }
    let floor = isSure ? server.floor.worst : server.floor.best
    let most = Bytes.whole((share * 100).rounded(.down))
    return (max(1, min(most, Bytes.whole((floor * 100).rounded(.up)))), most)
  }

  /// Returns the largest share of one server with which all start; nil for none.
  private func share(of index: Int, _ isSure: Bool) -> Double? {
    let server = servers[index]
    guard let (least, most) = Self.hundredths(of: server, isSure), most > least else { return nil }
    for hundredth in (least..<most).reversed() {
      var tried = servers
      tried[index] = server.taking(share: Double(hundredth) / 100)
      if allStart(tried, isSure) { return Double(hundredth) / 100 }
    }
    return nil
  }

  /// Returns shares with which all servers start in an order, each with the same spare; nil for none.
  private func shares(of order: [Server], _ isSure: Bool) -> [Mend.Share]? {
    let ranges = order.map { Self.hundredths(of: $0, isSure) }
    let most = ranges.compactMap { $0.map { $0.most - $0.least } }.max() ?? 0
    guard most > 0 else { return nil }
    for spare in (0..<most).reversed() {
      var changed: [Mend.Share] = []
      let tried = zip(order, ranges).map { server, range -> Server in
        guard let range, range.least + spare < range.most else { return server }
        let share = Double(range.least + spare) / 100
        changed.append(.init(name: server.name, share: share))
        return server.taking(share: share)
      }
      if allStart(tried, isSure) { return changed }
    }
    return nil
  }

  /// Whether the card has the bytes that all servers need if each takes as little as it can.
  private var canStart: Bool {
    servers.reduce(0.0) { sum, server in
      switch server.bounds.least {
      // The smallest share is rounded up to a hundredth.
      case .share(_, _, let held?): sum + Double(held)
      case .share(_, let beside, nil):
        sum + max(0, server.floor.best - 0.01) * Double(total) + Double(beside)
      case .partOfFree(_, let least), .rest(_, let least), .bytes(let least): sum + Double(least)
      case .upTo: sum
      }
    } <= Double(total)
  }

  /// The orders in which the servers can start: those on demand come last.
  private var orders: [[Server]] {
    var found: [[Server]] = []
    Self.permute(servers, []) { order in
      guard zip(order, order.dropFirst()).allSatisfy({ !$0.isOnDemand || $1.isOnDemand }) else {
        return
      }
      found.append(order)
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
