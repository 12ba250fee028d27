import Diagnostics
import Schema
import Text
import Workspaces

/// The settings of a companion besides its program and its variables.
extension CompanionImport {
  /// Takes a setting of the container that companions have; records the others.
  mutating func readSettings() -> (description: Located<String>?, start: Located<String>?) {
    let description = server.description
    var start: Located<String>?
    moveOrder()
    for (key, value) in server.settings {
      switch key {
      case "start":
        if value.value != "manual" { refuse("a companion does not start on demand") }
        start = value
      // What the unit needs of Podman, and the order of units, follow from the companion.
      case "podman", "quadlet.Unit.After": continue
      case _ where OwnTraces.isReservedLabel(key):
        fates.append(
          Fate(key: Located(key, value.range), kind: .changed, reason: OwnTraces.reasonOfLabel))
      default:
        let parts = key.split(separator: ".").map(String.init)
        let isOfUnit = parts[0] == "quadlet"
        let name = isOfUnit ? parts[parts.count - 1] : parts[0]
        if kind.isCustom, !server.isOwn { refuse("a companion has no '\(name)'") }
        fates.removeAll { isOfUnit && $0.kind == .changed && $0.key.value == name }
        fates.append(
          Fate(
            key: Located(key, value.range), kind: .dropped, reason: "a companion has no '\(name)'"))
      }
    }
    return (description?.value == "\(kind.name) \(name)" ? nil : description, start)
  }

  /// The keys and options with an order of containers.
  private static let orders: Set = [
    "After", "Wants", "Requires", "BindsTo", "depends_on", "links", "dependsOn", "--link",
  ]

  /// Corrects what is recorded of the order of containers, which a companion has without a setting.
  private mutating func moveOrder() {
    guard !uses.isEmpty else { return }
    fates = fates.map { fate in
      guard Self.orders.contains(fate.key.value) else { return fate }
      return Fate(key: fate.key, kind: .changed, reason: "it starts after the servers that it uses")
    }
  }

  // MARK: Programs that amm does not know

  /// The keys and options that amm does by itself for every companion, or that only name it.
  private static let harmless: Set = [
    "restart", "container_name", "healthcheck", "networks", "expose", "pull_policy",
    "stop_grace_period", "tty", "stdin_open", "pull", "autoRemoveOnStop", "--name", "--rm",
    "--restart", "--network", "--net", "--pull", "--detach", "--interactive", "--tty", "--replace",
    "--health-cmd", "--health-interval", "--health-retries", "--health-timeout",
    "--health-start-period", "Restart", "RestartSec", "TimeoutStartSec", "TimeoutStopSec",
  ]

  /// Whether an option is one of a terminal or of the background, such as `-dit`.
  private static func isOfTerminal(_ word: String) -> Bool {
    word.hasPrefix("-") && !word.hasPrefix("--")
      && word.dropFirst().allSatisfy { "dit".contains($0) }
  }

  /// Refuses a program that amm does not know unless a companion has all of its keys.
  mutating func readCustom() {
    guard kind.isCustom, refusal == nil else { return }
    arguments = arguments.map { word in
      if server.isOpen(word) { refuse("its command is known only when it starts") }
      return Located(rewritten(word.value, of: word), word.range)
    }
    guard !server.isOwn else { return }
    for partner in server.partners where directory.entry(named: partner.value) == nil {
      refuse("it uses '\(partner.value.abbreviatedName)', which is not imported")
    }
    for fate in fates where fate.kind == .unknown || fate.kind == .dropped {
      let key = fate.key.value
      guard !Self.harmless.contains(key), !Self.orders.contains(key), !Self.isOfTerminal(key) else {
        continue
      }
      refuse("a companion has no '\(key.abbreviatedName)'")
    }
    if server.usesHostNetwork { refuse("a companion has no network of the machine") }
  }

  /// The keys and options with the command of a check.
  private static let checks: Set = ["healthcheck", "HealthCmd", "--health-cmd"]

  /// Corrects what is recorded of the check, whose command the companion has.
  mutating func moveCheck() {
    fates = fates.map { fate in
      guard Self.checks.contains(fate.key.value) else { return fate }
      return Fate(key: fate.key, kind: .changed, reason: "'health_command' has the command")
    }
  }

  /// The command that checks the program; nil for that of its kind, and if there is none.
  var healthCommand: Located<String>? {
    guard kind.isCustom || server.isOwn else { return nil }
    let words = server.healthCheck
    var found = server.healthCommand
    if let first = words.first?.value {
      let rest = Array(words.dropFirst())
      switch first {
      case "NONE": return nil
      case "CMD-SHELL": found = rest.first
      case "CMD":
        let isPlain = rest.allSatisfy { word in
          word.value.utf8.allSatisfy {
            $0.isASCIIAlphanumeric || [0x2D, 0x2E, 0x2F, 0x3A, 0x3D, 0x5F].contains($0)
          }
        }
        found =
          isPlain && !rest.isEmpty
          ? Located(rest.map(\.value).joined(separator: " "), rest[0].range) : nil
      default: found = words[0]
      }
    }
    guard let found, found.value != kind.health, !found.value.hasPrefix("["),
      !["", "none"].contains(found.value)
    else { return nil }
    return found
  }
}
