import Deployments

/// The units that start a server when a client connects: a socket that holds the port for clients,
/// and a proxy that leads to the server's own port and stops it when it is idle.
///
/// The proxy wants the server but does not require it. If the server fails, the proxy still starts
/// and closes the waiting connections; with Requires=, the socket would start both again immediately,
/// without end (systemd 257, src/core/socket.c, socket_trigger_notify).
package enum ActivationUnits {
  private static let suffix = "-proxy"
  private static let program = "systemd-socket-proxyd"
  /// The folders of systemd's own programs: on most systems, and on NixOS.
  private static let folders = ["/usr/lib/systemd", "/run/current-system/systemd/lib/systemd"]
  /// The folders of 'systemctl'.
  private static let commands = ["/usr/bin", "/bin", "/run/current-system/sw/bin"]

  /// The paths at which systemd finds the proxy.
  package static let programPlaces = folders.map { $0 + "/" + program }

  /// Returns the name of the socket unit of a server that starts on demand.
  package static func socket(of instance: String) -> String { instance + suffix + ".socket" }

  /// Returns the name of the proxy's service.
  package static func proxy(of instance: String) -> String { instance + suffix + ".service" }

  /// Returns the names of the socket and the proxy that an instance has if it starts on demand.
  package static func names(of instance: String) -> [String] {
    [socket(of: instance), proxy(of: instance)]
  }

  /// The name of both units without an ending.
  static func name(of workload: Workload) -> String { workload.name.text + suffix }

  private typealias Entry = UnitFile.Entry

  /// Returns the socket and the proxy, or nil for a server that does not start on demand.
  ///
  /// - Parameters:
  ///   - scope: The manager of systemd that runs the units.
  ///   - prefix: The prefix of the names of services that are made from containers.
  static func units(
    of workload: Workload, in scope: Scope = .user, servicePrefix prefix: String = ""
  ) -> (socket: UnitFile, proxy: UnitFile)? {
    guard let activation = workload.activation else { return nil }
    return (
      socket(of: workload, port: workload.exposure),
      proxy(of: workload, activation, in: scope, prefix)
    )
  }

  private static func socket(of workload: Workload, port: Exposure) -> UnitFile {
    var file = UnitFile()
    file.add(
      "Unit",
      [Entry("Description", .systemd("Port \(port.host.number) of \(workload.name.text)"))])
    file.add(
      "Socket",
      [
        Entry("ListenStream", .systemd("\(port.address.bracketed):\(port.host.number)")),
        // A server that fails does not close the port.
        Entry("TriggerLimitIntervalSec", .systemd("0")),
      ])
    file.add("Install", [Entry("WantedBy", .systemd("sockets.target"))])
    return file
  }

  private static func proxy(
    of workload: Workload, _ activation: Activation, in scope: Scope, _ prefix: String
  ) -> UnitFile {
    let socket = socket(of: workload.name.text)
    let server = prefix + workload.name.text + ".service"
    // A model that is created on the running server must exist before the first request.
    let tasks = workload.preparation.map { prefix + $0.name.text + ".service" }
    let idle = activation.idle.map { ["--exit-idle-time=\($0)s"] } ?? []
    let command =
      [program] + idle
      + ["\(BindAddress.loopback.bracketed):\(activation.backend.number)"]
    var file = UnitFile()
    file.add(
      "Unit",
      [
        Entry("Description", .systemd("Proxy that starts \(workload.name.text) on demand")),
        Entry("Requires", .systemd(socket)), Entry("After", .systemd(socket)),
        Entry("Wants", .systemd(server)), Entry("After", .systemd(server)),
        Entry("PartOf", .systemd(server)),
      ] + tasks.map { Entry("After", .systemd($0)) })
    file.add(
      "Service",
      [
        // The proxy is in no folder of PATH.
        Entry("ExecSearchPath", .systemd((folders + commands).joined(separator: ":"))),
        // Starts on demand must not count as failures: after three of them, systemd would refuse to
        // start the server.
        Entry("ExecStartPre", .systemd("-\(scope.systemctl) reset-failed \(server)")),
        Entry("ExecStart", .systemd(command.joined(separator: " "))),
      ])
    return file
  }
}

extension Scope {
  /// The command that controls units of this manager.
  fileprivate var systemctl: String {
    switch self {
    case .user: "systemctl --user"
    case .system: "systemctl"
    }
  }
}
