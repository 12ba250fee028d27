import Diagnostics
package import Host
package import Locks
package import Profiles
import Schema
import Text

/// All profiles that a user can name: those of the workspace, then those that come with amm.
package struct ProfileCatalog {
  /// The files of the profiles, sorted by ID and not read yet.
  package let files: [ProfileFile]
  /// The workspace's lock; nil if there is none.
  package let lock: ModelLock?

  /// Lists the files of a workspace and of the library without reading them.
  package init(_ folder: WorkspaceFolder) throws(HostError) {
    try self.init(WorkspaceLoader(folder))
  }

  /// Lists the files of a workspace that is already being read, and of the library.
  package init(_ loader: WorkspaceLoader) throws(HostError) {
    lock = loader.lock
    var files = loader.files
    let own = Set(files.map(\.id))
    files += try ProfileFolder.library(on: loader.folder.machine).files.filter {
      !own.contains($0.id)
    }
    self.files = files.sorted { $0.id < $1.id }
  }

  /// A profile with its file, for listings.
  package struct Entry: Sendable {
    /// The profile's file.
    package let file: ProfileFile
    /// The profile; nil if the file has errors.
    package let profile: Profile?
  }

  /// Reads all profiles.
  package func read() -> [Entry] {
    Parallel.map(count: files.count) { index in
      Entry(file: files[index], profile: files[index].read(lock).value)
    }
  }

  /// The files that a word names by an ID, or else by a file name, or else by a profile's name.
  package enum Match {
    case one(ProfileFile)
    case several([ProfileFile])
    /// No file, with a question that names similar ones; nil if there are none.
    case none(suggestion: String?)
  }

  /// Returns the file that a word names.
  ///
  /// - Parameters:
  ///   - kind: What could also have the name, for the message.
  ///   - help: What to do if nothing has a similar name.
  /// - Throws: An ``OperationError`` if the word names no file, or several.
  package func file(
    named word: String, as kind: String = "profile", help: String = "'amm list' lists the profiles"
  ) throws(OperationError) -> ProfileFile {
    switch find(word) {
    case .one(let file): return file
    case .several(let files):
      throw OperationError(
        .invalid, "'\(word)' could be \(Phrase.oneOf(files.map(\.id)))",
        help: "write the full path")
    case .none(let suggestion):
      let add =
        namesModel(word)
        ? "'amm add \(word.shellWord)' writes a profile for a model on the hub" : nil
      throw OperationError(
        .invalid, "there is no \(kind) '\(word)'",
        help: add.map { add in suggestion.map { "\(add); \($0)" } ?? add } ?? suggestion ?? help)
    }
  }

  /// Returns whether a word has the form of a model on the hub: its page, or `ORGANISATION/MODEL` if no
  /// profile is in such a folder.
  package func namesModel(_ word: String) -> Bool {
    if ["https://huggingface.co/", "hf.co/"].contains(where: word.hasPrefix) { return true }
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
      && !word.hasSuffix(".yaml") && !files.contains { $0.id.hasPrefix("\(parts[0])/") }
  }

  /// Finds the files that a word names; reads the profiles only if no file has this name.
  package func find(_ word: String) -> Match {
    let word = files.contains { $0.id == word } ? word : Self.id(word)
    for found in [files.filter { $0.id == word }, files.filter { $0.stem == word }] {
      if let match = Match(found) { return match }
    }
    let entries = read()
    let named = entries.filter { $0.profile?.name.value == word }.map(\.file)
    if let match = Match(named) { return match }
    let words = entries.flatMap {
      [$0.file.id, $0.file.stem] + [$0.profile?.name.value].compactMap { $0 }
    }
    let nearest = Suggestion.nearest(to: word, among: words).map { "did you mean '\($0)'?" }
    return .none(suggestion: nearest ?? Self.suggestion(for: word, among: entries))
  }

  /// Returns a question that names the profiles with a word in their path or name; nil if there are
  /// none.
  private static func suggestion(for word: String, among entries: [Entry]) -> String? {
    let last = word.split(separator: "/").last.map(String.init) ?? word
    for part in [word, last].map({ $0.lowercased() }) where part.utf8.count > 1 {
      let found = entries.filter { entry in
        [entry.file.id, entry.profile?.name.value ?? ""].contains { $0.lowercased().contains(part) }
      }.map { "'\($0.file.id)'" }
      guard !found.isEmpty else { continue }
      guard found.count > 5 else { return "did you mean \(Phrase.oneOf(found))?" }
      let rest = found.count - 5
      return "did you mean \(Phrase.oneOf(found.prefix(5)))? 'amm list' lists \(rest) more"
    }
    return nil
  }
}

extension ProfileCatalog {
  /// Returns the ID in a word that may also be the path of a profile's file.
  private static func id(_ word: String) -> String {
    guard word.hasSuffix(".yaml") else {
      let start = ["profiles/", "./profiles/"].first { word.hasPrefix($0) }
      return start.map { String(word.dropFirst($0.count)) } ?? word
    }
    var id = word.dropLast(5)
    if let folder = id.firstRange(of: "/profiles/") { return String(id[folder.upperBound...]) }
    if id.hasPrefix("./") { id = id.dropFirst(2) }
    return String(id.hasPrefix("profiles/") ? id.dropFirst(9) : id)
  }
}

extension ProfileCatalog.Match {
  /// - Returns: Nil if nothing was found.
  fileprivate init?(_ found: [ProfileFile]) {
    switch found.count {
    case 0: return nil
    case 1: self = .one(found[0])
    default: self = .several(found)
    }
  }
}
