import Catalogues
import Diagnostics
import Profiles
import Schema
import Text
import Values

/// Options and variables that amm sets itself.
extension ServerImport {
  /// Takes an option or variable that amm sets itself; returns whether it is one.
  ///
  /// - Parameter asVariable: Whether it is a variable, which an argument overrides.
  mutating func take(
    _ name: String, _ value: Located<String>?, at range: SourceRange, asVariable: Bool = false
  ) -> Bool {
    let written = Located(name, range)
    func chosen(_ old: Located<String>?) -> Located<String>? {
      asVariable ? old ?? value : value ?? old
    }
    if words.models.contains(name) {
      model = chosen(model)
      carry(written)
    } else if words.repositories.contains(name) {
      repository = chosen(repository)
      carry(written)
    } else if words.files.contains(name) {
      file = chosen(file)
      carry(written)
    } else if words.names.contains(name) {
      if servedNames.isEmpty, let value { takeNames([value]) }
      carry(written)
    } else if words.revisions.contains(name) {
      revision = chosen(revision)
      carry(written)
    } else if words.keys.contains(name) {
      takeSecret(written, value, isKey: true)
    } else if words.tokens.contains(name) {
      takeSecret(written, value, isKey: false)
    } else if words.ports.contains(name) {
      takePort(value, asVariable)
      tellPort(value, of: name)
      if let value, server.isOpen(value) {
        tellOpen(written, value)
      } else {
        fates.append(
          Fate(key: written, kind: .changed, reason: "amm sets the port in the container"))
      }
    } else if words.addresses.contains(name) {
      takeAddress(chosen(address))
      fates.append(Fate(key: written, kind: .changed, reason: "'bind' is the address"))
    } else if words.caches.contains(name), let value, namesModels(value) {
      tell(
        ImportRules.value, value.range,
        "'\(name)' is the folder of the models, and these are names",
        help: "remove the variable, and load each one with 'ollama pull NAME'")
      fates.append(Fate(key: written, kind: .dropped, reason: "it names models, and no folder"))
    } else if words.caches.contains(name) {
      // An option comes before variables.
      if value != nil, !asVariable { cacheFolder = nil }
      if let value { setCache(value.value, holdsModels: true) }
      fates.append(Fate(key: written, kind: .changed, reason: "amm mounts the folder"))
    } else {
      return false
    }
    return true
  }

  /// Takes an option or variable with which a server finds its models; returns whether it is one.
  mutating func takeFolder(_ name: Located<String>) -> Bool {
    let isSettings = words.settingsFiles.contains(name.value)
    guard isSettings || words.modelFolders.contains(name.value) else { return false }
    findsModels = true
    hasSettingsFile =
      hasSettingsFile || isSettings || words.modelPresets.contains(name.value)
    let reason =
      isSettings
      ? "amm reads no such file; write its options as settings of the profile"
      : "an instance lists its models under 'models'"
    fates.append(Fate(key: name, kind: .dropped, reason: reason))
    return true
  }

  /// Reports a path that no server of amm has.
  mutating func tellWindows(_ name: Located<String>) {
    fates.append(
      Fate(
        key: name, kind: .unknown, reason: "its file is on Windows, and amm's servers run on Linux")
    )
  }

  /// Whether the value of a variable for a folder has names of models of Ollama.
  private func namesModels(_ value: Located<String>) -> Bool {
    guard runtime.pullsModels, !server.isOpen(value), !WindowsPath.begins(value.value.utf8[...])
    else { return false }
    let names = value.value.split { $0 == "," || $0 == " " }
    return !names.isEmpty
      && names.allSatisfy { name in
        name.contains(":") && !["/", ".", "~", "$"].contains(where: name.hasPrefix)
      }
  }

  /// Reports a port that is no number.
  private mutating func tellPort(_ value: Located<String>?, of name: String) {
    guard let value, !server.isOpen(value), !value.value.isEmpty,
      !(Int(value.value).map { (0...65535).contains($0) } ?? false),
      !server.referred.contains(value.range) || !value.value.contains("$")
    else { return }
    tell(
      ImportRules.value, value.range,
      "'\(name)' needs the number of a port, found '\(value.value.abbreviatedName)'",
      help: "write a number from 1 to 65535")
  }

  private mutating func takePort(_ value: Located<String>?, _ asVariable: Bool) {
    guard let value, !asVariable || port == nil else { return }
    if server.isOpen(value) {
      hasOpenPort = true
    } else {
      port = Int(value.value).flatMap { (0...65535).contains($0) ? $0 : nil } ?? port
    }
  }

  /// Takes an address, which Ollama's variable has together with a port.
  private mutating func takeAddress(_ value: Located<String>?) {
    guard let value else { return }
    var text = value.value
    if let scheme = text.firstRange(of: "://") { text = String(text[scheme.upperBound...]) }
    while text.hasSuffix("/") { text.removeLast() }
    if let colon = text.lastIndex(of: ":"), runtime.pullsModels,
      !text[..<colon].contains(":") || text.hasPrefix("[")
    {
      port = Int(text[text.index(after: colon)...]) ?? port
      text = String(text[..<colon])
    }
    address = Located(text.filter { $0 != "[" && $0 != "]" }, value.range)
  }

