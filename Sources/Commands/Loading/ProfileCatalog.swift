import Diagnostics
import Host
import Profiles
import Schema

/// Every profile a user can name: the workspace's, then those that come with amm.
struct ProfileCatalog {
  /// A profile with what listing and finding need of it.
  struct Entry: Sendable {
    let file: ProfileFile
    /// Nil when the file has errors.
    let profile: Profile?
  }

  let entries: [Entry]

  init(_ folder: WorkspaceFolder) throws(HostError) {
    var files = try WorkspaceLoader(folder).files
    let own = Set(files.map(\.id))
    files += try ProfileFolder.library().files.filter { !own.contains($0.id) }
    let all = files.sorted { $0.id < $1.id }
    entries = Parallel.map(count: all.count) { index in
      Entry(file: all[index], profile: all[index].read().value)
    }
  }

  /// What a word names: an id, else a file's stem, else a profile's name.
  enum Match {
    case one(Entry)
    case several([Entry])
    case none(nearest: String?)
  }

  func find(_ word: String) -> Match {
    let word = word.hasSuffix(".yaml") ? String(word.dropLast(5)) : word
    let searches: [(Entry) -> Bool] = [
      { $0.file.id == word }, { $0.file.stem == word }, { $0.profile?.name.value == word },
    ]
    for search in searches {
      let found = entries.filter(search)
      if found.count > 1 { return .several(found) }
      if let only = found.first { return .one(only) }
    }
    let words = entries.flatMap {
      [$0.file.id, $0.file.stem] + [$0.profile?.name.value].compactMap { $0 }
    }
    return .none(nearest: Suggestion.nearest(to: word, among: words))
  }
}
