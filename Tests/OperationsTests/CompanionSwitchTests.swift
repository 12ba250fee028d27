import Diagnostics
import Host
import Operations
import TestSupport
import Testing
import Workspaces

/// What a failing companion, a taken port and a broken workspace mean for a switch and a start.
struct CompanionSwitchTests {
  private let scripted: ScriptedMachine
  private let folder: WorkspaceFolder

  init() throws {
    scripted = try ScriptedMachine()
    folder = try scripted.workspace(["one": 9001, "lazy": 9003])
    try scripted.home.write(
      """
      version: 1
      defaults: {gpus: [], start: manual}
      instances:
        lazy: {port: 9003, start: on-demand}
        one: {port: 9001, drain: 5}
      companions:
        page: {kind: custom, port: 9002, container_port: 80, image: "example.org/page:1", for: [one]}

      """, to: "w/instances.yaml")
    scripted.update { _ = $0.images.insert("example.org/page:1") }
  }

  private func make(_ instance: String, _ number: String) throws {
    let profile = try #require(
      ProfileCatalog(folder).files.first { $0.stem == "\(instance)-\(number)" })
    try Switcher(folder, SwitchRequest(method: .quadlet)).run(instance, to: profile)
  }

  private var told: String {
    scripted.told.compactMap { event in
      switch event {
      case .warning(let text, let help): "warning: \(text)\n\(help ?? "")"
      case .note(let text): "note: \(text)"
      case .journal(let text): "journal: \(text)"
      default: nil
      }
    }.joined(separator: "\n")
  }

  private func fail(_ unit: String) {
    scripted.update { state in
      state.failing.insert(unit)
      state.programs.insert("journalctl")
      state.answers["journalctl --user -u \(unit)"] = "page: no such file"
    }
  }

  @Test func `a companion that did not run before does not undo a switch`() throws {
    fail("page.service")
    try make("one", "two")
    #expect(try folder.destination(of: "active/one.yaml") == "../profiles/lab/one-two.yaml")
    #expect(told.contains("warning: the companion 'page' does not start\n'amm logs page'"))
    #expect(told.contains("journal: page: no such file"))
  }

  @Test func `a companion that ran before and fails undoes a switch, with its journal`() throws {
    try make("one", "one")
    scripted.update { $0.units["page.service"] = .init(active: "active") }
    try scripted.home.write(
      try scripted.home.read("w/instances.yaml").replacing("9002", with: "9009"),
      to: "w/instances.yaml")
    fail("page.service")
    let failure = #expect(throws: OperationError.self) { try make("one", "two") }
    #expect(failure?.message == "cannot start 'page': its journal is shown above")
    #expect(try folder.destination(of: "active/one.yaml") == "../profiles/lab/one-one.yaml")
    #expect(told.contains("journal: page: no such file"))
  }

  @Test func `a socket whose port is taken is named with the port`() throws {
    scripted.update { $0.health[9003] = 200 }
    fail("lazy-proxy.socket")
    let failure = #expect(throws: OperationError.self) { try make("lazy", "one") }
    #expect(failure?.message.contains("another program listens on port 9003") == true)
  }

  @Test func `doctor looks at the port of a companion`() throws {
    let workspace = try #require(try WorkspaceLoader(folder).load().value)
    let examined = Examinations(folder.machine, .init(workspace: workspace, folder: folder))
    func finding() -> Finding? {
      examined.ports(workspace.deployment).first { $0.subject == "port 9002" }
    }
    #expect(finding()?.message == "free for page")
    scripted.update { $0.health[9002] = 200 }
    #expect(finding()?.state == .error)
    #expect(finding()?.message == "another program listens, not page")
  }

  @Test func `a restart in a workspace with errors says that it does not wait`() throws {
    try make("one", "one")
    scripted.update { $0.answers["systemctl --user show -p Conflicts"] = "" }
    try ServerControl("one", in: folder).restart()
    #expect(!told.contains("the workspace has errors"))
    try scripted.home.write("version: 1\ninstances: {one: {prt: 1}}\n", to: "w/instances.yaml")
    try ServerControl("one", in: folder).restart()
    #expect(told.contains("does not wait for requests under way to 'one'"))
  }

  @Test func `a start in a workspace with errors names the servers that it stops`() throws {
    try make("one", "one")
    try scripted.home.write("version: 1\ninstances: {one: {prt: 1}}\n", to: "w/instances.yaml")
    scripted.update { state in
      state.units["one.service"] = .init(active: "inactive")
      state.units["two.service"] = .init(active: "active")
      state.answers["systemctl --user show -p Conflicts"] =
        "Conflicts=shutdown.target two.service\nConflictedBy=three.service\n"
    }
    try ServerControl("one", in: folder).start()
    #expect(told.contains("does not wait for requests under way to 'two.service'"))
    #expect(!told.contains("three.service"))
  }
}
