import Deployments
import Diagnostics
import Foundation
import Operations
import TestSupport
import Testing
import Workspaces

/// A switch from its checks to its end, on a machine that is not there.
struct SwitcherTests {
  private let scripted: ScriptedMachine
  private let folder: WorkspaceFolder

  init() throws {
    scripted = try ScriptedMachine()
    folder = try scripted.workspace(["a": 9001, "b": 9002, "b-model": 9003])
  }

  private func make(
    _ instance: String, to profile: String, wait: Int? = nil, keepsFailed: Bool = false
  ) throws {
    try Switcher(
      folder, SwitchRequest(method: .quadlet, wait: wait, keepsFailed: keepsFailed)
    ).run(instance, to: try file(of: profile))
  }

  private func file(of profile: String) throws -> ProfileFile {
    try #require(ProfileCatalog(folder).files.first { $0.stem == profile })
  }

  private func link(_ instance: String) throws -> String? {
    try folder.destination(of: "active/\(instance).yaml")
  }

  private var results: [String] {
    scripted.told.compactMap { if case .result(let text) = $0 { text } else { nil } }
  }

  @Test func `the server of the instance starts anew, and no other`() throws {
    try make("a", to: "a-one")
    try make("b", to: "b-one")
    try make("b-model", to: "b-model-one")
    let before = scripted.systemctl.count
    try make("b-model", to: "b-model-two")
    let done = scripted.systemctl.dropFirst(before)
    #expect(done.contains("restart b-model.service"))
    #expect(!done.contains { $0.contains(" a.service") || $0.contains(" b.service") })
    #expect(results.last?.hasPrefix("done: b-model.service runs lab/b-model-two") == true)
    #expect(scripted.read { $0.units["b-model.service"]?.invocation } == 2)
  }

  @Test func `one that runs already is not started anew for nothing`() throws {
    try make("a", to: "a-one")
    let invocation = scripted.read { $0.units["a.service"]?.invocation }
    try make("a", to: "a-one")
    #expect(scripted.read { $0.units["a.service"]?.invocation } == invocation)
  }

