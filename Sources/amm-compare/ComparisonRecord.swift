import CommandSupport
import Comparison
import Deployments
import Experiments
import Host
import Operations
import Profiles
import Reports
import Schema
import Values
import Workspaces

/// Records comparisons in the active experiment.
struct ComparisonRecord {
  private let folder: WorkspaceFolder

  init(_ folder: WorkspaceFolder) { self.folder = folder }

  /// The folder for the reports of experiments.
  static let reports = "experiments/reports"

  /// Adds a report and its results.
  ///
  /// A failure is only a warning, because the report itself is still valid.
  ///
  /// - Parameter served: The instance of each side, and the workspace that defines what it serves.
  func add(_ report: ComparisonReport, of served: [(instance: String, workspace: Workspace)]) {
    let store = ExperimentStore(folder)
    do {
      guard let id = try store.activeID() else { return }
      let path = try write(report, of: id)
      var entries: [ExperimentEntry] = []
      for (side, (instance, workspace)) in served.enumerated() {
        guard let model = ServedModel.of(instance, in: workspace, on: folder.machine) else {
          continue
        }
        let name =
          workspace.instance(named: instance)?.active?.profile.name.value
          ?? instance
        for result in report.results(of: side, time: Clock.timestamp(), path: path) {
          entries.append(.result(result, of: name, servedAs: model))
        }
      }
      try store.record(entries, in: id)
      Console.say("recorded in experiment \(id)")
    } catch let error as HostError {
      Console.warn("the comparison was not recorded in the experiment: \(error.message)")
    } catch let damage as ExperimentStore.Damage {
      Console.report(damage.diagnostics)
      Console.warn("the comparison was not recorded in the experiment: \(damage.message)")
    } catch {
      preconditionFailure("no other error is thrown")
    }
  }

  /// Writes the report to a new file.
  ///
  /// - Returns: The path of the file in the workspace.
  private func write(_ report: ComparisonReport, of id: String) throws(HostError) -> String {
    let base = "\(Self.reports)/\(id)-\(report.task.name.fileName)"
    var path = base + ".json"
    var number = 2
    while try folder.kind(of: path) != nil {
      path = "\(base)-\(number).json"
      number += 1
    }
    try folder.write(JSON.text(report.value.redacted), to: path)
    return path
  }
}

extension ComparisonReport {
  /// Returns the results of a side for an experiment.
  fileprivate func results(of side: Int, time: String, path: String) -> [ExperimentResult] {
    let analysis = analysis
    var results: [ExperimentResult] = []
    if let scores = analysis.scores {
      results.append(
        ExperimentResult(
          time: time, task: task.name, metric: "score", score: scores.means[side], better: .higher,
          interval: scores.intervals[side].map { ScoreInterval(lower: $0.lower, upper: $0.upper) },
          samples: scores.items[side].count, tool: "amm compare \(amm)", report: path))
    }
    for row in analysis.rows where row.sides[side].count > 0 {
      results.append(
        ExperimentResult(
          time: time, task: task.name, metric: "median_\(row.metric.rawValue)",
          score: row.metric.scaled(row.sides[side].median),
          unit: row.metric.unit(of: task.kind),
          better: row.metric.isBetterHigher ? .higher : .lower, samples: row.sides[side].count,
          tool: "amm compare \(amm)", report: path))
    }
    return results
  }
}

extension String {
  /// The string with hyphens in place of characters that are unusual in file names.
  fileprivate var fileName: String {
    String(
      map { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "." || $0 == "_" ? $0 : "-" })
  }
}
