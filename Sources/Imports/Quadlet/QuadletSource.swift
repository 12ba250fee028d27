import Diagnostics
import Schema
import Text

/// Reads a quadlet file of Podman's generator (podman-systemd.unit(5)).
package enum QuadletSource {
  /// What a file contains.
  struct Found {
    /// The container; empty if the file has none that can be a server.
    var servers: [ForeignServer] = []
    /// A container that is left out, with the reason.
    var others: [Fate] = []
    /// The problems of the file, its drop-ins included.
    var findings: [Diagnostic] = []
  }

  /// Returns the container of a file.
  ///
  /// - Parameter folder: The folder of the file; nil if it is not known.
  static func read(_ unit: QuadletUnit, in folder: String? = nil) -> Found {
    var reader = QuadletReader(unit)
    reader.folder = folder
    reader.read()
    var found = Found(findings: reader.findings)
    // In a file of several containers, the server of Ollama gets the model.
    if reader.runsOnce, unit.places == nil || !OwnTraces.isStep(reader.server) {
      found.others.append(
        Fate(
          key: reader.server.name, kind: .dropped,
          reason: "it runs once ('Type=oneshot') and is no server"))
    } else if reader.server.image != nil {
      found.servers.append(reader.server)
    }
    return found
  }

  /// Reads `nofile=1024:2048`.
  static func readLimit(_ value: Located<String>, into server: inout ForeignServer) {
    let parts = value.value.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return }
    let soft = parts[1].split(separator: ":").first.map(String.init) ?? parts[1]
    server.settings.append(
      ("ulimits." + parts[0], Located(soft == "-1" ? "unlimited" : soft, value.range)))
  }
}

/// The reading of a unit: its lines, and the server that is made from them.
struct QuadletReader {
  /// The largest number of problems that are reported.
  static let limit = 100

  let unit: QuadletUnit
  /// The folder of the file; nil if it is not known.
  var folder: String?
  var expansion: QuadletExpansion
  var server: ForeignServer
  var findings: [Diagnostic] = []
  /// Whether the container is a task and no server.
  var runsOnce = false
  /// The places of variables, and of labels after `labels.`, in the lists of the server.
  var positions: [String: Int] = [:]
  /// The names of variables that the container's keys use.
  private(set) var usedVariables: Set<String> = []
  /// The units that this one depends on or excludes.
  private(set) var partners: Set<String> = []
  /// The words of 'AddDevice='.
  var devices: [Located<String>] = []
  /// The groups that are added, by the key or option that names them.
  var groups: [(key: Located<String>, group: String)] = []
  /// Whether the names of cards are mounted, which only servers on Intel GPUs need.
  var showsCards = false
  var user: Located<String>?
  var group: Located<String>?
  /// The newest version of Podman that a key needs, with the key's place.
  var podman: (major: Int, minor: Int, range: SourceRange)?
  private(set) var lines: [QuadletFile.Line] = []

  init(_ unit: QuadletUnit) {
    self.unit = unit
    let file = unit.file.path.split(separator: "/").last.map(String.init) ?? unit.file.path
    let stem = file.hasSuffix(".container") ? String(file.dropLast(10)) : file
    expansion = QuadletExpansion(service: stem)
    server = ForeignServer(name: Located(stem, .fileStart))
    var findings: [Diagnostic] = []
    for (index, (source, shift)) in unit.numbered.files.enumerated() {
      let file = QuadletFile(source, shift: shift, places: unit.places)
      for (problem, help) in file.problems.prefix(Self.limit) {
        findings.append(
          Diagnostic(
            index == 0 ? ImportRules.refused : ImportRules.unit,
            at: SourceLocation(unit.source, problem.range),
            problem.value
              + (index == 0
                ? ", so Podman's generator ignores all units of the folder"
                : ", so Podman's generator ignores the drop-in"),
            help: [help]))
      }
      guard index == 0 || file.problems.isEmpty else { continue }
      lines += file.lines
      for section in file.sections where findings.count < Self.limit {
        Self.check(section, of: unit, &findings)
      }
    }
    self.findings = findings
    for line in lines {
      if line.section == "Container" {
        usedVariables.formUnion(QuadletExpansion.variables(in: line.value.bytes))
      } else if line.section == "Unit",
        ["Conflicts", "Requisite", "BindsTo"].contains(line.key.value)
      {
        partners.formUnion(line.value.text.split(whereSeparator: \.isWhitespace).map(String.init))
      }
    }
  }

  /// Adds a problem.
  mutating func tell(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String
  ) {
    guard findings.count < Self.limit else { return }
    findings.append(
      Diagnostic(rule, at: SourceLocation(unit.source, range), message, help: [help]))
  }

