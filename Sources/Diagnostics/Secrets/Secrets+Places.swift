import Text

extension Secrets {
  /// Returns the ranges of passwords in addresses such as `https://user:password@host`.
  static func addressPasswords(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var index = 0
    while let colon = bytes[index...].firstIndex(of: 0x3A), colon + 3 < bytes.count {
      guard bytes[colon + 1] == 0x2F, bytes[colon + 2] == 0x2F else {
        index = colon + 1
        continue
      }
      let start = colon + 3
      let end = bytes[start...].firstIndex { $0.endsAuthority } ?? bytes.endIndex
      let authority = bytes[start..<end]
      if let at = authority.lastIndex(of: 0x40) {
        if let colon = authority[..<at].firstIndex(of: 0x3A), colon + 1 < at {
          places.append((colon + 1)..<at)
        } else if isDrawn(String(decoding: bytes[start..<at], as: UTF8.self)) {
          // A token in place of the user name, which GitHub accepts.
          places.append(start..<at)
        }
      }
      index = end
    }
    return places
  }

  /// Returns the ranges of the values of options that hold secrets, as in `--api-key VALUE`,
  /// `--api-key=VALUE`, `["--api-key", "VALUE"]` and `"--api-key" "VALUE"`, also on the next line.
  static func optionValues(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var index = 0
    while let dash = bytes[index...].firstIndex(of: 0x2D), dash + 2 < bytes.count {
      guard bytes[dash + 1] == 0x2D, bytes[dash + 2].isASCIIAlphanumeric else {
        index = dash + 1
        continue
      }
      let start = dash + 2
      index = bytes[start...].firstIndex { !$0.isTokenByte } ?? bytes.endIndex
      let name = String(decoding: bytes[start..<index], as: UTF8.self)
      guard isSecretName(name), let value = valueRange(after: index, in: bytes) else { continue }
      if name == "secret", isPodmanName(value, in: bytes) { continue }
      places.append(value)
      index = value.upperBound
    }
    return places
  }

  /// Whether a value of `--secret` or `Secret=` is the name of a secret of Podman: `NAME,type=env`.
  package static func isPodmanName(_ value: Range<Int>, in bytes: [UInt8]) -> Bool {
    [",type=", ",target="].contains { bytes[value.upperBound...].starts(with: $0.utf8) }
  }

  /// Returns nil if the option is only mentioned, as in `'--api-key' is set`, or another option
  /// follows.
  private static func valueRange(after end: Int, in bytes: [UInt8]) -> Range<Int>? {
    let next = afterContinuations(end, in: bytes)
    let mark = bytes[next...].firstIndex { !$0.isQuote && $0 != 0x20 } ?? bytes.endIndex
    guard mark < bytes.endIndex, mark > end || bytes[mark] == 0x3D || bytes[mark] == 0x2C else {
      return nil
    }
    let isJoined = bytes[mark] == 0x3D || bytes[mark] == 0x2C
    // Words of a list in Nix: a quote, spaces and a quote.
    let words = next == end && bytes[end] == 0x22 ? bytes[(end + 1)...].drop(while: \.isSpace) : []
    if words.startIndex > end + 1, words.first == 0x22 {
      let start = words.startIndex + 1
      let close = bytes[start...].firstIndex { $0 == 0x22 || $0 == 0x0A } ?? bytes.endIndex
      return start < close && bytes[start] != 0x2D ? start..<close : nil
    }
    guard isJoined || !bytes[end].isQuote else { return nil }
    let rest = isJoined ? mark + 1 : mark
    guard let start = bytes[rest...].firstIndex(where: { !$0.isQuote && $0 != 0x20 }),
      // Another option, or a placeholder for a value.
      bytes[start] != 0x2D, !"$<{".utf8.contains(bytes[start])
    else { return nil }
    let close = bytes.endOfValue(from: start) { $0.endsOptionValue }
    return start < close ? start..<close : nil
  }