  /// Takes the names that clients use for the model.
  mutating func takeNames(_ values: [Located<String>]) {
    let names = values.flatMap { value in
      runtime.name == "llama-cpp"
        ? value.value.split(separator: ",").map { Located(String($0), value.range) } : [value]
    }
    for name in names where server.isOpen(name) { tellOpen(name, name) }
    let known = names.filter { !server.isOpen($0) && !$0.value.isEmpty }
    if !known.isEmpty { servedNames = known }
  }

  /// Reports an object that is not JSON, which a shell or a unit took the quotes from; returns whether it is one.
  mutating func tellBrokenJSON(_ text: Located<String>, of given: GivenOption) -> Bool {
    guard let first = text.value.utf8.first, first == 0x7B || first == 0x5B,
      JSONValue(parsing: Array(text.value.utf8)) == nil
    else { return false }
    fates.append(
      Fate(
        key: Located(given.name, given.range), kind: .unknown, reason: "its value is not JSON"))
    // The shell's reader reports quotes that the shell removes.
    let isTold = server.findings.contains { finding in
      finding.rule.code == ImportRules.shell.code
        && finding.location.range?.start.line == text.range.start.line
    }
    guard !isTold else { return true }
    tell(
      ImportRules.value, text.range,
      "'\(given.name)' must be JSON, found '\(text.value.abbreviatedName)'",
      help: "write the value in single quotes, so that its double quotes are kept")
    return true
  }

  /// Returns the option that has an option's meaning under a new name, for a server of any version; nil if
  /// it is none of these, or the newest version has the old name.
  func newName(of given: GivenOption) -> CatalogueOption? {
    guard let new = words.renamed[given.name], let table, newest?[given.name] == nil,
      !server.isContainer || table.fit == .unknown
    else { return nil }
    return table.catalogue[new]
  }

  /// Reports an option by its old name, which the profile gets by its new one.
  mutating func tellRenamed(_ given: GivenOption, _ new: CatalogueOption) {
    let name = new.names[0]
    fates.append(
      Fate(
        key: Located(given.name, given.range), kind: .changed,
        reason: "newer versions have it as '\(name)'"))
    guard !server.showsVersion, let table,
      let rule = Checks.rules.first(where: { $0.code == "option-not-in-tables" })
    else { return }
    tell(
      rule, given.range,
      "\(runtime.name) \(table.catalogue.release.text), whose table amm uses \(server.isContainer ? "for this image" : "here"), has no option '\(given.name)'",
      help: "write '\(name)'")
  }

  /// Leaves out an option that only other versions may have, for a program whose version is not known;
  /// returns whether it is one, and no misspelt one.
  mutating func leaveOutOld(_ given: GivenOption) -> Bool {
    guard let table else { return false }
    let title = "\(runtime.name) \(table.catalogue.release.text)"
    let isInNewest = newest?[given.name] != nil
    let isKnown =
      Catalogue.releases(of: runtime.name).contains { release in
        Catalogue.of(runtime.name, release)?[given.name] != nil
      } || table.catalogue.removed(given.name) != nil
    let isLatest = server.isContainer
    if isLatest {
      // The image may be the newest one, and older ones have what their tables show.
      guard table.fit == .unknown, hasOwnImage, server.entrypoint == nil, !isInNewest, isKnown
      else { return false }
    } else if isInNewest {
      fates.append(
        Fate(
          key: Located(given.name, given.range), kind: .dropped,
          reason: "\(title), which amm runs, has no such option"))
      return true
    }
    guard isKnown || table.catalogue.vocabulary.nearest(to: given.name) == nil,
      let rule = Checks.rules.first(where: { $0.code == "option-not-in-tables" })
    else { return false }
    if !server.showsVersion {
      tell(
        rule, given.range,
        "\(title), whose table amm uses \(isLatest ? "for this image" : "here"), has no option '\(given.name.abbreviatedName)'",
        help: runtime.replacements[given.name].map { ForeignProblems(self).words($0) }
          ?? "remove it, or use a version that has it")
    }
    fates.append(
      Fate(
        key: Located(given.name, given.range), kind: .dropped,
        reason: isLatest
          ? "newer versions have no such option" : "\(title), which amm runs, has no such option"))
    return true
  }

  /// Returns the value that amm writes for another; nil if it writes it as it is, and empty for the default.
  mutating func sameValue(_ value: String, of name: Located<String>) -> String? {
    guard let same = words.sameValues[name.value]?[value] else { return nil }
    fates.append(
      Fate(
        key: name, kind: .changed,
        reason: same.isEmpty ? "it is the default" : "it is the same as '\(same)'"))
    return same
  }
}
