package import Catalogues
package import Deployments
package import Diagnostics
package import Schema

/// How a launcher parses its command line.
package enum ArgumentSyntax: Sendable {
  /// Python's argparse: `--name VALUE`, `--name=VALUE`, a prefix of a single long name, and
  /// `--name.key` for one key of the object that `--name` takes.
  case argparse
  /// Rust's clap: `--name VALUE` and `--name=VALUE`.
  case clap
  /// llama.cpp (common/arg.cpp): `--name VALUE`; the next word is always the value.
  case wordByWord
  /// The launcher takes no arguments, which a check of its runtime reports.
  case nothing
}

/// One option among a profile's arguments, as its launcher reads it.
package struct GivenOption: Sendable {
  /// The name, as the launcher's table spells it.
  package let name: String
  /// The option in the table; nil if the table does not have it.
  package let option: CatalogueOption?
  /// The words that are its values.
  package let values: [Located<String>]
  /// The place of its name.
  package let range: SourceRange
  /// Whether the value is in the same word.
  package let isJoined: Bool

  /// Returns the same with another option, under the option's first name.
  package func renamed(_ option: CatalogueOption) -> GivenOption {
    GivenOption(
      name: option.names[0], option: option, values: values, range: range, isJoined: isJoined)
  }

  /// Whether the name is one that switches the option off.
  package var isOff: Bool { option?.isOff(name) ?? false }
}

/// A profile's arguments, as its launcher parses them.
package struct GivenOptions {
  /// The options, in their order.
  package private(set) var options: [GivenOption] = []
  /// Words that are neither an option nor a value of one.
  package private(set) var strays: [Located<Argument>] = []

  /// Parses arguments with the table for an image.
  package init(
    _ arguments: [Located<Argument>], _ runtime: any Runtime.Type, _ table: LauncherTable
  ) {
    self.init(arguments, runtime, table.catalogue, isOlder: table.isNewerThanImage)
  }

  /// Parses arguments.
  ///
  /// - Parameter isOlder: Whether the launcher is older than the table, so that an option may have
  ///   taken no value.
  package init(
    _ arguments: [Located<Argument>], _ runtime: any Runtime.Type, _ catalogue: Catalogue,
    isOlder: Bool = false
  ) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.value.isOptionName else {
        strays.append(argument)
        continue
      }
      let isJoined =
        runtime.argumentSyntax != .wordByWord && argument.value.text.utf8.contains(0x3D)
      let written = isJoined ? argument.option : argument.value.text[...]
      let name = runtime.spelling(of: written)
      let option =
        runtime.argumentSyntax == .argparse ? catalogue.option(name) : catalogue[name]
      var values: [Located<String>] = []
      if isJoined {
        values.append(
          Located(String(argument.value.text.dropFirst(written.count + 1)), argument.range))
      } else {
        var count = Self.count(of: option, off: name, in: rest, runtime.argumentSyntax)
        if isOlder, count == 1, let next = rest.first, next.value.isOptionName { count = 0 }
        values += rest.prefix(count).map { Located($0.value.text, $0.range) }
        rest = rest.dropFirst(count)
      }
      options.append(
        GivenOption(
          name: name, option: option, values: values, range: argument.range, isJoined: isJoined))
    }
  }

  /// Returns how many of the next words are values of an option.
  private static func count(
    of option: CatalogueOption?, off name: String, in rest: ArraySlice<Located<Argument>>,
    _ syntax: ArgumentSyntax
  ) -> Int {
    let words = rest.prefix { !$0.value.isOptionName }.count
    guard let option else { return words }
    guard !option.isOff(name) else { return 0 }
    switch option.count {
    case .none: return 0
    case .one, .joined, .repeated: return syntax == .wordByWord ? min(1, rest.count) : min(1, words)
    case .optional: return min(1, words)
    case .two: return min(2, rest.count)
    case .some, .any: return words
    }
  }
}

extension Catalogue {
  /// Returns the option with a name, as Python's argparse finds it.
  func option(_ name: String) -> CatalogueOption? {
    if let option = self[name] { return option }
    if let dot = name.firstIndex(of: "."), dot > name.startIndex, !name.hasPrefix("--"),
      let option = self[String(name[..<dot])], option.kind == .json
    {
      // `-cc.mode 3`: one key of an object by the short name.
      return option
    }
    guard name.hasPrefix("--"), name.utf8.count > 3 else {
      // `-O3`: a short option with its value.
      return name.hasPrefix("--") || name.utf8.count < 3 ? nil : self[String(name.prefix(2))]
    }
    if let dot = name.firstIndex(of: ".") { return self[String(name[..<dot])] }
    return self.name(beginningWith: name).flatMap { self[$0] }
  }
}

extension Argument {
  /// Whether it is an option's name, with or without a value, and not a negative number.
  var isOptionName: Bool {
    let bytes = Array(text.utf8.prefix(3))
    guard bytes.count > 1, bytes[0] == UInt8(ascii: "-") else { return false }
    return bytes[1] == UInt8(ascii: "-")
      ? bytes.count > 2 : !(0x30...0x39).contains(bytes[1]) && bytes[1] != 0x2E
  }
}
