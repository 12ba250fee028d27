import ArgumentParser
import CommandSupport
import Comparison
import Deployments
import Diagnostics
import Host
import Operations
import Reports
import Workspaces

/// Runs comparisons in a workspace, and creates their reports.
struct Comparer {
  private let folder: WorkspaceFolder

  init(_ folder: WorkspaceFolder) { self.folder = folder }

  /// Measures one instance, or two in turns.
  ///
  /// - Throws: `HostError`, or an exit status after reporting the problem.
  func measure(_ names: [String], _ task: ModelTask) throws -> ComparisonReport {
    let workspace = try workspace()
    var servers = try names.map { try server($0, in: workspace, task) }
    for server in servers { try requireMeant(server) }
    try SandboxImages.prepare(task)
    Self.tellApart(&servers)
    let result = try measuring {
      try MeasurementRun(task, servers, try Client.made()).interleaved()
    }
    let report = report(ComparisonReport.TaskFacts(task), servers, result, isInterleaved: true)
    ComparisonRecord(folder).add(report, of: names.map { ($0, workspace) })
    return report
  }

  /// Numbers the names of the sides if a server is compared with itself.
  private static func tellApart(_ servers: inout [ComparedServer]) {
    guard servers.count == 2, servers[0].name == servers[1].name else { return }
    servers[0].name += "/1"
    servers[1].name += "/2"
  }

  /// Measures the last two profiles that an instance served, switching between them.
  func measureHistory(of name: String, _ task: ModelTask) throws -> ComparisonReport {
    let profiles = try lastProfiles(of: name)
    let workspaces = try profiles.map { try workspace(serving: $0, on: name) }
    let servers = try zip(profiles, workspaces).map { profile, workspace in
      var server = try server(name, in: workspace, task)
      server.name = profile.id
      return server
    }
    try SandboxImages.prepare(task)
    let switcher = Switcher(folder, SwitchRequest(wait: SwitchRequest.standardWait))
    var current = profiles[0]
    // The output of the switches and of their programs is not part of the report.
    let result = try Terminal.withOutputToError {
      Console.say(
        "'\(name)' serves \(profiles[0].id) again at the end; 'amm rollback' also restores it")
      defer {
        if current.id != profiles[0].id { try? switcher.run(name, to: profiles[0]) }
      }
      return try measuring {
        try MeasurementRun(task, servers, try Client.made()).inHalves { side in
          if current.id != profiles[side].id {
            try switcher.run(name, to: profiles[side])
            current = profiles[side]
          }
          try requireMeant(servers[side])
        }
      }
    }
    let report = report(ComparisonReport.TaskFacts(task), servers, result, isInterleaved: false)
    ComparisonRecord(folder).add(report, of: workspaces.map { (name, $0) })
    return report
  }

  /// Measures with an external program.
  func measure(_ names: [String], with program: BenchmarkProgram) throws -> ComparisonReport {
    let workspace = try workspace()
    var results: [BenchmarkProgram.Result] = []
    var servers: [ComparedServer] = []
    for (side, name) in names.enumerated() {
      let server = try server(name, in: workspace, kind: .chat, task: program.name)
      try requireMeant(server)
      results.append(try program.run(on: server, side: side))
      servers.append(server)
    }
    Self.tellApart(&servers)
    var result = MeasurementRun.Result()
    result.measurements = results.flatMap(\.measurements)
    result.notes = [
      "measured by \(results[0].tool), one side after the other: any other change on the machine "
        + "also counts as a difference"
    ]
    let report = report(results[0].task, servers, result, isInterleaved: false)
    ComparisonRecord(folder).add(report, of: names.map { ($0, workspace) })
    return report
  }

  /// Joins two reports of one side each.
  ///
  /// - Parameter paths: The files; `FILE#SIDE` selects a side of a file with two sides.
  static func joined(_ paths: [String]) throws -> ComparisonReport {
    let parts = try paths.map(part)
    guard let report = ComparisonReport.joining(parts[0], parts[1]) else {
      Console.fail(
        "'\(paths[0])' is from the task '\(parts[0].task.name)', and '\(paths[1])' is from "
          + "'\(parts[1].task.name)' or a different version of it",
        help: "only answers to the same questions can be compared")
      throw ExitStatus.invalid
    }
    return report
  }

