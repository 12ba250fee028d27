import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

extension ServerImport {
  private static let ofGPUs: Set = [
    "NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
  ]

  /// Variables that the container's engine reads, or that only number GPUs.
  private static let dropped: [String: String] = [
    "NVIDIA_DRIVER_CAPABILITIES": "a CDI device brings what the server needs",
    "NVIDIA_REQUIRE_CUDA": "a CDI device brings what the server needs",
    "CUDA_DEVICE_ORDER": "CDI numbers GPUs by their place on the bus",
  ]

  /// The variable of a client's library, which servers do not read.
  private static let otherToken = "HUGGINGFACEHUB_API_TOKEN"

  /// Whether a name is that of this variable, and the server has no other token.
  private func isOtherToken(_ name: String) -> Bool {
    name == Self.otherToken && hasOwnImage && server.entrypoint == nil
      && server.value(of: "HF_TOKEN") == nil
  }

  mutating func readVariables() {
    for (name, text) in recognised.variables + server.variables {
      if let text, words.durations.contains(name.value) {
        tellDuration(Located(text, name.range), of: name.value)
      }
      read(name, text.map { Located($0, name.range) })
    }
  }

  private mutating func read(
    _ name: Located<String>, _ value: Located<String>?
  ) {
    if ForeignWords.tokenVariables.contains(name.value)
      || isOtherToken(name.value)
    {
      tellUnreadToken(name)
      takeSecret(name, value, isKey: false)
    } else if runtime.keyVariable?.text == name.value {
      takeSecret(name, value, isKey: true)
    } else if Self.ofGPUs.contains(name.value) {
      takeGPUs(name, value)
    } else if let reason = Self.dropped[name.value] {
      fates.append(Fate(key: name, kind: .dropped, reason: reason))
    } else if ForeignWords.cacheVariables.contains(name.value) {
      takeCache(name, value)
    } else if take(name.value, value, at: name.range, asVariable: true) {
      return
    } else if takeFolder(name) {
      return
    } else if runtime.reserved.contains(name.value) {
      fates.append(Fate(key: name, kind: .dropped, reason: "amm does not support it"))
    } else if let value {
      tellUnreadOfHub(name)
      tellUnreadOfOthers(name)
      readOther(name, value)
    } else if server.isInstance || Secrets.isSecretName(name.value) {
      takeVariable(name.value, of: name, nil)
    } else if !server.fates.contains(where: { $0.key.value == name.value }) {
      fates.append(
        Fate(
          key: name, kind: .dropped,
          reason: "its value comes from the caller; write it under 'environment' of the instance"))
    }
  }

  /// Sets a variable of the server, which replaces an earlier value.
  private mutating func setVariable(_ name: Located<String>, _ value: String) {
    if !environmentNames.insert(name.value).inserted {
      environment.removeAll { $0.name.value == name.value }
    }
    environment.append((name, value))
  }

  /// Reads a variable that sets an option, holds a secret or is the server's own.
  private mutating func readOther(
    _ name: Located<String>, _ value: Located<String>
  ) {
    if server.isOpen(value) {
      // An export has variables of the caller in place of secrets.
      let isSame = ["$\(name.value)", "${\(name.value)}"].contains(value.value)
      if Secrets.isSecretName(name.value) || server.isInstance && isSame {
        takeVariable(name.value, of: name, nil)
      } else {
        tellOpen(name, value)
      }
    } else if value.value.isEmpty, Secrets.isSecretName(name.value) {
      fates.append(Fate(key: name, kind: .dropped, reason: "it is empty, as if it were not set"))
    } else if server.ofFiles.contains(name.range), !isOfRuntime(name.value) {
      // Services of other programs, and the file itself, use the same file.
      fates.append(
        Fate(
          key: name, kind: .dropped,
          reason: "it is no variable of \(runtime.name); see 'environment' of an instance"))
    } else if value.value.hasPrefix("/run/secrets/") {
      tellSecretFile(name, value)
    } else if Secrets.isSecret(name.value, value.value) {
      takeVariable(name.value, of: name, value)
    } else if let option = table?.catalogue.option(variable: name.value) {
      let key = option.names[0].asKey
      guard !value.value.isEmpty else {
        fates.append(Fate(key: name, kind: .changed, reason: "it is empty, as if it were not set"))
        return
      }
      if leaveOutLog(name, option) { return }
      tellNewer(name.range, option, as: name.value)
      let placed = option.kind == .text ? placed(value, of: option.names + [name.value]) : value
      guard let placed else { return tellUnknownFolder(name, [value]) }
      if let same = sameValue(value.value, of: name) {
        if !same.isEmpty { add(key, Self.plain(same), option, at: name.range, asVariable: true) }
        writtenVariables[key] = (name, value.value)
      } else if let text = number(value, of: option, named: name)
        ?? variable(placed, of: option, named: name.value)
      {
        spellings[key] = spellings[key] ?? name.value
        add(key, text, option, at: name.range, asVariable: true)
        writtenVariables[key] = (name, value.value)
        carry(name)
      } else if !options.contains(where: { $0.key == key }) {
        setVariable(name, value.value)
        carry(name)
      }
    } else if takeNegated(name) {
      return
    } else if let near = misspelt(name.value) {
      tell(
        ImportRules.unread, name.range,
        "\(runtime.name) does not read the variable '\(name.value)'",
        help: "did you mean '\(near)'?")
      fates.append(Fate(key: name, kind: .unknown, reason: "the server does not read it"))
    } else {
      tellUnread(name)
      setVariable(name, value.value)
      carry(name)
    }
  }

