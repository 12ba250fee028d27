import Diagnostics
import Foundation
import Host
import Operations
import Synchronization
import TestSupport

/// A machine made of values.
///
/// It has a systemd that does what it is told, a Podman with some images, servers
/// that answer what is written down, and a clock that only goes on when somebody sleeps. The files are
/// real, in a folder that goes with it.
final class ScriptedMachine: Sendable {
  struct Unit {
    var active = "inactive"
    var detail = "dead"
    var invocation = 0
    var restarts = 0
  }

  struct State {
    var programs: Set<String> = ["systemctl", "podman"]
    /// Images that Podman has.
    var images: Set<String> = []
    var units: [String: Unit] = [:]
    /// What a unit becomes when it is started; active where nothing is written down.
    var starting: [String: Unit] = [:]
    /// Units that fail when they are started.
    var failing: Set<String> = []
    /// The file that a unit is made of, where that is not the one that amm installs.
    var sources: [String: String] = [:]
    /// The status with which a port's health is answered; nobody answers on others.
    var health: [Int: Int] = [:]
    /// The body with which a port answers everything else.
    var bodies: [Int: String] = [:]
    /// Keys that servers ask for, by their ports.
    var keys: [Int: String] = [:]
    /// What Podman keeps, by name.
    var secrets: [String: String] = [:]
    /// What a question is answered with, by its first words.
    var answers: [String: String] = [:]
    var pullStatus = 0
    var seconds = 0.0
    var performed: [[String]] = []
    var told: [Event] = []
  }

  private let state = Mutex(State())
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  /// Writes a workspace whose instances serve `lab/NAME-one`, and have `lab/NAME-two` besides.
  func workspace(_ ports: [String: Int]) throws -> WorkspaceFolder {
    var text = "version: 1\ndefaults: {gpus: [], auto_start: false}\ninstances:\n"
    for (name, port) in ports.sorted(by: { $0.key < $1.key }) {
      text += "  \(name): {port: \(port)}\n"
      for number in ["one", "two"] {
        let image = "example.org/\(name)-\(number):1"
        update { _ = $0.images.insert(image) }
        try home.write(
          """
          name: \(name)-\(number)
          source: {type: local, path: /srv/m.gguf}
          container: {runtime: llama-cpp, image: "\(image)"}

          """, to: "w/profiles/lab/\(name)-\(number).yaml")
      }
      try home.link("w/active/\(name).yaml", to: "../profiles/lab/\(name)-one.yaml")
    }
    try home.write(text, to: "w/instances.yaml")
    return try WorkspaceFolder.find(home.file("w").path, on: machine)
  }

  func update(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

  func read<Result: Sendable>(_ look: (State) -> Result) -> Result { state.withLock { look($0) } }

  var told: [Event] { state.withLock { $0.told } }

  /// What was done to systemd: `restart a.service`.
  var systemctl: [String] {
    read { state in
      state.performed.filter { $0.first == "systemctl" }
        .map { $0.dropFirst(2).filter { $0 != "--no-block" }.joined(separator: " ") }
    }
  }

  private var units: String { home.file(".config/containers/systemd/ai-models").path }

  var machine: Machine {
    var machine = Machine(tell: { event in self.update { $0.told.append(event) } }) { _ in nil }
    machine.userName = "ann"
    machine.variable = { $0 == "HOME" ? self.home.url.path : nil }
    machine.find = { program, _ in
      self.read { $0.programs.contains(program) } ? "/usr/bin/\(program)" : nil
    }
    machine.answer = { self.answer($0.words) }
    machine.perform = { words, _, _ in self.perform(words) }
    machine.clock.monotonic = {
      // Each look takes a moment, as it does anywhere.
      self.state.withLock { state in
        state.seconds += 0.001
        return state.seconds
      }
    }
    machine.clock.epoch = { 1_700_000_000 }
    machine.clock.timestamp = { "2026-11-27T00:00:00Z" }
    machine.clock.sleep = { seconds in self.update { $0.seconds += seconds } }
    machine.network.isOwn = { $0.hasPrefix("127.") }
    machine.network.isListening = { _, port in self.read { $0.health[port] != nil } }
    machine.network.status = { _, port, _ in self.read { $0.health[port] } }
    machine.network.get = { _, port, _, _, key in
      self.read { state in
        if let wanted = state.keys[port], key != wanted {
          return HTTP.Answer(status: 401, body: [])
        }
        return state.bodies[port].map { HTTP.Answer(status: 200, body: Array($0.utf8)) }
      }
    }
    return machine
  }

  private func answer(_ words: [String]) -> Subprocess.Result? {
    func result(_ status: Int, _ output: String = "") -> Subprocess.Result {
      Subprocess.Result(status: status, output: output)
    }
    guard let program = words.first, read({ $0.programs.contains(program) }) else { return nil }
    let line = words.joined(separator: " ")
    if let found = read({ $0.answers.first { line.hasPrefix($0.key) }?.value }) {
      return result(0, found)
    }
    switch Array(words.dropFirst().prefix(2)) {
    case ["--user", "show"]: return result(0, show(words[words.count - 1]))
    case ["--user", "is-active"]:
      return result(read { $0.units[words[3]]?.active } == "active" ? 0 : 3)
    case ["--user", "is-system-running"]: return result(0, "running\n")
    case ["secret", "inspect"]:
      return read { $0.secrets[words.last ?? ""] }.map { result(0, $0) } ?? result(1)
    case ["image", "exists"]: return result(read { $0.images.contains(words[3]) } ? 0 : 1)
    case ["container", "ls"]: return result(0)
    default: return result(1)
    }
  }

  private func show(_ name: String) -> String {
    let file = units + "/" + name.replacing(".service", with: ".container")
    guard let unit = read({ $0.units[name] }), FileManager.default.fileExists(atPath: file) else {
      return "LoadState=not-found\n"
    }
    return """
      LoadState=loaded
      ActiveState=\(unit.active)
      SubState=\(unit.detail)
      NRestarts=\(unit.restarts)
      InvocationID=\(unit.invocation)
      SourcePath=\(read { $0.sources[name] } ?? file)

      """
  }

  private func perform(_ words: [String]) -> Subprocess.Result {
    let result = state.withLock { state -> Int in
      state.performed.append(words)
      guard words.first == "systemctl" else {
        if words.starts(with: ["podman", "pull"]), state.pullStatus == 0 {
          state.images.insert(words[2])
        }
        return state.pullStatus
      }
      let verb = words[2]
      guard let name = words.last, name.hasSuffix(".service") || name.hasSuffix(".socket") else {
        // daemon-reload: Podman's generator makes a service of each file.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: self.units)) ?? []
        for file in files where file.hasSuffix(".container") {
          let service = file.replacing(".container", with: ".service")
          if state.units[service] == nil { state.units[service] = Unit() }
        }
        return 0
      }
      var unit = state.units[name] ?? Unit()
      let isRunning = unit.active == "active"
      switch verb {
      case "restart", "start":
        guard verb == "restart" || !isRunning else { break }
        let number = unit.invocation
        unit = state.starting[name] ?? Unit(active: "active", detail: "running")
        unit.invocation = number + 1
        if state.failing.contains(name) {
          unit.active = "failed"
          state.units[name] = unit
          return 1
        }
      case "stop": unit = Unit(invocation: unit.invocation)
      default: break
      }
      state.units[name] = unit
      return 0
    }
    return Subprocess.Result(status: result, output: "")
  }
}
