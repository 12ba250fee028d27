import Diagnostics
import Profiles
import Schema

/// The profiles that a command lists.
package struct ProfileFilter: Sendable {
  private let category: String?
  private let runtime: String?
  private let tags: [String]

  /// Creates a filter for profiles of a category and a runtime, which have all of the tags.
  ///
  /// - Parameters:
  ///   - category: Nil for any.
  ///   - runtime: Nil for any.
  package init(category: String?, runtime: String?, tags: [String]) {
    self.category = category
    self.runtime = runtime
    self.tags = tags
  }

  /// Returns the profiles that it accepts.
  ///
  /// - Throws: An ``OperationError`` for a category, runtime or tag that no profile has, such as a
  ///   misspelt one.
  package func applied(
    to all: [ProfileCatalog.Entry]
  ) throws(OperationError) -> [ProfileCatalog.Entry] {
    try refuse("category", [category], all.map(\.category))
    try refuse("runtime", [runtime], all.compactMap { $0.profile?.runtime.value.name })
    try refuse("tag", tags, all.flatMap(\.tags))
    return all.filter { entry in
      (category == nil || entry.category == category)
        && (runtime == nil || entry.profile?.runtime.value.name == runtime)
        && tags.allSatisfy(entry.tags.contains)
    }
  }

  private func refuse(
    _ kind: String, _ words: [String?], _ known: [String]
  ) throws(OperationError) {
    let known = Set(known)
    guard !known.isEmpty, let word = words.compactMap({ $0 }).first(where: { !known.contains($0) })
    else { return }
    let names = known.sorted()
    throw OperationError(
      .invalid, "no profile has the \(kind) '\(word)'",
      help: Suggestion.help(
        for: word, among: names, otherwise: "the known ones are \(Phrase.allOf(names))"))
  }
}

extension ProfileCatalog.Entry {
  /// The category in the profile, else the first folder of its path.
  package var category: String {
    profile?.document.category?.value ?? file.id.split(separator: "/").first.map(String.init) ?? ""
  }

  fileprivate var tags: [String] { profile?.document.tags?.value.map(\.value) ?? [] }
}
