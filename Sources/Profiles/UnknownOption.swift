import Catalogues
import Diagnostics
import Schema

/// Help for options that a version of a server does not have.
enum UnknownOption {
  /// Returns the name or word that a help text suggests; nil if it suggests none.
  static func meant(by help: String) -> String? {
    guard help.hasPrefix("did you mean '"), help.hasSuffix("'?") else { return nil }
    return String(help.dropFirst("did you mean '".count).dropLast(2))
  }

  /// Returns help for an option of a command line, as its launcher spells it.
  static func help(argument name: String, in runtime: any Runtime.Type, _ table: LauncherTable)
    -> String
  {
    if let instead = runtime.replacements[name] { return instead }
    if let space = name.firstIndex(of: " "), table.catalogue[String(name[..<space])] != nil {
      let value = name[name.index(after: space)...]
      return "write the option and its value as two items: '\(name[..<space])', '\(value)'"
    }
    if runtime.argumentSyntax == .wordByWord, let end = name.firstIndex(of: "="),
      table.catalogue[String(name[..<end])] != nil
    {
      return "write the value as a separate argument after '\(name[..<end])'"
    }
    if let gone = table.catalogue.removed(name) {
      return "use \(Phrase.oneOf(gone.instead.map { "'\($0)'" }))"
    }
    if let near = table.catalogue.vocabulary.nearest(to: name) {
      return "did you mean '\(near)'?"
    }
    if let other = elsewhere(runtime, table.catalogue, { $0[name] != nil }) { return other }
    if let field = field(of: name, elsewhereThan: runtime) { return "use '\(field)' instead" }
    return "remove it, or use an image of a version that has it"
  }

  /// Returns the key that an option of the command line is without its dashes; nil if it is no option or no key.
  static func undashed(_ key: String, among known: [String]) -> String? {
    let plain = String(key.drop { $0 == "-" }).underscored
    return key.hasPrefix("-") && known.contains(plain) ? plain : nil
  }

  /// Returns help for a key of a runtime's section.
  ///
  /// - Parameter known: All known keys.
  static func help(
    key: String, in runtime: any Runtime.Type, known: [String], table: LauncherTable?
  ) -> String {
    if let plain = undashed(key, among: known) { return "did you mean '\(plain)'?" }
    let option = "--" + String(key.map { $0 == "_" ? "-" : $0 })
    if let instead = runtime.replacements[option] { return instead }
    if let gone = table?.catalogue.removed(option) {
      return "use \(Phrase.oneOf(gone.instead.map { "'\($0.asKey)'" }))"
    }
    if let nearest = Suggestion.nearest(to: key, among: known) {
      return "did you mean '\(nearest)'?"
    }
    if let field = CommonField(rawValue: key.underscored) {
      return "write it as '\(field.path)'"
    }
    if let table, let other = elsewhere(runtime, table.catalogue, { $0.option(key: key) != nil }) {
      return other
    }
    if let field = field(of: option, elsewhereThan: runtime) { return "use '\(field)' instead" }
    guard table != nil else { return "the known keys are \(Phrase.allOf(known))" }
    let all = "'amm schema profile' lists all keys of '\(runtime.sectionKey)'"
    var near: [String] = []
    for one in Suggestion.nearest(3, to: key, among: known) where !near.contains(one) {
      near.append(one)
    }
    let words = Phrase.allOf(near.map { "'\($0)'" })
    return near.isEmpty
      ? all : "\(near.count == 1 ? "a similar key is" : "similar keys are") \(words); \(all)"
  }

  /// Returns help that names another version with an option; nil if no known version has it.
  private static func elsewhere(
    _ runtime: any Runtime.Type, _ catalogue: Catalogue, _ has: (Catalogue) -> Bool
  ) -> String? {
    let all = Catalogue.releases(of: runtime.name).compactMap { Catalogue.of(runtime.name, $0) }
    if let later = all.first(where: { catalogue.release < $0.release && has($0) }) {
      return "it was added later: \(runtime.name) \(later.release.text) has it"
    }
    if let earlier = all.last(where: { $0.release < catalogue.release && has($0) }) {
      return
        "remove it: \(runtime.name) \(earlier.release.text) is the last known version that has it"
    }
    return nil
  }

  /// Returns the common setting that an option of another runtime corresponds to.
  private static func field(of option: String, elsewhereThan runtime: any Runtime.Type) -> String? {
    for other in Runtimes.all where other.name != runtime.name {
      if case .common(let field)? = other.field(setBy: option), runtime.option(for: field) != nil {
        return field.path
      }
    }
    return nil
  }
}

extension GivenOption {
  /// Returns the fix that replaces its name by the one that a help text suggests.
  func mend(by help: String) -> Mend? {
    guard let meant = UnknownOption.meant(by: help), range.start.line == range.end.line,
      !isJoined, range.end.column - range.start.column == name.unicodeScalars.count
    else { return nil }
    return .replace(range, with: meant)
  }
}
