import Deployments
import Diagnostics
import Foundation
import Host
import Operations
import Synchronization
import TestSupport
import Testing
import Workspaces

/// Servers that start on demand and exclusive groups, on a machine that is not there.
struct OnDemandTests {
  private let scripted: ScriptedMachine
  /// The ports that were asked, each with its path.
  private let asked = Asked()

  private final class Asked: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ text: String) { list.withLock { $0.append(text) } }
  }

  init() throws {
    scripted = try ScriptedMachine()
    _ = try scripted.workspace(["lazy": 9001, "one": 9002, "two": 9003])
    try scripted.home.write(
      """
      version: 1
      defaults: {gpus: [], start: manual}
      instances:
        lazy: {port: 9001, start: on-demand}
        one: {port: 9002, exclusive: lanes, drain: 5}
        two: {port: 9002, exclusive: lanes, drain: 5}

      """, to: "w/instances.yaml")
  }

  /// The workspace on the machine, whose network is recorded.
  private func folder(slots: String? = nil) throws -> WorkspaceFolder {
    var machine = scripted.machine
    let (asked, scripted) = (asked, scripted)
    machine.network.status = { _, port, path in
      asked.add("\(port)\(path)")
      return scripted.read { $0.health[port] }
    }
    machine.network.isListening = { _, port in
      asked.add("\(port)")
      return scripted.read { $0.health[port] != nil }
    }
    machine.network.get = { _, port, path, _, _ in
      asked.add("\(port)\(path)")
      let body = path == "/slots" ? slots : scripted.read { $0.bodies[port] }
      return body.map { HTTP.Answer(status: 200, body: Array($0.utf8)) }
    }
    return try WorkspaceFolder.find(scripted.home.file("w").path, on: machine)
  }

  private func status() throws -> StatusReport {
    let folder = try folder()
    let workspace = try #require(try WorkspaceLoader(folder).load().value)
    return try StatusReport(workspace, in: folder)
  }

  private func install(_ units: [String: String]) {
    scripted.update { state in
      for (name, active) in units { state.units[name] = .init(active: active) }
    }
  }

  private func make(_ instance: String, in folder: WorkspaceFolder) throws {
    let profile = try #require(
      ProfileCatalog(folder).files.first { $0.stem == "\(instance)-one" })
    try Switcher(folder, SwitchRequest(method: .quadlet)).run(instance, to: profile)
  }

  @Test func `status does not ask the port that starts a server`() throws {
    try make("lazy", in: try folder())
    install(["lazy.service": "inactive", "lazy-proxy.socket": "active"])
    let report = try status()
    let lazy = try #require(report.instances.first { $0.name == "lazy" })
    #expect(lazy.health == .idle)
    #expect(report.verdict != .unhealthy)
    #expect(asked.all.contains("19001/health"))
    #expect(!asked.all.contains { $0.hasPrefix("9001") })
    install(["lazy-proxy.socket": "failed"])
    #expect(try status().instances.first { $0.name == "lazy" }?.health == .down)
    #expect(try status().verdict == .unhealthy)
  }

  @Test func `doctor does not connect to the port that starts a server`() throws {
    let folder = try folder()
    try make("lazy", in: folder)
    install(["lazy.service": "inactive", "lazy-proxy.socket": "active"])
    let workspace = try #require(try WorkspaceLoader(folder).load().value)
    let examined = Examinations(folder.machine, .init(workspace: workspace, folder: folder))
    let finding = try #require(
      examined.ports(workspace.deployment).first { $0.subject == "port 9001" })
    #expect(finding.message == "a socket listens and starts lazy on demand")
    #expect(!asked.all.contains("9001"))
  }

  @Test func `a switch opens the socket and does not start the server`() throws {
    try make("lazy", in: try folder())
    let done = scripted.systemctl
    #expect(done.contains("start lazy-proxy.socket"))
    #expect(!done.contains("start lazy.service") && !done.contains("start lazy-proxy.service"))
    #expect(scripted.read { $0.performed }.contains { $0.contains("link") })
  }

  /// The file of the user's own unit stays.
  @Test func `a unit of the user's own is in the way`() throws {
    try scripted.home.write(
      "[Socket]\nListenStream=1\n", to: ".config/systemd/user/lazy-proxy.socket")
    let folder = try folder()
    #expect(throws: OperationError.self) { try make("lazy", in: folder) }
    let text = try String(
      contentsOf: scripted.home.file(".config/systemd/user/lazy-proxy.socket"), encoding: .utf8)
    #expect(text.contains("ListenStream=1"))
  }

  @Test func `a switch waits for requests under way, and says when it does no longer`() throws {
    try make("one", in: try folder())
    install(["one.service": "active"])
    let busy = try folder(slots: "[{\"is_processing\": true}, {\"is_processing\": false}]")
    let before = scripted.read { $0.seconds }
    try make("two", in: busy)
    #expect(scripted.read { $0.seconds } - before >= 5)
    let told = scripted.told.compactMap { event in
      switch event {
      case .note(let text), .warning(let text, _): text
      default: nil
      }
    }.joined(separator: "\n")
    #expect(told.contains("waiting for 1 request of 'one'"))
    #expect(told.contains("'one' is stopped with 1 request under way, after 5 s"))
    #expect(told.contains("only one of the group runs"))
    let idle = try folder(slots: "[{\"is_processing\": false}]")
    let then = scripted.read { $0.seconds }
    try make("two", in: idle)
    #expect(scripted.read { $0.seconds } - then < 5)
  }

  @Test func `a group's other member may run instead`() throws {
    try scripted.home.write(
      "version: 1\ndefaults: {gpus: []}\ninstances:\n  one: {port: 9002, exclusive: lanes}\n"
        + "  two: {port: 9002, exclusive: lanes, start: manual}\n", to: "w/instances.yaml")
    try make("one", in: try folder())
    install(["one.service": "inactive", "two.service": "active"])
    scripted.update {
      $0.health[9002] = 200
      $0.bodies[9002] = "{\"data\": [{\"id\": \"two-one\"}]}"
    }
    #expect(try status().verdict != .unhealthy)
    install(["two.service": "inactive"])
    scripted.update { $0.health[9002] = nil }
    #expect(try status().verdict == .unhealthy)
  }

  /// Columns of /proc/net/tcp: 1F90 is 8080, and 01 an established connection.
  @Test func `connections are counted from the kernel's table`() throws {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
         0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
         1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0
         2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0
         3: 00000000000000000000000001000000:1F90 0:C351 01 00000000:00000000 00:0 0     0
      """
    #expect(Drain.connections(to: 8080, in: table) == 2)
    #expect(Drain.connections(to: 8081, in: table) == 0)
  }
}
