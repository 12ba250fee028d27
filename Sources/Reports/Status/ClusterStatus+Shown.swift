import Operations

extension ClusterStatus {
  /// Returns a line for each server, and its problem below it: `prod/chat: ready 2 of 2`.
  func lines(_ layout: Layout) -> [Shown] {
    guard silence == nil else { return [] }
    return servers.flatMap { server -> [Shown] in
      let style = layout.style
      let state =
        switch server.state {
        case .ready: style.good("ready \(server.ready) of \(server.wanted)")
        case .waiting: style.warning("ready \(server.ready) of \(server.wanted)")
        case .stopped: style.faint("stopped")
        case .missing: style.faint("not in the cluster")
        case .unknown: style.faint("unknown")
        }
      let restarts = server.restarts > 0 ? ", \(server.restarts) restarts" : ""
      let profile = server.profile.map { ", \($0)" } ?? ""
      let line =
        style.bold("\(target)/\(server.name)") + ": " + state
        + "\(restarts)\(profile), \(server.url)"
      return [line] + (server.problem.map { ["  " + style.warning("\($0)")] } ?? [])
    }
  }
}
