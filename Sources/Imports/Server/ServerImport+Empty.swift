import Catalogues
import Diagnostics
import Profiles
import Schema
import Text

/// Arguments that are empty texts.
extension ServerImport {
  /// Whether a word is empty because of the file itself, and not for want of a variable.
  func isLeftEmpty(_ word: Located<String>) -> Bool {
    word.value.isEmpty
      && (server.hasAllValues
        ? !server.open.contains(word.range) : !server.referred.contains(word.range))
  }

  /// Returns words without those that are empty and no option's value, which all launchers refuse; the first
  /// is reported.
  mutating func withoutEmpty(
    _ words: [Located<String>], _ table: LauncherTable
  ) -> [Located<String>] {
    guard server.hasAllValues, words.contains(where: isLeftEmpty) else { return words }
    var kept: [Located<String>] = []
    // The number of values that the last option may still have; nil if any number.
    var values: Int?
    var isTold = false
    for word in words {
      let isLost = isLeftEmpty(word) && values.map { $0 <= 0 } ?? false
      if !isLost { kept.append(word) }
      if word.value.hasPrefix("-"), Double(word.value) == nil {
        let option = table.catalogue[runtime.spelling(of: word.value.prefix { $0 != "=" })]
        let isDone = option?.count == CatalogueOption.Count.none || word.value.contains("=")
        values = option.flatMap { isOfOne($0) ? isDone ? 0 : 1 : nil }
      } else if isLost {
        guard !isTold else { continue }
        isTold = true
        tell(
          ImportRules.value, word.range,
          "the command has an empty argument here, which the server refuses",
          help: "leave out the quotes: '${NAME:-}' without a value is then no argument")
      } else {
        values = values.map { $0 - 1 }
      }
    }
    return kept
  }

  /// Returns the places of empty words that are values of options, and that the launcher accepts or the file
  /// does not show.
  ///
  /// A number or word of a list that a variable leaves empty is reported.
  mutating func emptyValues(of words: [Located<String>], _ table: LauncherTable) -> Set<Int> {
    var places: Set<Int> = []
    for (index, word) in words.enumerated().dropFirst() where word.value.isEmpty {
      let name = words[index - 1].value
      guard name.hasPrefix("-"), let option = table.catalogue[runtime.spelling(of: name[...])],
        isOfOne(option), option.count != CatalogueOption.Count.none
      else { continue }
      let isText = option.kind == .text && option.choices.isEmpty
      let isReferred = server.referred.contains(word.range)
      if isText || isReferred { places.insert(index) }
      guard !isText, isReferred, isLeftEmpty(word) else { continue }
      tell(
        ImportRules.value, word.range,
        "'\(name)' has an empty value, because nothing sets the variable after it",
        help: "write a default: '${NAME:-VALUE}'")
    }
    return places
  }

  private func isOfOne(_ option: CatalogueOption) -> Bool {
    [CatalogueOption.Count.none, .one, .joined, .repeated, .optional].contains(option.count)
  }
}