  /// Returns the offset after spaces and the ends of lines that a backslash continues.
  private static func afterContinuations(_ start: Int, in bytes: [UInt8]) -> Int {
    var index = start
    while let mark = bytes[index...].firstIndex(where: { $0 != 0x20 }), bytes[mark] == 0x5C {
      guard let end = bytes[(mark + 1)...].firstIndex(where: { $0 != 0x0D && $0 != 0x20 }),
        bytes[end] == 0x0A
      else { break }
      index = end + 1
    }
    return index
  }
}

extension Secrets {
  /// Returns the ranges of the values of assignments to names of secrets: `HF_TOKEN=…`,
  /// `?access_token=…&`, `AccountKey=…;`.
  package static func assignments(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    for equals in bytes.indices where bytes[equals] == 0x3D {
      let before = bytes[..<equals]
      // `my-token=…` of a label. After two dashes it is an option, which `optionValues` finds.
      let start = before.lastIndex { !$0.isTokenByte }.map { $0 + 1 } ?? 0
      guard start < equals, !bytes[start..<equals].starts(with: [0x2D, 0x2D]),
        isSecretName(String(decoding: bytes[start..<equals], as: UTF8.self)),
        let value = value(after: equals, in: bytes), !isPodmanName(value, in: bytes)
      else { continue }
      places.append(value)
    }
    return places
  }

  /// Returns the ranges of the values of HTTP headers that hold secrets: `Authorization: Bearer …`,
  /// `X-Api-Key: …`.
  static func headers(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    for colon in bytes.indices where bytes[colon] == 0x3A {
      let start = bytes[..<colon].lastIndex { !$0.isTokenByte }.map { $0 + 1 } ?? 0
      // "Authorization", "Proxy-Authorization", "X-…"
      guard start < colon, "apx".utf8.contains(bytes[start] | 0x20) else { continue }
      let name = String(decoding: bytes[start..<colon], as: UTF8.self).lowercased()
      guard
        ["authorization", "proxy-authorization"].contains(name)
          || (name.hasPrefix("x-") && isSecretName(name))
      else { continue }
      var rest = colon
      for scheme in ["bearer", "basic", "token", "apikey"] {
        let first = bytes[(colon + 1)...].firstIndex { $0 != 0x20 && !$0.isQuote } ?? bytes.endIndex
        let word = bytes[first...].prefix { $0.isASCIIAlphanumeric }
        if String(decoding: word, as: UTF8.self).lowercased() == scheme { rest = word.endIndex - 1 }
      }
      if let value = value(after: rest, in: bytes) { places.append(value) }
    }
    return places
  }

  /// Returns the ranges of tokens after the word `Bearer`, anywhere in a text.
  static func bearers(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    for blank in bytes.indices
    where bytes[blank] == 0x20 && blank >= 6 && bytes[blank - 6] | 0x20 == UInt8(ascii: "b") {
      let word = String(decoding: bytes[(blank - 6)..<blank], as: UTF8.self)
      guard word.lowercased() == "bearer", let token = value(after: blank, in: bytes),
        isDrawn(String(decoding: bytes[token], as: UTF8.self))
      else { continue }
      places.append(token)
    }
    return places
  }

  /// Returns the ranges of passwords in `user:password@host` without a scheme, where they look like
  /// passwords.
  static func barePasswords(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    for at in bytes.indices where bytes[at] == 0x40 {
      let start = bytes[..<at].lastIndex { !$0.isTokenByte && $0 != 0x2E }.map { $0 + 1 } ?? 0
      guard start > 1, start < at, bytes[start - 1] == 0x3A, bytes[start - 2].isTokenByte,
        isDrawn(String(decoding: bytes[start..<at], as: UTF8.self))
      else { continue }
      places.append(start..<at)
    }
    return places
  }

  /// Returns the ranges of values after names of secrets in comments: `# hf_token: …`.
  package static func commentedValues(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    // The first mark of a comment in the line, so that long lines cost no square.
    var mark: Int?
    for colon in bytes.indices {
      if bytes[colon] == 0x0A { mark = nil }
      if bytes[colon] == 0x23 { mark = mark ?? colon }
      guard let mark, bytes[colon] == 0x3A else { continue }
      let start = bytes[..<colon].lastIndex { !$0.isNameByte }.map { $0 + 1 } ?? 0
      guard mark < start, start < colon,
        isSecretName(String(decoding: bytes[start..<colon], as: UTF8.self)),
        let value = value(after: colon, in: bytes)
      else { continue }
      places.append(value)
    }
    return places
  }

