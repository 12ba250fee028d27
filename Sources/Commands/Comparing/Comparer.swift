import ArgumentParser
import Comparison
import Deployments
import Diagnostics
import Host
import Workspaces

/// Runs a comparison from the workspace to the report.
struct Comparer {
  private let folder: WorkspaceFolder

  init(_ folder: WorkspaceFolder) { self.folder = folder }

  /// Measures one instance, or two in turns.
  ///
  /// - Throws: `HostError`, or an exit status after saying what is wrong.
  func measure(_ names: [String], _ task: ModelTask) throws -> Report {
    var servers = try servers(names, task)
    // One server against itself: two sides of one name could not be told apart.
    if names.count == 2, names[0] == names[1] {
      servers[0].name += "/1"
      servers[1].name += "/2"
    }
    do {
      let run = MeasurementRun(task, servers, try Companion(), quiet: false)
      let result = try run.interleaved()
      return Report(
        amm: AMM.version, time: Clock.timestamp(), task: Report.TaskFacts(task),
        sides: zip(servers, result.serverMetrics).map { server, metrics in
          Report.Side(
            name: server.name, configuration: server.configuration, serverMetrics: metrics)
        }, measurements: result.measurements, isInterleaved: true, notes: result.notes)
    } catch let silence as MeasurementRun.Silence {
      throw refuse(silence)
    }
  }

  private func servers(_ names: [String], _ task: ModelTask) throws -> [ComparedServer] {
    let outcome = try WorkspaceLoader(folder).load()
    guard let workspace = outcome.value else {
      Console.report(outcome.diagnostics)
      throw ExitStatus.invalid
    }
    let plan = workspace.plan()
    return try names.map { name in
      do throws(ComparedServer.Refusal) {
        return try ComparedServer(name, in: workspace, plan, for: task, amm: AMM.version)
      } catch {
        Console.fail(error.message, help: error.help)
        throw ExitStatus.invalid
      }
    }
  }

  private func refuse(_ silence: MeasurementRun.Silence) -> ExitCode {
    let detail = silence.failure.detail.isEmpty ? "" : " (\(silence.failure.detail))"
    Console.fail(
      "'\(silence.name)' does not answer: \(silence.failure.kind.text)\(detail)",
      help: "'amm status' shows how the servers are")
    return ExitStatus.unhealthy
  }
}
