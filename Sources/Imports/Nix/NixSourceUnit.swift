import Diagnostics
import Schema
import YAML

/// The text of a quadlet file, of which each part has a place in a Nix file.
struct NixSourceUnit {
  /// What belongs to a container that amm wrote.
  struct Own {
    /// The kind of companion; nil for a server.
    let kind: String?
    /// The units next to it.
    let others: [String: SourceFile]
    /// The other servers of its exclusive group.
    let rivals: [String]

    /// The first line of its unit.
    var head: String { OwnTraces.generated + (kind == nil ? OwnTraces.ofServer : "") }
  }

  /// The place of the container's name.
  private let place: SourceRange
  private let service: String
  private var bytes: [UInt8] = []
  private var spans: [QuadletPlaces.Span] = []
  private var section: String?
  /// The names of options, by the place and the key that they have in the quadlet file.
  private var names: [SourceRange: [String: String]] = [:]

  /// Begins the unit of a container.
  init(_ container: Node.Entry, service: String) {
    place = container.keyRange
    self.service = service
  }

  /// Whether home-manager writes the unit.
  var isHomeManager: Bool { service.hasPrefix("podman-") }

  /// Adds a text as it is.
  mutating func addRaw(_ text: String, at range: SourceRange) {
    spans.append(QuadletPlaces.Span(start: bytes.count, length: text.utf8.count, range: range))
    bytes += Array(text.utf8)
  }

  /// Begins a section, if it is another one than that of the last line.
  mutating func begin(_ name: String, at range: SourceRange) {
    guard section != name else { return }
    section = name
    addRaw("[\(name)]", at: range)
    addRaw("\n", at: range)
  }

  /// Adds a line that no option has.
  mutating func add(_ section: String, _ key: String, _ value: Located<String>) {
    names[value.range, default: [:]][key] = ""
    add(section, Located(key, value.range), value)
  }

  /// Adds a line.
  mutating func add(_ section: String, _ key: Located<String>, _ value: Located<String>) {
    add(section, key, words: [value])
  }

  /// Adds a line of several words.
  mutating func add(_ section: String, _ key: Located<String>, words: [Located<String>]) {
    begin(section, at: key.range)
    addRaw(key.value, at: key.range)
    addRaw("=", at: key.range)
    for (index, word) in words.enumerated() {
      if index > 0 { addRaw(" ", at: word.range) }
      addRaw(word.value, at: word.range)
    }
    addRaw("\n", at: words.last?.range ?? key.range)
  }

  /// Gives a key the name of its option.
  mutating func name(_ key: Located<String>, _ option: String) {
    names[key.range, default: [:]][key.value] = option
  }

  /// Returns a fate with the name of its option; nil if it belongs to none.
  func named(_ fate: Fate) -> Fate? {
    guard let name = names[fate.key.range]?[fate.key.value] else { return fate }
    guard !name.isEmpty else { return nil }
    return Fate(key: Located(name, fate.key.range), kind: fate.kind, reason: fate.reason)
  }

  /// Returns the unit.
  ///
  /// - Parameters:
  ///   - source: The file that findings are about.
  ///   - own: What belongs to it if amm wrote it; nil if another program did.
  func made(for source: SourceFile, own: Own?) -> QuadletUnit {
    let file = SourceFile(path: service + ".container", bytes: bytes)
    // The modules give a volume the name of its file.
    var others = own?.others ?? [:]
    for name in QuadletUnit.references(in: [file]) where name.hasSuffix(".volume") {
      others[name] = SourceFile(path: name, text: "[Volume]\nVolumeName=\(name.dropLast(7))\n")
    }
    var unit = QuadletUnit(
      file, others: others, of: source, placed: QuadletPlaces(spans, in: place))
    unit.rivals = own?.rivals ?? []
    return unit
  }
}
