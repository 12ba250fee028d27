import Diagnostics
import Schema
import Text

extension QuadletReader {
  /// Reads the variables of the service, which systemd replaces in the command.
  mutating func readServiceVariables() {
    for line in lines where line.section == "Service" {
      switch line.key.value {
      case "Environment" where line.value.bytes.isEmpty: expansion.variables = [:]
      case "Environment":
        for word in QuadletWords.split(line.value, escapes: true).words {
          let pair = expansion.expandSpecifiers(word.text.value)
          guard let equals = pair.text.firstIndex(of: "="), !pair.isOpen else { continue }
          expansion.variables[String(pair.text[..<equals])] = String(
            pair.text[pair.text.index(after: equals)...])
        }
      case "EnvironmentFile", "PassEnvironment": expansion.readsFiles = !line.value.bytes.isEmpty
      default: break
      }
    }
  }

  /// Reads a line of a section that systemd reads.
  mutating func readSystemd(_ line: QuadletFile.Line, isEffective: Bool) {
    guard let known = QuadletKey.ofSystemd[line.section] else { return }
    let name = line.key.value
    guard known.contains(name) else { return tellForeign(line, known) }
    guard isEffective else {
      return server.tell(line.key, .dropped, "a later '\(name)' replaces it")
    }
    switch (line.section, name) {
    case ("Unit", "Description"):
      let value = expansion.expandSpecifiers(line.value.text)
      guard !value.isOpen else {
        return server.tell(line.key, .dropped, "its value depends on the machine")
      }
      server.description = Located(value.text, line.value.located.range)
      server.tell(line.key, .carried)
    case ("Unit", _): readUnit(line)
    case ("Service", _): readService(line)
    case ("Install", _):
      server.tell(
        line.key, .changed,
        line.value.bytes.isEmpty ? "'start: manual'" : "'start' is 'boot' by default")
    case ("Quadlet", _): readDependencies(line)
    default: break
    }
  }

  /// Reports a key that its section does not have.
  private mutating func tellForeign(_ line: QuadletFile.Line, _ known: Set<String>) {
    let name = line.key.value
    server.tell(line.key, .dropped, "amm writes the unit; see 'quadlet'")
    guard findings.count < Self.limit else { return }
    let isQuadlet = line.section == "Quadlet"
    let isOfContainer = QuadletKey.container[name] != nil && !name.hasPrefix("X-")
    let nearest = Suggestion.nearest(to: name, among: known.sorted())
    guard isQuadlet || isOfContainer || nearest != nil, !name.hasPrefix("X-") else { return }
    tell(
      isQuadlet ? ImportRules.refused : ImportRules.key, line.range,
      "[\(line.section)] has no key '\(name.abbreviatedName)', so "
        + (isQuadlet ? "Podman's generator ignores the unit" : "systemd ignores it"),
      help: isOfContainer
        ? "write it under '[Container]'"
        : nearest.map { "did you mean '\($0)'?" } ?? "remove the line")
  }

  private mutating func readUnit(_ line: QuadletFile.Line) {
    let name = line.key.value
    switch name {
    case "After", "Before", "Wants", "Requires", "BindsTo": readOrder(line)
    case "StartLimitBurst", "StartLimitIntervalSec":
      server.tell(line.key, .changed, "amm limits how often a server is started")
    case "StopWhenUnneeded" where demand != nil:
      server.tell(line.key, .changed, "'start: on-demand'")
    case "StopWhenUnneeded": server.tell(line.key, .dropped, "write 'start: on-demand'")
    case "Conflicts" where isInstance:
      server.tell(line.key, .changed, "'exclusive' names the group")
    case "Conflicts":
      server.tell(line.key, .dropped, "write 'exclusive: GROUP' in all instances of the group")
    case "Documentation", "RequiresMountsFor", "WantsMountsFor", "ConditionPathExists",
      "ConditionPathIsMountPoint", "ConditionHost", "ConditionACPower", "ConditionMemory",
      "AssertPathExists", "AssertPathIsMountPoint":
      let value = expansion.expandSpecifiers(line.value.text)
      guard !value.isOpen, !value.text.isEmpty else {
        return server.tell(line.key, .dropped, "its value depends on the machine")
      }
      keep("Unit", name, Located(value.text, line.value.located.range))
      server.tell(line.key, .changed, "'quadlet' has it in the instance")
    default: server.tell(line.key, .dropped, "amm writes the unit; see 'quadlet'")
    }
  }

