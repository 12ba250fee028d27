import Deployments
import Diagnostics
package import Operations

/// The report for people.
extension StatusReport {
  /// A table of instances and, below it, what its marks mean.
  package func shown(in layout: Layout) -> Shown {
    let style = layout.style
    var table = Table()
    table.add("INSTANCE", "PROFILE", "RUNTIME", "STATE", "HEALTH", "ENDPOINT")
    for line in lines {
      let state = line.service?.active ?? (unseen.isEmpty ? "no unit" : "?")
      table.add(
        line.instance.name.text, line.instance.provenance.profile,
        line.instance.provenance.runtime, state, line.health, line.instance.url)
    }
    let rows = table.lines(within: layout.columns) { column, cell in
      switch (column, cell) {
      case (_, _) where cell.text.allSatisfy { $0.isUppercase }: style.faint(cell)
      case (0, _): style.bold(cell)
      case (3, "failed"), (4, "down"): style.error(cell)
      case (4, "another program answers"), (4, "another model answers"): style.warning(cell)
      case (3, "active"), (4, "healthy"): style.good(cell)
      default: cell
      }
    }
    var out = rows.map { $0 + "\n" }.joined()
    for line in lines { out += style.faint("\(line.details)") + "\n" }
    for gpu in gpus { out += "GPU \(gpu)\n" }
    for (instance, lines) in models {
      for line in lines { out += "\(instance): \(line)\n" }
    }
    out += drift(style)
    for reason in unseen { out += "not seen: \(reason)\n" }
    return out
  }

  /// Where what is written, installed and started differ from what the workspace says.
  private func drift(_ style: Style) -> Shown {
    var out: Shown = ""
    func tell(_ what: String, _ help: String?) {
      out += "\(style.warning("drift:")) \(what)\n"
      if let help { out += "  \(style.good("help:")) \(help)\n" }
    }
    for change in stale {
      let hand =
        edited.contains(change.path) && change.new != nil && change.old != nil
        ? ", edited by hand" : ""
      tell(
        "generated/\(change.path) \(change.explanation)\(hand)",
        change.path == stale.last?.path ? "run 'amm generate'" : nil)
    }
    if let unitOwner {
      tell(
        "the units in \(unitFolder) belong to the workspace '\(unitOwner)'",
        "'amm recover --adopt' hands them over to this one")
    }
    for change in outdated {
      tell(
        "\(unitFolder)/\(change.path) \(change.explanation)",
        change.path == outdated.last?.path
          ? "'amm switch INSTANCE PROFILE' or 'home-manager switch' installs it" : nil)
    }
    for line in lines where line.running == "another" {
      let name = line.instance.name.text
      tell(
        "\(name) runs another profile than \(line.instance.provenance.profile)",
        outdated.isEmpty ? "'amm restart \(name)' starts it anew" : nil)
    }
    return out
  }
}
