import Diagnostics
package import Host
package import Locks
package import Profiles
import Schema

/// Every profile a user can name: the workspace's, then those that come with amm.
package struct ProfileCatalog {
  /// Sorted by their ids; none has been read.
  package let files: [ProfileFile]
  /// What the workspace's lock says; nil where there is none.
  package let lock: ModelLock?

  /// Lists the files of a workspace and of the library; reads none.
  package init(_ folder: WorkspaceFolder) throws(HostError) {
    try self.init(WorkspaceLoader(folder))
  }

  /// The same of a workspace that is being read already.
  package init(_ loader: WorkspaceLoader) throws(HostError) {
    lock = loader.lock
    var files = loader.files
    let own = Set(files.map(\.id))
    files += try ProfileFolder.library(on: loader.folder.machine).files.filter {
      !own.contains($0.id)
    }
    self.files = files.sorted { $0.id < $1.id }
  }

  /// A profile with what listing needs of it.
  package struct Entry: Sendable {
    /// Where the profile lies.
    package let file: ProfileFile
    /// Nil when the file has errors.
    package let profile: Profile?
  }

  /// All profiles, read.
  package func read() -> [Entry] {
    Parallel.map(count: files.count) { index in
      Entry(file: files[index], profile: files[index].read(lock).value)
    }
  }

  /// What a word names: an id, else a file's stem, else a profile's name.
  package enum Match {
    case one(ProfileFile)
    case several([ProfileFile])
    case none(nearest: String?)
  }

  /// The one file that a word names.
  ///
  /// - Throws: An ``OperationError`` for a word that names none, or several.
  package func file(named word: String) throws(OperationError) -> ProfileFile {
    switch find(word) {
    case .one(let file): return file
    case .several(let files):
      throw OperationError(
        .invalid, "'\(word)' could be \(Phrase.oneOf(files.map(\.id)))",
        help: "write the whole path")
    case .none(let nearest):
      throw OperationError(
        .invalid, "there is no profile '\(word)'",
        help: nearest.map { "did you mean '\($0)'?" } ?? "'amm list' shows what there is")
    }
  }

  /// Looks for a word; files are read only where no file is called so.
  package func find(_ word: String) -> Match {
    let word = word.hasSuffix(".yaml") ? String(word.dropLast(5)) : word
    for found in [files.filter { $0.id == word }, files.filter { $0.stem == word }] {
      if let match = Match(found) { return match }
    }
    let entries = read()
    let named = entries.filter { $0.profile?.name.value == word }.map(\.file)
    if let match = Match(named) { return match }
    let words = entries.flatMap {
      [$0.file.id, $0.file.stem] + [$0.profile?.name.value].compactMap { $0 }
    }
    return .none(nearest: Suggestion.nearest(to: word, among: words))
  }
}

extension ProfileCatalog.Match {
  /// - Returns: Nil where nothing was found.
  fileprivate init?(_ found: [ProfileFile]) {
    switch found.count {
    case 0: return nil
    case 1: self = .one(found[0])
    default: self = .several(found)
    }
  }
}
