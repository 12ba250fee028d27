import Deployments
import Diagnostics
package import Operations

extension StatusReport {
  /// Returns the report for people: a table, or blocks on a narrow terminal, then GPUs and what
  /// needs attention.
  ///
  /// - Parameter showsDrift: Whether every difference is listed instead of counted.
  package func shown(in layout: Layout, listingDrift showsDrift: Bool = false) -> Shown {
    let style = layout.style
    // No instance may be for this machine.
    let rows = instances.isEmpty ? [] : table(layout)
    var out = rows.map { $0 + "\n" }.joined()
    for instance in instances {
      for remark in instance.remarks {
        out += "\(style.warning("note:")) \(style.bold("\(instance.name)")): \(remark)\n"
      }
    }
    for line in companionLines(style) { out += line + "\n" }
    for cluster in clusters {
      for line in cluster.lines(layout) { out += line + "\n" }
    }
    for gpu in gpus { out += bar(of: gpu, layout) + "\n" }
    for (instance, lines) in models {
      for line in lines { out += "\(style.bold("\(instance)")): \(line)\n" }
    }
    out += showsDrift || drift.count == 1 ? list(of: drift, style) : summary(of: drift, style)
    for reason in unseen { out += style.faint("not checked: \(reason)") + "\n" }
    return out
  }

  // MARK: Instances

  /// A column of the table, and a line of a block.
  private enum Column: String, CaseIterable {
    case instance, profile, runtime, state, health, endpoint, memory, model
  }

  private func cell(_ column: Column, of instance: InstanceStatus) -> String {
    switch column {
    case .instance: instance.name
    case .profile: instance.workload.provenance.profile
    case .runtime: instance.workload.provenance.runtime
    case .state:
      instance.service?.active ?? stateWithoutUnit
    case .health: instance.health.rawValue
    case .endpoint: instance.workload.url
    case .memory: instance.memory.map { ByteCount(clamping: $0).text } ?? ""
    case .model: instance.workload.provenance.model
    }
  }

  /// Returns the first form that fits: all columns, main columns with the model below, or blocks.
  private func table(_ layout: Layout) -> [Shown] {
    let limit = layout.columns ?? .max
    let all = Column.allCases.filter { column in
      instances.contains { !cell(column, of: $0).isEmpty } || column == .instance
    }
    let main: [Column] = [.instance, .profile, .state, .health, .endpoint]
    for columns in [all, main] {
      let rows = Table(
        [columns.map { $0.rawValue.uppercased() }]
          + instances.map { instance in columns.map { cell($0, of: instance) } })
      guard rows.width <= limit else { continue }
      let lines = lines(of: rows, columns, layout.style)
      guard columns == main else { return lines }
      return lines.prefix(1)
        + zip(lines.dropFirst(), instances).flatMap { line, instance in
          [line, "  " + layout.style.faint("\(details(of: instance))")]
        }
    }
    return instances.flatMap { block(of: $0, layout.style) }
  }

  /// Returns the painted rows, with faint titles.
  private func lines(of table: Table, _ columns: [Column], _ style: Style) -> [Shown] {
    table.lines(within: nil, titles: style) { paint($1, columns[$0], style) }
  }

  /// Returns the values that have no column in the narrower table.
  private func details(of instance: InstanceStatus) -> String {
    let memory = instance.memory.map { ", \(text($0))" } ?? ""
    return cell(.model, of: instance) + ", " + cell(.runtime, of: instance) + memory
  }

  /// Returns an instance as a block: a line with name and state, then a line for each other fact.
  private func block(of instance: InstanceStatus, _ style: Style) -> [Shown] {
    func painted(_ column: Column) -> Shown {
      paint(Shown(line: cell(column, of: instance)), column, style)
    }
    let head = painted(.instance) + "  " + painted(.state) + ", " + painted(.health)
    let rest: [Column] = [.profile, .model, .runtime, .memory, .endpoint]
    return [head]
      + rest.compactMap { column in
        let text = cell(column, of: instance)
        guard !text.isEmpty else { return nil }
        let gap = String(repeating: " ", count: 10 - column.rawValue.count)
        return "  " + style.faint("\(column.rawValue)") + Shown(line: gap) + "\(text)"
      }
  }

  private func paint(_ cell: Shown, _ column: Column, _ style: Style) -> Shown {
    switch (column, cell.text) {
    case (.instance, _): style.bold(cell)
    case (.state, "failed"), (.health, "down"): style.error(cell)
    case (.health, "another program answers"), (.health, "another model answers"):
      style.warning(cell)
    case (.state, "active"), (.health, "healthy"): style.good(cell)
    default: cell
    }
  }

  /// What is said of a server without a unit: nothing, if units could not be seen.
  private var stateWithoutUnit: String {
    unseen.contains { $0.hasPrefix("units:") } ? "?" : "no unit"
  }

  /// Returns a line for each program that runs with the instances.
  private func companionLines(_ style: Style) -> [Shown] {
    companions.map { status in
      let name = style.bold("\(status.companion.name.text)")
      let state = status.service?.active ?? stateWithoutUnit
      return name + " (\(status.companion.kind)): \(state), \(status.companion.url)"
    }
  }

  // MARK: GPUs

  /// `NVIDIA RTX 3090 [########......] 12GiB of 24GiB, 13GiB planned`.
  private func bar(of gpu: GPUUsage, _ layout: Layout) -> Shown {
    let planned = planned(on: gpu.device)
    var words = "\(text(gpu.used)) of \(text(gpu.total)) in use"
    if let planned { words += ", \(text(planned)) planned" }
    let width = min(24, max(8, (layout.columns ?? 80) / 4))
    let share = gpu.total > 0 ? min(1, Double(gpu.used) / Double(gpu.total)) : 0
    let full = Int((share * Double(width)).rounded())
    let cells = Shown(
      line: String(repeating: "#", count: full) + String(repeating: ".", count: width - full))
    let isTight = planned.map { $0 > gpu.total } ?? false || share > 0.97
    let bar: Shown = "[" + (isTight ? layout.style.warning(cells) : layout.style.good(cells)) + "]"
    return layout.style.bold("\(gpu.name)") + " " + bar + " \(words)"
  }

  private func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }

  // MARK: Drift

  private func list(of drift: [Drift], _ style: Style) -> Shown {
    var out: Shown = ""
    for (index, item) in drift.enumerated() {
      out += "\(style.warning("drift:")) \(item.subject) \(item.detail)\n"
      // The same command resolves all of one kind.
      let isLast = index + 1 == drift.count || drift[index + 1].help != item.help
      if isLast { out += "  \(style.good("help:")) \(item.help)\n" }
    }
    return out
  }

  /// Returns a line that counts the differences, and a line with the first thing to do.
  private func summary(of drift: [Drift], _ style: Style) -> Shown {
    guard let first = drift.first else { return "" }
    func count(_ kinds: [Drift.Kind], _ noun: String) -> String? {
      let count = drift.count { kinds.contains($0.kind) }
      return count > 0 ? Phrase.count(count, noun) : nil
    }
    let parts = [
      count([.stale], "generated file"),
      count([.edited], "generated file").map { $0 + " edited by hand" },
      count([.foreign], "folder").map { $0 + " of another workspace" },
      count([.outdated], "installed unit"), count([.running], "running server"),
      count([.cluster], "object").map { $0 + " of clusters" },
    ].compactMap { $0 }
    return "\(style.warning("drift:")) \(Phrase.allOf(parts)) differ from the workspace; "
      + "'amm status --drift' lists them\n  \(style.good("help:")) \(first.help)\n"
  }
}