  private static func part(_ word: String) throws -> ComparisonReport {
    let pieces = word.split(separator: "#", maxSplits: 1).map(String.init)
    let path = pieces.first ?? ""
    guard let bytes = try Files.read(path, limit: 256 << 20) else {
      throw HostError("read", path, reason: "there is no such file")
    }
    do throws(ComparisonReport.Unreadable) {
      let report = try ComparisonReport.read(bytes)
      let wanted = pieces.count > 1 ? report.names.firstIndex(of: pieces[1]) : nil
      if let index = report.names.count == 1 ? 0 : wanted { return report.side(index) }
      Console.fail(
        "'\(path)' has two sides",
        help: "write \(Phrase.oneOf(report.names.map { "'\(path)#\($0)'" }))")
    } catch {
      Console.fail(
        "'\(path)' cannot be read: \(error.reason)",
        help: "'amm compare INSTANCE --task TASK --json > FILE' creates such a file")
    }
    throw ExitStatus.invalid
  }

  private func report(
    _ task: ComparisonReport.TaskFacts, _ servers: [ComparedServer],
    _ result: MeasurementRun.Result,
    isInterleaved: Bool
  ) -> ComparisonReport {
    ComparisonReport(
      amm: Release.version, time: Clock.timestamp(), task: task,
      sides: servers.enumerated().map { side, server in
        let metrics = result.serverMetrics
        return ComparisonReport.Side(
          name: server.name, configuration: server.configuration,
          serverMetrics: metrics.indices.contains(side) ? metrics[side] : [])
      }, measurements: result.measurements, isInterleaved: isInterleaved, notes: result.notes)
  }

  // MARK: The workspace

  private func workspace(serving profile: ProfileFile? = nil, on instance: String = "") throws
    -> Workspace
  {
    let loader = try WorkspaceLoader(folder)
    let outcome = try loader.load(replacing: profile.map { (instance, $0) })
    guard let workspace = outcome.value else {
      Console.report(outcome.diagnostics)
      throw ExitStatus.invalid
    }
    return workspace
  }

  private func server(
    _ name: String, in workspace: Workspace, _ task: ModelTask
  ) throws -> ComparedServer {
    try server(name, in: workspace, kind: task.kind, task: task.name)
  }

  private func server(
    _ name: String, in workspace: Workspace, kind: TaskDocument.Kind, task: String
  ) throws -> ComparedServer {
    do throws(ComparedServer.Refusal) {
      return try ComparedServer(
        name, in: workspace, kind: kind, task: task, amm: Release.version)
    } catch {
      Console.fail(error.message, help: error.help)
      throw ExitStatus.invalid
    }
  }

  private func requireMeant(_ server: ComparedServer) throws {
    do throws(ComparedServer.Refusal) {
      try server.requireMeant()
    } catch {
      Console.fail(error.message, help: error.help)
      throw ExitStatus.invalid
    }
  }

  /// Returns the profile that an instance serves, and the one that it served before.
  private func lastProfiles(of name: String) throws -> [ProfileFile] {
    guard let active = try workspace().instance(named: name)?.active?.id else {
      Console.fail(
        "instance '\(name)' serves nothing", help: "'amm switch \(name) PROFILE' selects a profile")
      throw ExitStatus.invalid
    }
    let done = try SwitchHistory(folder).undoable(of: name)
    let before = done.reversed().flatMap { [$0.to, $0.from].compactMap { $0 } }
      .first { $0 != active }
    guard let before else {
      Console.fail(
        "instance '\(name)' has only served '\(active)'",
        help: "'--history' needs two profiles; 'amm switch \(name) PROFILE' selects another one")
      throw ExitStatus.invalid
    }
    let files = try WorkspaceLoader(folder).files
    return try [active, before].map { id in
      if let file = files.first(where: { $0.id == id }) { return file }
      Console.fail(
        "the profile '\(id)', which '\(name)' served, no longer exists",
        help: "'amm history \(name)' lists the other profiles")
      throw ExitStatus.invalid
    }
  }

  /// Runs a measurement, and reports the server that stops it because it does not answer.
  private func measuring(
    _ work: () throws -> MeasurementRun.Result
  ) throws -> MeasurementRun.Result {
    do {
      return try work()
    } catch let silence as MeasurementRun.Silence {
      let detail = silence.failure.detail.isEmpty ? "" : " (\(silence.failure.detail))"
      Console.fail(
        "'\(silence.name)' does not answer: \(silence.failure.kind.text)\(detail)",
        help: "'amm status' shows the state of the servers")
      throw ExitStatus.unhealthy
    }
  }
}
