import Diagnostics
import Schema
import Text
import YAML

/// The modules that write quadlet files.
extension NixSource {
  /// The type of an option.
  private enum Kind {
    case text, texts, textOrTexts, flag, pairs, pairsOrTexts
    /// Words of a command: a text, or a list.
    case words
    /// A text, or a list that becomes JSON.
    case program

    var name: String {
      switch self {
      case .text: "a text"
      case .texts: "a list of texts"
      case .textOrTexts, .words, .program: "a text or a list of texts"
      case .flag: "true or false"
      case .pairs: "a set of texts"
      case .pairsOrTexts: "a set or a list of texts"
      }
    }
  }

  /// An option: the key of the quadlet file that it becomes, and its type.
  private typealias Option = (key: String, kind: Kind)

  /// Returns a table of options from words `option:Key`; a word without a key begins with a small letter.
  private static func table(_ groups: [(Kind, String)]) -> [String: Option] {
    var table: [String: Option] = [:]
    for (kind, words) in groups {
      for word in words.split(separator: " ") {
        let parts = word.split(separator: ":").map(String.init)
        let key =
          parts.count > 1 ? parts[1] : parts[0].prefix(1).uppercased() + parts[0].dropFirst()
        table[parts[0]] = (key, kind)
      }
    }
    return table
  }

  // MARK: home-manager

  /// The options of home-manager 26.05 (modules/services/podman/linux/containers.nix).
  private static let homeManager: [String: Option] = {
    var options = table([
      (
        .text,
        "image autoUpdate description entrypoint exec group ip4:IP ip6:IP6 user userNS:UserNS"
      ),
      (
        .texts,
        "addCapabilities:AddCapability devices:AddDevice dropCapabilities:DropCapability"
          + " environmentFile extraPodmanArgs:PodmanArgs networkAlias ports:PublishPort volumes:Volume"
      ),
      (.textOrTexts, "network"), (.pairs, "environment labels:Label"), (.flag, "autoStart"),
    ])
    options["extraConfig"] = ("", .pairs)
    return options
  }()

  /// Reads an element of `services.podman.containers`.
  ///
  /// - Parameter own: What belongs to a container that amm wrote; nil if another program wrote it.
  mutating func readHomeManager(
    _ container: Node.Entry, _ options: [Node.Entry], own: NixSourceUnit.Own? = nil
  ) {
    var unit = NixSourceUnit(container, service: "podman-" + container.key)
    if let own { unit.addRaw(own.head + "\n", at: container.keyRange) }
    unit.add("Container", "ContainerName", Located(container.key, container.keyRange))
    var starts = true
    for entry in options where entry.key != "extraConfig" {
      let option = known(entry, of: "a container of home-manager", among: Self.homeManager)
      guard let option, !(entry.value.scalar?.isNull ?? false) else { continue }
      if entry.key == "autoStart" {
        starts = entry.value.scalar?.text != "false"
      } else {
        let section = entry.key == "description" ? "Unit" : "Container"
        add(entry, option, to: section, of: &unit) { $0 }
      }
    }
    for section in options.first(where: { $0.key == "extraConfig" })?.value.entries ?? [] {
      addSection(section, to: &unit)
    }
    if starts { unit.add("Install", "WantedBy", Located("default.target", container.keyRange)) }
    finish(unit, own: own)
  }

  /// Adds a section of `extraConfig`.
  private func addSection(_ section: Node.Entry, to unit: inout NixSourceUnit) {
    unit.begin(section.key, at: section.keyRange)
    for entry in section.value.entries ?? [] {
      let key = Located(entry.key, entry.keyRange)
      if let pairs = entry.value.entries {
        for pair in pairs {
          guard let value = Self.text(pair.value) else { continue }
          unit.add(section.key, key, Self.pair(pair.key, value))
        }
      }
      for value in entry.value.items ?? [entry.value] {
        guard let text = Self.text(value) else { continue }
        // home-manager adds this label to find its containers again.
        let isMark = text.value.hasPrefix("nix.home-manager.managed=")
        if !isMark { unit.add(section.key, key, text) }
      }
    }
  }

