import Diagnostics
package import Experiments
package import Operations
import Schema
package import Values

/// All experiments of a workspace, including those whose files are damaged.
package struct ExperimentList {
  private let entries: [(id: String, experiment: Experiment?)]
  private let active: String?

  /// Reads every experiment; throws if the machine cannot read one.
  package init(_ store: ExperimentStore) throws {
    entries = try store.ids().map { id in
      do {
        return (id, try store.read(id))
      } catch is ExperimentStore.Damage {
        return (id, nil)
      }
    }
    active = try store.activeID()
  }

  /// The experiments for programs, the oldest first.
  package var value: Value {
    .document([
      "experiments": .list(
        entries.map { id, experiment in
          .set([
            "id": .text(id), "valid": .boolean(experiment != nil), "active": .boolean(id == active),
            "description": experiment?.description.map { .text($0.value) },
            "started": experiment?.started.map { .text($0.value) },
            "stopped": experiment?.stopped.map { .text($0.value) },
            "models": experiment.map { .texts($0.models?.value.map(\.name.value) ?? []) },
            "results": experiment.map { .integer($0.resultCount) },
            "notes": experiment.map { .integer($0.notes?.value.count ?? 0) },
          ])
        })
    ])
  }

  /// Returns a table with one experiment per line.
  package func shown(in layout: Layout) -> Shown {
    let style = layout.style
    var table = Table()
    for (id, experiment) in entries {
      guard let experiment else {
        table.add(id, "damaged", "", "see 'amm experiment show \(id)'")
        continue
      }
      table.add(
        id, id == active ? "running" : "ended", Phrase.count(experiment.resultCount, "result"),
        experiment.description?.value.firstLine ?? "")
    }
    return table.lines(within: layout.columns) { column, cell in
      switch (column, cell) {
      case (0, _): style.bold(cell)
      case (1, "damaged"): style.error(cell)
      case (1, "running"): style.good(cell)
      default: cell
      }
    }.map { $0 + "\n" }.joined()
  }
}

/// A report about an experiment for people.
package struct ExperimentReport {
  private let experiment: Experiment
  private let id: String

  /// Creates the report about an experiment.
  package init(_ experiment: Experiment, named id: String) {
    self.experiment = experiment
    self.id = id
  }

  /// Returns the complete experiment: models, results and notes, each by time.
  package func shown(in layout: Layout) -> Shown {
    let style = layout.style
    let started = experiment.started?.value ?? ""
    let time = experiment.stopped.map { "\(started) to \($0.value)" } ?? "since \(started)"
    let description = experiment.description?.value ?? ""
    var out: Shown =
      "\(style.bold("\(id)"))  \(description)\n\(style.faint("\(time)"))\n"
    for (title, part) in [
      ("models", models(in: layout)), ("results", results(in: layout)), ("notes", notes),
    ]
    where !part.isEmpty {
      out += "\n\(style.bold("\(title)"))\n"
      for line in part { out += "  \(line)\n" }
    }
    return out
  }

  private func models(in layout: Layout) -> [Shown] {
    var table = Table()
    for pair in experiment.models?.value ?? [] {
      for served in pair.item.value.map(\.value) {
        table.add(
          pair.name.value, served.id?.value ?? "", served.instance?.value ?? "",
          "\(served.profile?.value ?? "")@\(served.profileHash?.value.prefix(12) ?? "")",
          [served.model?.value, served.revision.map { String($0.value.prefix(12)) }]
            .compactMap { $0 }.joined(separator: "@"),
          [served.image?.value, served.imageDigest.map { String($0.value.prefix(19)) }]
            .compactMap { $0 }.joined(separator: "@"),
          served.devices?.value.map(\.value).joined(separator: ", ") ?? "")
      }
    }
    return table.lines(within: layout.columns)
  }

  /// The results, grouped by task and metric so that they can be compared.
  private func results(in layout: Layout) -> [Shown] {
    struct Row {
      let model: String
      let result: ExperimentResult
      var task: String { result.task?.value ?? "" }
      var metric: String { result.metric?.value ?? "score" }
    }
    let rows = (experiment.results?.value ?? []).flatMap { pair in
      pair.item.value.map { Row(model: pair.name.value, result: $0.value) }
    }
    var groups: [(task: String, metric: String, rows: [Row])] = []
    for row in rows {
      if let index = groups.firstIndex(where: { $0.task == row.task && $0.metric == row.metric }) {
        groups[index].rows.append(row)
      } else {
        groups.append((row.task, row.metric, [row]))
      }
    }
    var table = Table()
    for row in groups.flatMap(\.rows) {
      let unit = row.result.unit.map { " " + $0.value } ?? ""
      let interval = row.result.interval?.value
      table.add(
        row.task, row.metric, row.model, (row.result.score?.value.shown ?? "") + unit,
        interval.map { "\($0.lower?.value.shown ?? "") to \($0.upper?.value.shown ?? "")" } ?? "",
        row.result.samples.map { Phrase.count($0.value, "sample") } ?? "",
        row.result.servedModel?.value ?? "", row.result.tool?.value ?? "")
    }
    return table.lines(within: layout.columns)
  }

  private var notes: [Shown] {
    (experiment.notes?.value ?? []).flatMap { note in
      let lines = (note.value.text?.value ?? "").split(separator: "\n").map(String.init)
      let first: Shown = "\(note.value.time?.value ?? "")  \(lines.first ?? "")"
      return [first] + lines.dropFirst().map { "                      \($0)" }
    }
  }
}

extension Experiment {
  fileprivate var resultCount: Int {
    (results?.value ?? []).reduce(0) { $0 + $1.item.value.count }
  }
}

extension String {
  fileprivate var firstLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
