import Operations

extension [Finding] {
  /// The findings in columns, each with the command that fixes it below.
  package func shown(in style: Style) -> Shown {
    let width = map(\.subject.displayWidth).max() ?? 0
    var out: Shown = ""
    for finding in self {
      let word =
        switch finding.state {
        case .ok: style.good("ok     ")
        case .warning: style.warning("warning")
        case .error: style.error("error  ")
        case .unseen: style.faint("?      ")
        }
      let gap = String(repeating: " ", count: width - finding.subject.displayWidth)
      out += "\(word)  \(finding.subject)\(gap)  \(finding.message)\n"
      if let fix = finding.fix { out += "         \(style.good("help:")) \(fix)\n" }
    }
    return out
  }
}
