import Diagnostics
import Profiles
import Schema
import Text

/// What only units have that amm generated.
extension QuadletReader {
  /// Whether amm generated the unit of a server, and not that of a companion.
  var isInstance: Bool { OwnTraces.wroteInstance(unit.file) }

  /// Reads what a unit of amm leaves out, which is a setting of its instance.
  mutating func finishOwn() {
    guard isInstance, server.image != nil else { return }
    let keys = lines.filter { $0.section == "Container" }
    server.isConfined = !keys.contains { $0.key.value == "SecurityLabelDisable" && flag($0) }
    if let check = keys.last(where: { $0.key.value == "HealthCmd" }), hasOtherImage {
      server.healthCheck = [single(check)]
    }
    if !unit.rivals.isEmpty {
      let first = (unit.rivals + [server.name.value]).min() ?? ""
      server.settings.append(("exclusive", Located(first + "-group", server.name.range)))
    }
    finishDemand()
  }

  /// Whether only the profile describes the program of the image.
  private var hasOtherImage: Bool {
    server.image.map { Recognition.runtime(ofImage: $0.value) == nil } ?? false
  }

  /// The socket of a server that starts on demand: its address and port; nil if there is none.
  var demand: (address: String, port: Int)? {
    guard isInstance,
      lines.contains(where: { $0.section == "Unit" && $0.key.value == "StopWhenUnneeded" }),
      let stream = unit.value(
        of: "ListenStream", in: "Socket", of: expansion.service + "-proxy.socket"),
      let colon = stream.lastIndex(of: ":"), let port = Int(stream[stream.index(after: colon)...])
    else { return nil }
    return (stream[..<colon].filter { $0 != "[" && $0 != "]" }, port)
  }

  /// Gives clients the port of the socket, behind which the server has its own port.
  private mutating func finishDemand() {
    guard let demand, let main = server.ports.first, let backend = main.value.host else { return }
    let origin = main.range
    server.ports[0] = Located(
      .init(address: demand.address, host: demand.port, container: main.value.container), origin)
    server.settings.append(("start", Located("on-demand", origin)))
    if abs(backend - demand.port) != 10_000 {
      server.settings.append(("backend_port", Located(String(backend), origin)))
    }
    let command = unit.value(
      of: "ExecStart", in: "Service", of: expansion.service + "-proxy.service")
    let option = "--exit-idle-time="
    let idle = command?.split(separator: " ").first { $0.hasPrefix(option) }?
      .dropFirst(option.count)
    if idle != "900s" {
      server.settings.append(("stop_after_idle", Located(idle.map(String.init) ?? "never", origin)))
    }
    // The unit is active after the model was loaded, so amm doubles the time.
    let start = lines.last { $0.section == "Service" && $0.key.value == "TimeoutStartSec" }
    server.settings.removeAll { $0.key == "start_timeout" }
    if let start, let seconds = Int(start.value.text), seconds != 3600 {
      server.settings.append(
        ("start_timeout", Located(String(seconds / 2), start.value.located.range)))
    }
  }
}
