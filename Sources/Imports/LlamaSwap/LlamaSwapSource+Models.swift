import Diagnostics
import Schema
import Text
import YAML

extension LlamaSwapSource {
  private static let settings = [
    "macros", "cmd", "env", "description", "ttl", "proxy", "useModelName",
  ]

  private static let dropped: [String: String] = [
    "cmdStop": "amm stops the server", "name": "clients name the model",
    "aliases": "a server has one name: see 'model_name'",
    "checkEndpoint": "amm uses the server's own check",
    "unloadTimeout": "the runtime determines how long a server may take to stop",
    "filters": "requests reach the server as clients send them",
    "metadata": "clients see what the server reports",
    "concurrencyLimit": "the server determines how many requests it answers at the same time",
    "sendLoadingState": "it is a setting of the proxy",
    "unlisted": "'amm endpoints' lists all instances",
    "timeouts": "clients reach the server directly",
    "compat": "it is a setting of the proxy",
    "capabilities": "clients see what the server reports",
  ]

  /// Reads the models; ports are given out in the order of the models' names.
  mutating func readModels(
    _ models: [Node.Entry], _ plan: LlamaSwapGroups, startPort: Int, _ timeout: Located<Int>?
  ) {
    var ports: [String: Int] = [:]
    var next = startPort
    let ordered = models.map { ($0.key, $0.value["cmd"]) }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    for (name, command) in ordered {
      guard let text = command?.scalar?.text, needsPort(text) else { continue }
      ports[name] = next
      next = min(next + 1, 65_535)
    }
    for entry in models {
      macros.forgetModel()
      macros.model = entry.key
      macros.port = ports[entry.key]
      for macro in entry.value["macros"]?.entries ?? [] {
        checkMacro(macro)
        guard !Self.reserved.contains(macro.key), let scalar = macro.value.scalar else { continue }
        macros.declareOwn(macro.key, LlamaSwapWords.onOneLine(scalar.text))
      }
      var server = self.server(entry)
      setStart(of: &server, as: entry, plan)
      if let timeout, timeout.value > 1800 {
        server.settings.append(
          ("start_timeout", Located(String(min(timeout.value, 86_400)), timeout.range)))
      }
      if Recognition.recognise(server) != nil {
        server.fates += fates
        fates = []
      }
      file.servers.append(server)
    }
    macros.forgetModel()
    forgetSingleMembers()
  }

  /// Removes the group of a server whose others are not imported.
  private mutating func forgetSingleMembers() {
    var counts: [String: Int] = [:]
    func group(of server: ForeignServer) -> String? {
      server.settings.first { $0.key == "exclusive" }?.value.value
    }
    for server in file.servers where Recognition.recognise(server) != nil {
      if let group = group(of: server) { counts[group, default: 0] += 1 }
    }
    for index in file.servers.indices {
      guard let group = group(of: file.servers[index]), counts[group] == 1 else { continue }
      file.servers[index].settings.removeAll { $0.key == "exclusive" }
    }
  }

  /// Whether a command has the macro of the port, by itself or in a macro that it uses.
  private mutating func needsPort(_ text: String) -> Bool {
    var macros = macros
    var budget = 1 << 16
    return LlamaSwapWords.withoutComments(macros.apply(to: text, budget: &budget))
      .holds("${PORT}")
  }

  private mutating func server(_ entry: Node.Entry) -> ForeignServer {
    let name = Located(entry.key, entry.keyRange)
    var server = ForeignServer(name: name)
    open = []
    let words = entry.value["cmd"].map { self.words($0) } ?? []
    var base = ForeignServer(name: Located("", words.first?.range ?? .fileStart))
    base.open = open
    server.open = open
    if let run = RunLine.server(of: words, in: source, base, exported: []) {
      server.adopt(run)
      server.image = run.image
      server.command = run.command
    } else {
      server.command = words
    }
    if words.isEmpty {
      file.tell(
        ImportRules.key, in: source, entry.keyRange,
        "the model '\(entry.key.abbreviated)' has no command",
        help: "write the command that starts its server under 'cmd'")
    }
    for setting in entry.value.entries ?? [] { read(setting, into: &server) }
    checkPort(entry, words, server)
    return server
  }

