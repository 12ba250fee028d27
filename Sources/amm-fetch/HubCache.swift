import Host
import Locks
import Text

/// A folder of the hub's cache as its own programs keep it, so that each finds what another fetched
/// (huggingface_hub 1.0, file_download.py: `models--ORG--NAME/{blobs,refs,snapshots}`).
///
/// Servers in containers write there, too: no link in it is followed.
struct HubCache {
  private let folder: Folder
  private let blobs: Folder
  private let snapshot: String

  /// The place of a model at a commit, which is made where it is missing.
  init(_ root: String, _ id: String, _ commit: String) throws(HostError) {
    try FolderCreator.makeAll(root)
    guard let cache = try Folder.open(root) else {
      throw HostError("open the folder", root, reason: "it is gone")
    }
    folder = try cache.makeFolder(ModelName.cacheFolder(of: id))
    blobs = try folder.makeFolder("blobs")
    snapshot = "snapshots/" + commit
    _ = try folder.makeFolder(snapshot)
  }

  /// The place of a model at a commit, to look at; nil where it has none.
  init?(existing root: String, _ id: String, _ commit: String) throws(HostError) {
    guard let folder = try Folder.open(root)?.folder(ModelName.cacheFolder(of: id)) else {
      return nil
    }
    guard let blobs = try folder.folder("blobs") else { return nil }
    self.folder = folder
    self.blobs = blobs
    snapshot = "snapshots/" + commit
  }

  /// Whether a file is there with the size that it should have.
  func has(_ file: LockedFile) throws(HostError) -> Bool {
    guard let blob = try blobName(of: file) else {
      return try folder.size(of: snapshot + "/" + file.path) == file.size
    }
    return try blobs.size(of: blob) == file.size
  }

  /// The name of the blob that a snapshot's file leads to; nil for a file that is no link.
  private func blobName(of file: LockedFile) throws(HostError) -> String? {
    guard try folder.kind(of: snapshot + "/" + file.path) == .link,
      let target = try folder.destination(of: snapshot + "/" + file.path),
      target.hasPrefix(Self.up(from: file.path) + "blobs/")
    else { return nil }
    let blob = target.split(separator: "/").last.map(String.init) ?? ""
    return blob.utf8.allSatisfy(\.isNameByte) ? blob : nil
  }

  /// The file that grows until a blob is whole; huggingface_hub goes on with it, too.
  func partial(_ blob: String) throws(HostError) -> PartialFile {
    try PartialFile(blob + ".incomplete", in: blobs)
  }

  /// Makes a snapshot's file lead to a blob that is there.
  func link(_ file: LockedFile, to blob: String) throws(HostError) {
    let path = snapshot + "/" + file.path
    if let slash = path.lastIndex(of: "/") { _ = try folder.makeFolder(String(path[..<slash])) }
    try folder.replaceLink(
      path, with: Self.up(from: file.path) + "blobs/" + blob, OwnMark("fetch"))
  }

  /// Whether a blob of a size is there.
  func hasBlob(_ blob: String, size: Int) throws(HostError) -> Bool {
    try blobs.size(of: blob) == size
  }

  /// Notes which commit a branch or tag means.
  func note(_ revision: String, is commit: String) throws(HostError) {
    let path = "refs/" + revision
    if let slash = path.lastIndex(of: "/") { _ = try folder.makeFolder(String(path[..<slash])) }
    try folder.write(commit, to: path, OwnMark("fetch"))
  }

  /// Hands on a file's bytes.
  ///
  /// - Returns: Whether it is there.
  func stream(
    _ file: LockedFile, to take: (UnsafeRawBufferPointer) -> Void
  ) throws(HostError) -> Bool {
    guard let blob = try blobName(of: file) else {
      return unsafe try folder.stream(snapshot + "/" + file.path, to: take)
    }
    return unsafe try blobs.stream(blob, to: take)
  }

  /// The way from a snapshot's file to the folder of the model.
  private static func up(from path: String) -> String {
    String(repeating: "../", count: 2 + path.split(separator: "/").count - 1)
  }
}

extension UInt8 {
  fileprivate var isNameByte: Bool {
    isASCIIAlphanumeric || self == 0x2D || self == 0x5F || self == 0x2E
  }
}
