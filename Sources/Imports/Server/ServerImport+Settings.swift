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
    "backend_port",
  ]

  /// Leaves out a label that an instance cannot have; returns whether it is one.
  private mutating func leaveOutLabel(_ key: String, _ value: Located<String>) -> Bool {
    let label = Located(key, value.range)
    let name = key.dropFirst("labels.".count)
    let isName = name.utf8.allSatisfy {
      $0.isASCIIAlphanumeric || [0x2D, 0x2E, 0x2F, 0x5F].contains($0)
    }
    if OwnTraces.isReservedLabel(key) {
      fates.append(Fate(key: label, kind: .changed, reason: OwnTraces.reasonOfLabel))
    } else if Secrets.isSecret(String(name), value.value) {
      tellSecret(label, value, "NAME")
      fates.append(Fate(key: label, kind: .dropped, reason: "a label is no place for a secret"))
    } else if value.value.isEmpty || server.isOpen(value) {
      fates.append(Fate(key: label, kind: .dropped, reason: "an instance's label has a value"))
    } else if !isName || name.isEmpty {
      fates.append(
        Fate(
          key: label, kind: .dropped, reason: "labels have letters, digits, '.', '_', '-' and '/'"))
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
    var members: [String] = []
    for (variable, secret, _) in ownSecrets {
      let name = ImportedText.scalar(variable) + ": "
      members.removeAll { $0.hasPrefix(name) }
      members.append(name + self.text(ofSecret: secret))
    }
    text.add("    secrets: {" + members.joined(separator: ", ") + "}", at: first.origin)
  }
}
