import Catalogues
import Diagnostics
import Profiles
import Schema
import Text

/// Options of the launcher, which become settings or stay arguments.
extension ServerImport {
  mutating func read(_ given: GivenOption) {
    let name = Located(given.name, given.range)
    if words.names.contains(given.fullName) {
      takeNames(given.values)
      carry(name)
    } else if take(given.fullName, given.values.first, at: given.range) || takeOtherSecret(given) {
      return
    } else if takeFolder(name) {
      return
    } else if runtime.reserved.contains(given.name) {
      fates.append(Fate(key: name, kind: .dropped, reason: "amm does not support it"))
    } else if let place = given.values.compactMap(unwrittenPlace).first {
      fates.append(
        Fate(
          key: name, kind: .unknown,
          reason:
            "amm does not write the files in '\(place)'; mount them with 'volumes', and add it"))
    } else if let open = given.values.first(where: server.isOpen) {
      if given.option == nil {
        if !server.isContainer, leaveOutOld(given) { return }
        // The option is judged without its value.
        arguments.append(name)
        judgedOnly.insert(name.range)
      }
      tellOpen(name, open)
    } else if given.values.contains(where: { WindowsPath.begins($0.value.utf8[...]) }) {
      tellWindows(name)
    } else if let option = given.option {
      read(given, option)
    } else if let new = newName(of: given) {
      tellRenamed(given, new)
      read(given.renamed(new), new)
    } else {
      keep(given)
    }
  }

  /// Returns the place of the files that the source writes, if a value names one of them.
  private func unwrittenPlace(_ value: Located<String>) -> String? {
    server.unwritten.sorted().first { value.value.hasPrefix($0 + "/") || value.value == $0 }
  }

  /// Takes an option of the launcher's table.
  private mutating func read(_ given: GivenOption, _ option: CatalogueOption) {
    let key = option.names[0].asKey
    spellings[key] = spellings[key] ?? given.name
    tellAbbreviation(given, option)
    tellNewer(given.range, option, as: given.name)
    if leaveOutLog(Located(given.name, given.range), option) { return }
    if given.values.isEmpty, !server.isContainer, let value = words.bareValues[given.name] {
      fates.append(
        Fate(
          key: Located(given.name, given.range), kind: .changed,
          reason: "newer versions write '\(value)'"))
      tellBare(given, value)
      return add(key, value, option, at: given.range)
    }
    if option.kind == .json, let text = given.values.first, tellBrokenJSON(text, of: given) {
      return
    }
    if isInVolume(given.values.first, of: option) {
      carry(Located(given.name, given.range))
      arguments += Self.words(given)
      return
    }
    var values = given.values
    if option.kind == .text {
      values = given.values.compactMap { placed($0, of: option.names) }
      guard values.count == given.values.count else {
        return tellUnknownFolder(Located(given.name, given.range), given.values)
      }
    } else if option.kind == .json {
      values = given.values.map { withFiles(inJSON: $0) }
    }
    if let first = given.values.first,
      let same = sameValue(first.value, of: Located(given.name, given.range))
    {
      if same.isEmpty { return }
      values = [Located(same, first.range)]
    } else if let first = given.values.first,
      let number = number(first, of: option, named: Located(given.name, given.range))
    {
      values = [Located(number, first.range)]
    } else {
      carry(Located(given.name, given.range))
    }
    guard let text = value(of: given, option, values) else { return keep(given) }
    add(key, text, option, at: given.range)
    // Launchers use the last one of an option that is not a list.
    written[key] =
      (option.count == .repeated ? written[key] ?? [] : []) + Self.words(given)
  }

  /// Reports the full name of an option of other versions, which the parser takes for the beginning of
  /// another option's name.
  private mutating func tellAbbreviation(_ given: GivenOption, _ option: CatalogueOption) {
    let name = given.name
    guard runtime.argumentSyntax == .argparse, name.hasPrefix("--"), !name.contains("."),
      !option.names.contains(name), !option.isOff(name), let table, !table.isNewerThanImage,
      let full = (option.names + option.off).first(where: { $0.hasPrefix(name) })
    else { return }
    let isKnown = Catalogue.releases(of: runtime.name).contains { release in
      Catalogue.of(runtime.name, release)?[name] != nil
    }
    guard let help = words.former[name] ?? (isKnown ? "remove it, or write '\(full)'" : nil) else {
      return
    }
    tell(
      ImportRules.value, given.range,
      "'\(name)', which the version does not have, is read as '\(full)'", help: help)
  }

  /// Reports an option that is newer than the image, of a version before all tables.
  mutating func tellNewer(_ range: SourceRange, _ option: CatalogueOption, as name: String) {
    guard let table, table.isNewerThanImage, hasOwnImage, server.entrypoint == nil,
      let long = option.names.first(where: { words.since[$0] != nil }),
      let since = words.since[long], table.release < since,
      let rule = Checks.rules.first(where: { $0.code == "option-not-in-tables" })
    else { return }
    tell(
      rule, range,
      "\(runtime.name) \(table.release.text) has no option '\(long)', which is new in \(since.text)",
      help: words.former[long] ?? "remove '\(name)', or use a newer version")
  }

  /// Reports an option without the value that newer versions require.
  private mutating func tellBare(_ given: GivenOption, _ value: String) {
    guard let table, let rule = Checks.rules.first(where: { $0.code == "option-not-in-tables" })
    else { return }
    tell(
      rule, given.range,
      "\(runtime.name) \(table.catalogue.release.text), whose table amm uses here, needs a value after '\(given.name)'",
      help: "write '\(given.name) \(value)'")
  }

  /// Returns an option with its values as the source writes them.
  private static func words(_ given: GivenOption) -> [Located<String>] {
    if given.isJoined, let value = given.values.first {
      return [Located("\(given.name)=\(value.value)", given.range)]
    }
    return [Located(given.name, given.range)] + given.values
  }

  /// Moves settings back to the arguments or variables that they were, for values of a form that amm's own
  /// settings do not have.
  mutating func keepAsWritten(_ places: Set<SourceRange>) {
    for option in options where places.contains(option.origin) {
      if let words = written[option.key] {
        arguments += words
      } else if let variable = writtenVariables[option.key] {
        environment.append(variable)
      } else {
        continue
      }
      options.removeAll { $0.key == option.key }
    }
  }

  /// Keeps an option as it is written, where it is judged.
  private mutating func keep(_ given: GivenOption) {
    if given.option == nil {
      if leaveOutOld(given) { return }
      carry(Located(given.name, given.range))
    }
    for (index, word) in Self.words(given).enumerated() {
      arguments.append(index == 0 ? word : withFile(word))
    }
  }

  mutating func add(
    _ key: String, _ text: String, _ option: CatalogueOption, at range: SourceRange,
    asVariable: Bool = false
  ) {
    if let index = options.firstIndex(where: { $0.key == key }) {
      // Arguments override variables.
      if asVariable { return }
      // Launchers use the last one; a repeated option has a list.
      if option.count == .repeated, options[index].value.hasPrefix("["), text.hasPrefix("[") {
        options[index].value = options[index].value.dropLast() + ", " + text.dropFirst()
      } else {
        options[index] = (key, text, range)
      }
      return
    }
    options.append((key, text, range))
  }
}
