import Catalogues
package import Diagnostics
import Profiles
import Schema
import Text

/// The secrets of a file of another tool: the values of options and variables that hold secrets,
/// with their places.
///
/// They are known by the words that a program gets, so their spelling in the file does not matter.
struct ForeignSecrets {
  /// A secret.
  private struct Value {
    let text: String
    /// The place of the value, or of the name before it.
    let range: SourceRange
    let isAfterName: Bool
  }

  private var values: [Value] = []
  /// The variables of a script that have values of secrets.
  private var references: Set<String> = []
  /// Whether options of programs without a table hold secrets, by name.
  private var known: [String: Bool] = [:]

  /// The secrets, and the parts of those with several lines or keys.
  private var texts: Set<String> {
    var texts: Set<String> = []
    for value in values {
      let parts = value.text.split { $0.isNewline || $0 == "," }.map { String($0).trimmed }
      texts.formUnion([value.text, value.text.trimmed] + parts)
    }
    return texts.filter { !Secrets.isCommonWord($0) }
  }

  /// The number of secrets that were added.
  var count: Int { values.count }

  /// An index that finds them in texts to show.
  var index: SecretTexts { SecretTexts(texts, isolating: true) }

  // MARK: Collecting

  private mutating func add(_ text: String, _ range: SourceRange, afterName: Bool = false) {
    guard !text.trimmed.isEmpty, !Secrets.isPlaceholder(text) else { return }
    if let name = Self.reference(text) {
      references.insert(name)
    } else {
      values.append(Value(text: text, range: range, isAfterName: afterName))
    }
  }

  /// Returns the name in `$NAME` or `${NAME}`; nil for other texts.
  private static func reference(_ text: String) -> String? {
    guard text.hasPrefix("$") else { return nil }
    let name = text.dropFirst().filter { $0 != "{" && $0 != "}" }
    return !name.isEmpty && name.utf8.allSatisfy(\.isASCIIWord) ? name : nil
  }

  /// Adds the secrets of a server.
  mutating func add(_ server: ForeignServer) {
    add((server.entrypoint ?? []) + server.command)
    add(server.healthCheck)
    for (name, value) in server.variables {
      if let value { add(variable: name, value) }
    }
    for (key, value) in server.settings where key.hasPrefix("labels.") {
      if Secrets.isSecret(String(key.dropFirst(7)), value.value) { add(value.value, value.range) }
    }
  }

  /// Adds the secrets of a recognised server, whose program's options are known.
  mutating func add(_ server: Recognition.Server, _ table: LauncherTable?) {
    add(server.arguments, server.runtime, table)
    for (name, value) in server.variables {
      if let value { add(variable: name, value) }
    }
  }

  private mutating func add(variable name: Located<String>, _ value: String) {
    let plain = name.value.trimmed
    if Secrets.isSecret(plain, value) {
      add(value, name.range, afterName: true)
    } else {
      addParts(of: Located(value, name.range), afterName: true)
    }
  }

  /// Adds the secrets within a text, such as the password of an address.
  private mutating func addParts(of text: Located<String>, afterName: Bool = false) {
    let bytes = Array(text.value.utf8)
    for place in Secrets.places(in: bytes) {
      add(String(decoding: bytes[place], as: UTF8.self), text.range, afterName: afterName)
    }
  }

  /// Adds the values of options among words.
  private mutating func add(
    _ words: [Located<String>], _ runtime: (any Runtime.Type)? = nil, _ table: LauncherTable? = nil
  ) {
    var rest = words[...]
    // The secret options that an unknown one may abbreviate.
    var whole: [String]?
    while let word = rest.popFirst() {
      addParts(of: word)
      guard word.value.utf8.first == 0x2D else { continue }
      let name = String(word.value.prefix { $0 != "=" })
      let isSecret: Bool
      if table == nil, let found = known[name] {
        isSecret = found
      } else {
        isSecret = Self.holdsSecret(
          name, isKnown: table?.catalogue.has(name) ?? false,
          orAbbreviates: {
            let found = whole ?? table?.catalogue.names.filter(Secrets.isSecretOption) ?? []
            whole = found
            return found
          })
        if table == nil { known[name] = isSecret }
      }
      guard isSecret else { continue }
      guard name.utf8.count == word.value.utf8.count else {
        add(String(word.value.dropFirst(name.count + 1)), word.range)
        continue
      }
      // The next word is a value if the parser reads word by word, whatever it begins with.
      if runtime?.argumentSyntax == .wordByWord, let value = rest.popFirst() {
        add(value.value, value.range)
      }
      let isOne = table?.catalogue[name]?.takesOneValue ?? false
      let count = rest.prefix { !$0.value.hasPrefix("-") }.count
      for value in rest.prefix(isOne ? min(1, count) : count) { add(value.value, value.range) }
      rest = rest.dropFirst(isOne ? min(1, count) : count)
    }
  }

  /// The options of all runtimes that hold secrets.
  private static let ofRuntimes: Set<String> = Runtimes.all.reduce(into: []) { names, runtime in
    names.formUnion(runtime.foreign.keys.union(runtime.foreign.tokens))
  }

  /// Whether an option holds a secret, also if its name is abbreviated.
  private static func holdsSecret(
    _ name: String, isKnown: Bool, orAbbreviates whole: () -> [String]
  ) -> Bool {
    let plain = "--" + String(name.drop { $0 == "-" }.map { $0 == "_" ? "-" : $0 })
    if Secrets.isSecretOption(plain) || ofRuntimes.contains(name) { return true }
    guard name.hasPrefix("--"), name.utf8.count > 4, !isKnown else { return false }
    return ofRuntimes.contains { $0.hasPrefix(plain) } || whole().contains { $0.hasPrefix(plain) }
  }

