package import Diagnostics
import Text
public import Values
public import YAML

/// The reason why a text is not a valid value, and perhaps what to write instead.
@usableFromInline package struct Refusal: Error {
  /// The problem with the value, in one line.
  package let reason: String
  /// How to fix it; nil if the reason already says so.
  package let help: String?
  /// Whether the value may be shown: false where it is likely a secret.
  package let isQuotable: Bool

  /// Creates a refusal with an optional fix.
  package init(_ reason: String, help: String? = nil, isQuotable: Bool = true) {
    self.reason = reason
    self.help = help
    self.isQuotable = isQuotable
  }
}

extension ValueType where Value == String {
  /// Text, on one line unless `multiline`.
  ///
  /// Unquoted `1.0` and `NO` are text too.
  package static func text(
    _ name: String = "text", multiline: Bool = false, limit: Int = 10_000
  ) -> Self {
    parsed(
      name, limit: limit, multiline: multiline,
      pattern: multiline
        ? #"^[^\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFDD0-\uFDEF\uFFFE\uFFFF]*$"#
        : #"^[^\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFDD0-\uFDEF\uFFFE\uFFFF]*$"#,
      numeric: true, plain: Values.Value.text
    ) {
      (text) throws(Refusal) in text
    }
  }
}

extension ValueType {
  /// A value with its own syntax.
  ///
  /// - Parameters:
  ///   - name: The type's name in messages, with its article.
  ///   - pattern: A regular expression for the JSON Schema that accepts at least all valid texts.
  ///   - numeric: Whether an unquoted 1.0 or true is also valid. To a JSON Schema validator that is
  ///     a number or a boolean, and it applies the pattern only to texts.
  ///   - parse: Returns the value of a text, or throws the reason why it has none.
  @inlinable package static func parsed(
    _ name: String, limit: Int = 4096, multiline: Bool = false,
    pattern: @autoclosure @escaping @Sendable () -> String? = nil,
    numeric: Bool = false, examples: [String] = [],
    plain: @escaping @Sendable (Value) -> Values.Value,
    parse: @escaping @Sendable (String) throws(Refusal) -> Value
  ) -> Self {
    ValueType(name: name, schema: textSchema(pattern(), numeric, limit, examples), plain: plain) {
      node, reading in
      guard let text = reading.text(node, expecting: name, limit: limit, multiline: multiline)
      else { return nil }
      do throws(Refusal) {
        return try parse(text)
      } catch {
        reading.refuse(node, error)
        return nil
      }
    }
  }
}

/// Returns the JSON Schema of a text with its own syntax.
@usableFromInline func textSchema(
  _ pattern: String?, _ numeric: Bool, _ limit: Int, _ examples: [String]
) -> [Value.Member] {
  var schema: [Value.Member] = [
    .init("type", numeric || pattern == nil ? ["string", "number", "boolean"] : "string")
  ]
  if let pattern { schema.append(.init("pattern", .text(pattern))) }
  // amm counts bytes, and a text has at least as many bytes as characters.
  schema.append(.init("maxLength", .integer(limit)))
  if !examples.isEmpty { schema.append(.init("examples", .texts(examples))) }
  return schema
}

extension Reading {
  /// Returns the text of a scalar if it is valid; otherwise reports an error and returns nil.
  @usableFromInline func text(
    _ node: Node, expecting name: String, limit: Int, multiline: Bool
  ) -> String? {
    guard let scalar = scalar(node, expecting: name) else { return nil }
    let kinds = scalar.text.kindsOfBytes
    if kinds.hasOthers || (kinds.hasLineFeeds && !multiline) || scalar.text.utf8.count > limit,
      let problem = scalar.text.problem(limit: limit, multiline: multiline)
    {
      collector.emit(SchemaRules.badValue, node.range, "'\(key)' \(problem)")
      return nil
    }
    guard !collector.mayHoldToken || !Secrets.looksSecret(scalar.text) else {
      refuseSecret(node.range)
      return nil
    }
    return scalar.text
  }

  /// Reports a refusal at a node.
  @usableFromInline package func refuse(_ node: Node, _ refusal: Refusal) {
    let location =
      refusal.isQuotable
      ? SourceLocation(collector.source, node.range)
      : SourceLocation.unquoted(collector.source, node.range)
    collector.emit(
      Diagnostic(
        SchemaRules.badValue, at: location, "'\(key)' \(refusal.reason)",
        help: refusal.help.map { [$0] } ?? []))
  }

  /// Reports a secret without repeating it.
  fileprivate func refuseSecret(_ range: SourceRange) {
    collector.emit(
      Secrets.refusal(
        SourceLocation.unquoted(collector.source, range),
        "'\(key)' contains what looks like a secret"))
  }
}

