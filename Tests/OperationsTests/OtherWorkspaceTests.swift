import Diagnostics
import Foundation
import Host
import Reports
import TestSupport
import Testing
import Workspaces

@testable import Operations

/// What commands do beside the servers of another workspace, and without units of Podman.
struct OtherWorkspaceTests {
  private let scripted: ScriptedMachine
  private let folder: WorkspaceFolder

  init() throws {
    scripted = try ScriptedMachine()
    folder = try scripted.workspace(["one": 9001])
  }

  /// A second workspace whose instances have the names of the first one, which is served.
  private func other(targets: String = "") throws -> WorkspaceFolder {
    let profile = try #require(ProfileCatalog(folder).files.first { $0.stem == "one-two" })
    try Switcher(folder, SwitchRequest(method: .quadlet)).run("one", to: profile)
    scripted.update { state in
      state.units["one.service"] = .init(active: "active")
      state.performed = []
    }
    for file in ["profiles/lab/one-one.yaml", "profiles/lab/one-two.yaml"] {
      try scripted.home.write(try scripted.home.read("w/" + file), to: "other/" + file)
    }
    try scripted.home.link("other/active/one.yaml", to: "../profiles/lab/one-one.yaml")
    try scripted.home.write(
      try scripted.home.read("w/instances.yaml") + targets, to: "other/instances.yaml")
    return try WorkspaceFolder.find(scripted.home.file("other").path, on: scripted.machine)
  }

  @Test func `a server of another workspace is neither started nor stopped`() throws {
    let other = try other()
    let failure = #expect(throws: OperationError.self) { try ServerControl("one", in: other) }
    #expect(
      failure?.message
        == "one.service belongs to the workspace '\(scripted.home.file("w").path)', and this is "
        + "'\(scripted.home.file("other").path)'")
    #expect(failure?.help == "use '--workspace \(scripted.home.file("w").path)'")
    #expect(scripted.systemctl.isEmpty)
    try ServerControl("one", in: folder).stop()
    #expect(scripted.systemctl == ["stop one.service"])
  }

  @Test func `status does not take the other workspace's server for its own`() throws {
    let other = try other()
    scripted.update { $0.health[9001] = 200 }
    let report = try StatusReport(other.loaded(), in: other)
    #expect(report.instances.map(\.health) == [.anotherProgram])
    #expect(report.instances.map(\.service?.name) == [nil])
    let shown = report.shown(in: Layout(.plain, columns: nil)).text
    #expect(
      shown.contains("its unit belongs to the workspace '\(scripted.home.file("w").path)'"))
    // The instance does not start by itself, so the units of the other one are what differs.
    #expect(report.verdict == .drift)
  }

  private static let compose = "targets: {stack: {kind: compose}}\n"

  @Test func `a workspace for Compose has no units`() throws {
    let other = try other(targets: Self.compose)
    let failure = #expect(throws: OperationError.self) { try ServerControl("one", in: other) }
    #expect(failure?.help == "'docker compose -f generated/stack/compose.yaml up -d one' starts it")
    scripted.update { $0.health[9001] = 200 }
    let report = try StatusReport(other.loaded(), in: other)
    #expect(report.instances.map(\.health) == [.healthy])
    #expect(!report.drift.contains { $0.kind == .foreign })
    #expect(scripted.systemctl.isEmpty)
  }

  @Test func `a switch of a server for Compose restarts no unit`() throws {
    let other = try other(targets: Self.compose + "apply: {method: command, command: [true]}\n")
    let profile = try #require(ProfileCatalog(other).files.first { $0.stem == "one-two" })
    let preview = try Switcher(other, SwitchRequest()).preview("one", to: profile)
    #expect(preview.restarted.isEmpty)
    #expect(!preview.changes.isEmpty)
  }

  @Test func `doctor examines what starts the servers`() throws {
    let other = try other(targets: Self.compose)
    func subjects(_ answers: [String: String]) throws -> [String: Finding.State] {
      scripted.update { state in
        state.programs.insert("docker")
        state.answers.merge(answers) { $1 }
      }
      let servers = try Examinations.Servers.found(in: other, isNamed: true).servers
      return Dictionary(
        Examinations(other.machine, servers).all.map { ($0.subject, $0.state) },
        uniquingKeysWith: { first, _ in first })
    }
    let without = try subjects([:])
    #expect(without["compose"] == .error)
    #expect(without["podman"] == nil && without["systemd"] == nil && without["linger"] == nil)
    #expect(try subjects(["docker compose": "2.26"])["compose"] == .ok)
  }

  @Test func `doctor asks the system's manager for servers of the system`() throws {
    try scripted.home.write(
      "version: 1\ntargets: {here: {kind: podman, scope: system}}\ninstances: {}\n",
      to: "system/instances.yaml")
    var machine = scripted.machine
    machine.user = 4711
    let system = try WorkspaceFolder.find(scripted.home.file("system").path, on: machine)
    scripted.update { $0.answers["systemctl is-system-running"] = "running\n" }
    let findings = Examinations(system.machine, nil).all
    #expect(findings.first { $0.subject == "systemd" }?.message == "answers")
    #expect(!findings.contains { ["linger", "user namespaces", "limits"].contains($0.subject) })
    #expect(findings.first { $0.subject == "network" }?.state == .unseen)
  }

  @Test func `a misspelt profile of the library is not a model of the hub`() throws {
    let failure = #expect(throws: OperationError.self) {
      try BringUp(in: folder.path, on: scripted.machine)
        .run(AddedProfile.Request(source: "lab/one-tow"), SwitchRequest())
    }
    #expect(failure?.message == "there is no profile 'lab/one-tow'")
    #expect(
      failure?.help
        == "did you mean 'lab/one-two'? For a model of the hub, write 'hf.co/lab/one-tow'")
  }
}