  /// Returns `NAME=VALUE`, in quotes if it has spaces, as home-manager writes it.
  private static func pair(_ name: String, _ value: Located<String>) -> Located<String> {
    let text = "\(name)=\(value.value)"
    return Located(text.contains(where: \.isWhitespace) ? quoted(text) : text, value.range)
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for character in text {
      switch character {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r", "\r\n": out += "\\r"
      default: out.append(character)
      }
    }
    return out + "\""
  }

  // MARK: quadlet-nix

  /// The options of quadlet-nix (container.nix, 2026-02), of which some are in the plural.
  private static let quadlet: [String: Option] = table([
    (
      .text,
      "autoUpdate appArmor cgroupsMode name:ContainerName group healthCmd healthInterval"
        + " healthLogDestination healthMaxLogCount healthMaxLogSize healthOnFailure healthRetries"
        + " healthStartPeriod healthStartupCmd healthStartupInterval healthStartupRetries"
        + " healthStartupSuccess healthStartupTimeout healthTimeout hostname:HostName image ip:IP"
        + " ip6:IP6 logDriver mask memory notify pidsLimit pod pull reloadSignal retry retryDelay"
        + " rootfs seccompProfile securityLabelFileType securityLabelLevel securityLabelType shmSize"
        + " stopSignal stopTimeout subGIDMap:SubGIDMap subUIDMap:SubUIDMap timezone unmask user"
        + " userns:UserNS workdir:WorkingDir"
    ),
    (
      .texts,
      "addCapabilities:AddCapability addHosts:AddHost devices:AddDevice"
        + " modules:ContainersConfModule dns:DNS dnsSearch:DNSSearch dnsOption:DNSOption"
        + " dropCapabilities:DropCapability environmentFiles:EnvironmentFile"
        + " exposePorts:ExposeHostPort gidMaps:GIDMap globalArgs addGroups:GroupAdd logOptions:LogOpt"
        + " mounts:Mount networks:Network networkAliases:NetworkAlias podmanArgs"
        + " publishPorts:PublishPort secrets:Secret tmpfses:Tmpfs uidMaps:UIDMap ulimits:Ulimit"
        + " volumes:Volume"
    ),
    (
      .flag,
      "environmentHost httpProxy noNewPrivileges readOnly readOnlyTmpfs runInit"
        + " securityLabelDisable securityLabelNested startWithPod"
    ),
    (.pairs, "environments:Environment sysctl"),
    (.pairsOrTexts, "annotations:Annotation labels:Label"),
    (.words, "exec reloadCmd"), (.program, "entrypoint"),
  ])

  /// The options whose values quadlet-nix puts into quotes if needed.
  private static let quotes: Set = [
    "environments", "environmentFiles", "labels", "annotations", "podmanArgs", "secrets", "mounts",
    "globalArgs", "mask", "unmask",
  ]

  private static let ofContainer: [String: String] = [
    "containerConfig": "Container", "unitConfig": "Unit", "serviceConfig": "Service",
    "quadletConfig": "Quadlet", "installConfig": "Install", "autoStart": "", "rawConfig": "",
    "rootlessConfig": "", "ref": "",
  ]

  /// Reads an element of `virtualisation.quadlet.containers`.
  mutating func readQuadlet(_ container: Node.Entry, _ options: [Node.Entry], isRaw: Bool) {
    var unit = NixSourceUnit(container, service: container.key)
    var starts = true
    if let raw = options.first(where: { $0.key == "rawConfig" }).flatMap({ Self.text($0.value) }) {
      unit.addRaw(raw.value, at: raw.range)
      return finish(unit)
    }
    unit.add("Container", "ContainerName", Located(container.key, container.keyRange))
    for entry in options {
      guard known(entry, of: "a container of quadlet-nix", among: Self.ofContainer) != nil else {
        continue
      }
      switch entry.key {
      case "containerConfig":
        for option in entry.value.entries ?? [] { addQuadlet(option, isRaw: isRaw, to: &unit) }
      case "quadletConfig":
        for option in entry.value.entries ?? [] where option.key == "defaultDependencies" {
          if let text = Self.text(option.value) {
            unit.add("Quadlet", Located("DefaultDependencies", option.keyRange), text)
          }
        }
      case "autoStart": starts = entry.value.scalar?.text != "false"
      case "unitConfig", "serviceConfig", "installConfig":
        let name = Self.ofContainer[entry.key] ?? entry.key
        addSection(Node.Entry(key: name, keyRange: entry.keyRange, value: entry.value), to: &unit)
      default: break
      }
    }
    if starts { unit.add("Install", "WantedBy", Located("default.target", container.keyRange)) }
    finish(unit)
  }