  /// Reads the names of other units.
  private mutating func readOrder(_ line: QuadletFile.Line) {
    let ofNetwork = [
      "network-online.target", "network.target", "podman-user-wait-network-online.service",
    ]
    let units = line.value.text.split(whereSeparator: \.isWhitespace).map(String.init)
      .filter { !ofNetwork.contains($0) }
    guard !units.isEmpty else {
      return server.tell(line.key, .changed, "servers wait for the network")
    }
    server.partners += units.map {
      Located(Self.container(ofUnit: $0), line.value.located.range)
    }
    guard !isInstance || !partners.isSuperset(of: units) else {
      return server.tell(line.key, .changed, "amm writes it")
    }
    let kinds = [".build", ".container", ".image", ".kube", ".network", ".pod", ".volume"]
    let isOrder = ["After", "Before"].contains(line.key.value)
    // An order without a dependency cannot start or stop another unit.
    guard isOrder,
      !units.contains(where: { unit in
        unit.contains("%") || kinds.contains { unit.hasSuffix($0) }
          || partners.contains(unit)
      })
    else {
      return server.tell(
        line.key, .dropped,
        "the other units are not imported; 'quadlet: {unsafe: true, Unit: {\(line.key.value): …}}' keeps it"
      )
    }
    keep("Unit", line.key.value, Located(units.joined(separator: " "), line.value.located.range))
    server.tell(line.key, .changed, "'quadlet' has it in the instance")
  }

  /// Returns the name of a unit's container: `chat` for `chat.service` and `podman-chat.service`.
  private static func container(ofUnit name: String) -> String {
    var stem = name[...]
    for ending in [".service", ".container"] where stem.hasSuffix(ending) {
      stem = stem.dropLast(ending.utf8.count)
    }
    return String(stem.hasPrefix("podman-") ? stem.dropFirst(7) : stem)
  }

  /// Reads `DefaultDependencies=`, which Podman has since 5.3.
  private mutating func readDependencies(_ line: QuadletFile.Line) {
    if (podman?.major ?? 0, podman?.minor ?? 0) < (5, 3) { podman = (5, 3, line.key.range) }
    if !flag(line) {
      server.settings.append(("wait_for_network", Located("false", line.value.located.range)))
    }
    server.tell(line.key, .carried)
  }

  // MARK: Service

  private mutating func readService(_ line: QuadletFile.Line) {
    let value = line.value.located
    let text = value.value
    switch line.key.value {
    case "Type": readType(line)
    case "KillMode" where !["mixed", "control-group", ""].contains(text):
      tellRefused(line, "mixed")
    case "Restart":
      let known = UserUnit.restarts
      if !known.contains(text) {
        tell(
          ImportRules.unit, line.range,
          "systemd ignores 'Restart=\(text.abbreviatedName)', so nothing restarts the server",
          help: Suggestion.help(
            for: text, among: known, otherwise: "write 'on-failure' or 'always'"))
      }
      let isSame = ["always", "on-failure", "on-abnormal"].contains(text)
      server.tell(line.key, isSame ? .changed : .dropped, "amm restarts every server that ends")
    case "RestartSec", "SuccessExitStatus", "TimeoutStopSec", "KillMode", "NotifyAccess",
      "Delegate", "TimeoutSec", "SyslogIdentifier":
      server.tell(line.key, .changed, "amm sets it for every server")
    case "TimeoutStartSec": readTimeout(line)
    case "Environment", "EnvironmentFile", "PassEnvironment":
      let isUsed = QuadletWords.split(line.value, escapes: true).words.contains { word in
        usedVariables.contains(String(word.text.value.prefix { $0 != "=" }))
      }
      server.tell(
        line.key, isUsed ? .changed : .dropped,
        isUsed
          ? "its values replace the variables in the command"
          : "these variables are for the command of the unit and not for the server")
    case "MemoryMax", "MemoryLimit", "CPUQuota": readLimit(line)
    case "ExecStartPre", "ExecStartPost": readProgram(line)
    case let name where QuadletKey.keptInService.contains(name) && !text.isEmpty:
      let expanded = expansion.expandSpecifiers(text)
      guard !expanded.isOpen else {
        return server.tell(line.key, .dropped, "its value depends on the machine")
      }
      keep("Service", name, Located(expanded.text, value.range))
      server.tell(line.key, .changed, "'quadlet' has it in the instance")
    default: server.tell(line.key, .dropped, "amm writes the unit; see 'quadlet'")
    }
  }

