import Deployments
import Host
import Targets

/// The installed units of a server that starts on demand.
struct ActivatedServer {
  /// The unit that holds the port for clients.
  let socket: String
  /// The unit that leads to the server and stops it when it is idle.
  let proxy: String
  /// The server's own unit.
  let service: String
  private let machine: Machine
  /// The address and port for clients; nil if the workspace is invalid.
  private let clients: (address: String, port: Int)?

  /// - Parameter workload: The instance; nil if the workspace is invalid.
  init(_ instance: String, service: String, _ workload: Workload?, on machine: Machine) {
    socket = ActivationUnits.socket(of: instance)
    proxy = ActivationUnits.proxy(of: instance)
    self.service = service
    self.machine = machine
    clients = workload?.activation.flatMap { _ in workload?.exposure.reachable }
  }

  /// Opens the port for clients.
  ///
  /// - Throws: If it fails, with the reason if another program has the port.
  func open() throws(HostError) {
    do throws(HostError) {
      try machine.services.control("start", socket)
    } catch {
      guard let clients, machine.network.isListening(clients.address, clients.port) else {
        throw error
      }
      throw HostError(
        "open", socket,
        reason: "another program listens on port \(clients.port); 'amm doctor' names it")
    }
  }

  /// Closes the port and stops the server.
  ///
  /// A client that waits at the socket would start the other two again immediately.
  func close() throws(HostError) {
    for unit in [socket, proxy, service] { try machine.services.control("stop", unit) }
  }

  /// Starts the server through its proxy: nothing would need a server that is started without it, and
  /// systemd would stop it.
  ///
  /// - Parameter isWaiting: Whether systemctl waits until the server is healthy.
  func start(isWaiting: Bool = true) throws(HostError) {
    try machine.services.control("start", proxy, isWaiting: isWaiting)
  }

  /// Lets the idle time of the server begin: the proxy counts it from the end of a connection, and a
  /// server that was started by hand had none.
  func startIdleTime() {
    guard let clients else { return }
    _ = machine.network.isListening(clients.address, clients.port)
  }
}
