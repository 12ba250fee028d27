import Deployments
import Diagnostics
import Schema
import Workspaces
import YAML

/// A configuration that lists the servers of a companion, which amm writes itself.
extension CompanionImport {
  /// Whether the program reads the servers from a configuration or from its options.
  var hasConfiguration: Bool {
    configurationText != nil || configurationPath != nil || model != nil
  }

  private var model: Located<String>? { words.model.flatMap(option) }

  /// The configuration in a variable.
  private var configurationText: Located<String>? {
    words.configurations.compactMap { server.value(of: $0) }.first
  }

  /// The path of the configuration in the container.
  var configurationPath: Located<String>? {
    words.configurationPaths.sorted().compactMap { option($0) ?? server.value(of: $0) }.first
  }

  /// Returns the value of an option, which is its own word or follows `=`; nil if it is not set.
  private func option(_ name: String) -> Located<String>? {
    guard name.hasPrefix("-") else { return nil }
    for (index, word) in arguments.enumerated() {
      if word.value == name, index + 1 < arguments.count { return arguments[index + 1] }
      if word.value.hasPrefix(name + "=") {
        return Located(String(word.value.dropFirst(name.count + 1)), word.range)
      }
    }
    return nil
  }

  /// Reads the options and the configuration.
  mutating func readConfiguration() {
    guard !kind.isCustom else { return }
    readOptions()
    if let model {
      readModel(model.value, at: words.address.flatMap(option)?.value, as: nil, model)
    }
    if let text = configurationText {
      read(SourceFile(path: "", text: text.value), of: text)
    } else if let path = configurationPath {
      let content = server.contents.first { $0.path == path.value }?.text
      if let content {
        let lines = content.range.start.line...content.range.end.line
        fates = fates.map { fate in
          let isMount =
            fate.key.value.hasPrefix("volumeMounts.") && lines.contains(fate.key.range.start.line)
          guard fate.key.value == "configs" || isMount else { return fate }
          return Fate(key: fate.key, kind: .changed, reason: "amm writes the configuration")
        }
        return read(SourceFile(path: "", text: content.value), of: path)
      }
      guard let machine = machinePath(of: path.value), !machine.contains("$") else {
        return refuse(
          "its configuration '\(path.value.abbreviatedName)' is in its image or a volume")
      }
      if let folder, !machine.hasPrefix(folder == "/" ? folder : folder + "/") {
        return refuse(
          "its configuration '\(path.value.abbreviatedName)' is outside of the file's folder")
      }
      guard let file = configurations[machine] else {
        wanted = machine
        return refuse("its configuration '\(path.value.abbreviatedName)' cannot be read")
      }
      read(file, of: path)
    }
  }

  /// Records what becomes of the options.
  private mutating func readOptions() {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      let name = String(word.value.prefix { $0 != "=" })
      let key = Located(name, word.range)
      let ofServers =
        words.configurationPaths.contains(name) || [words.model, words.address].contains(name)
      guard name.hasPrefix("-") else {
        return refuse("amm does not see what '\(word.value.abbreviatedName)' means to it")
      }
      if name == word.value, ofServers || words.ports.contains(name) || words.options.contains(name)
      {
        let value = rest.popFirst()
        if words.ports.contains(name) { inside = value.flatMap { Int($0.value) } }
      } else if words.ports.contains(name) {
        inside = Int(word.value.dropFirst(name.count + 1))
      }
      if words.ports.contains(name) {
        fates.append(Fate(key: key, kind: .changed, reason: "amm sets the port in the container"))
      } else if ofServers {
        fates.append(Fate(key: key, kind: .changed, reason: "amm writes the configuration"))
      } else {
        fates.append(Fate(key: key, kind: .dropped, reason: "amm sets the options of \(kind.name)"))
      }
    }
  }

  // MARK: Models

  private mutating func read(_ file: SourceFile, of origin: Located<String>) {
    guard let root = Composer.compose(file).value, root.entries != nil else {
      return refuse("its configuration is no YAML")
    }
    for item in root["model_list"]?.items ?? [] {
      let settings = item["litellm_params"]
      note(settings?["api_key"])
      readModel(
        settings?.text("model") ?? "", at: settings?.text("api_base"), as: item.text("model_name"),
        origin)
    }
    let general = root["general_settings"]
    if let secret = general?["master_key"]?.written { readMasterKey(secret.value, origin) }
    // amm's own sections say the same again.
    guard !server.isOwn, server.value(of: words.configurations.first ?? "") == nil else { return }
    let keys =
      (root.entries ?? []).map(\.key).filter { !["model_list", "general_settings"].contains($0) }
      + (general?.entries ?? []).map(\.key).filter { $0 != "master_key" }
    for key in keys {
      fates.append(
        Fate(
          key: Located(key.abbreviatedName, origin.range), kind: .dropped,
          reason: "amm writes the configuration"))
    }
  }

  /// Reads a model with its address, which a variable of its provider can have.
  private mutating func readModel(
    _ model: String, at base: String?, as name: String?, _ origin: Located<String>
  ) {
    let provider = String(model.prefix { $0 != "/" })
    let variables = words.providers[provider] ?? []
    let text =
      base.map { value(of: $0) } ?? variables.compactMap { server.value(of: $0)?.value }.first
    guard let text, let address = ForeignAddress.all(in: text).first else {
      return refuse("its model '\(model.abbreviatedName)' is not one of a server that amm runs")
    }
    let before = uses.count
    use(address, of: Located(base == nil ? variables.first ?? "" : "api_base", origin.range))
    guard let name, let entry = uses.last, before < uses.count || refusal == nil else { return }
    tellName(name, entry, address, origin)
  }

  /// Reports a name for clients that the companion does not have.
  private mutating func tellName(
    _ name: String, _ entry: ServerDirectory.Entry, _ address: ForeignAddress,
    _ origin: Located<String>
  ) {
    guard case .server(let used, _) = directory.place(of: address, from: server) else { return }
    let names = [used.workload.name.text] + used.workload.provenance.models.map(\.name)
    guard !names.contains(name) else { return }
    let shown = (names.count > 1 && names[0] == names[1] ? names[1...] : names[...]).prefix(2)
    fates.append(
      Fate(
        key: Located(name.abbreviatedName, origin.range), kind: .dropped,
        reason: "clients name the model " + shown.map { "'\($0)'" }.joined(separator: " or ")))
  }

  /// Returns a value of the configuration, which `os.environ/NAME` reads from a variable.
  private mutating func value(of text: String) -> String {
    guard let name = variable(in: text) else { return text }
    ofConfiguration.insert(name)
    return server.value(of: name)?.value ?? ""
  }

  private mutating func note(_ node: Node?) {
    if let name = node?.written.flatMap({ variable(in: $0.value) }) { ofConfiguration.insert(name) }
  }

  /// Returns the variable that a value of the configuration names; nil if it names none.
  private func variable(in text: String) -> String? {
    let mark = "os.environ/"
    return text.hasPrefix(mark) ? String(text.dropFirst(mark.count)) : nil
  }

  private mutating func readMasterKey(_ text: String, _ origin: Located<String>) {
    let name = Located(words.keyVariable ?? "", origin.range)
    guard let variable = variable(in: text) else {
      return takeKey(name, Located(text, origin.range))
    }
    guard variable != name.value else { return }
    ofConfiguration.insert(variable)
    if let secret = server.secrets.first(where: { $0.variable.value == variable }) {
      key = Located(secret.text, secret.variable.range)
    } else {
      takeKey(name, server.value(of: variable))
    }
  }
}