  private mutating func readType(_ line: QuadletFile.Line) {
    switch line.value.text {
    case "oneshot": runsOnce = true
    case "notify", "": server.tell(line.key, .changed, "amm sets it for every server")
    default: tellRefused(line, "notify")
    }
  }

  private mutating func tellRefused(_ line: QuadletFile.Line, _ right: String) {
    let name = line.key.value
    server.tell(line.key, .dropped, "amm sets it for every server")
    tell(
      ImportRules.refused, line.range,
      "Podman's generator ignores a unit with '\(name)=\(line.value.text.abbreviatedName)'",
      help: "write '\(name)=\(right)', which is the default, or remove the line")
  }

  private mutating func readTimeout(_ line: QuadletFile.Line) {
    guard let seconds = Self.seconds(line.value.text), (10...86400).contains(seconds) else {
      return server.tell(
        line.key, .dropped, "'start_timeout' is a number of seconds from 10 to 86400")
    }
    // The default of amm.
    if seconds != 1800 {
      server.settings.append(
        ("start_timeout", Located(String(seconds), line.value.located.range)))
    }
    server.tell(line.key, .changed, "'start_timeout' has it")
  }

  /// Returns the seconds of a time span such as `1h 30min` (systemd.time(7)); nil if it is none.
  static func seconds(_ text: String) -> Int? {
    let units: [String: Double] = [
      "": 1, "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60,
      "minutes": 60, "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600, "d": 86400, "day": 86400,
      "days": 86400, "ms": 0.001, "msec": 0.001,
    ]
    var rest = text[...]
    var sum = 0.0
    while let first = rest.first {
      guard first != " " else {
        rest = rest.dropFirst()
        continue
      }
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits), number < 1e6 else { return nil }
      rest = rest.dropFirst(digits.count).drop { $0 == " " }
      let unit = rest.prefix { $0.isLetter }
      guard let factor = units[String(unit)] else { return nil }
      rest = rest.dropFirst(unit.count)
      sum += number * factor
    }
    return text.isEmpty || sum > 1e6 ? nil : Int(sum.rounded())
  }

  private mutating func readLimit(_ line: QuadletFile.Line) {
    let value = line.value.located
    let setting = UnitLimit.settings[line.key.value] ?? ""
    guard let limit = UnitLimit(line.key.value, value.value) else {
      server.tell(line.key, .dropped, "write '\(setting)' in the instance")
      guard line.key.value == "CPUQuota", let help = UnitLimit.helpForQuota(value.value) else {
        return
      }
      return tell(
        ImportRules.unit, value.range, "'CPUQuota' has no '%', so systemd ignores it", help: help)
    }
    guard !server.settings.contains(where: { $0.key == setting }) else {
      return server.tell(line.key, .dropped, "'[Container]' has a limit as well")
    }
    limit.add(to: &server, at: value.range)
    server.tell(line.key, .changed, "'\(setting)' is the limit")
  }

  /// Reads a program that runs before or after the start, of which only `ollama pull` has an equivalent.
  private mutating func readProgram(_ line: QuadletFile.Line) {
    let words = QuadletWords.split(line.value, escapes: true).words.map(\.text)
    if let pull = words.firstIndex(where: { $0.value == "pull" }), pull > 0,
      words[pull - 1].value.split(separator: "/").last == "ollama", pull + 1 < words.count
    {
      server.pulled.append(words[pull + 1])
      return server.tell(line.key, .changed, "the profile names the model")
    }
    server.tell(line.key, .dropped, "no other programs run when a server starts")
  }
}