  /// Whether a line that is written has one of the secrets as its value, or within it if it looks random.
  func isRepeated(in line: String) -> Bool {
    guard !values.isEmpty else { return false }
    let item = line.trimmed
    var texts = item.hasPrefix("- ") ? [item.dropFirst(2)] : []
    if let colon = item.firstIndex(of: ":") { texts.append(item[item.index(after: colon)...]) }
    guard !texts.isEmpty else { return false }
    let known = Set(texts.map { $0.trimmed.filter { $0 != "\"" } })
    return values.contains { secret in
      secret.text.utf8.count > 5 && !Secrets.isCommonWord(secret.text)
        && (known.contains(secret.text)
          || Secrets.isDrawn(secret.text) && line.contains(secret.text))
    }
  }

  // MARK: Hiding

  /// Returns the file with stars for the secrets.
  ///
  /// - Parameter lines: The number that is added to the lines of the file in the places of secrets.
  func starred(_ source: SourceFile, shiftedBy lines: Int = 0) -> SourceFile {
    guard !values.isEmpty else { return source }
    let bytes = source.bytes
    let places = Places(source)
    let count = bytes.count { $0 == 0x0A } + 1
    var ranges =
      index.places(in: bytes) + references.flatMap { Self.assignments(to: $0, in: bytes) }
    let known = Set(ranges.map { Array(bytes[$0]) })
    for value in values {
      let range = value.range.moved(byLines: -lines)
      guard (1...count).contains(range.start.line) else { continue }
      let start = places.offset(of: range.start)
      let written = start..<max(start, places.offset(of: range.end))
      ranges += Self.ranges(of: value, at: written, in: bytes) { text in
        known.contains(text)
      }
    }
    return SourceFile(
      path: source.path, bytes: Secrets.starred(bytes, ranges), isQuotable: source.isQuotable)
  }

  /// Returns the ranges of a value at its place: where it is written as it is, or all that may spell it.
  ///
  /// - Parameter isElsewhere: Whether the file has the value elsewhere, such as in an assignment.
  private static func ranges(
    of value: Value, at written: Range<Int>, in bytes: [UInt8],
    unless isElsewhere: ([UInt8]) -> Bool
  ) -> [Range<Int>] {
    let text = Array(value.text.trimmed.utf8)
    let isShort = text.count < SecretTexts.shortest
    let found = bytes.ranges(of: text, in: written, whole: isShort)
    if !found.isEmpty || isElsewhere(text) { return found }
    let defaults = defaults(text, from: written.lowerBound, in: bytes)
    if !defaults.isEmpty { return defaults }
    guard value.isAfterName else { return [written] }
    let start = bytes[written].firstIndex(of: 0x3D).map { $0 + 1 } ?? written.upperBound
    let line = start..<max(start, lineEnd(bytes, from: start))
    let after = bytes.ranges(of: text, in: line, whole: isShort)
    return [after.first ?? line]
  }
}

extension CatalogueOption {
  /// Whether at most one word after the option is its value.
  fileprivate var takesOneValue: Bool {
    switch count {
    case .one, .optional, .joined, .repeated: true
    case .none, .two, .some, .any: false
    }
  }
}

extension Import {
  /// Returns the import without the secrets of its files, in quoted lines, messages and the report.
  ///
  /// - Parameter files: The files that diagnostics quote, each with the number that was added to its lines.
  func hiding(_ secrets: ForeignSecrets, of files: [(file: SourceFile, shift: Int)]) -> Import {
    let texts = secrets.index
    var shown: [ObjectIdentifier: SourceFile] = [:]
    for (file, shift) in files where shown[ObjectIdentifier(file)] == nil {
      shown[ObjectIdentifier(file)] = secrets.starred(file, shiftedBy: shift)
    }
    let diagnostics = diagnostics.map { diagnostic in
      diagnostic.replacing { location in
        location.source.flatMap { shown[ObjectIdentifier($0)] }.map(location.moved) ?? location
      } texts: {
        texts.redacted($0)
      }
    }
    let servers = servers.map { server in
      var copy = server
      copy.fates = server.fates.map { $0.hiding(texts) }
      return copy
    }
    let companions = companions.map { companion in
      var copy = companion
      copy.fates = companion.fates.map { $0.hiding(texts) }
      return copy
    }
    return Import(
      kind: kind, servers: servers, companions: companions, wanted: wanted,
      others: others.map { $0.hiding(texts) }, knowsServer: knowsServer, diagnostics: diagnostics,
      secrets: texts)
  }
}

extension Import {
  /// Returns the import with further problems before its own.
  package func telling(_ problems: [Diagnostic]) -> Import {
    problems.isEmpty
      ? self
      : Import(
        kind: kind, servers: servers, companions: companions, wanted: wanted, others: others,
        knowsServer: knowsServer, diagnostics: problems + diagnostics, secrets: secrets)
  }
}

extension Fate {
  fileprivate func hiding(_ secrets: SecretTexts) -> Fate {
    replacing(
      key: Located(secrets.redacted(key.value), key.range), reason: secrets.redacted(reason),
      others: others.map { secrets.redacted($0) })
  }
}