  private mutating func addQuadlet(_ entry: Node.Entry, isRaw: Bool, to unit: inout NixSourceUnit) {
    let option = known(entry, of: "'containerConfig' of quadlet-nix", among: Self.quadlet)
    guard let option, !(entry.value.scalar?.isNull ?? false) else { return }
    let quotes = !isRaw && Self.quotes.contains(entry.key)
    add(entry, option, to: "Container", of: &unit) { text in
      guard quotes else { return text }
      let written = Self.quoted(text)
      let isPlain = written == "\"\(text)\"" && !text.contains(where: \.isWhitespace)
      return isPlain ? text : written
    }
  }

  // MARK: Lines

  /// Adds the lines of an option.
  ///
  /// - Parameter write: Returns a text as the module writes it.
  private mutating func add(
    _ entry: Node.Entry, _ option: Option, to section: String, of unit: inout NixSourceUnit,
    writing write: (String) -> String
  ) {
    let key = Located(option.key, entry.keyRange)
    unit.name(key, entry.key)
    let value = entry.value
    var texts: [Located<String>] = []
    switch option.kind {
    case .words where value.items != nil:
      // The places of words would be lost in one line.
      let words = (value.items ?? []).compactMap(Self.text)
      return unit.add(section, key, words: words.map { Located(Self.word($0.value), $0.range) })
    case .program where value.items != nil:
      let words = (value.items ?? []).compactMap { Self.text($0)?.value }
      let list = "[" + words.map(Self.quoted).joined(separator: ",") + "]"
      return unit.add(section, key, Located(list, value.range))
    case .pairs, .pairsOrTexts:
      if let entries = value.entries {
        texts = entries.compactMap { pair in
          Self.text(pair.value).map { text in
            unit.isHomeManager
              ? Self.pair(pair.key, text)
              : Located(write("\(pair.key)=\(text.value)"), text.range)
          }
        }
      } else if option.kind == .pairsOrTexts, let items = value.items {
        texts = items.compactMap(Self.text).map { Located(write($0.value), $0.range) }
      } else {
        tellType(entry, option.kind.name)
      }
    default:
      let isList = value.items != nil
      let isRight =
        value.entries == nil
        && ([.textOrTexts, .words, .program].contains(option.kind)
          || isList == (option.kind == .texts))
      if !isRight { tellType(entry, option.kind.name) }
      texts = (value.items ?? [value]).compactMap(Self.text).map {
        Located(write($0.value), $0.range)
      }
    }
    for text in texts { unit.add(section, key, text) }
  }

  /// Returns a word of a command in quotes if it has spaces, quotes or backslashes.
  private static func word(_ text: String) -> String {
    let written = quoted(text)
    let needsQuotes =
      text.isEmpty || written != "\"\(text)\"" || text.contains("'")
      || text.contains(where: \.isWhitespace)
    return needsQuotes ? written : text
  }

  /// Reads the unit, and gives what it has the names of the options.
  private mutating func finish(_ unit: NixSourceUnit, own: NixSourceUnit.Own? = nil) {
    let found = QuadletSource.read(unit.made(for: source, own: own))
    file.findings += found.findings
    file.others += found.others
    file.servers += found.servers.map { server in
      var server = server
      server.ownKind = own?.kind
      server.fates = server.fates.compactMap { unit.named($0) }
      // amm's own servers start only the containers that create their models.
      if own != nil { server.fates.removeAll { $0.key.value == "Wants" } }
      return server
    }
  }
}
