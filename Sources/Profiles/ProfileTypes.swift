package import Deployments
import Diagnostics
package import Schema
import Text
package import Values
import YAML

extension ValueType where Value == String {
  /// The name of a runtime.
  package static let runtimeName = ValueType.word(
    among: Runtimes.names, plain: { .text($0) },
    find: { Runtimes.names.contains($0) ? $0 : nil })

  /// A profile's name, which is also valid as the name of an Ollama model.
  static let profileName = word(
    "a name of letters, digits, '.', '-' and '_', at most 63", "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
    limit: 63, more: ".-_")

  /// A keyword.
  package static let tag = word(
    "a keyword of letters, digits, '.', '-', '_' and '+', at most 64",
    "^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$", limit: 64, more: ".-_+")

  /// `organisation/model`, `model:tag` or a registry's longer form.
  static let modelID = word(
    "a model's name such as 'organisation/model' or 'model:tag'",
    #"^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._:/-]{0,249}$"#, limit: 250, more: ".-_:/")

  /// A git branch, tag or commit.
  package static let revision = word(
    "a branch, tag or commit", #"^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,249}$"#, limit: 250,
    more: ".-_/")

  /// Returns the type of a text of ASCII letters, digits and, after the first, the characters in
  /// `more`.
  private static func word(
    _ name: String, _ pattern: String, limit: Int, more: StaticString
  ) -> Self {
    let legal = ASCIISet.alphanumerics.union(ASCIISet(more))
    return parsed(
      "text without spaces", limit: 4096, pattern: pattern, numeric: true, plain: { .text($0) }
    ) { (text) throws(Refusal) in
      let isLegal =
        text.utf8.count <= limit && text.utf8.first?.isASCIIAlphanumeric == true
        && (unsafe text.withBytes { bytes in
          var previous: UInt8 = 0
          for index in bytes.indices {
            let byte = unsafe bytes[index]
            guard legal.contains(byte), byte != 0x2E || previous != 0x2E else { return false }
            previous = byte
          }
          return true
        })
      guard isLegal else {
        throw Refusal("must be \(name), found '\(text.abbreviated)'")
      }
      return text
    }
  }
}

extension ValueType where Value == String {
  /// Returns the type of a text with its own grammar, whose error names the expected form.
  ///
  /// - Parameter numeric: Whether an unquoted number is also accepted.
  static func grammar(
    _ name: String, _ pattern: String, numeric: Bool = false,
    isLegal: @escaping @Sendable (String) -> Bool
  ) -> Self {
    parsed(name, pattern: pattern, numeric: numeric, plain: { .text($0) }) {
      (text) throws(Refusal) in
      guard isLegal(text) else { throw Refusal("must be \(name), found '\(text.abbreviated)'") }
      return text
    }
  }

  /// A web origin, or `*` for all; the router panics if it is not valid in a header.
  static let origin = parsed(
    "a web origin", pattern: #"^(\*|[a-z][a-z0-9+.-]*://[!-+\--~]+)$"#,
    examples: ["https://app.example", "*"], plain: { .text($0) }
  ) { (text) throws(Refusal) in
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1)
    guard
      text == "*"
        || (text.contains("://") && parts.count == 2
          && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: ",") }
          && text.utf8.first.map { (0x61...0x7A).contains($0) } == true)
    else {
      throw Refusal(
        "must be a web origin such as 'https://app.example', or '*', found '\(text.abbreviated)'")
    }
    return text
  }

  /// A word from a list that differs between versions of the launcher; `unknown-word` checks it.
  static let launcherWord = optionText(limit: 200)

  /// Returns the type of a text for an option's value, which must not look like an option itself.
  static func optionText(limit: Int = 10_000) -> Self {
    parsed(
      "text", limit: limit, pattern: "^(?!;$)[^-]", numeric: true, plain: { .text($0) }
    ) { (text) throws(Refusal) in
      guard text.utf8.first != UInt8(ascii: "-") else {
        throw Refusal("must not begin with '-', found '\(text.abbreviated)'")
      }
      if let problem = Argument.problem(with: text) { throw Refusal(problem.message) }
      return text
    }
  }
}

/// The length of a context, or how it is chosen.
package enum ContextLength: Sendable, Equatable {
  case tokens(Int)
  /// As long as memory allows.
  case automatic
  /// As long as the model was trained for.
  case model

  /// The value as it is written.
  package var value: Values.Value {
    switch self {
    case .tokens(let count): .integer(count)
    case .automatic: .text("auto")
    case .model: .integer(0)
    }
  }
}

extension ValueType where Value == ContextLength {
  /// A number of tokens, `auto` or 0.
  static let contextLength = ValueType(
    name: "a number of tokens, 'auto' or 0",
    schema: [
      .init(
        "anyOf",
        [
          .set(ValueType<Int>.integer(2...10_000_000).schema),
          .set(["enum": .list([.text("auto"), .integer(0)])]),
        ])
    ], plain: { $0.value }
  ) { node, reading in
    if let scalar = node.scalar, scalar.isPlain {
      if scalar.text == "auto" { return .automatic }
      if scalar.text == "0" { return .model }
    }
    return ValueType<Int>.integer(2...10_000_000).read(node, reading).map(ContextLength.tokens)
  }
}

