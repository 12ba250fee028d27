import Host
import Locks
import Text

/// A model's folder in a hub cache, in the layout of the hub's own programs, so that downloads are
/// shared (huggingface_hub 1.0, file_download.py: `models--ORG--NAME/{blobs,refs,snapshots}`).
///
/// Links in it are not followed, because servers in containers also write there.
struct HubCache {
  private let folder: Folder
  private let blobs: Folder
  private let snapshot: String

  /// Opens the folder of a model at a commit, and creates it if it is missing.
  init(_ root: String, _ id: String, _ commit: String) throws(HostError) {
    try FolderCreator.makeAll(root)
    guard let cache = try Folder.open(root) else {
      throw HostError("open the folder", root, reason: "it no longer exists")
    }
    folder = try cache.makeFolder(ModelName.cacheFolder(of: id))
    blobs = try folder.makeFolder("blobs")
    snapshot = "snapshots/" + commit
    _ = try folder.makeFolder(snapshot)
  }

  /// Opens the existing folder of a model at a commit; nil if it does not exist.
  init?(existing root: String, _ id: String, _ commit: String) throws(HostError) {
    guard let folder = try Folder.open(root)?.folder(ModelName.cacheFolder(of: id)) else {
      return nil
    }
    guard let blobs = try folder.folder("blobs") else { return nil }
    self.folder = folder
    self.blobs = blobs
    snapshot = "snapshots/" + commit
  }

  /// Checks whether a file exists with the expected size.
  func has(_ file: LockedFile) throws(HostError) -> Bool {
    guard let blob = try blobName(of: file) else {
      return try folder.size(of: snapshot + "/" + file.path) == file.size
    }
    return try blobs.size(of: blob) == file.size
  }

  /// Returns the name of the blob that a snapshot's file links to; nil for a file that is not a
  /// link.
  private func blobName(of file: LockedFile) throws(HostError) -> String? {
    guard try folder.kind(of: snapshot + "/" + file.path) == .link,
      let target = try folder.destination(of: snapshot + "/" + file.path),
      target.hasPrefix(Self.up(from: file.path) + "blobs/")
    else { return nil }
    let blob = target.split(separator: "/").last.map(String.init) ?? ""
    return blob.utf8.allSatisfy(\.isNameByte) ? blob : nil
  }

  /// Returns the file of an incomplete blob; huggingface_hub can also resume it.
  func partial(_ blob: String) throws(HostError) -> PartialFile {
    try PartialFile(blob + ".incomplete", in: blobs)
  }

  /// Links a snapshot's file to an existing blob.
  func link(_ file: LockedFile, to blob: String) throws(HostError) {
    let path = snapshot + "/" + file.path
    if let slash = path.lastIndex(of: "/") { _ = try folder.makeFolder(String(path[..<slash])) }
    try folder.replaceLink(
      path, with: Self.up(from: file.path) + "blobs/" + blob, OwnMark("fetch"))
  }

  /// Checks whether a blob exists with the given size.
  func hasBlob(_ blob: String, size: Int) throws(HostError) -> Bool {
    try blobs.size(of: blob) == size
  }

  /// Records the commit of a branch or tag.
  func note(_ revision: String, is commit: String) throws(HostError) {
    let path = "refs/" + revision
    if let slash = path.lastIndex(of: "/") { _ = try folder.makeFolder(String(path[..<slash])) }
    try folder.write(commit, to: path, OwnMark("fetch"))
  }

  /// Streams a file's bytes.
  ///
  /// - Returns: Whether the file exists.
  func stream(
    _ file: LockedFile, to take: (UnsafeRawBufferPointer) -> Void
  ) throws(HostError) -> Bool {
    guard let blob = try blobName(of: file) else {
      return unsafe try folder.stream(snapshot + "/" + file.path, to: take)
    }
    return unsafe try blobs.stream(blob, to: take)
  }

  /// Returns the relative path from a snapshot's file to the folder of the model.
  private static func up(from path: String) -> String {
    String(repeating: "../", count: 2 + path.split(separator: "/").count - 1)
  }
}

extension UInt8 {
  fileprivate var isNameByte: Bool {
    isASCIIAlphanumeric || self == 0x2D || self == 0x5F || self == 0x2E
  }
}
