import Deployments
import Diagnostics
package import Host
package import Targets
import Text
import Values

/// The changes that writing files would make in a folder.
package struct OutputChanges {
  /// A file that would be created, changed or removed.
  package struct Change {
    /// The path below the output folder.
    package let path: String
    /// The current text; nil if the file does not exist.
    package let old: String?
    /// The new file; nil if the file would be removed.
    private let file: RenderedFile?
    /// The new text, which is rendered each time; nil if the file would be removed.
    package var new: String? { file?.text }
    /// Whether the file would be removed.
    package var isRemoved: Bool { file == nil }

    init(path: String, old: String?, new: RenderedFile?) {
      self.path = path
      self.old = old
      file = new
    }

    /// "created", "changed" or "removed".
    package var verb: String { old == nil ? "created" : isRemoved ? "removed" : "changed" }

    /// The difference, with the first line that differs.
    package var explanation: String {
      guard let old, let new else { return old == nil ? "is missing" : "should not exist" }
      // Count the lines that end before the first byte that differs.
      var line = 1
      for (mine, other) in zip(old.utf8, new.utf8) {
        if mine != other { break }
        if mine == 0x0A { line += 1 }
      }
      return "differs from line \(line) on"
    }
  }

  /// Files that are missing, different or no longer needed, sorted by path.
  package let changed: [Change]
  /// The number of files, including unchanged ones.
  package let total: Int

  /// The bytes that are read of a file; a longer file is cut off, and therefore differs.
  ///
  /// For ten thousand instances, amm writes about 20 MiB.
  package static let limit = 256 << 20

  /// - Parameters:
  ///   - folder: The output folder; nil if it does not exist yet.
  ///   - followsLinks: Whether a file may be a link that ``Folder/readFollowing(_:limit:)`` allows,
  ///     for example if home-manager installs it and amm only reads it.
  /// - Throws: If another link is in the place of a file: amm neither reads nor writes through it.
  package init(
    of files: [RenderedFile], in folder: Folder?, followingLinks followsLinks: Bool = false
  ) throws(HostError) {
    var changed: [Change] = []
    for file in files {
      if !followsLinks, let folder,
        folder.holds(parts: file.partCount, file.part, at: file.path)
      {
        continue
      }
      let bytes =
        followsLinks
        ? try folder?.readFollowing(file.path, limit: Self.limit)?.bytes
        : try folder?.read(file.path, limit: Self.limit)
      guard let bytes else {
        changed.append(Change(path: file.path, old: nil, new: file))
        continue
      }
      let new = file.text
      // Compare bytes: for Swift, two encodings of an accented letter are equal.
      if new.hasBytes(of: bytes) { continue }
      changed.append(
        Change(
          path: file.path, old: String(decoding: bytes, as: UTF8.self),
          new: RenderedFile(path: file.path, text: new)))
    }
    let wanted = Set(files.map(\.path))
    for entry in try Manifest(of: folder).entries where !wanted.contains(entry.path) {
      // The target of a link is not amm's file, even if the manifest lists it.
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
  /// Returns the files that were edited or removed since amm wrote them.
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
  /// Takes the lock of a place, and reports which process holds it while waiting.
  package convenience init(to place: OutputPlace, _ machine: Machine) throws(HostError) {
    try self.init(place, .made(in: place.parent, on: machine)) { holder in
      machine.tell(.waiting(holder: holder, folder: place.parent.path))
    }
  }

  /// Throws if there are files in the same places that amm did not write.
  func requireRoom(for files: [RenderedFile]) throws(HostError) {
    let foreign = try conflicts(with: files.map(\.path))
    guard foreign.isEmpty else {
      throw HostError(
        "write", path + "/" + Phrase.allOf(foreign),
        reason: "amm did not write what is there; move it away")
    }
  }

  /// Writes files and records their hashes, so that `amm status` can detect edits by hand.
  package func replace(
    with files: [RenderedFile], _ properties: [Manifest.Property: String] = [:]
  ) throws(HostError) {
    let files = files.map { (path: $0.path, text: $0.text) }
    try replace(with: files, properties, noting: { SHA256.digest(of: files[$0].text) })
  }
}