extension ValueType where Value == ByteCount {
  /// A size with its unit: `24GB`, `512MiB`.
  package static let byteCount = parsed(
    "a size such as '16GB'",
    pattern: #"^(?!0+(\.0+)? ?[KMGT])[0-9]{1,7}(\.[0-9]{1,9})? ?[KMGT]i?B$"#,
    examples: ["16GB", "512MiB"], plain: { .integer($0.bytes) }
  ) { (text) throws(Refusal) in
    if let count = ByteCount(text) { return count }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let number = text.utf8.prefix { digits.contains($0) || $0 == UInt8(ascii: ".") }
    if text.utf8.last == UInt8(ascii: "B"), !number.isEmpty {
      if number.allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }) {
        throw Refusal("must be greater than zero, found '\(text.abbreviated)'")
      }
      if number.prefix(while: digits.contains).count > 6 {
        throw Refusal(
          "has too many digits, found '\(text.abbreviated)'", help: "use a larger unit")
      }
      if text.dropLast().utf8.last == UInt8(ascii: "T") || text.hasSuffix("TiB"),
        let whole = Int(String(decoding: number.prefix(while: digits.contains), as: UTF8.self)),
        whole >= ByteCount.largest.bytes >> 40
      {
        throw Refusal(
          "must be at most \(ByteCount.largest.bytes >> 40)TB, found '\(text.abbreviated)'")
      }
    }
    let help =
      ByteCount(text + "B") ?? ByteCount(text.uppercased())
      ?? ByteCount(text.uppercased() + "B")
      ?? ByteCount(text + "GB")
    let unitless = ByteCount(text + "GB") != nil
    throw Refusal(
      "must be a size with a unit, found '\(text.abbreviated)'",
      help: unitless
        ? "write '\(text)GB' (GB and GiB both mean 1024³ bytes)"
        : help == nil
          ? "write a number and KB, MB, GB or TB, such as '16GB' (binary: GB means 1024³ bytes)"
          : help.map { _ in text.uppercased() + "B" }.flatMap {
            ByteCount($0) == nil ? nil : "write '\($0)'"
          }
            ?? "write the unit as KB, MB, GB or TB")
  }
}

extension ValueType where Value == ImageReference {
  package static let image = parsed(
    "a container image", pattern: imagePattern, plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let image = ImageReference(text) else {
      throw Refusal(
        "must be an image such as 'ghcr.io/owner/name:tag', found '\(text.abbreviated)'")
    }
    guard !image.looksLikeUnit else {
      throw Refusal(
        "must not end with '.image' or '.build', found '\(text.abbreviated)'",
        help: "Podman would look for a unit with that name; add the image's digest")
    }
    return image
  }
}

/// The grammar of distribution/reference, as `ImageReference` reads it.
private let imagePattern: String = {
  let label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
  let part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*"
  return "^(?!.*\\.(?:image|build)$)(?:\(label)(?:\\.\(label))*(?::[0-9]+)?/)?\(part)(?:/\(part))*"
    + "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$"
}()

extension ValueType where Value == HostPath {
  /// A path on this machine, absolute or below `~/`.
  package static let hostPath = parsed(
    "a path",
    pattern: #"^(?!.*/\.\.?(?:/|$))(?!~/.*\.volume(?:/|$))(?:/|~/)[^\s:,"'\\]+$"#,
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let path = HostPath(text) else {
      guard text.hasPrefix("/") || text.hasPrefix("~/") else {
        throw Refusal(
          "must be an absolute path or one that begins with '~/', found '\(text.abbreviated)'",
          help: "write the full path, such as '~/models/model.gguf'")
      }
      throw Refusal(
        "must not contain spaces, colons, commas, quotes, backslashes or '..', found "
          + "'\(text.abbreviated)'", help: "rename the file or folder")
    }
    return try path.refusingUnits()
  }
}

extension ValueType where Value == Argument {
  /// One argument of a command line.
  package static let argument = parsed(
    "an argument", limit: Argument.limit, multiline: true,
    pattern: #"^(?!;$)[^\u0000\uFDD0-\uFDEF\uFFFE\uFFFF]+$"#,
    numeric: true, plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let argument = Argument(text) else {
      throw Refusal(Argument.problem(with: text)?.message ?? "cannot be passed to a container")
    }
    return argument
  }
}

extension ValueType where Value == EnvironmentVariable.Name {
  /// The name of a variable.
  package static let variableName = parsed(
    "a variable's name", pattern: "^[A-Za-z_][A-Za-z0-9_]*$", plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let name = EnvironmentVariable.Name(text) else {
      throw Refusal(
        "has the invalid variable name '\(text.abbreviated)': use letters, digits and '_', no digit first"
      )
    }
    return name
  }
}

extension ValueType where Value == PlainText {
  /// One line of text.
  package static let plainText = parsed(
    "text",
    pattern:
      #"^(?![\s"])(?!;$)(?!.*[\s"\\]$)[^\u0000-\u001F\u007F-\u009F\uFDD0-\uFDEF\uFFFE\uFFFF]+$"#,
    numeric: true,
    plain: { .text($0.text) }
  ) {
    (text) throws(Refusal) in
    guard let plain = PlainText(text) else {
      throw Refusal(PlainText.problem(with: text) ?? "cannot be written to a unit file")
    }
    return plain
  }

}

/// Extra variables as a profile or an instance writes them.
package typealias Environment = [Pair<EnvironmentVariable.Name, String>]

extension ValueType where Value == Environment {
  /// Variables and their values.
  package static let environment = ValueType.map(
    from: .variableName, to: .text("text", multiline: true, limit: 100_000))
}
