import Diagnostics
package import Operations
package import Workspaces

extension Workspace {
  /// Returns a warning of servers on other machines that only those machines reach; nil if there are
  /// none.
  ///
  /// - Parameter instance: The only instance that counts; nil for all.
  package func warning(ofClosed instance: String?, on machine: Machine) -> Event? {
    let closed = closedElsewhere(on: machine).filter { instance == nil || $0.name == instance }
    guard let first = closed.first else { return nil }
    let hosts = Set(closed.map(\.host)).sorted().map { "'\($0)'" }
    return .warning(
      "\(Phrase.allOf(closed.map { "'\($0.name)'" })) can be reached only on \(Phrase.allOf(hosts))",
      help:
        "write 'bind: \"0.0.0.0\"' and 'api_key' for '\(first.name)', or use a proxy of that machine"
    )
  }
}
