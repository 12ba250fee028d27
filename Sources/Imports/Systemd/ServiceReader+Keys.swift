import Diagnostics
import Schema

/// The keys of a unit: its limits, misspelt ones, and what starts it.
extension ServiceReader {
  private func field(_ value: ShellText) -> ShellField {
    ShellField(text: value, start: value.offset(0), end: value.end(before: value.count))
  }

  /// Adds a limit of the unit to its server, and returns what became of it; nil if the key is no limit.
  func limit(_ key: String, of server: inout ForeignServer) -> (kind: Fate.Kind, reason: String)? {
    guard let setting = UnitLimit.settings[key] else { return nil }
    guard let written = unit.values(of: key, in: Self.section).last,
      let limit = UnitLimit(key, written.string)
    else { return (.dropped, "write '\(setting)' in the instance") }
    // An engine starts containers outside of the unit.
    guard !server.isContainer else {
      return (.dropped, "it limits only the program that starts the container")
    }
    guard file.servers.count == 1 else { return (.dropped, "the servers of the unit share it") }
    let known = server.settings.contains { $0.key == setting }
    if !known { limit.add(to: &server, at: range(field(written))) }
    return known
      ? (.dropped, "another limit of the unit replaces it")
      : (.changed, "'\(setting)' is the limit")
  }

  /// Reports keys that systemd does not have, or has in another section.
  mutating func tellKeys() {
    for stray in unit.strays.prefix(100) {
      file.tell(
        ImportRules.key, in: source, places.range(stray.lowerBound, stray.upperBound),
        "systemd ignores this line, because it is no 'KEY=VALUE'",
        help: source.bytes[stray].first == 0x2D
          ? "end the line before with a backslash, so that it continues the command"
          : "remove it, or begin it with '#'")
    }
    for line in unit.lines.filter({ UnitComment.follows($0.value.bytes, of: $0.key) }).prefix(100) {
      file.tell(
        ImportRules.unit, in: source, places.range(line.place.lowerBound, line.place.upperBound),
        UnitComment.message, help: UnitComment.help)
    }
    var told: Set<String> = []
    for line in unit.lines where told.count < 100 {
      guard let known = QuadletKey.ofSystemd[line.section], line.section != "Quadlet",
        !known.contains(line.key), !line.key.hasPrefix("X-"), !line.key.hasPrefix("-"),
        told.insert(line.section + "." + line.key).inserted
      else { continue }
      let sections = ["Install", "Service", "Unit"]
      let section = sections.first { QuadletKey.ofSystemd[$0]?.contains(line.key) ?? false }
      let nearest = section == nil ? Suggestion.nearest(to: line.key, among: known.sorted()) : nil
      guard section != nil || nearest != nil else { continue }
      file.tell(
        ImportRules.key, in: source,
        places.range(line.place.lowerBound, line.place.upperBound),
        "[\(line.section)] has no key '\(line.key.abbreviatedName)', so systemd ignores it",
        help: section.map { "write it under '[\($0)]'" } ?? "did you mean '\(nearest ?? "")'?")
    }
    if let restart = unit.values(of: "Restart", in: Self.section).last,
      !UserUnit.restarts.contains(restart.string)
    {
      tell(
        ImportRules.unit, field(restart),
        "systemd ignores 'Restart=\(restart.string.abbreviatedName)', so nothing restarts the server",
        help: Suggestion.help(
          for: restart.string, among: UserUnit.restarts,
          otherwise: "write 'on-failure' or 'always'"))
    }
    guard let quota = unit.values(of: "CPUQuota", in: Self.section).last,
      let help = UnitLimit.helpForQuota(quota.string)
    else { return }
    tell(
      ImportRules.unit, field(quota), "'CPUQuota' has no '%', so systemd ignores it", help: help)
  }

  /// Reports a target that the manager of a user does not have.
  mutating func tellTarget() {
    let wanted = ["WantedBy", "RequiredBy", "UpheldBy"].flatMap {
      unit.values(of: $0, in: "Install")
    }
    let words = wanted.flatMap { $0.string.split(separator: " ") }.map(String.init)
    let namesUser = !unit.values(of: "User", in: Self.section).isEmpty
    guard let first = wanted.first, let target = UserUnit.missingTarget(of: words),
      UserUnit.isOfUser(source, in: folder, unit.lines.map(\.value.string), namesUser: namesUser)
    else { return }
    let (message, help) = UserUnit.problem(target)
    tell(ImportRules.unit, field(first), message, help: help)
  }
}
