import Text

extension Secrets {
  /// Returns whether a variable, or an option without its dashes, is meant to hold a secret.
  package static func isSecretName(_ name: String) -> Bool {
    endsLikeSecret(name) && isSecretName(words(of: name))
  }

  /// Whether the last three letters are those of a word of secrets: most names of a file are not, and
  /// taking them apart costs more.
  private static func endsLikeSecret(_ name: String) -> Bool {
    var last: UInt32 = 0
    for byte in name.utf8 where !isSeparator(byte) {
      last = (last << 8 | UInt32(byte | 0x20)) & 0xFF_FFFF
    }
    return endings.contains(last)
  }

  private static let endings: Set<UInt32> = Set(
    [
      "key", "keys", "token", "tokens", "password", "passwords", "passwd", "passphrase", "secret",
      "secrets", "authorization", "credentials", "creds", "pass", "pwd",
    ].map { $0.utf8.suffix(3).reduce(0) { $0 << 8 | UInt32($1) } })

  /// Whether a byte is between the words of a name.
  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x5F || (0x2D...0x2F).contains(byte)
  }

  private static func isSecretName(_ words: [String]) -> Bool {
    // 'ENABLE_API_KEY' is a switch.
    guard let last = words.last, words.first != "ENABLE" else { return false }
    switch last {
    case "TOKEN":
      // `max-total-token`, a misspelt option, is a number.
      return words.count == 1
        || !textTokens.contains(words[words.count - 2]) && !words.contains(where: counts.contains)
    case "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "APIKEY", "APIKEYS", "AUTHTOKEN",
      "AUTHORIZATION":
      return true
    // The key 'secrets' has the names of secrets.
    case "PASSWORDS", "SECRETS": return words.count > 1
    // Whether browsers may send credentials is a switch (CORS).
    case "CREDENTIALS", "CREDS": return !words.contains("ALLOW") && !words.contains("CORS")
    case "PASS", "PWD": return words.count > 1
    // 'MAX_TOKENS' is a number.
    case "KEY", "KEYS", "TOKENS":
      return words.count > 1 && secretKeys.contains(words[words.count - 2])
    default: return false
    }
  }

  /// Returns whether an option such as `--api-key` is meant to hold a secret.
  package static func isSecretOption(_ option: some StringProtocol) -> Bool {
    option.hasPrefix("--") && isSecretName(String(option.dropFirst(2)))
  }

  /// Returns whether a value is a secret: by its name or its form, because it looks random and has a
  /// suspicious name, or because it is an address with a password.
  package static func isSecret(_ name: String, _ value: String) -> Bool {
    let words = words(of: name)
    return isSecretName(words) || looksSecret(value) || holdsPassword(value)
      || (words.contains(where: suspiciousWords.contains) && looksRandom(value))
  }

  /// Returns whether a text contains an address with a password.
  package static func holdsPassword(_ text: String) -> Bool {
    !addressPasswords(in: Array(text.utf8)).isEmpty
  }

  /// Returns the words of `HF_TOKEN`, `hf-token`, `hf.token` and `hfToken`, in capitals.
  private static func words(of name: String) -> [String] {
    var words: [[UInt8]] = [[]]
    var last: UInt8 = 0
    for byte in name.utf8 {
      let isNew = byte.isASCIIUppercase && last.isASCIILowercase
      let isSeparator = isSeparator(byte)
      if isNew || isSeparator { words.append([]) }
      if !isSeparator {
        words[words.count - 1].append((0x61...0x7A).contains(byte) ? byte - 0x20 : byte)
      }
      last = byte
    }
    return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Words that mark a token of a tokenizer, which is not a secret.
  private static let textTokens: Set = [
    "BOS", "EOS", "PAD", "UNK", "SEP", "CLS", "MASK", "IMAGE", "STOP", "START", "END", "MAX", "MIN",
    "PER", "VIDEO", "AUDIO", "THINK", "TURN", "TOOL", "NEW", "SPECIAL", "EOT", "EOM", "BOI", "EOI",
    "NEXT", "LAST", "FIRST", "DRAFT", "FROM", "BATCH",
  ]

  /// Words of numbers of tokens.
  private static let counts: Set = ["MAX", "MIN", "NUM", "TOTAL"]

  private static let secretKeys: Set = [
    "API", "ACCESS", "SECRET", "PRIVATE", "AUTH", "MASTER", "ACCOUNT", "SIGNING", "ENCRYPTION",
    "SALT",
  ]

  /// Returns whether a value only says that a secret belongs there, or that there is none: `EMPTY`,
  /// `none`, `<token>`, `your-token-here`, `xxx`.
  package static func isPlaceholder(_ text: String) -> Bool {
    let words = words(of: text).map { $0.filter { !"'\"".contains($0) } }
    guard let first = words.first, let last = words.last else { return true }
    if "<{[".contains(text.first ?? " "), ">}]".contains(text.last ?? " ") { return true }
    if words.count == 1, emptyWords.contains(first) { return true }
    // One sign, several times.
    if text.utf8.count > 2, text.utf8.allSatisfy({ $0 == text.utf8.first }) { return true }
    let rest = words.drop { ["HF", "SK", "TOKEN", "KEY", "API"].contains($0) }
    if !rest.isEmpty, rest.allSatisfy({ $0.allSatisfy { "X.*".contains($0) } }) { return true }
    return ["YOUR", "REPLACE", "INSERT", "CHANGE"].contains(first) && words.count > 1
      && !isDrawn(text)
      || ["HERE", "REQUIRED", "NEEDED", "PLACEHOLDER"].contains(last)
      || words.count > 1 && !isDrawn(text) && saysNothing(words)
  }

  /// Whether words say that any value is good, or that the server reads none: `any-value`, `not-used`.
  private static func saysNothing(_ words: [String]) -> Bool {
    if words.contains(where: ["ANYTHING", "WHATEVER", "DUMMY", "FAKE"].contains) { return true }
    return zip(words, words.dropFirst()).contains { word, next in
      word == "ANY" && ["VALUE", "STRING", "KEY", "TOKEN", "TEXT"].contains(next)
        || word == "NOT" && ["USED", "NEEDED", "REQUIRED", "CHECKED"].contains(next)
    }
  }

  /// Words that servers and clients are given where no secret is needed.
  private static let emptyWords: Set = [
    "EMPTY", "NONE", "NULL", "NIL", "DUMMY", "FAKE", "PLACEHOLDER", "CHANGEME", "TODO", "NA",
    "FALSE", "UNUSED",
  ]

  /// Returns whether a password is a word that files have for other reasons, such as the name of a program,
  /// so that the same word elsewhere does not tell it.
  package static func isCommonWord(_ text: String) -> Bool {
    commonWords.contains(text.lowercased())
  }

  private static let commonWords: Set = [
    "admin", "default", "guest", "litellm", "llama", "local", "model", "ollama", "password",
    "postgres", "redis", "root", "secret", "server", "sglang", "test", "token", "user", "vllm",
  ]

  private static let suspiciousWords: Set = [
    "KEY", "KEYS", "TOKEN", "TOKENS", "SECRET", "SECRETS", "PASS", "PASSWORD", "PWD", "AUTH",
    "AUTHORIZATION", "CREDENTIAL", "CREDENTIALS", "BEARER", "COOKIE", "SIGNATURE", "PRIVATE",
  ]

  /// Returns whether a text looks generated, such as a secret pasted where a name belongs.
  package static func isDrawn(_ text: String) -> Bool { looksSecret(text) || looksRandom(text) }

  /// Returns whether a text looks random rather than chosen by a person: a UUID, or sixteen letters
  /// and digits in a row with more than three bits each.
  private static func looksRandom(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    if isUUID(bytes) { return true }
    return bytes.split { !$0.isASCIIAlphanumeric }.contains { run in
      run.count >= 16 && run.contains(where: \.isASCIIDigit) && !run.allSatisfy(\.isASCIIDigit)
        && hasManyBits(run)
    }
  }

  private static func isUUID(_ bytes: [UInt8]) -> Bool {
    bytes.count == 36
      && bytes.enumerated().allSatisfy { index, byte in
        [8, 13, 18, 23].contains(index) ? byte == 0x2D : byte.isASCIIAlphanumeric
      }
  }

  /// Returns whether each byte carries more than three bits of collision entropy: two bytes picked
  /// at random are equal in less than one of eight cases.
  private static func hasManyBits(_ bytes: ArraySlice<UInt8>) -> Bool {
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let pairs = counts.reduce(0) { $0 + $1 * ($1 - 1) }
    return pairs * 8 < bytes.count * (bytes.count - 1)
  }
}
