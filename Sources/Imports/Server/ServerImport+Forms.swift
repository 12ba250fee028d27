import Catalogues
import Diagnostics
import Profiles
import Schema
import Text

/// Forms of values that a server reads, and that amm's fields write in another way.
extension ServerImport {
  /// Returns a value as YAML: a number, a truth value or a word.
  static func plain(_ text: String) -> String {
    Double(text) != nil || ["true", "false"].contains(text) ? text : ImportedText.scalar(text)
  }

  /// Returns an option's value as YAML; nil if it has none that a field takes.
  func value(
    of given: GivenOption, _ option: CatalogueOption, _ values: [Located<String>]
  ) -> String? {
    func single(_ text: String) -> String {
      switch option.kind {
      case .integer, .number, .size: Double(text) != nil ? text : ImportedText.quoted(text)
      case .json:
        text.hasPrefix("{") || text.hasPrefix("[") ? text : ImportedText.quoted(text)
      case .flag:
        ["true", "false"].contains(text.lowercased())
          ? text.lowercased() : ImportedText.quoted(text)
      case .text: ImportedText.scalar(text)
      }
    }
    if words.lists.contains(given.name), let items = list(values) { return items }
    // A key of an object stays with the other arguments.
    guard !given.name.hasPrefix("--") || !given.name.dropFirst(2).contains(".") else { return nil }
    // A parser refuses a value after `=` where it expects none.
    if given.isJoined, option.count == .none { return nil }
    if given.isOff { return "false" }
    guard let first = values.first else {
      return option.kind == .flag ? "true" : nil
    }
    switch option.count {
    case .some, .any, .repeated, .two:
      return "[" + values.map { single($0.value) }.joined(separator: ", ") + "]"
    default: return values.count == 1 ? single(first.value) : nil
    }
  }

  /// Returns the number that a launcher reads from a text which amm's settings do not take; nil for other texts.
  mutating func number(
    _ text: Located<String>, of option: CatalogueOption, named name: Located<String>
  ) -> String? {
    guard [.integer, .size].contains(option.kind), option.count == .one, Int(text.value) == nil,
      !option.choices.contains(text.value),
      let read = runtime.argumentSyntax.wholeNumber(in: text.value)
    else { return nil }
    if !read.ignored.isEmpty {
      tell(
        ImportRules.value, text.range,
        "\(runtime.name) reads \(read.number) for '\(name.value)', and ignores '\(read.ignored.abbreviatedName)' after it",
        help: "write '\(read.number)'")
    }
    fates.append(Fate(key: name, kind: .changed, reason: "it is read as \(read.number)"))
    return String(read.number)
  }

  /// Returns values that commas or slashes separate as a list of YAML; nil if there are none.
  func list(_ values: [Located<String>]) -> String? {
    let isNumeric = runtime.argumentSyntax != .clap
    let items = values.flatMap { value in
      value.value.split { $0 == "," || isNumeric && $0 == "/" }.map {
        Self.plain(String($0).trimmed)
      }
    }
    return items.isEmpty ? nil : "[" + items.joined(separator: ", ") + "]"
  }

  /// Returns the words of a command as the image's entry point passes them to the server.
  mutating func split(_ arguments: [Located<String>]) -> [Located<String>] {
    guard words.splitsArguments, server.entrypoint == nil, server.isContainer else {
      return arguments
    }
    return arguments.flatMap { word -> [Located<String>] in
      let parts = word.value.split(separator: " ").map(String.init)
      guard word.value.hasPrefix("--"), parts.count == 2 else { return [word] }
      tell(
        ImportRules.value, word.range,
        "'\(word.value.abbreviatedName)' is one argument, which only the image's entry point splits",
        help: "write '\(parts[0])' and '\(parts[1].abbreviatedName)' as two items")
      return parts.map { Located($0, word.range) }
    }
  }

  /// Takes a variable that switches an option off; returns whether it is one.
  mutating func takeNegated(_ name: Located<String>) -> Bool {
    guard let option = table?.catalogue.option(turnedOffBy: name.value) else { return false }
    let key = option.names[0].asKey
    spellings[key] = spellings[key] ?? name.value
    add(key, "false", option, at: name.range, asVariable: true)
    carry(name)
    return true
  }

  /// Reports an image under a name that its registry no longer has.
  mutating func tellMoved() {
    guard let image = server.image,
      let new = words.moved[Recognition.untagged(image.value)]
    else { return }
    let tag = image.value.dropFirst(Recognition.untagged(image.value).count)
    tell(
      ImportRules.value, image.range, "the image has moved to '\(new)', and its old name is gone",
      help: "write '\(new)\(tag)'")
  }
}
