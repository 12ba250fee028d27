import Catalogues
import Diagnostics
import Profiles
import Schema

/// The page of every option of a runtime, generated from the tables of its launcher.
enum OptionPage {
  /// Returns the page and its file name; nil for a runtime without tables.
  static func page(of runtime: any Runtime.Type) -> (name: String, text: String)? {
    let releases = Catalogue.releases(of: runtime.name).compactMap {
      Catalogue.of(runtime.name, $0)
    }
    guard !releases.isEmpty else { return nil }
    let rows = options(of: releases).map { option in row(of: option, runtime, releases) }
    let text = Markdown.page(
      "Every option of `\(runtime.name)`",
      """
      The options of the launcher's own parser, in versions
      \(Phrase.allOf(releases.map { $0.release.text })). Each is a key of `\(runtime.sectionKey)`, with
      `_` or `-`. If amm has a field for an option, the table names it; [runtimes.md](../runtimes.md) describes it.
      """,
      [
        Markdown.table(["key", "option", "value", "default", "meaning", "versions"], rows) + "\n"
      ])
    return ("runtimes/\(runtime.name).md", text)
  }

  /// An option as defined in the newest version that has it, and all versions that have it.
  private typealias Known = (option: CatalogueOption, releases: [Int])

  private static func options(of releases: [Catalogue]) -> [Known] {
    var found: [String: Known] = [:]
    for (index, catalogue) in releases.enumerated() {
      for option in catalogue.options {
        found[option.names[0]] = (option, (found[option.names[0]]?.releases ?? []) + [index])
      }
    }
    return found.values.sorted { $0.option.names[0] < $1.option.names[0] }
  }

  private static func row(
    of known: Known, _ runtime: any Runtime.Type, _ releases: [Catalogue]
  ) -> [String] {
    let option = known.option
    let names = option.names + option.off
    let place = runtime.place(of: option)
    let becomes =
      switch place {
      case .variable(let name): [name]
      case .modelParameter(let name): ["PARAMETER " + name]
      case .modelInstruction(let name): [name]
      default: names
      }
    let field = (names + (option.variable.map { [$0] } ?? [])).lazy
      .compactMap { runtime.field(setBy: $0)?.path }.first
    let isReserved = names.contains(where: runtime.reserved.contains)
    let meaning =
      isReserved
      ? "Set by amm."
      : field.map { "Same as \(Markdown.code($0))." } ?? runtime.sentence(of: option) ?? ""
    return [
      Markdown.code(String(option.names[0].drop { $0 == "-" }.map { $0 == "-" ? "_" : $0 })),
      becomes.map(Markdown.code).joined(separator: ", "), value(of: option),
      option.defaultText.map(Markdown.code) ?? "",
      meaning,
      span(known.releases, releases),
    ]
  }

  private static func value(of option: CatalogueOption) -> String {
    let words = (option.keys.isEmpty ? option.choices : option.keys).map(Markdown.code)
      .joined(separator: ", ")
    let kind =
      switch option.kind {
      case .flag: "`true` or `false`"
      case .integer: "integer"
      case .size: "integer, or a size such as `32k`"
      case .number: "number"
      case .json: option.keys.isEmpty ? "mapping, list or JSON" : "mapping with the keys"
      case .text: words.isEmpty ? "text" : ""
      }
    let isMapping = option.kind == .json && !option.keys.isEmpty
    let value = [kind, words].filter { !$0.isEmpty }.joined(separator: isMapping ? " " : ", ")
    return switch option.count {
    case .some, .any, .repeated, .joined: "list of: " + value
    case .optional: value + ", or `true`"
    case .none, .one, .two: value
    }
  }

  /// Returns an empty text if every version has the option.
  private static func span(_ found: [Int], _ releases: [Catalogue]) -> String {
    guard found.count < releases.count, let first = found.first, let last = found.last else {
      return ""
    }
    let since = first > 0 ? "since \(releases[first].release.text)" : nil
    let until =
      last + 1 < releases.count ? "removed in \(releases[last + 1].release.text)" : nil
    return [since, until].compactMap { $0 }.joined(separator: ", ")
  }
}