  private static func check(
    _ section: Located<String>, of unit: QuadletUnit, _ findings: inout [Diagnostic]
  ) {
    let known = ["Container", "Unit", "Service", "Install", "Quadlet"]
    let name = section.value
    guard !known.contains(name), !name.hasPrefix("X-") else { return }
    let ofOthers = ["Volume", "Network", "Pod", "Kube", "Image", "Build", "Artifact"]
    let help =
      ofOthers.contains(name)
      ? "write it in a file of its own that ends with '.\(name.lowercased())'"
      : Suggestion.help(
        for: name, among: known,
        otherwise: "remove it, or begin its name with 'X-' if it is for another program")
    findings.append(
      Diagnostic(
        ImportRules.key, at: SourceLocation(unit.source, section.range),
        "a '.container' file has no section '\(name.abbreviatedName)', so it has no effect",
        help: [help]))
  }

  mutating func read() {
    readName()
    server.aliases.insert(expansion.service)
    server.isOwn = OwnTraces.wrote(unit.file)
    server.isInstance = isInstance
    readServiceVariables()
    let effective = effectiveLines()
    for (index, line) in lines.enumerated() {
      tellIllegalSpecifiers(line)
      tellSecret(line)
      if line.section == "Container" {
        read(line, isEffective: effective.contains(index))
      } else {
        readSystemd(line, isEffective: effective.contains(index))
      }
    }
    finish()
  }

  /// Returns the indexes of the lines that have an effect.
  ///
  /// The last line of a single value is used, and an empty value removes the earlier ones of a list.
  private func effectiveLines() -> Set<Int> {
    var groups: [[String]: [Int]] = [:]
    for (index, line) in lines.enumerated() {
      groups[[line.section, line.key.value], default: []].append(index)
    }
    var effective: Set<Int> = []
    for (name, indexes) in groups {
      let takesSeveral =
        name[0] == "Container"
        ? QuadletKey.container[name[1]]?.reading.takesSeveral ?? true
        : !["Type", "Restart", "KillMode", "Description"].contains(name[1])
          && !name[1].hasSuffix("Sec")
      guard takesSeveral else {
        effective.formUnion(indexes.suffix(1))
        continue
      }
      let cleared = indexes.last { lines[$0].value.bytes.isEmpty }
      effective.formUnion(indexes.filter { $0 >= cleared ?? 0 })
    }
    return effective
  }

  private mutating func readName() {
    if let line = lines.last(where: { $0.section == "Container" && $0.key.value == "ServiceName" }),
      !line.value.bytes.isEmpty
    {
      expansion = QuadletExpansion(service: line.value.unquoted.text)
    }
    let line = lines.last { $0.section == "Container" && $0.key.value == "ContainerName" }
    guard let written = line?.value.unquoted.located else { return }
    let name = expansion.expand(written.value)
    guard !name.isOpen, !name.text.isEmpty else { return }
    server = ForeignServer(name: Located(name.text, written.range))
  }

  /// Reports a specifier that systemd does not have.
  private mutating func tellIllegalSpecifiers(_ line: QuadletFile.Line) {
    guard line.section == "Container" else { return }
    let bytes = line.value.bytes
    var index = 0
    while index + 1 < bytes.count {
      guard bytes[index] == 0x25 else {
        index += 1
        continue
      }
      if QuadletExpansion.isIllegal(bytes[index + 1]) {
        let written = String(decoding: bytes[index...(index + 1)], as: UTF8.self)
        tell(
          ImportRules.unit, line.value.range(index..<(index + 2)),
          "systemd has no specifier '\(written)', and does not start the unit",
          help: "write '%\(written)' for a percent sign")
      }
      index += 2
    }
  }

  /// Reports a token in a value that does not become a variable or an argument, which are checked later.
  private mutating func tellSecret(_ line: QuadletFile.Line) {
    let key = line.key.value
    guard
      line.section != "Container" || !["Exec", "Environment", "PodmanArgs", "Label"].contains(key)
    else { return }
    let text = line.value.text
    guard Secrets.redacted(text) != text, Secrets.looksSecret(text) || !text.contains("$") else {
      return
    }
    tell(
      ImportRules.secret, line.range, "'\(key.abbreviatedName)' has a token or key in the file",
      help: "keep it out of the file: run 'podman secret create NAME FILE', and name that secret"
    )
  }
}

extension StringProtocol {
  /// The text without spaces and tabs around it.
  var trimmed: String {
    var text = Substring(self)
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" || last == "\r" {
      text = text.dropLast()
    }
    return String(text)
  }
}