  /// Returns the ranges of the passwords in curl's option `-u user:password`.
  static func userPasswords(in bytes: [UInt8]) -> [Range<Int>] {
    // '--user' also contains '-u'.
    guard bytes.firstIndex(of: "-u", from: 0) != nil else { return [] }
    var places: [Range<Int>] = []
    let isCurl = bytes.firstIndex(of: "curl", from: 0) != nil
    for option: StaticString in ["-u", "--user"] {
      var next = 0
      while let start = bytes.firstIndex(of: option, from: next) {
        let end = start + option.utf8CodeUnitCount
        next = end
        // curl also accepts '-uNAME:PASSWORD'.
        let isJoined = isCurl && option.utf8CodeUnitCount == 2
        guard start == 0 || !bytes[start - 1].isTokenByte, end < bytes.count else { continue }
        let isApart = bytes[end] == 0x20 || bytes[end] == 0x3D
        guard isApart || isJoined, let word = value(after: isApart ? end : end - 1, in: bytes),
          let password = password(in: bytes, word)
        else { continue }
        places.append(password)
      }
    }
    return places
  }

  /// Returns the password in `user:password`; nil for a user and a group, such as `1000:1000`.
  package static func password(in bytes: [UInt8], _ word: Range<Int>) -> Range<Int>? {
    guard let colon = bytes[word].firstIndex(of: 0x3A), colon > word.lowerBound else { return nil }
    let password = (colon + 1)..<word.upperBound
    let isGroup =
      bytes[password].allSatisfy(\.isASCIIDigit)
      || bytes[password].elementsEqual(bytes[word.lowerBound..<colon])
    return password.count < 6 || isGroup ? nil : password
  }

  /// Returns the word after a mark, without quotes; nil if there is none or it is a placeholder,
  /// such as `$TOKEN`, `<token>` and `...`.
  private static func value(after mark: Int, in bytes: [UInt8]) -> Range<Int>? {
    guard let start = bytes[(mark + 1)...].firstIndex(where: { !$0.isQuote && $0 != 0x20 }) else {
      return nil
    }
    let value =
      start..<bytes.endOfValue(from: start) { $0.endsOptionValue || $0 == 0x26 || $0 == 0x3B }
    guard let first = bytes[value].first, !"$<{%*".utf8.contains(first),
      // Not '...', 'xxx' or a bracket.
      bytes[value].contains(where: { $0.isASCIIAlphanumeric && $0 != 0x78 && $0 != 0x58 }),
      first < 0x80
    else { return nil }
    return value
  }
}

extension UInt8 {
  /// Whether the byte can occur in the name of a variable or of a URL parameter.
  fileprivate var isNameByte: Bool { isASCIIWord }

  fileprivate var isQuote: Bool { self == 0x22 || self == 0x27 }

  fileprivate var isSpace: Bool { [0x09, 0x0A, 0x0D, 0x20].contains(self) }

  /// Whitespace, quotes, `/`, `,` and closing brackets.
  fileprivate var endsAuthority: Bool { self <= 0x20 || "\"'/,]})".utf8.contains(self) }

  fileprivate var endsOptionValue: Bool { self <= 0x20 || "\"',]}".utf8.contains(self) }
}

extension [UInt8] {
  /// Returns the end of a value: the first byte that ends one, outside of references such as `${NAME}`.
  fileprivate func endOfValue(from start: Int, where ends: (UInt8) -> Bool) -> Int {
    var index = start
    while index < count, !ends(self[index]) {
      index = Secrets.endOfReference(at: index, in: self) ?? index + 1
    }
    return index
  }

  fileprivate func firstIndex(of word: StaticString, from start: Int) -> Int? {
    unsafe withUnsafeBufferPointer { unsafe $0.firstIndex(of: word, from: start) }
  }
}
