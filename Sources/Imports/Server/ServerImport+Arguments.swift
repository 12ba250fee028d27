import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// The arguments of a server.
extension ServerImport {
  mutating func readArguments(_ words: [Located<String>]) {
    var rest = words[...]
    if self.words.modelIsFirst, let first = rest.first, !first.value.hasPrefix("-") {
      model = first
      carry(first)
      rest = rest.dropFirst()
    }
    guard let table else {
      arguments += rest
      for word in rest where word.value.hasPrefix("-") { carry(word) }
      return
    }
    let written = rest.filter { $0.value != "--" }.flatMap { word in
      guard let long = self.words.joinedNumbers[String(word.value.prefix(2))],
        table.catalogue[long] != nil, word.value.count > 2, Int(word.value.dropFirst(2)) != nil
      else { return [word] }
      return [Located(long, word.range), Located(String(word.value.dropFirst(2)), word.range)]
    }
    let given = written.compactMap { word in
      // A variable that is empty here may get its value in a part of a script that is not run.
      let isOpen = word.value.isEmpty && server.referred.contains(word.range)
      if isOpen { server.open.insert(word.range) }
      return Argument(isOpen ? "${…}" : word.value).map { Located($0, word.range) }
    }
    // Without an image, the program can have any version.
    let parsed = GivenOptions(
      given, runtime, table.catalogue, isOlder: table.isNewerThanImage || !server.isContainer)
    for option in parsed.options { read(option) }
    var next = parsed.options.startIndex
    for stray in parsed.strays {
      let word = Located(stray.value.text, stray.range)
      // Both lists have the order of the words.
      while next < parsed.options.endIndex, parsed.options[next].range.start < stray.range.start {
        next += 1
      }
      let before = next > 0 ? parsed.options[next - 1] : nil
      // The model may follow the options.
      if self.words.modelIsFirst, model == nil {
        model = word
        carry(word)
      } else if word.value.allSatisfy({ $0 == " " || $0 == "\t" }) {
        // A backslash before a space at the end of a line, which is reported.
        continue
      } else if server.isOpen(word) {
        tellOpen(word, word)
      } else if let before, before.option?.count == CatalogueOption.Count.none, !before.isJoined {
        tell(
          ImportRules.value, word.range,
          "'\(before.name)' takes no value, but '\(word.value.abbreviatedName)' follows it",
          help: "write only '\(before.name)', or leave it out")
        fates.append(Fate(key: word, kind: .unknown, reason: "'\(before.name)' takes no value"))
      } else {
        arguments.append(word)
        carry(word)
      }
    }
  }

  /// Records a word or variable that the profile or the instance also has.
  mutating func carry(_ name: Located<String>) {
    fates.append(Fate(key: name, kind: .carried, reason: ""))
  }

  mutating func read(_ given: GivenOption) {
    let name = Located(given.name, given.range)
    if words.names.contains(given.name) {
      takeNames(given.values)
      carry(name)
    } else if take(given.name, given.values.first, at: given.range) {
      return
    } else if words.modelFolders.contains(given.name) {
      findsModels = true
      fates.append(
        Fate(key: name, kind: .dropped, reason: "an instance lists its models under 'models'"))
    } else if runtime.reserved.contains(given.name) {
      fates.append(Fate(key: name, kind: .dropped, reason: "amm does not support it"))
    } else if let open = given.values.first(where: server.isOpen) {
      tellOpen(name, open)
    } else if let option = given.option {
      read(given, option)
    } else {
      keep(given)
    }
  }

  /// Takes an option of the launcher's table.
  mutating func read(_ given: GivenOption, _ option: CatalogueOption) {
    let key = option.names[0].asKey
    spellings[key] = spellings[key] ?? given.name
    if given.values.isEmpty, !server.isContainer, let value = words.bareValues[given.name] {
      fates.append(
        Fate(
          key: Located(given.name, given.range), kind: .changed,
          reason: "newer versions write '\(value)'"))
      return add(key, value, option, at: given.range)
    }
    if option.kind == .json, let text = given.values.first, tellBrokenJSON(text, of: given) {
      return
    }
    if let first = given.values.first,
      let same = sameValue(first.value, of: Located(given.name, given.range))
    {
      if !same.isEmpty { add(key, ImportedText.scalar(same), option, at: given.range) }
      return
    }
    carry(Located(given.name, given.range))
    let values =
      option.kind == .text ? given.values.map { placed($0, of: given.name) } : given.values
    guard let text = Self.value(of: given, option, values) else { return keep(given) }
    add(key, text, option, at: given.range)
  }

  /// Keeps an option as it is written, where it is judged.
  mutating func keep(_ given: GivenOption) {
    if given.option == nil {
      if !server.isContainer, leaveOutOld(given) { return }
      carry(Located(given.name, given.range))
    }
    if given.isJoined, let value = given.values.first {
      arguments.append(Located("\(given.name)=\(value.value)", given.range))
    } else {
      arguments.append(Located(given.name, given.range))
      for value in given.values { arguments.append(withFile(value)) }
    }
  }
}
