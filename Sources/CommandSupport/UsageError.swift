import Diagnostics

/// The parser's message about a wrong command line, in the form of amm's other errors.
///
/// The parser (swift-argument-parser 1.8.2, MessageInfo.swift) prints the message, the option after
/// `Help:`, and the usage after `Usage:` with a line about `--help`.
struct UsageError {
  /// The problem.
  let message: String
  /// Lines that say what to do.
  let help: [String]
  /// The usage of the command without its options; nil if the parser does not print it.
  let usage: String?

  /// Parses the parser's text.
  init(_ text: String) {
    var message = text
    var help: [String] = []
    func take(after mark: String) -> String? {
      guard let range = message.firstRange(of: mark) else { return nil }
      let rest = String(message[range.upperBound...])
      message = String(message[..<range.lowerBound])
      return rest
    }
    let usage = take(after: "\nUsage: ")?.split(separator: "\n", omittingEmptySubsequences: true)
    let option = take(after: "\nHelp:")
    if let tokens = Self.tokens(in: message) {
      help.append("write \(tokens)")
    } else if let range = message.firstRange(of: ". Did you mean ") {
      help.append("did you mean " + message[range.upperBound...])
      message = String(message[..<range.lowerBound])
    } else if let range = message.firstRange(of: ". Please provide one of ") {
      help.append(
        "the possible values are " + Self.onOneLine(message[range.upperBound...].trimmingDot))
      message = String(message[..<range.lowerBound])
    } else if let option {
      // Two spaces separate the option from its description.
      let words = option.split(separator: "\n")[0].drop { $0 == " " }
      if let gap = words.firstRange(of: "  ") {
        help.append("\(words[..<gap.lowerBound]): \(words[gap.upperBound...].trimmingDot)")
      }
    }
    if help.isEmpty, let see = usage?.dropFirst().first(where: { $0.contains("See '") }) {
      help.append("'\(see.split(separator: "'", maxSplits: 2)[1])' shows how to use it")
    }
    self.usage = usage?.first.map { Self.short(String($0)) }
    // Another reading of the command line, which would also be wrong.
    if let other = message.firstRange(of: "\n") { message = String(message[..<other.lowerBound]) }
    if message.hasPrefix("Error: ") { message.removeFirst("Error: ".count) }
    self.message = message.trimmingDot.loweringFirst
    self.help = help
  }

  /// Returns the values in a sentence; the parser prints more than five as a list.
  private static func onOneLine(_ values: String) -> String {
    let lines = values.split(separator: "\n").dropFirst()
    guard !lines.isEmpty else { return values }
    return Phrase.oneOf(lines.map { "'\($0.drop { " -".contains($0) })'" })
  }

  /// Returns the number for a context such as '32k', as for 'context_length' in a profile; nil for
  /// another message.
  private static func tokens(in message: String) -> Int? {
    let parts = message.split(separator: "'", omittingEmptySubsequences: false)
    guard parts.count > 3, parts[2] == " is invalid for ", parts[3].hasPrefix("--context"),
      parts[1].hasSuffix("k") || parts[1].hasSuffix("K"), let number = Int(parts[1].dropLast()),
      (1...1_000_000).contains(number)
    else { return nil }
    return number * 1024
  }

  /// Returns a usage line with `[<options>]` instead of the options, of which there can be thirty.
  static func short(_ usage: String) -> String {
    var out = ""
    var depth = 0
    var hadOptions = false
    var rest = Substring(usage)
    while let character = rest.first {
      if depth == 0, rest.hasPrefix("[-") {
        if !hadOptions { out += "[<options>]" }
        hadOptions = true
        depth = 1
        rest = rest.dropFirst()
        continue
      }
      if depth > 0 {
        depth += character == "[" ? 1 : character == "]" ? -1 : 0
      } else if !(character == " " && out.hasSuffix(" ")) {
        out.append(character)
      }
      rest = rest.dropFirst()
    }
    while out.hasSuffix(" ") { out.removeLast() }
    return out
  }
}

extension StringProtocol {
  /// The text without a full stop at the end.
  fileprivate var trimmingDot: String { hasSuffix(".") ? String(dropLast()) : String(self) }

  /// The text with a lower-case first letter, unless the first word is in capitals or quoted.
  fileprivate var loweringFirst: String {
    guard let first, first.isUppercase, dropFirst().first?.isLowercase ?? false else {
      return String(self)
    }
    return first.lowercased() + dropFirst()
  }
}
