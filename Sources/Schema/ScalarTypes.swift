package import Diagnostics
import Text
public import Values
public import YAML

/// Why a text is not a value of its type: what is wrong, and perhaps what to write.
@usableFromInline package struct Refusal: Error {
  /// What is wrong with the value, in one line.
  package let reason: String
  /// The way out; nil where the message says it.
  package let help: String?

  /// Refuses a value, with the way out.
  package init(_ reason: String, help: String? = nil) {
    self.reason = reason
    self.help = help
  }
}

extension ValueType where Value == String {
  /// Text, on one line unless `multiline`; `1.0` and `NO` are text here like any other.
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
  /// A value with a grammar of its own.
  ///
  /// - Parameters:
  ///   - name: What a message calls it, with its article.
  ///   - pattern: A regular expression for the JSON Schema that accepts at least all legal texts.
  ///   - numeric: Whether a plain 1.0 or true is such a text, too: a number or a boolean to a JSON
  ///     Schema validator, which tries the pattern on texts alone.
  ///   - parse: The value of a text, or the reason why it has none.
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

/// The JSON Schema of a text with a grammar.
@usableFromInline func textSchema(
  _ pattern: String?, _ numeric: Bool, _ limit: Int, _ examples: [String]
) -> [Value.Member] {
  var schema: [Value.Member] = [
    .init("type", numeric || pattern == nil ? ["string", "number", "boolean"] : "string")
  ]
  if let pattern { schema.append(.init("pattern", .text(pattern))) }
  // amm counts bytes, of which there are at least as many.
  schema.append(.init("maxLength", .integer(limit)))
  if !examples.isEmpty { schema.append(.init("examples", .texts(examples))) }
  return schema
}

extension Reading {
  /// The text of a scalar that may be carried further, or nil after saying why it may not.
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

  /// Reports at a node what a type refused.
  @usableFromInline package func refuse(_ node: Node, _ refusal: Refusal) {
    collector.emit(
      Diagnostic(
        SchemaRules.badValue, at: SourceLocation(collector.source, node.range),
        "'\(key)' \(refusal.reason)", help: refusal.help.map { [$0] } ?? []))
  }

  /// Says that a secret stands here, without repeating it.
  fileprivate func refuseSecret(_ range: SourceRange) {
    collector.emit(
      Secrets.refusal(
        SourceLocation.unquoted(collector.source, range), "'\(key)' holds what looks like a secret"
      ))
  }
}

extension String {
  /// Whether a text has bytes that are no printable ASCII, and line feeds: every text of every file is
  /// asked, so that few have to be looked at closely.
  fileprivate var kindsOfBytes: (hasOthers: Bool, hasLineFeeds: Bool) {
    unsafe withBytes { bytes in
      // Numbers, not booleans: without a branch, many bytes are compared at once.
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

  /// What keeps a text from being carried any further, or nil.
  fileprivate func problem(limit: Int, multiline: Bool) -> String? {
    guard utf8.count <= limit else {
      return "has \(utf8.count) bytes; at most \(limit) are allowed"
    }
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x0A where multiline, 0x09 where multiline: continue
      case 0x0A: return "must stand on one line"
      // Those that turn the direction of text make a line read otherwise than it is.
      case ..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069:
        return "holds the control character U+" + scalar.value.hexadecimal
      case let value where (0xFDD0...0xFDEF).contains(value) || value & 0xFFFE == 0xFFFE:
        // systemd takes them for broken UTF-8 and drops the line (src/basic/utf8.c).
        return "holds U+" + scalar.value.hexadecimal + ", which is no character"
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
  /// What is wrong with a variable that holds a secret.
  package static func message(for key: String, _ name: String) -> String {
    isSecretName(name)
      ? "'\(key).\(name)' is a secret by its name"
      : "'\(key).\(name)' holds what looks like a secret"
  }

  /// The diagnostic for a secret, which never shows it.
  ///
  /// - Parameter variable: The variable that would hold it; nil where none would.
  package static func refusal(
    _ place: SourceLocation, _ message: String, variable: String? = nil
  ) -> Diagnostic {
    let keep = "keep it in a Podman secret ('podman secret create NAME FILE') and "
    let help =
      switch variable {
      case "HF_TOKEN"?, "HUGGING_FACE_HUB_TOKEN"?:
        keep + "write 'token: {secret: NAME}' at the instance"
      case let name? where name.hasSuffix("API_KEY"):
        keep + "write 'api_key: NAME' at the instance where clients must bring it, else "
          + "'secrets: {\(name): NAME}'"
      case let name?: keep + "write 'secrets: {\(name): NAME}' at the instance"
      case nil:
        keep
          + "name that at the instance: under 'token' for the hub's, 'api_key' for the server's own, "
          + "'secrets: {VARIABLE: NAME}' for any other"
      }
    return Diagnostic(SchemaRules.secretValue, at: place, message, help: [help])
  }
}

extension DiagnosticCollector {
  /// Refuses the secrets of the file that stand where no check of a field sees them: in comments, tags,
  /// keys, escapes, and under names that amm does not know.
  ///
  /// - Parameter isByFormOnly: Whether tokens alone are refused, not what stands where secrets do: for
  ///   texts that may well be about passwords.
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
        Secrets.refusal(.unquoted(source, place.range), "what looks like a secret stands here"))
    }
  }
}

extension ValueType where Value == Bool {
  /// `true` or `false`; a `yes` or `on` is an error that says so.
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
