import Deployments
import Diagnostics
import Schema

extension WorkspaceChecks {
  static let networkName = WorkspaceCheck(
    Rule(
      "network-name", "Companions cannot reach a server by its name.",
      Explanation(
        """
        Companions reach servers by their names in the container network. DNS does not distinguish upper \
        and lower case, and programs read a name of digits as an IP address.
        """,
        wrong: """
          # instances.yaml
          instances:
            "8080": {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
          companions:
            webui: {kind: open-webui, port: 3000}
          """,
        source: "RFC 4343, section 3; POSIX.1-2024, inet_addr()"))
  ) { workspace, rule, collector in
    let companions = workspace.companions.filter { $0.kind?.isContainer != false }.map(\.name)
    guard let companion = companions.first?.value.text else { return }
    var known: [String: Located<ResourceName>] = [:]
    for name in workspace.instances.map(\.name) + companions {
      let text = name.value.text
      if name.value.isNumber {
        collector.emit(
          rule, name.range,
          "programs read '\(text)' as an IP address, so it cannot be reached by its name",
          help: "use a name with a letter")
      }
      guard let other = known[text.lowercased()] else {
        known[text.lowercased()] = name
        continue
      }
      // Equal names are reported on their own.
      guard other.value != name.value else { continue }
      collector.emit(
        rule, name.range,
        "'\(text)' and '\(other.value.text)' are the same name in the network that '\(companion)' uses",
        help: "rename one of them",
        notes: [collector.note(other.range, "the other is here")])
    }
  }
}

extension ResourceName {
  /// Whether programs read the name as an IPv4 address in one number: "8080" or "0x1f".
  fileprivate var isNumber: Bool {
    let lower = text.lowercased()
    if lower.hasPrefix("0x") { return lower.dropFirst(2).allSatisfy(\.isHexDigit) }
    return lower.allSatisfy(\.isNumber)
  }
}