extension String {
  /// Whether the text contains bytes other than printable ASCII, and whether it contains line
  /// feeds.
  ///
  /// A fast check for every text of every file: few need a closer look.
  fileprivate var kindsOfBytes: (hasOthers: Bool, hasLineFeeds: Bool) {
    unsafe withBytes { bytes in
      // Numbers instead of booleans: without branches, many bytes are compared at the same time.
      var others: UInt8 = 0
      var lineFeeds: UInt8 = 0
      for index in bytes.indices {
        let byte = unsafe bytes[index]
        let isLineFeed: UInt8 = byte == 0x0A ? 1 : 0
        lineFeeds |= isLineFeed
        others |= (byte &- 0x20 >= 0x5F ? 1 : 0) & ~isLineFeed
      }
      return (others != 0, lineFeeds != 0)
    }
  }

  /// Returns the reason why the text is not valid, or nil.
  fileprivate func problem(limit: Int, multiline: Bool) -> String? {
    guard utf8.count <= limit else {
      return "has \(utf8.count) bytes; at most \(limit) are allowed"
    }
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x0A where multiline, 0x09 where multiline: continue
      case 0x0A: return "must be on one line"
      // Marks that change the direction of text make a line look different from its content.
      case ..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069:
        return "contains the control character U+" + scalar.value.hexadecimal
      case let value where (0xFDD0...0xFDEF).contains(value) || value & 0xFFFE == 0xFFFE:
        // systemd treats them as broken UTF-8 and drops the line (src/basic/utf8.c).
        return "contains U+" + scalar.value.hexadecimal + ", which is not a character"
      default: continue
      }
    }
    return nil
  }
}

extension UInt32 {
  fileprivate var hexadecimal: String {
    let digits = String(self, radix: 16, uppercase: true)
    return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
  }
}

extension Secrets {
  /// Returns the message for a variable that holds a secret.
  package static func message(for key: String, _ name: String) -> String {
    isSecretName(name)
      ? "'\(key).\(name)' is named like a secret"
      : "'\(key).\(name)' contains what looks like a secret"
  }

  /// Creates the diagnostic for a secret.
  ///
  /// It never shows the secret.
  ///
  /// - Parameter variable: The variable that holds the secret; nil if there is none.
  package static func refusal(
    _ place: SourceLocation, _ message: String, variable: String? = nil
  ) -> Diagnostic {
    let keep = "store it in a Podman secret ('podman secret create NAME FILE') and "
    let help =
      switch variable {
      case "HF_TOKEN"?, "HUGGING_FACE_HUB_TOKEN"?:
        keep + "write 'token: {secret: NAME}' in the instance"
      case let name? where name.hasSuffix("API_KEY"):
        keep + "write 'api_key: NAME' in the instance if clients must send it, otherwise "
          + "'secrets: {\(name): NAME}'"
      case let name?: keep + "write 'secrets: {\(name): NAME}' in the instance"
      case nil:
        keep
          + "name that secret in the instance: 'token' for the hub's token, 'api_key' for the "
          + "server's own key, 'secrets: {VARIABLE: NAME}' for any other"
      }
    return Diagnostic(SchemaRules.secretValue, at: place, message, help: [help])
  }
}

extension DiagnosticCollector {
  /// Refuses secrets that no check of a field sees: in comments, tags, keys, escapes, and under
  /// names that amm does not know.
  ///
  /// - Parameter isByFormOnly: Whether to refuse only tokens, and allow other values in places for
  ///   secrets: for texts that may be about passwords.
  package func refuseSecrets(byFormOnly isByFormOnly: Bool = false) {
    guard mayHoldToken || Secrets.hasHints(source.bytes) else { return }
    for place in SecretScan(source).places {
      guard place.sign == .form || (place.sign == .place && !isByFormOnly) else { continue }
      let isTold = diagnostics.contains { diagnostic in
        guard diagnostic.rule == SchemaRules.secretValue, let told = diagnostic.location.range
        else {
          return false
        }
        return told.start <= place.range.end && place.range.start <= told.end
      }
      guard !isTold else { continue }
      emit(
        Secrets.refusal(.unquoted(source, place.range), "this looks like a secret"))
    }
  }
}

extension ValueType where Value == Bool {
  /// `true` or `false`.
  ///
  /// For `yes` or `on`, the error says what to write.
  package static let boolean = ValueType(
    name: "true or false", schema: [.init("type", "boolean")], plain: Values.Value.boolean
  ) { node, reading in
    guard let scalar = reading.scalar(node, expecting: "true or false") else { return nil }
    switch (scalar.isPlain, scalar.text) {
    case (true, "true"): return true
    case (true, "false"): return false
    default:
      let meant: String? =
        switch scalar.text.lowercased() {
        case "true", "yes", "on", "y", "1": "write 'true'"
        case "false", "no", "off", "n", "0": "write 'false'"
        default: nil
        }
      reading.badValue(
        node, expecting: "true or false", help: meant,
        meaning: meant.map { $0.contains("true") ? "true" : "false" })
      return nil
    }
  }
}
