package import Diagnostics
package import Host
package import Locks
package import Profiles
import Workspaces
import YAML

/// A profile's file, which is not read yet.
package struct ProfileFile: Sendable {
  /// The ID, such as `coding/deepseek-coder`.
  package let id: String
  /// The path as the user sees it.
  package let path: String
  /// Whether it comes with amm and is not in the workspace.
  package let isFromLibrary: Bool
  /// The folder that it was found in, and its path there; nil for a path that the user typed.
  private let place: (folder: Folder, relative: String)?
  /// The content that replaces the file's, such as an editor's; nil to read the file.
  private let given: FileContent?
  /// Whether its folder lists it as a regular file, so that it certainly exists.
  let isListed: Bool

  /// - Parameter content: The content to use instead of the file's.
  package init(typed path: String, content: [UInt8]? = nil) {
    id = path
    self.path = path
    isFromLibrary = false
    place = nil
    given = content.map { FileContent(bytes: $0, isQuotable: true) }
    isListed = false
  }

  /// Creates a file of an open folder without reading it.
  ///
  /// - Parameter isListed: Whether the folder lists it as a regular file.
  package init(
    id: String, in folder: Folder, _ relative: String, isFromLibrary: Bool, isListed: Bool = false
  ) {
    self.id = id
    path = folder.shown(relative)
    self.isFromLibrary = isFromLibrary
    place = (folder, relative)
    given = nil
    self.isListed = isListed
  }

  /// The path below the workspace, where a file of the library is copied to.
  ///
  /// A folder `profiles/custom/` has files with the same IDs as `custom/`.
  package var pathInWorkspace: String {
    let isCustom = id.hasPrefix("custom/") && place.map { $0.relative != id + ".yaml" } ?? true
    return (isCustom ? "" : "profiles/") + id + ".yaml"
  }

  /// The last part of its ID.
  package var stem: String { id.split(separator: "/").last.map(String.init) ?? id }

  /// Reads the file's content; nil if it no longer exists.
  package func content(limit: Int) throws(HostError) -> FileContent? {
    if let given { return given }
    if let place { return try place.folder.readFollowing(place.relative, limit: limit) }
    return try Files.read(path, limit: limit).map { FileContent(bytes: $0, isQuotable: true) }
  }

  /// Returns the file with fixes, without writing it; nil if it cannot be read.
  package func mended(on machine: Machine) throws(HostError) -> MendedProfile? {
    source.map { MendedProfile($0) }
  }

  /// The file as a source of diagnostics; nil if it cannot be read.
  package var source: SourceFile? {
    SourceFile.read(path) { (limit) throws(HostError) in try content(limit: limit) }.value
  }

  /// Replaces the file with a fixed text, completely or not at all.
  ///
  /// - Throws: If the file is a link, or has changed since it was read.
  package func replace(with mended: MendedProfile, on machine: Machine) throws {
    let now = try content(limit: Composer.Limits.bytes)
    guard now?.bytes == mended.before.bytes else {
      throw OperationError(
        .invalid, "'\(path)' has changed since it was read", help: "run the command again")
    }
    let (folder, relative) = try place ?? typedPlace()
    try folder.write(mended.text, to: relative, .made(in: folder, on: machine))
  }

  /// Returns the folder of a path that the user typed, and the file's name in it.
  private func typedPlace() throws -> (folder: Folder, relative: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let name = String(parts.last ?? "")
    let above = parts.dropLast().joined(separator: "/")
    guard
      let folder = try Folder.open(above.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : above)
    else {
      throw OperationError(
        .invalid, "the folder of '\(path)' does not exist", help: "check the path")
    }
    return (folder, name)
  }

  /// Reads and checks the file.
  ///
  /// - Parameter lock: The workspace's lock; nil if there is none.
  package func read(_ lock: ModelLock? = nil) -> Outcome<Profile> {
    SourceFile.read(path) { (limit) throws(HostError) in try content(limit: limit) }
      .then { Profile.read($0, lock: lock, known: LocalModel.known) }
  }
}

/// The profiles in a folder and its subfolders.
package struct ProfileFolder {
  /// The profiles' files, ordered by path.
  package private(set) var files: [ProfileFile] = []
  /// Problems of the folder itself: names and kinds of files.
  package private(set) var diagnostics: [Diagnostic] = []
  private let isLibrary: Bool

  /// - Parameters:
  ///   - root: The folder; nil if there is none.
  ///   - prefix: The prefix of the IDs: empty, or `custom`.
  package init(_ root: Folder?, prefix: String = "", isLibrary: Bool = false) throws(HostError) {
    self.isLibrary = isLibrary
    if let root { try add(root, in: root, "", prefix, depth: 0) }
  }

  /// Returns the profiles that come with amm; none if they cannot be found.
  package static func library(on machine: Machine) throws(HostError) -> ProfileFolder {
    guard let path = WorkspaceFolder.library(on: machine) else { return try ProfileFolder(nil) }
    return try ProfileFolder(Folder.open(path), isLibrary: true)
  }

  private mutating func add(
    _ folder: Folder, in root: Folder, _ below: String, _ prefix: String, depth: Int
  ) throws(HostError) {
    let start = below.isEmpty ? "" : below + "/"
    let idStart = prefix.isEmpty ? "" : prefix + "/"
    for entry in try folder.entries() where entry.name.utf8.first != UInt8(ascii: ".") {
      let name = entry.name
      let isFolder = entry.kind == .folder
      let isProfile = !isFolder && name.hasSuffix(".yaml")
      if !isFolder, name.hasSuffix(".yml") {
        diagnostics.append(
          Diagnostic(
            FileRules.wrongEnding, at: SourceLocation(path: folder.shown(name)),
            "amm does not read this file", help: ["rename it to end with '.yaml'"]))
      }
      guard isFolder || isProfile else { continue }
      guard name.utf8.allSatisfy({ $0.isFileNameByte }), !Secrets.looksSecret(name), depth < 8
      else {
        diagnostics.append(
          Diagnostic(
            FileRules.fileName, at: SourceLocation(path: folder.shown(name)),
            "this name is not valid for a profile",
            help: ["use letters, digits, '.', '-' and '_', and at most eight folders"]))
        continue
      }
      if isFolder {
        guard let inner = try folder.folder(name) else { continue }
        try add(inner, in: root, start + name, idStart + name, depth: depth + 1)
      } else {
        let id = idStart + String(Substring(name.utf8.dropLast(".yaml".utf8.count)))
        files.append(
          ProfileFile(
            id: id, in: root, start + name, isFromLibrary: isLibrary,
            isListed: entry.kind == .file))
      }
    }
  }
}

extension UInt8 {
  fileprivate var isFileNameByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
}

extension ProfileFile {
  /// Copies a profile of the library into a workspace; the caller checks that the file does not
  /// exist.
  package func copy(into folder: WorkspaceFolder) throws(HostError) {
    guard let content = try content(limit: Composer.Limits.bytes) else { return }
    let target = "profiles/\(id).yaml"
    let comment = SchemaFile.profile.comment(at: target)
    try folder.write(comment + String(decoding: content.bytes, as: UTF8.self), to: target)
  }
}
