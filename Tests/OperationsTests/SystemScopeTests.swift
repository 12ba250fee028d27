import Diagnostics
import Foundation
import Host
import Reports
import TestSupport
import Testing
import Workspaces

@testable import Operations

/// What commands do without root beside servers of the system, and on a machine that no target is for.
struct SystemScopeTests {
  private let scripted: ScriptedMachine

  init() throws { scripted = try ScriptedMachine() }

  /// A workspace with one server and some targets, for a user who is not root.
  private func workspace(_ targets: String) throws -> WorkspaceFolder {
    _ = try scripted.workspace(["one": 9001])
    let text = try scripted.home.read("w/instances.yaml")
    try scripted.home.write(text + targets, to: "w/instances.yaml")
    var machine = scripted.machine
    machine.user = 4711
    return try WorkspaceFolder.find(scripted.home.file("w").path, on: machine)
  }

  private static let system = "targets: {here: {kind: podman, scope: system}}\n"

  @Test func `status does not take the user's container for root's`() throws {
    let folder = try workspace(Self.system)
    scripted.update { state in
      state.programs.insert("podman")
      state.answers["podman container ls"] = "abc\n"
      state.answers["podman inspect"] = "P1\nIexample.org/other:1\n"
    }
    let report = try StatusReport(folder.loaded(), in: folder)
    #expect(report.instances.allSatisfy { $0.container == nil })
    #expect(report.unseen.contains("containers: only root can ask Podman about the system's"))
    #expect(!report.drift.contains { $0.kind == .running })
  }

  @Test func `a switch without root changes nothing and says so`() throws {
    let folder = try workspace(Self.system)
    let profile = try #require(ProfileCatalog(folder).files.first { $0.stem == "one-two" })
    let failure = #expect(throws: OperationError.self) {
      try Switcher(folder, SwitchRequest(method: .quadlet)).run("one", to: profile)
    }
    #expect(failure?.message == "only root installs and starts units of the system")
    #expect(failure?.help?.contains("'sudo'") == true)
    #expect(try folder.destination(of: "active/one.yaml") == "../profiles/lab/one-one.yaml")
  }

  @Test func `doctor names the cluster to ask if no server runs here`() throws {
    try scripted.home.write(
      "version: 1\ntargets: {prod: {kind: kubernetes}}\ninstances: {}\n", to: "w/instances.yaml")
    let folder = try WorkspaceFolder.find(scripted.home.file("w").path, on: scripted.machine)
    let servers = try Examinations.Servers.found(in: folder, isNamed: true).servers
    let findings = Examinations(folder.machine, servers).all
    #expect(findings.first { $0.subject == "prod" }?.fix == "amm doctor --target prod")
    #expect(!findings.contains { $0.state == .error })
    #expect(!findings.contains { ["podman", "systemd", "quadlets"].contains($0.subject) })
  }

  @Test func `a link leads to the file that the profile was found in`() throws {
    let folder = try scripted.workspace(["one": 9001])
    try scripted.home.write(
      try scripted.home.read("w/profiles/lab/one-two.yaml"), to: "w/profiles/custom/two.yaml")
    let profile = try #require(ProfileCatalog(folder).files.first { $0.id == "custom/two" })
    try Switcher(folder, SwitchRequest(method: ApplySettings.Method.none)).run("one", to: profile)
    #expect(try folder.destination(of: "active/one.yaml") == "../profiles/custom/two.yaml")
    #expect(try WorkspaceLoader(folder).load().value != nil)
  }
}
