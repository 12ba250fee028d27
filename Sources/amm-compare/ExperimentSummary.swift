import ArgumentParser
import CommandSupport
import Comparison
import Diagnostics
import Experiments
import Host
import Operations
import Reports
import Schema
import Values

/// A summary of the results of an experiment by task; it measures nothing.
struct ExperimentSummary {
  private let id: String
  /// The scores by task and metric, in the order in which they were first logged.
  private let groups: [Group]
  /// The claims of the experiment's reports.
  private let claims: [(task: String, sentences: [String])]

  private struct Group {
    let task: String
    let metric: String
    let unit: String
    let isBetterHigher: Bool
    /// The scores of each model.
    var scores: [(model: String, values: [Double])]
  }

  /// - Throws: `HostError`, `ExperimentStore.Damage`, or an ``OperationError`` if there is no such
  ///   experiment.
  init(_ id: String, in folder: WorkspaceFolder) throws {
    let experiment = try ExperimentStore(folder).shown(id).experiment
    self.id = id
    var groups: [Group] = []
    var reports: [(task: String, path: String)] = []
    for pair in experiment.results?.value ?? [] {
      for result in pair.item.value.map(\.value) {
        guard let task = result.task?.value, let score = result.score?.value else { continue }
        let metric = result.metric?.value ?? "score"
        if let path = result.report?.value, !reports.contains(where: { $0.path == path }) {
          reports.append((task, path))
        }
        let index =
          groups.firstIndex { $0.task == task && $0.metric == metric }
          ?? {
            groups.append(
              Group(
                task: task, metric: metric, unit: result.unit?.value ?? "",
                isBetterHigher: result.better?.value != .lower, scores: []))
            return groups.count - 1
          }()
        if let model = groups[index].scores.firstIndex(where: { $0.model == pair.name.value }) {
          groups[index].scores[model].values.append(score)
        } else {
          groups[index].scores.append((pair.name.value, [score]))
        }
      }
    }
    self.groups = groups
    claims = reports.compactMap { task, path in
      // The path comes from the file, which is untrusted.
      guard path.hasPrefix(ComparisonRecord.reports + "/"), !path.contains(".."),
        let content = try? folder.read(path, limit: 256 << 20),
        let report = try? ComparisonReport.read(content.bytes)
      else { return nil }
      let sentences = report.analysis.claims.map(\.sentence)
      return sentences.isEmpty ? nil : (task, sentences)
    }
  }

  var value: Value {
    .set([
      "experiment": .text(id),
      "results": .list(
        groups.map { group in
          .set([
            "task": .text(group.task), "metric": .text(group.metric), "unit": .text(group.unit),
            "better": .text(group.isBetterHigher ? "higher" : "lower"),
            "models": .set(
              group.scores.map { scores in
                .init(
                  scores.model,
                  .set([
                    "count": .integer(scores.values.count),
                    "median": .number(Sample(scores.values).median),
                    "values": .list(scores.values.map(Value.number)),
                  ]))
              }),
          ])
        }),
      "claims": .list(
        claims.map { .set(["task": .text($0.task), "sentences": .texts($0.sentences)]) }),
    ])
  }

  var shown: Shown {
    let style = Style(for: .output)
    var out: Shown = ""
    for claim in claims {
      for sentence in claim.sentences { out += "\(style.bold("\(claim.task):")) \(sentence)\n" }
    }
    if !claims.isEmpty { out += "\n" }
    var table = Table()
    for group in groups {
      for (index, scores) in group.scores.enumerated() {
        let sample = Sample(scores.values)
        let median = Number.short(sample.median) + (group.unit.isEmpty ? "" : " " + group.unit)
        let range =
          sample.count > 1
          ? "median of \(sample.count), \(Number.short(sample.percentile(0))) to "
            + Number.short(sample.percentile(100)) : ""
        table.add(
          index == 0 ? group.task : "", index == 0 ? group.metric : "", scores.model, median, range)
      }
    }
    out += table.lines().map { $0 + "\n" }.joined()
    if groups.isEmpty { out += "experiment \(id) has no results\n" }
    if claims.isEmpty, !groups.isEmpty {
      out += "no models were compared with each other, so no model is called better\n"
    }
    return out
  }
}