  @Test func `an image is there before a server is touched`() throws {
    try make("a", to: "a-one")
    scripted.update { $0.images = [] }
    try make("a", to: "a-two")
    let performed = scripted.read { $0.performed }
    let pull = try #require(performed.firstIndex { $0.starts(with: ["podman", "pull"]) })
    let restart = try #require(
      performed.lastIndex { $0.starts(with: ["systemctl", "--user", "restart"]) })
    #expect(pull < restart)
  }

  @Test func `an image that cannot be pulled changes nothing`() throws {
    try make("a", to: "a-one")
    scripted.update {
      $0.images = []
      $0.pullStatus = 125
    }
    let before = scripted.systemctl
    #expect(throws: (any Error).self) { try make("a", to: "a-two") }
    #expect(try link("a") == "../profiles/lab/a-one.yaml")
    #expect(scripted.systemctl == before)
  }

  @Test func `a unit that fails is not waited for, and the switch is taken back`() throws {
    try make("a", to: "a-one")
    scripted.update {
      $0.starting["a.service"] = ScriptedMachine.Unit(active: "failed", detail: "failed")
    }
    let start = scripted.read { $0.seconds }
    #expect {
      try make("a", to: "a-two", wait: 600)
    } throws: { error in
      (error as? OperationError)?.kind == .unhealthy
    }
    #expect(scripted.read { $0.seconds } - start < 60, "nobody waits for what has failed")
    #expect(try link("a") == "../profiles/lab/a-one.yaml")
  }

  @Test func `a unit that does not run is a failure, though nobody waits for it`() throws {
    scripted.update { $0.starting["a.service"] = ScriptedMachine.Unit() }
    #expect {
      try make("a", to: "a-two")
    } throws: { error in
      (error as? OperationError)?.message.hasSuffix("the unit is inactive") == true
    }
    #expect(!results.contains { $0.hasPrefix("done") })
  }

  @Test func `a unit that is made of another file is not the one that was meant`() throws {
    scripted.update { $0.sources["a.service"] = "/etc/hosts" }
    #expect {
      try make("a", to: "a-two")
    } throws: { error in
      (error as? OperationError)?.message.contains("makes the unit from '/etc/hosts'") == true
    }
  }

  @Test func `a failed switch stays where that is wanted`() throws {
    scripted.update {
      $0.starting["a.service"] = ScriptedMachine.Unit(active: "failed", detail: "failed")
    }
    #expect(throws: OperationError.self) {
      try make("a", to: "a-two", wait: 600, keepsFailed: true)
    }
    #expect(try link("a") == "../profiles/lab/a-two.yaml")
  }

  @Test func `a server that never answers is given up after its time`() throws {
    #expect {
      try make("a", to: "a-two", wait: 30)
    } throws: { error in
      (error as? OperationError)?.message == "a.service did not answer within 30 s"
    }
    #expect(scripted.read { $0.seconds } >= 30)
  }

  @Test func `what answers must be the model that is meant`() throws {
    scripted.update {
      $0.health[9001] = 200
      $0.bodies[9001] = #"{"data": [{"id": "another"}]}"#
    }
    #expect {
      try make("a", to: "a-two", wait: 30)
    } throws: { error in
      (error as? OperationError)?.message.contains("serves another; expected a-two") == true
    }
    scripted.update { $0.bodies[9001] = #"{"data": [{"id": "a-two"}]}"# }
    try make("a", to: "a-two", wait: 30)
    #expect(results.last?.hasPrefix("done: a.service runs lab/a-two") == true)
  }

  @Test func `a rollback passes over switches that were taken back`() throws {
    try make("a", to: "a-two")
    scripted.update {
      $0.starting["a.service"] = ScriptedMachine.Unit(active: "failed", detail: "failed")
    }
    #expect(throws: OperationError.self) { try make("a", to: "a-one", wait: 5) }
    let history = SwitchHistory(folder)
    #expect(try history.entries(of: "a").count == 2)
    #expect(try history.undoable(of: "a").map(\.to) == ["lab/a-two"])
  }

  @Test func `a status counts what answers with success as healthy`() throws {
    try make("a", to: "a-one")
    for (status, health) in [(200, "healthy"), (404, "not ready"), (503, "not ready")] {
      scripted.update {
        $0.health[9001] = status
        $0.bodies[9001] = #"{"data": [{"id": "a-one"}]}"#
      }
      let workspace = try #require(WorkspaceLoader(folder).load().value)
      let report = try StatusReport(workspace, in: folder)
      #expect(report.instances.first { $0.name == "a" }?.health.rawValue == health)
    }
  }

  @Test func `a preview touches nothing`() throws {
    try make("a", to: "a-one")
    scripted.update { $0.images = [] }
    let before = scripted.read { $0.performed }
    let preview = try Switcher(folder, SwitchRequest(method: .quadlet))
      .preview("a", to: file(of: "a-two"))
    #expect(preview.restarted.map(\.service) == ["a.service"])
    #expect(preview.missing.map(\.text) == ["example.org/a-two:1"])
    #expect(preview.changes.contains { $0.path == "quadlet/a.container" })
    #expect(scripted.read { $0.performed } == before)
    #expect(try link("a") == "../profiles/lab/a-one.yaml")
  }

  @Test func `a switch that fails gives the GPU back to the member that had it`() throws {
    let text = String(
      decoding: try Data(contentsOf: scripted.home.file("w/instances.yaml")), as: UTF8.self)
    try scripted.home.write(
      text.replacing("port: 9001", with: "port: 9001, exclusive: gpu")
        .replacing("port: 9002", with: "port: 9002, exclusive: gpu"), to: "w/instances.yaml")
    try make("a", to: "a-one")
    #expect(scripted.read { $0.units["a.service"]?.active } == "active")
    scripted.update {
      $0.units["b.service"] = .init()
      $0.failing.insert("b.service")
    }
    let before = scripted.systemctl.count
    let failure = #expect(throws: OperationError.self) { try make("b", to: "b-two") }
    #expect(
      failure?.help?.contains("'b' does not run, as before, and a.service runs again") == true)
    let done = scripted.systemctl.dropFirst(before)
    #expect(done.last == "start a.service")
    #expect(
      done.filter { $0.contains("b.service") && !$0.hasPrefix("reset") }.last == "stop b.service")
    #expect(try link("b") == "../profiles/lab/b-one.yaml")
  }
}
