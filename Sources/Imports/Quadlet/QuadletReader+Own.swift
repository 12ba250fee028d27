import Diagnostics
import Profiles
import Schema
import Text

/// What only units have that amm generated.
extension QuadletReader {
  /// Whether amm generated the unit.
  var isOwn: Bool { OwnTraces.wrote(unit.file) }

  /// Reads what a unit of amm leaves out, which is a setting of its instance.
  mutating func finishOwn() {
    guard isOwn, let image = server.image?.value, let runtime = Recognition.runtime(ofImage: image)
    else { return }
    let origin = server.name.range
    func value(of key: String) -> QuadletText? {
      lines.last { $0.section == "Container" && $0.key.value == key }?.value
    }
    if runtime.startsProcesses, value(of: "RunInit") == nil {
      server.settings.append(("init", Located("false", origin)))
    }
    let volumes = lines.filter { $0.section == "Container" && $0.key.value == "Volume" }
      .map(\.value.text)
    if runtime.compileCache != nil, user == nil,
      !volumes.contains(where: { $0.hasSuffix(":" + Self.compileCache) })
    {
      server.settings.append(("compile_cache", Located("false", origin)))
    }
    if server.gpus?.value.isEmpty == false, value(of: "SecurityLabelDisable") == nil {
      let isPrivate = volumes.contains { $0.hasSuffix(",Z") || $0.hasSuffix(":Z") }
      server.settings.append(("selinux", Located(isPrivate ? "private" : "shared", origin)))
    }
    let name = server.name.value
    if let own = server.places.firstIndex(where: { $0.value.isVolume && $0.value.source == name }) {
      server.settings.append(("cache", Located("own", server.places[own].range)))
      server.places.remove(at: own)
    }
    finishDemand()
  }

  /// The socket of a server that starts on demand: its address and port; nil if there is none.
  var demand: (address: String, port: Int)? {
    guard isOwn,
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