  /// Whether a name is that of a variable which the runtime or a library of it reads, also if it is misspelt.
  private func isOfRuntime(_ name: String) -> Bool {
    let prefixes = runtime.variablePrefixes + ForeignWords.libraryPrefixes
    return prefixes.contains(where: name.hasPrefix)
      || table.map { $0.catalogue.option(variable: name) != nil } ?? false
      || table?.catalogue.variables.contains { $0.name == name } ?? false || misspelt(name) != nil
  }

  /// Reports a name for a token that libraries of the hub do not read.
  mutating func tellUnreadToken(_ name: Located<String>) {
    guard
      name.value == "HUGGINGFACE_HUB_TOKEN"
        || isOtherToken(name.value)
    else { return }
    tell(
      ImportRules.unread, name.range, "no server reads the variable '\(name.value)'",
      help: "name it 'HF_TOKEN'")
  }

  /// Reports a variable with the old beginning of the hub's, which only its token and folder have
  /// (huggingface_hub 0.36, src/huggingface_hub/constants.py).
  private mutating func tellUnreadOfHub(_ name: Located<String>) {
    let old = "HUGGING_FACE_HUB_"
    guard name.value.hasPrefix(old), !isUsed(name.value) else { return }
    tell(
      ImportRules.unread, name.range, "no server reads the variable '\(name.value)'",
      help: "name it 'HF_HUB_\(name.value.dropFirst(old.utf8.count))'")
  }

  /// Returns the variable of an option that a name is close to, for servers whose variables have no
  /// prefix of their own.
  private func misspelt(_ name: String) -> String? {
    guard runtime.variablePrefixes.isEmpty, name.utf8.count > 6, let table else { return nil }
    let known = table.catalogue.options.compactMap(\.variable)
    guard !known.contains(name), !table.catalogue.variables.contains(where: { $0.name == name })
    else { return nil }
    return Suggestion.nearest(to: name, among: known)
  }

  /// Reports a variable that is named like an option of a server which reads no such variables, or like its
  /// own variables.
  private mutating func tellUnread(_ name: Located<String>) {
    guard let table, server.isContainer, recognised.others.isEmpty, recognised.variables.isEmpty,
      server.entrypoint == nil || server.entrypoint?.count == 0, name.value.contains("_"),
      !isUsed(name.value)
    else { return }
    let guess = words.guessedPrefix.flatMap { name.value.hasPrefix($0) ? $0.count : nil } ?? 0
    // Builds before all tables read some of these.
    guard guess == 0 || !table.isNewerThanImage else { return }
    let option = "--" + name.value.dropFirst(guess).lowercased().replacing("_", with: "-")
    guard let found = table.catalogue[option] else { return tellUnreadOwn(name) }
    let asOption = runtime.argumentSyntax == .nothing ? nil : "'\(option)' in the command"
    let instead = [found.variable.map { "'\($0)'" }, asOption].compactMap(\.self)
    tell(
      ImportRules.unread, name.range,
      "\(runtime.name) does not read the variable '\(name.value)'",
      help: "write \(instead.joined(separator: ", or "))")
  }

  /// Whether a word of the container, which a shell may read, refers to a variable.
  func isUsed(_ name: String) -> Bool {
    expanding.contains { word in
      ["$\(name)", "${\(name)", "$$"].contains(where: word.contains)
    }
  }

  /// Reports a variable with the beginning of the server's own that its project's images do not read.
  private mutating func tellUnreadOwn(_ name: Located<String>) {
    guard let prefix = words.guessedPrefix, name.value.hasPrefix(prefix), hasOwnImage,
      server.entrypoint == nil,
      !words.ownVariables.isEmpty, !words.ownVariables.contains(name.value),
      !runtime.variablePrefixes.contains(where: name.value.hasPrefix),
      !["LOG", "DEBUG", "TRACE", "SERVER_"].contains(where: name.value.contains),
      let own = runtime.variablePrefixes.first
    else { return }
    tell(
      ImportRules.unread, name.range,
      "\(runtime.name) does not read the variable '\(name.value)'",
      help: "remove it: the variables of its options begin with '\(own)'")
  }

  /// Whether one of some variables may have a value that the file does not show.
  func hidesVariable(of names: Set<String>) -> Bool {
    guard server.variableFiles.isEmpty else { return true }
    return (recognised.variables + server.variables).contains { name, value in
      names.contains(name.value) && value.map { server.isOpen(Located($0, name.range)) } ?? true
    }
  }

  /// Returns the value of a variable as YAML; nil if the server would not read it as the option.
  private func variable(
    _ value: Located<String>, of option: CatalogueOption, named name: String
  ) -> String? {
    let text = value.value
    if words.lists.contains(name) { return list([value]) }
    if words.sizes.contains(name), Int(text) != nil { return ForeignServer.size(text) }
    switch option.kind {
    case .flag:
      // The parser of TGI and TEI knows only these two words.
      let isStrict = runtime.argumentSyntax == .clap
      if text == "true" || !isStrict && ["1", "on", "yes"].contains(text.lowercased()) {
        return "true"
      }
      return text == "false" || !isStrict && ["0", "off", "no"].contains(text.lowercased())
        ? "false" : nil
    case .integer, .number, .size: return Double(text) != nil ? text : nil
    case .json: return nil
    case .text:
      let isOne = [CatalogueOption.Count.one, .optional].contains(option.count)
      if isOne { return ImportedText.scalar(text) }
      guard option.count != .none, option.count != .two else { return nil }
      let items = text.split(separator: ",").map { ImportedText.scalar(String($0).trimmed) }
      return "[" + items.joined(separator: ", ") + "]"
    }
  }
}
