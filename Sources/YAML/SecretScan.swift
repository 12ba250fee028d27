package import Diagnostics

/// Finds the secrets of a file: in decoded values with their keys, and in the raw text, which
/// includes comments and text after a syntax error.
///
/// The scan parses the file again, so it only runs when something is shown or refused.
package struct SecretScan {
  /// A secret and its place.
  package struct Place: Sendable {
    /// The place of the secret.
    package let range: SourceRange
    /// The decoded secret, for finding it in a text to show.
    ///
    /// It is never shown itself.
    package let text: String
    /// How the secret was recognized.
    package let sign: Sign
  }

  /// How a secret was recognized.
  package enum Sign: Sendable {
    /// By its form, which is that of a token.
    case form
    /// By its place: under its key, after an option, or in an address.
    case place
    /// By an assignment somewhere in a text. It may be an example, but is hidden all the same.
    case mention
  }

  /// The secrets found, in order.
  package private(set) var places: [Place] = []
  private let source: SourceFile
  private let index: LineIndex
  /// The mappings and lists around the current event, the outermost first.
  private var levels: [Level] = []

  private enum Level {
    /// The last key, nil before a key; and the value of its key 'name'.
    case mapping(key: String?, name: String = "")
    /// The key that holds the list, and the list's last item.
    case list(key: String?, last: String)
  }

  /// Scans a file.
  package init(_ source: SourceFile) {
    self.source = source
    index = LineIndex(source)
    unsafe source.bytes.withUnsafeBufferPointer { bytes in
      let text = unsafe UnsafeBufferPointer(rebasing: bytes[source.textStart...])
      var parser = unsafe EventParser(text, of: source)
      var count = 0
      // The limits of the composer: amm refuses a file that is deeper or larger.
      while count <= Composer.InstanceLimits.nodes, levels.count <= Composer.Limits.depth,
        let event = try? parser.next(), event.kind != .streamEnd
      {
        take(event, of: parser)
        count += 1
      }
    }
    addRaw()
  }

  /// Adds secrets in the file's raw text, including comments and text after a syntax error.
  private mutating func addRaw() {
    let bytes = source.bytes
    var found = Secrets.tokens(in: bytes).map { (place: $0, sign: Sign.form) }
    found += Secrets.certainPlaces(in: bytes).map { ($0, .place) }
    for place in Secrets.assignments(in: bytes) + Secrets.commentedValues(in: bytes)
    where Secrets.isDrawn(String(decoding: bytes[place], as: UTF8.self)) {
      // A value that looks chosen by a person may be an example, so it is not added.
      found.append((place, .place))
    }
    for (place, sign) in found {
      add(String(decoding: bytes[place], as: UTF8.self), range(place), sign)
    }
  }

  private func range(_ place: Range<Int>) -> SourceRange {
    SourceRange(
      start: index.position(of: place.lowerBound), end: index.position(of: place.upperBound))
  }

  private mutating func add(_ text: String, _ range: SourceRange, _ sign: Sign) {
    guard !text.isEmpty else { return }
    places.append(Place(range: range, text: text, sign: sign))
  }

  private mutating func take(_ event: Event, of parser: borrowing EventParser) {
    if let (anchor, tag) = parser.properties {
      for name in [anchor, tag].compactMap({ $0 })
      where Secrets.isDrawn(name) || !Secrets.places(in: Array(name.utf8)).isEmpty {
        add(name, event.range, .form)
      }
    }
    switch event.kind {
    case .scalar: take(parser.scalar, event.range)
    case .alias:
      if Secrets.isDrawn(parser.aliasedAnchor) { add(parser.aliasedAnchor, event.range, .form) }
      finishValue("")
    case .mappingStart: levels.append(.mapping(key: nil))
    case .sequenceStart: levels.append(.list(key: key, last: ""))
    case .collectionEnd:
      _ = levels.popLast()
      finishValue("")
    case .documentStart, .streamEnd, .other: break
    }
  }

  /// The key of the current value or of the lists around it.
  private var key: String? {
    switch levels.last {
    case .mapping(let key, _), .list(let key, _): key
    case nil: nil
    }
  }

  private mutating func take(_ scalar: Node.Scalar, _ range: SourceRange) {
    let text = scalar.text
    addParts(of: text, range)
    if case .mapping(key: nil, let name) = levels.last {
      levels[levels.count - 1] = .mapping(key: text, name: name)
      return
    }
    if !scalar.isNull, isSecret(text) { add(text, range, .place) }
    finishValue(text)
  }

  private mutating func finishValue(_ text: String) {
    switch levels.last {
    case .mapping(let key, let name):
      levels[levels.count - 1] = .mapping(key: nil, name: key == "name" ? text : name)
    case .list(let key, _): levels[levels.count - 1] = .list(key: key, last: text)
    case nil: break
    }
  }

  /// Returns whether an entire value is a secret, judging by its key or the option before it.
  private func isSecret(_ text: String) -> Bool {
    if case .list(_, let last) = levels.last {
      if Secrets.isSecretOption(last), !text.hasPrefix("-") { return true }
    }
    guard let key else { return false }
    // `{name: HF_TOKEN, value: …}`, as in Kubernetes and Compose.
    if key == "value", case .mapping(_, let name) = levels.last, Secrets.isSecretName(name) {
      return true
    }
    if isReference { return Secrets.isDrawn(text) }
    guard isBelowToken else { return Secrets.isSecret(key, text) }
    // These keys hold the name of a secret or file. Under any other key below `token`, the value is
    // the secret itself.
    return ["secret", "environment_file"].contains(key) ? Secrets.isDrawn(text) : true
  }

  /// Whether the current value names where a secret is kept: `token: NAME`, `api_key: NAME`,
  /// `secrets: {VARIABLE: NAME}`, also as mappings, in an instance, a companion or the defaults.
  private var isReference: Bool {
    let keys = levels.map { level in
      if case .mapping(let key, _) = level { key } else { String?.none }
    }
    let own: ArraySlice<String?>
    switch keys.first {
    case "defaults"?: own = keys.dropFirst()
    case "instances"?, "companions"?: own = keys.dropFirst(2)
    default: return false
    }
    let places = ["secret", "environment_file", "key"]
    let rest = own.dropFirst(own.first == "secrets" ? 2 : 1)
    let isOne = own.first == "token" || own.first == "api_key"
    guard isOne || (own.first == "secrets" && own.count > 1) else { return false }
    return rest.isEmpty || (rest.count == 1 && places.contains(rest.first.flatMap { $0 } ?? ""))
  }

  private var isBelowToken: Bool {
    guard levels.count > 1, case .mapping("token", _) = levels[levels.count - 2] else {
      return false
    }
    return true
  }

  /// The most secrets of one value that are searched for in it.
  private static let searchLimit = 16

  /// Adds the secrets within a text.
  private mutating func addParts(of text: String, _ range: SourceRange) {
    let bytes = Array(text.utf8)
    var found = Secrets.tokens(in: bytes).map { (place: $0, sign: Sign.form) }
    found += Secrets.certainPlaces(in: bytes).map { ($0, .place) }
    for place in Secrets.assignments(in: bytes) {
      let isWhole = !bytes[..<place.lowerBound].contains { $0 <= 0x20 }
      let isDrawn = Secrets.isDrawn(String(decoding: bytes[place], as: UTF8.self))
      found.append((place, isWhole || isDrawn ? .place : .mention))
    }
    if case .list(_, let last) = levels.last, last == "-u" || last == "--user",
      let password = Secrets.password(in: bytes, 0..<bytes.count)
    {
      found.append((password, .place))
    }
    var seen: Set<[UInt8]> = []
    let parts = found.filter { seen.insert(Array(bytes[$0.place])).inserted }
    guard parts.count > Self.searchLimit else {
      for (place, sign) in parts { add(bytes, place, range, sign) }
      return
    }
    // All of the value is hidden, so that its cost does not grow with the square of its size.
    let start = SourceRange(start: range.start, end: range.start)
    for (number, (place, sign)) in parts.enumerated() {
      let part = String(decoding: bytes[place], as: UTF8.self)
      add(part, number == 0 ? range : start, sign)
    }
  }

  /// Adds a part of a value at its own places in the file, or at that of the value if it is spelled
  /// with escapes.
  private mutating func add(
    _ bytes: [UInt8], _ place: Range<Int>, _ range: SourceRange, _ sign: Sign
  ) {
    let part = Array(bytes[place])
    let text = String(decoding: part, as: UTF8.self)
    let start = index.offset(of: range.start)
    let written = start..<max(start, index.offset(of: range.end))
    let isShort = part.count < SecretTexts.shortest
    let found = source.bytes.ranges(of: part, in: written, whole: isShort)
    let meant = bytes.ranges(of: part, in: bytes.indices, whole: isShort)
    guard !found.isEmpty, found.count >= meant.count else { return add(text, range, sign) }
    for own in found { add(text, self.range(own), sign) }
  }
}