  private mutating func read(_ setting: Node.Entry, into server: inout ForeignServer) {
    let key = Located(setting.key, setting.keyRange)
    check(setting, Self.forms[setting.key])
    if setting.key == "checkEndpoint", let path = text(setting.value) {
      server.checkedPaths.append(path)
    }
    switch setting.key {
    case "cmd": server.tell(key, .carried)
    case "macros": server.tell(key, .changed, "the model has the values")
    case "ttl": return  // with the group
    case "env":
      for item in setting.value.items ?? [] {
        guard let pair = text(item), let equals = pair.value.firstIndex(of: "=") else { continue }
        server.variables.append(
          (
            Located(String(pair.value[..<equals]), pair.range),
            String(pair.value[pair.value.index(after: equals)...])
          ))
      }
      server.tell(key, .carried)
    case "description":
      server.description = text(setting.value)
      server.tell(key, .carried)
    case "proxy": server.tell(key, .changed, "'port' is the address")
    case "useModelName":
      server.tell(key, .changed, "clients use the server's own name of the model")
    default:
      if let reason = Self.dropped[setting.key] { return server.tell(key, .dropped, reason) }
      server.tell(key, .unknown, "llama-swap has no such key of a model, or amm does not know it")
      file.tellUnknown(
        setting.key, in: source, setting.keyRange,
        "a model has no key '\(setting.key.abbreviated)'",
        among: Self.settings + Self.dropped.keys.sorted(), otherwise: "llama-swap ignores the key")
    }
  }

  /// Sets when the server starts and stops.
  private mutating func setStart(
    of server: inout ForeignServer, as entry: Node.Entry, _ plan: LlamaSwapGroups
  ) {
    let own = entry.value["ttl"]
    let written = own.flatMap { number($0) }
    let time = written.flatMap { $0.value < 0 ? nil : $0 } ?? idleTime
    let key = Located(
      "ttl", entry.value.entries?.first { $0.key == "ttl" }?.keyRange ?? entry.keyRange)
    let isPreloaded = plan.isPreloaded(entry.key)
    if let group = plan.group(of: entry.key) {
      server.settings.append(("exclusive", Located(group, entry.keyRange)))
    }
    if isPreloaded {
      if own != nil { server.tell(key, .dropped, "a server that starts with the session stays") }
    } else if plan.startsOnDemand(entry.key) {
      server.settings.append(("start", Located("on-demand", entry.keyRange)))
      let seconds = time.map { $0.value } ?? 0
      let text = seconds == 0 || seconds > 604_800 ? "never" : "\(max(5, seconds))s"
      server.settings.append(("stop_after_idle", Located(text, time?.range ?? entry.keyRange)))
      if own != nil { server.tell(key, .changed, "'stop_after_idle' is the time") }
    } else {
      server.settings.append(("start", Located("manual", entry.keyRange)))
      if own != nil {
        server.tell(
          key, .changed, "'stop_after_idle' of a companion of the kind 'llama-swap' is the time")
      }
    }
  }

  /// Reports a model whose requests go to a port that its server does not have.
  private mutating func checkPort(
    _ entry: Node.Entry, _ words: [Located<String>], _ server: ForeignServer
  ) {
    guard Recognition.recognise(server) != nil else { return }
    let proxy = entry.value["proxy"]
    if proxy == nil {
      guard macros.port == nil else { return }
      return file.tell(
        ImportRules.refused, in: source, entry.value["cmd"]?.range ?? entry.keyRange,
        "the command of '\(entry.key.abbreviated)' does not use '${PORT}', to which requests go",
        help: "write '--port ${PORT}', or name the server's address under 'proxy'")
    }
    if let proxy, macros.port == nil, needsPort(proxy.scalar?.text ?? "") {
      return file.tell(
        ImportRules.refused, in: source, proxy.range,
        "'proxy' uses '${PORT}', but the command of '\(entry.key.abbreviated)' does not",
        help: "write '--port ${PORT}' in 'cmd', or the port of the server in 'proxy'")
    }
    guard let address = text(proxy), let asked = Self.port(of: address.value) else { return }
    var ports = server.ports.compactMap(\.value.host)
    for (word, next) in zip(words, words.dropFirst() + [Located("", entry.keyRange)]) {
      if word.value == "--port" { ports += Int(next.value).map { [$0] } ?? [] }
      if word.value.hasPrefix("--port=") {
        ports += Int(word.value.dropFirst(7)).map { [$0] } ?? []
      }
    }
    guard !ports.isEmpty, !ports.contains(asked) else { return }
    file.tell(
      ImportRules.port, in: source, address.range,
      "requests go to port \(asked), but the server listens on port \(ports[0])",
      help: "write '${PORT}' in both 'cmd' and 'proxy'")
  }

  /// Returns the port of `http://ADDRESS:PORT`; nil if it has none, or is not this machine's.
  private static func port(of url: String) -> Int? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" }
    guard let colon = authority.lastIndex(of: ":") else { return nil }
    let host = authority[..<colon]
    guard ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"].contains(String(host)) else { return nil }
    return Int(authority[authority.index(after: colon)...])
  }
}
