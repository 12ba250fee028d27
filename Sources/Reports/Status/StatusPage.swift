import Deployments
import Diagnostics
package import Operations
import Pages

extension StatusReport {
  /// The report as a page with GPUs, instances, their endpoints and the latest switches.
  ///
  /// - Parameters:
  ///   - history: The workspace's switches, the oldest first.
  ///   - time: When the report was made, in ISO 8601.
  package func html(_ history: [SwitchHistory.Entry], at time: String) -> String {
    var parts = [
      "<header>" + HTMLText.element("h1", "Servers of \(workspace)")
        + HTMLText.element("p", class: "soft", "As of \(time).")
        + HTMLText.element("p", class: "verdict \(verdict.style)", verdict.sentence) + "</header>"
    ]
    if !gpus.isEmpty {
      parts.append(HTMLText.element("h2", "GPUs"))
      parts.append("<div class=\"grid\">\(gpus.map(figure).joined())</div>")
    }
    parts.append(HTMLText.element("h2", "Instances"))
    parts.append("<div class=\"grid\">\(instances.map(card).joined())</div>")
    if !companions.isEmpty {
      let items = companions.map { status in
        let state = status.service?.active ?? "no unit"
        return HTMLText.element(
          "li",
          "\(status.companion.name.text) (\(status.companion.kind)): \(state), \(status.companion.url)"
        )
      }
      parts.append(HTMLText.element("h2", "Companions") + "<ul>\(items.joined())</ul>")
    }
    parts += list("Drift", drift.map { "\($0.subject) \($0.detail): \($0.help)." })
    parts += table(of: history.suffix(20).reversed())
    parts += list("Not checked", unseen)
    return Page(title: "amm status", style: StatusPage.css, parts).html
  }

  private func card(_ instance: InstanceStatus) -> String {
    let workload = instance.workload
    var rows: [(String, String)] = [
      ("profile", workload.provenance.profile), ("model", workload.provenance.model),
      ("runtime", workload.provenance.runtime), ("endpoint", workload.url),
    ]
    if let service = instance.service {
      rows.append(("unit", "\(service.name), \(service.active)"))
      if !service.since.isEmpty { rows.append(("since", service.since)) }
    }
    if let memory = instance.memory { rows.append(("main memory", text(memory))) }
    if let planned = instance.plannedGPUMemory {
      rows.append(("planned GPU memory", text(planned)))
    }
    rows += instance.remarks.map { ("note", $0) }
    let cells = rows.map {
      "<tr>" + HTMLText.element("th", $0.0) + HTMLText.element("td", $0.1) + "</tr>"
    }
    return "<section class=\"card\">" + HTMLText.element("h3", instance.name)
      + HTMLText.element("p", class: "verdict \(instance.health.style)", instance.health.rawValue)
      + "<table><tbody>\(cells.joined())</tbody></table></section>"
  }

  private func figure(of gpu: GPUUsage) -> String {
    let planned = planned(on: gpu.device)
    let most = Double(max(1, gpu.total, planned ?? 0))
    var drawing = Drawing(
      height: 40, title: "\(gpu.name): \(text(gpu.used)) of \(text(gpu.total)) in use")
    func x(_ bytes: Int) -> Double { 6 + (Drawing.width - 12) * Double(bytes) / most }
    drawing.box(x: 6, y: 10, width: x(gpu.total) - 6, height: 22, class: "free")
    drawing.box(
      x: 6, y: 10, width: x(gpu.used) - 6, height: 22, class: "used",
      tip: "\(text(gpu.used)) in use")
    if let planned { drawing.line((x(planned), 4), (x(planned), 38), class: "plan") }
    var words = "\(text(gpu.used)) of \(text(gpu.total)) in use"
    if let planned { words += "; the line marks the \(text(planned)) that are planned" }
    return "<figure class=\"card\">" + HTMLText.element("h3", gpu.name) + drawing.svg
      + HTMLText.element("p", class: "soft", words + ".") + "</figure>"
  }

  private func list(_ title: String, _ items: [String]) -> [String] {
    guard !items.isEmpty else { return [] }
    return [
      HTMLText.element("h2", title),
      "<ul>\(items.map { HTMLText.element("li", $0) }.joined())</ul>",
    ]
  }

  private func table(of switches: [SwitchHistory.Entry]) -> [String] {
    guard !switches.isEmpty else { return [] }
    let rows = switches.map { entry in
      let cells = [
        entry.time, entry.instance, entry.from ?? "nothing", entry.to, entry.outcome,
      ]
      return "<tr>\(cells.map { HTMLText.element("td", $0) }.joined())</tr>"
    }
    let heads = ["Time", "Instance", "From", "To", "Result"].map { HTMLText.element("th", $0) }
    return [
      HTMLText.element("h2", "Latest switches"),
      "<div class=\"card scroll\"><table><thead><tr>\(heads.joined())</tr></thead>"
        + "<tbody>\(rows.joined())</tbody></table></div>",
    ]
  }

  private func text(_ bytes: Int) -> String { ByteCount(clamping: bytes).text }
}

/// The style of a status page, in addition to the style of every page.
private enum StatusPage {
  static let css = """
    :root { --used: #1f5fd0; --free: #e3e8ef; }
    @media (prefers-color-scheme: dark) { :root { --used: #6ea2ff; --free: #232b36; } }
    .used { fill: var(--used); } .free { fill: var(--free); }
    .plan { stroke: var(--ink); stroke-width: 2; stroke-dasharray: 4 3; }
    .verdict { font-weight: 600; } .unsure { color: var(--unsure); }
    figure { margin: 0; } td, li { overflow-wrap: anywhere; }
    section th { width: 9em; font-weight: 500; color: var(--soft); } section tr:last-child > * { border: 0; }
    """
}

extension StatusReport.Verdict {
  fileprivate var sentence: String {
    switch self {
    case .ok: "Every instance is healthy."
    case .drift: "Every instance is healthy, but something differs from the workspace."
    case .unhealthy: "An instance is not healthy."
    }
  }

  fileprivate var style: String {
    switch self {
    case .ok: "good"
    case .drift: "unsure"
    case .unhealthy: "bad"
    }
  }
}

extension InstanceStatus.Health {
  fileprivate var style: String {
    switch self {
    case .healthy: "good"
    case .notReady, .noModel, .idle: "unsure"
    case .anotherModel, .anotherProgram, .down: "bad"
    }
  }
}
