import Deployments
import Diagnostics
package import Host
package import Targets
import Text
import Values

/// What writing files would change in a folder.
package struct OutputChanges {
  /// A file that would be written otherwise than it is.
  package struct Change {
    /// Below the output folder.
    package let path: String
    /// What stands there; nil where nothing does.
    package let old: String?
    /// What would stand there; nil where nothing would.
    package let new: String?

    /// "created", "changed" or "removed".
    package var verb: String { old == nil ? "created" : new == nil ? "removed" : "changed" }

    /// Which way it differs, and where first.
    package var explanation: String {
      guard let old, let new else { return old == nil ? "is missing" : "should not be there" }
      // The lines that end before the first byte that differs.
      var line = 1
      for (mine, other) in zip(old.utf8, new.utf8) {
        if mine != other { break }
        if mine == 0x0A { line += 1 }
      }
      return "differs from line \(line) on"
    }
  }

  /// Files that are missing, different or no longer wanted, sorted by path.
  package let changed: [Change]
  /// How many files there are with those that stay.
  package let total: Int

  /// Bytes of a file that are read; a longer one is cut, and so differs.
  ///
  /// Of ten thousand instances, amm writes some 20 MiB.
  package static let limit = 256 << 20

  /// - Parameters:
  ///   - folder: The one that is written; nil where it is not there yet.
  ///   - followsLinks: Whether a file may be a link that ``Folder/readFollowing(_:limit:)`` allows, as
  ///     where home-manager installs it and amm only looks.
  /// - Throws: Where another link stands in the place of a file: amm reads none there, and writes none.
  package init(
    of files: [RenderedFile], in folder: Folder?, followingLinks followsLinks: Bool = false
  ) throws(HostError) {
    var changed: [Change] = []
    for file in files {
      let bytes =
        followsLinks
        ? try folder?.readFollowing(file.path, limit: Self.limit)?.bytes
        : try folder?.read(file.path, limit: Self.limit)
      // By bytes: Swift takes two spellings of one accent for the same text.
      if let bytes, file.text.hasBytes(of: bytes) { continue }
      let old = bytes.map { String(decoding: $0, as: UTF8.self) }
      changed.append(Change(path: file.path, old: old, new: file.text))
    }
    let wanted = Set(files.map(\.path))
    for entry in try Manifest(of: folder).entries where !wanted.contains(entry.path) {
      // What a link leads to is not amm's, whatever the list says.
      guard let folder, folder.firstLink(on: entry.path) == nil,
        let old = try folder.read(entry.path, limit: Self.limit)
      else { continue }
      changed.append(
        Change(path: entry.path, old: String(decoding: old, as: UTF8.self), new: nil))
    }
    self.changed = changed.sorted { $0.path < $1.path }
    total = files.count
  }
}

extension Manifest {
  /// The files that are not as amm wrote them, or are gone.
  package func edited(in folder: Folder?) throws(HostError) -> Set<String> {
    var edited: Set<String> = []
    for entry in entries {
      guard let note = entry.note, folder?.firstLink(on: entry.path) == nil else { continue }
      let bytes = try folder?.read(entry.path, limit: OutputChanges.limit)
      let hash = bytes.map { SHA256.digest(of: String(decoding: $0, as: UTF8.self)) }
      if hash != note { edited.insert(entry.path) }
    }
    return edited
  }
}

extension FolderWriter {
  /// Takes the lock of a place, saying who has it meanwhile.
  package convenience init(to place: OutputPlace, _ machine: Machine) throws(HostError) {
    try self.init(place, .made(in: place.parent, on: machine)) { holder in
      machine.tell(.waiting(holder: holder, folder: place.parent.path))
    }
  }

  /// Refuses to write over what somebody else put there.
  func requireRoom(for files: [RenderedFile]) throws(HostError) {
    let foreign = try conflicts(with: files.map(\.path))
    guard foreign.isEmpty else {
      throw HostError(
        "write", path + "/" + Phrase.allOf(foreign),
        reason: "amm did not write what stands there; move it away")
    }
  }

  /// Writes files, and notes their hashes: so `amm status` can tell one that was edited by hand.
  package func replace(
    with files: [RenderedFile], _ properties: [Manifest.Property: String] = [:]
  ) throws(HostError) {
    try replace(
      with: files.map { ($0.path, Array($0.text.utf8)) }, properties,
      noting: { SHA256.digest(of: files[$0].text) })
  }
}
