import Diagnostics
import Schema
import Text
package import YAML

/// Reads the models of a llama-swap configuration (llama-swap v250, config-schema.json).
package struct LlamaSwapSource {
  let source: SourceFile
  var file = ForeignFile()
  var macros = LlamaSwapMacros()
  /// The bytes that macros may still add.
  var budget = LlamaSwapMacros.limit
  /// What became of the keys that are not of one model.
  var fates: [Fate] = []
  /// The places of words of a command whose value the file does not have.
  var open: Set<SourceRange> = []
  private var lines: [Substring] = []
  private var finder: LlamaSwapWordFinder
  var idleTime: Located<Int>?

  /// Whether a tree is that of a llama-swap configuration.
  package static func isConfiguration(_ root: Node) -> Bool {
    root["models"]?.entries?.contains { $0.value["cmd"] != nil || $0.value["proxy"] != nil }
      ?? false
  }

  /// Returns the models of a file, in its order.
  static func read(_ source: SourceFile) -> Outcome<ForeignFile> {
    Composer.compose(source).then { root in
      var reader = LlamaSwapSource(source: source)
      reader.read(root)
      return Outcome(reader.file, [])
    }
  }

  private init(source: SourceFile) {
    self.source = source
    finder = LlamaSwapWordFinder(source)
    lines = String(decoding: source.bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  // MARK: The file

  private static let settings = [
    "healthCheckTimeout", "globalTTL", "startPort", "macros", "models", "groups", "matrix", "hooks",
    "apiKeys", "routing",
  ]

  private static let dropped: [String: String] = [
    "unloadTimeout": "the runtime determines how long a server may take to stop",
    "logLevel": "the journal has the output", "logTimeFormat": "the journal has the time",
    "logToStdout": "the journal has the output", "logRequests": "the journal has the output",
    "metricsMaxInMemory": "it is a setting of the proxy",
    "captureBuffer": "it is a setting of the proxy", "store": "it is a setting of the proxy",
    "ui": "it is a setting of the proxy", "performance": "it is a setting of the proxy",
    "sendLoadingState": "it is a setting of the proxy",
    "includeAliasesInList": "a companion of the kind 'llama-swap' lists them",
    "profiles": "clients name the instance", "selectors": "clients name the instance",
    "peers": "servers of other machines are not this workspace's",
    "upstream": "it is a setting of the proxy",
  ]

  private mutating func read(_ root: Node) {
    for entry in root["macros"]?.entries ?? [] {
      checkMacro(entry)
      guard !Self.reserved.contains(entry.key), let scalar = entry.value.scalar else { continue }
      macros.declare(entry.key, LlamaSwapWords.onOneLine(scalar.text))
    }
    var timeout: Located<Int>?
    var groups = root["groups"]
    var matrix: (key: Located<String>, node: Node?)?
    for entry in root.entries ?? [] {
      let key = Located(entry.key, entry.keyRange)
      check(entry, Self.topForms[entry.key])
      switch entry.key {
      case "models": continue
      case "macros": tell(key, .changed, "each model has the values")
      case "startPort": tell(key, .changed, "each instance has its port")
      case "globalTTL":
        idleTime = number(entry.value)
        tell(key, .changed, "'stop_after_idle' is the time")
      case "healthCheckTimeout":
        timeout = number(entry.value)
        tell(
          key, timeout.map { $0.value > 1800 } ?? false ? .changed : .dropped,
          timeout.map { $0.value > 1800 } ?? false
            ? "'start_timeout' is the time"
            : "'start_timeout' includes fetching the image, and is at least half an hour")
      case "groups": continue
      case "matrix": matrix = (key, entry.value)
      case "routing":
        let settings = entry.value["router"]?["settings"]
        groups = groups ?? settings?["groups"]
        if text(entry.value["router"]?["use"])?.value == "matrix" {
          matrix = (key, settings?["matrix"] ?? root["matrix"])
        } else {
          tell(key, .changed, "'exclusive' names a group of which only one server runs")
        }
      case "hooks": tell(key, .changed, "'start' says when a server starts")
      case "apiKeys": tellKeys(entry)
      default: tellOther(key)
      }
    }
    let preloaded = (root["hooks"]?["on_startup"]?["preload"]?.items ?? []).compactMap { text($0) }
    let models = root["models"]?.entries ?? []
    var plan = LlamaSwapGroups(models.map(\.key), preloaded: preloaded.map(\.value))
    if let matrix {
      read(matrix.node, matrix.key, into: &plan)
    } else {
      read(groups, into: &plan)
    }
    let aliases = checkAliases(of: models)
    for name in preloaded { check(name, isOneOf: models.map(\.key) + aliases, of: "hooks") }
    readModels(models, plan, startPort: number(root["startPort"])?.value ?? 5800, timeout)
  }

  /// Returns the aliases of models, and reports one that several models have, which llama-swap refuses.
  private mutating func checkAliases(of models: [Node.Entry]) -> [String] {
    var known: [String] = []
    for alias in models.flatMap({ $0.value["aliases"]?.items ?? [] }).compactMap({ text($0) }) {
      if known.contains(alias.value) {
        file.tell(
          ImportRules.refused, in: source, alias.range,
          "llama-swap refuses the alias '\(alias.value.abbreviated)', which another model has",
          help: "remove it from one of them")
      }
      known.append(alias.value)
    }
    return known
  }

  private mutating func tellKeys(_ entry: Node.Entry) {
    tell(
      Located(entry.key, entry.keyRange), .dropped,
      "write 'api_key: SECRET' for an instance whose clients need a key")
    let literal = (entry.value.items ?? []).contains {
      $0.scalar.map { !$0.text.hasPrefix("${env.") } ?? false
    }
    guard literal else { return }
    file.tell(
      ImportRules.secret, in: source, entry.keyRange, "'apiKeys' has keys in the file",
      help: "create a secret with 'podman secret create', and write 'api_key: SECRET'")
  }

  private mutating func tellOther(_ key: Located<String>) {
    if let reason = Self.dropped[key.value] { return tell(key, .dropped, reason) }
    tell(key, .unknown, "llama-swap has no such key, or amm does not know it")
    file.tellUnknown(
      key.value, in: source, key.range, "llama-swap has no key '\(key.value.abbreviated)'",
      among: Self.settings + Self.dropped.keys.sorted(), otherwise: "llama-swap ignores the key")
  }

  private mutating func tell(_ key: Located<String>, _ kind: Fate.Kind, _ reason: String = "") {
    fates.append(Fate(key: key, kind: kind, reason: reason))
  }

  private mutating func check(_ name: Located<String>, isOneOf models: [String], of key: String) {
    guard !models.contains(name.value) else { return }
    file.tellUnknown(
      name.value, in: source, name.range,
      "'\(key)' names the model '\(name.value.abbreviated)', which the file does not have",
      among: models, otherwise: "name one of the keys of 'models'")
  }

  /// Reads which models can run at the same time.
  private mutating func read(
    _ matrix: Node?, _ key: Located<String>, into plan: inout LlamaSwapGroups
  ) {
    func pairs(_ name: String) -> [String: String] {
      var pairs: [String: String] = [:]
      for entry in matrix?[name]?.entries ?? [] { pairs[entry.key] = entry.value.scalar?.text }
      return pairs
    }
    let read = LlamaSwapMatrix(plan.models, variables: pairs("vars"), sets: pairs("sets"))
    if let groups = read.groups {
      plan.set(groups)
      tell(
        key, .changed,
        groups.isEmpty
          ? "all servers can run at the same time"
          : "'exclusive' names a group of which only one server runs")
    } else {
      plan.allowAll()
      tell(key, .dropped, "write 'exclusive' for instances that cannot run at the same time")
    }
  }

  private mutating func read(_ groups: Node?, into plan: inout LlamaSwapGroups) {
    var owners: [String: String] = [:]
    for entry in groups?.entries ?? [] {
      var group = LlamaSwapGroups.Group(name: Located("groups." + entry.key, entry.keyRange))
      group.title = entry.key
      for setting in entry.value.entries ?? [] {
        let isOn = text(setting.value)?.value != "false"
        switch setting.key {
        case "swap": group.swaps = isOn
        case "exclusive": group.stopsOthers = isOn
        case "persistent": group.isKept = isOn
        case "members":
          for member in (setting.value.items ?? []).compactMap({ text($0) }) {
            check(member, isOneOf: plan.models, of: "members")
            if let other = owners.updateValue(entry.key, forKey: member.value) {
              file.tell(
                ImportRules.refused, in: source, member.range,
                "'\(member.value.abbreviated)' is in two groups, '\(other.abbreviated)' and '\(entry.key.abbreviated)'",
                help: "llama-swap refuses the file; keep it in one of them")
            }
            group.members.append(member.value)
          }
        default:
          file.tellUnknown(
            setting.key, in: source, setting.keyRange,
            "a group has no key '\(setting.key.abbreviated)'",
            among: ["swap", "exclusive", "persistent", "members"],
            otherwise: "llama-swap ignores the key")
        }
      }
      plan.add(group)
    }
    plan.finish()
    fates += plan.fates
  }

  static let reserved: Set = ["PORT", "MODEL_ID"]

  /// Reports a macro whose name llama-swap keeps for itself (v250, internal/config/config.go).
  mutating func checkMacro(_ entry: Node.Entry) {
    guard Self.reserved.contains(entry.key) else { return }
    file.tell(
      ImportRules.refused, in: source, entry.keyRange,
      "llama-swap sets the macro '\(entry.key)' itself, and refuses another value",
      help: entry.key == "PORT"
        ? "remove it; 'startPort' is the first port" : "remove it: its value is the model's key")
  }

  // MARK: Values

  /// Returns a scalar's text with its macros replaced; nil if it is not a scalar.
  mutating func text(_ node: Node?) -> Located<String>? {
    guard let node, let scalar = node.scalar, !scalar.isNull else { return nil }
    let text = expanded(scalar.text, at: node.range)
    return Located(text.replacing(LlamaSwapWords.home, with: "~"), node.range)
  }

  /// Returns a text with its macros replaced, and reports those that nothing declares.
  mutating func expanded(
    _ text: String, at range: SourceRange, isCommand: Bool = false
  ) -> String {
    let new = macros.apply(to: text, budget: &budget)
    for name in macros.unknown {
      // A command without the port is reported.
      if name == "PORT", macros.model != nil { continue }
      file.tellUnknown(
        name, in: source, range, "nothing declares the macro '${\(name.abbreviated)}'",
        // Its pattern for macros has no dot.
        rule: isCommand && !name.contains(".") ? ImportRules.refused : ImportRules.variable,
        among: macros.names,
        otherwise: name == "PORT"
          ? "only 'cmd' gives a model a port" : "declare it under 'macros', above where it is used")
    }
    if macros.isTooLong {
      file.tell(
        ImportRules.variable, in: source, range, "the macros make the text too long",
        help: "macros can be 64 levels deep, and add \(LlamaSwapMacros.limit >> 10) KiB to a file")
    }
    return new
  }

  mutating func number(_ node: Node?) -> Located<Int>? {
    text(node).flatMap { found in Int(found.value).map { Located($0, found.range) } }
  }

  /// Returns the words of a command with their places.
  mutating func words(_ node: Node) -> [Located<String>] {
    guard let scalar = node.scalar else { return [] }
    let plain = LlamaSwapWords.withoutComments(scalar.text)
    // The lines of a literal text are those of the file.
    let first = node.range.start.line
    let start = lines.indices.contains(first - 1) ? lines[first - 1] : ""
    let isLiteral =
      !scalar.isPlain && start.dropFirst(node.range.start.column - 1).first == "|"
      && node.range.end.line > first
    let text = expanded(plain, at: node.range, isCommand: true)
    let words = LlamaSwapWords.split(text).map { word in
      let line = isLiteral ? first + 1 + word.line : nil
      return (word, finder.range(of: word.text, in: node, line: line))
    }
    return withoutShell(words).map { word in
      let value = word.value.replacing(LlamaSwapWords.home, with: "~")
      // A variable of the environment, or a macro that nothing declares, which is reported.
      if value.holds("${") { open.insert(word.range) }
      return Located(value, word.range)
    }
  }
}
