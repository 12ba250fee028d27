import Deployments
import Diagnostics
import Profiles
import Schema
import Text

extension ServerImport {
  /// Adds the settings that an instance has under the same names, and the variables of its own.
  mutating func addSettings(to text: inout ImportedText) {
    var groups: [(key: String, members: [String], origin: SourceRange)] = []
    let usesHostMemory = server.settings.contains { $0.key == "ipc" }
    var settings: [(key: String, value: Located<String>)] = []
    if usesHostMemory, let size = server.settings.first(where: { $0.key == "shm_size" }) {
      fates.append(
        Fate(
          key: Located("shm_size", size.value.range), kind: .dropped,
          reason: "it has no effect with the machine's shared memory"))
    }
    for (written, value) in server.settings
    where !(usesHostMemory && written == "shm_size") && !written.hasPrefix("quadlet.") {
      // Podman's timer finds containers by this label.
      let isUpdate =
        written == "labels.io.containers.autoupdate" && ["registry", "local"].contains(value.value)
      let key = isUpdate ? "auto_update" : written
      if key.hasPrefix("labels."), leaveOutLabel(key, value) { continue }
      if Self.isTyped(key), isOpenSetting(value.value) {
        tellOpen(Located(key, value.range), value)
        continue
      }
      if let reason = Self.refusal(of: key, value.value) {
        fates.append(Fate(key: Located(key, value.range), kind: .dropped, reason: reason))
        continue
      }
      // The last one counts.
      settings.removeAll { $0.key == key }
      settings.append((key, value))
    }
    for (key, value) in settings {
      guard let dot = key.firstIndex(of: ".") else {
        let isWord = Self.plainKeys.contains(key)
        text.add(
          "    \(key): " + (isWord ? value.value : ImportedText.quoted(value.value)),
          at: value.range)
        continue
      }
      let (group, member) = (String(key[..<dot]), String(key[key.index(after: dot)...]))
      let isNumber = Int(value.value) != nil && group != "labels"
      let line =
        ImportedText.scalar(member) + ": "
        + (isNumber ? value.value : ImportedText.quoted(value.value))
      if let index = groups.firstIndex(where: { $0.key == group }) {
        groups[index].members.append(line)
      } else {
        groups.append((group, [line], value.range))
      }
    }
    for group in groups {
      text.add(
        "    \(group.key): {" + group.members.joined(separator: ", ") + "}", at: group.origin)
    }
    addUnitKeys(to: &text)
    addVariables(to: &text)
  }

  /// The keys whose values are numbers, or true or false.
  private static let plainKeys: Set = [
    "read_only", "init", "keep_groups", "wait_for_network", "compile_cache", "start_timeout",
    "backend_port", "replicas", "span",
  ]

  /// Whether a setting has a number, a size or a word of its own, and no text.
  private static func isTyped(_ key: String) -> Bool {
    ["ulimits.", "limits."].contains(where: key.hasPrefix)
      || ["shm_size", "user", "ipc"].contains(key) || plainKeys.contains(key)
  }

  /// Whether a value has a variable or a specifier that the file does not show.
  private func isOpenSetting(_ value: String) -> Bool {
    if NixSource.isOpen(value) || value.contains("$") { return true }
    return zip(value.utf8, value.utf8.dropFirst()).contains { $0 == 0x25 && $1.isASCIILetter }
  }

  /// Returns why an instance cannot have a value that other tools accept; nil if it can.
  private static func refusal(of key: String, _ value: String) -> String? {
    if key == "log_driver", LogDriver(rawValue: value) == nil {
      return "the drivers are \(Phrase.allOf(LogDriver.allCases.map(\.rawValue)))"
    }
    let limit = "ulimits."
    if key.hasPrefix(limit),
      ResourceLimit.Resource(rawValue: String(key.dropFirst(limit.count))) == nil
    {
      return "no kernel has such a limit"
    }
    return nil
  }

  /// Leaves out a label that an instance cannot have; returns whether it is one.
  private mutating func leaveOutLabel(_ key: String, _ value: Located<String>) -> Bool {
    let label = Located(key, value.range)
    let name = key.dropFirst("labels.".count)
    if OwnTraces.isReservedLabel(key) {
      fates.append(Fate(key: label, kind: .changed, reason: OwnTraces.reasonOfLabel))
    } else if Secrets.isSecret(String(name), value.value) {
      tellSecret(label, value, "NAME")
      fates.append(Fate(key: label, kind: .dropped, reason: "a label is no place for a secret"))
    } else if value.value.isEmpty || server.isOpen(value) {
      fates.append(Fate(key: label, kind: .dropped, reason: "an instance's label has a value"))
    } else if ContainerLabel.Name(String(name)) == nil {
      fates.append(
        Fate(
          key: label, kind: .dropped, reason: "labels have letters, digits, '.', '_', '-' and '/'"))
    } else if let problem = PlainText.problem(with: value.value) {
      fates.append(Fate(key: label, kind: .dropped, reason: "its value \(problem)"))
    } else {
      return false
    }
    return true
  }

  private func addVariables(to text: inout ImportedText) {
    let own = environment.filter { Checks.isUnsafeVariable($0.name.value) }
    if let first = own.first {
      text.add("    environment:", at: first.name.range)
      for (name, value) in own {
        text.add(
          "      \(ImportedText.scalar(name.value)): " + ImportedText.quoted(value),
          at: name.range)
      }
    }
    guard let first = ownSecrets.first else { return }
    // The last one of a variable counts.
    var last: [String: Int] = [:]
    for (index, secret) in ownSecrets.enumerated() { last[secret.variable] = index }
    let members = ownSecrets.enumerated().filter { last[$1.variable] == $0 }.map {
      ImportedText.scalar($1.variable) + ": " + $1.secret
    }
    text.add("    secrets: {" + members.joined(separator: ", ") + "}", at: first.origin)
  }
}
