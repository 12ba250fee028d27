import Deployments
import Diagnostics
import Host
import Values

/// Waits until a server has no requests under way, so that stopping it cuts off no answer.
package struct Drain {
  let machine: Machine

  /// The bytes that are read of an answer.
  private static let limit = 4 << 20

  /// Waits for a server for up to its drain time; returns immediately if it has none.
  func wait(for workload: Workload) {
    guard workload.drain > 0 else { return }
    let start = machine.clock.monotonic()
    var told = 0
    while let count = requests(of: workload), count > 0 {
      let elapsed = machine.clock.monotonic() - start
      guard elapsed < Double(workload.drain) else {
        machine.tell(
          .warning(
            "'\(workload.name.text)' is stopped with \(Phrase.count(count, "request")) under way, after \(workload.drain) s",
            help: "a larger 'drain' in instances.yaml waits longer"))
        return
      }
      if told != count {
        machine.tell(
          .note(
            "waiting for \(Phrase.count(count, "request")) of '\(workload.name.text)', for up to \(workload.drain) s"
          ))
        told = count
      }
      machine.clock.sleep(0.2)
    }
  }

  /// Returns the number of requests under way, or nil if the server does not answer.
  ///
  /// A server that does not report it is asked through its connections. A client that keeps an idle
  /// connection open then counts as well.
  func requests(of workload: Workload) -> Int? {
    let port = workload.backend.reachable
    if let activity = workload.endpoint.activity, let count = reported(activity, workload, port) {
      return count
    }
    return connections(to: port.port)
  }

  private func reported(
    _ activity: ActivityQuery, _ workload: Workload, _ port: (address: String, port: Int)
  ) -> Int? {
    let ask = { machine.network.get(port.address, port.port, activity.path, Self.limit, $0) }
    guard var answer = ask(nil) else { return nil }
    if [401, 403].contains(answer.status), let key = machine.key(of: workload),
      let opened = ask(key)
    {
      answer = opened
    }
    guard answer.status == 200 else { return nil }
    switch activity.form {
    case .gauges(let names):
      let text = String(decoding: answer.body, as: UTF8.self)
      return ActivityQuery.sum(of: names, in: text)
        .map { Int(min($0, 1_000_000).rounded(.up)) }
    case .slots:
      return JSONValue(parsing: answer.body)?.list?
        .count { $0["is_processing"]?.boolean == true }
    }
  }

  /// Returns the number of established connections to a port of this machine, or nil if the kernel
  /// does not report them.
  private func connections(to port: Int) -> Int? {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap(machine.text)
    guard !tables.isEmpty else { return nil }
    return tables.reduce(0) { $0 + Self.connections(to: port, in: $1) }
  }

  /// Returns the number of established connections to a local port in a table of the kernel.
  ///
  /// Each line is `sl local_address rem_address st …`, with hexadecimal addresses, and 01 for an
  /// established connection (Linux 6.12, Documentation/networking/proc_net_tcp.rst).
  package static func connections(to port: Int, in table: String) -> Int {
    table.split(separator: "\n").dropFirst().count { line in
      let columns = line.split(separator: " ", maxSplits: 4)
      guard columns.count > 3, columns[3] == "01" else { return false }
      return columns[1].split(separator: ":").last.flatMap { Int($0, radix: 16) } == port
    }
  }
}