extension SourceFile {
  /// Returns the file with a star for each character of a secret, for display.
  ///
  /// Lines and columns do not change.
  package func starred(_ places: [SecretScan.Place]) -> SourceFile {
    guard !places.isEmpty else { return self }
    let index = LineIndex(self)
    let ranges = places.map { place in
      let start = index.offset(of: place.range.start)
      return start..<max(start, index.offset(of: place.range.end))
    }
    return SourceFile(path: path, bytes: Secrets.starred(bytes, ranges), isQuotable: isQuotable)
  }
}

/// The start of each line of a file, for fast conversion between bytes and positions.
private struct LineIndex {
  private let bytes: [UInt8]
  private let starts: [Int]
  /// Whether each character is one byte, as in most files.
  private let isASCII: Bool

  init(_ source: SourceFile) {
    bytes = source.bytes
    var starts = [source.textStart]
    var isASCII = true
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0A { starts.append(index + 1) }
      if byte >= 0x80 { isASCII = false }
    }
    self.starts = starts
    self.isASCII = isASCII
  }

  func position(of offset: Int) -> SourcePosition {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    let start = min(starts[low], offset)
    let column = isASCII ? offset - start : bytes[start..<offset].count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: low + 1, column: column + 1)
  }

  /// Returns a byte's offset, clamped to the end of the file.
  func offset(of position: SourcePosition) -> Int {
    guard position.line <= starts.count else { return bytes.count }
    let start = starts[position.line - 1]
    if isASCII { return min(start + position.column - 1, bytes.count) }
    var index = start
    for _ in 1..<max(1, position.column) where index < bytes.count {
      index += 1
      while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
    }
    return index
  }
}
