#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The content of a file, which may have been read through a link.
package struct FileContent: Sendable {
  /// The entire content.
  package let bytes: [UInt8]
  /// Whether it may be quoted.
  ///
  /// False if a link leads out to a file that only the user may read.
  package let isQuotable: Bool

  package init(bytes: [UInt8], isQuotable: Bool) {
    self.bytes = bytes
    self.isQuotable = isQuotable
  }
}

/// Reading through links.
///
/// A link is allowed if it points to a file in the folder, or to one that only root and this user
/// can change, because the user put it there, as home-manager, GNU stow and the Nix store do. All
/// other links are refused.
extension Folder {
  /// Returns the bytes of a regular file, following an allowed link; nil if there is none.
  ///
  /// - Throws: If the link is not allowed, and for the reasons of ``read(_:limit:)``.
  package func readFollowing(
    _ relative: String, limit: Int
  ) throws(HostError) -> FileContent? {
    var file = open(relative, O_RDONLY | O_NONBLOCK)
    var isQuotable = true
    if file < 0, errno == ELOOP {
      guard let target = try follow(relative, "read", to: .file) else { return nil }
      isQuotable = target.isQuotable
      file = try target.open(O_RDONLY | O_NONBLOCK, from: self, relative, "read")
    }
    guard file >= 0 else {
      let error = HostError.last("read", shown(relative))
      if error.isMissing { return nil }
      throw error
    }
    defer { close(file) }
    return FileContent(
      bytes: try Files.content(of: file, shown(relative), limit: limit), isQuotable: isQuotable)
  }

  /// Returns a folder below, following an allowed link; nil if there is none.
  package func folderFollowing(_ relative: String) throws(HostError) -> Folder? {
    guard firstLink(on: relative) != nil else { return try folder(relative) }
    guard let target = try follow(relative, "open the folder", to: .folder) else { return nil }
    return Folder(
      try target.open(O_RDONLY | O_DIRECTORY, from: self, relative, "open the folder"),
      path: shown(relative))
  }

  /// Returns the folder in the Nix store that a link points to, whose content never changes; nil if
  /// there is no such link.
  package func storedFolder(_ relative: String) throws(HostError) -> Folder? {
    guard firstLink(on: relative) != nil,
      Files.canonical(shown(relative))?.isBelow("/nix/store") == true
    else { return nil }
    return try folderFollowing(relative)
  }

  /// The target of a link.
  private struct Target {
    let status: stat
    let isQuotable: Bool

    /// Opens the target and checks that it is still the same file.
    func open(
      _ flags: Int32, from folder: Folder, _ relative: String, _ action: String
    ) throws(HostError) -> Int32 {
      let file = unsafe openat(folder.handle, relative, flags | O_CLOEXEC | O_NOCTTY)
      guard file >= 0 else { throw .last(action, folder.shown(relative)) }
      var now = stat()
      if unsafe fstat(file, &now) == 0, now.isSameFile(as: status) { return file }
      close(file)
      throw HostError(
        action, folder.shown(relative),
        reason: "another process changed the link while amm followed it")
    }
  }

  private func follow(
    _ relative: String, _ action: String, to kind: Files.Kind
  ) throws(HostError) -> Target? {
    var status = stat()
    guard unsafe fstatat(handle, relative, &status, 0) == 0 else {
      let error = HostError.last(action, shown(relative))
      if error.isMissing { return nil }
      throw error
    }
    guard Files.Kind(status.st_mode) == kind else {
      throw HostError(
        action, shown(relative),
        reason: kind == .file ? "it is not a regular file" : "it is not a folder")
    }
    guard let target = Files.canonical(shown(relative)) else { return nil }
    if let root = Files.canonical(path), target.isBelow(root), Files.isSame(target, as: status) {
      return Target(status: status, isQuotable: true)
    }
    guard let objection = objection(to: target, status, named: relative) else {
      return Target(status: status, isQuotable: !isPrivate(target, status))
    }
    throw HostError(
      action, shown(relative),
      reason: "it is a link to '\(target)', which is outside '\(path)' and \(objection)")
  }

  /// Returns whether other users may not read a link's target, because of its own permissions or
  /// those of a folder that contains it.
  ///
  /// Folders from the home folder upwards do not count, because the home folder itself may be
  /// closed.
  private func isPrivate(_ target: String, _ status: stat) -> Bool {
    if status.st_mode & 0o004 == 0 { return status.st_mode & S_IFMT == S_IFREG }
    let home = Terminal.variable("HOME").flatMap(Files.canonical) ?? "/"
    var folder = target
    while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      folder = String(folder[..<slash])
      if folder == home { return false }
      if let mode = Files.permissions(of: folder), mode & 0o001 == 0 { return true }
    }
    return false
  }

  /// Returns the reason why a link may not point out to a place; nil if it may.
  private func objection(to target: String, _ status: stat, named link: String) -> String? {
    if target.isBelow("/nix/store") { return nil }
    guard status.isOwn else { return "belongs to another user" }
    var parent = stat()
    let folder = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? ""
    let isParentKept =
      unsafe stat(folder.isEmpty ? "/" : folder, &parent) == 0
      && (parent.isKept || parent.st_mode & mode_t(S_ISVTX) != 0)
    guard status.isKept, isParentKept else { return "can be changed by others" }
    if status.st_mode & S_IFMT == S_IFREG, target.fileEnding != link.fileEnding {
      return "does not end with '\(link.fileEnding)'"
    }
    return nil
  }

  /// Returns the reason why the folder cannot be trusted to be the user's own; nil if it can.
  ///
  /// - Parameter other: Another user whose folders count as this user's: the one who called sudo.
  package func foreignness(or other: Int?) -> String? {
    var status = stat()
    guard unsafe fstat(handle, &status) == 0 else { return "cannot be inspected" }
    guard status.isOwn || other == Int(status.st_uid) else {
      return "belongs to the user with ID \(status.st_uid)"
    }
    return status.isKept ? nil : "can be changed by other users"
  }
}

extension stat {
  /// Whether it belongs to root or this user.
  fileprivate var isOwn: Bool { st_uid == 0 || st_uid == getuid() }

  /// Whether only its owner can write it.
  ///
  /// A group with the user's own number counts as private, by the convention of pam_umask's
  /// 'usergroups'.
  fileprivate var isKept: Bool {
    let isGroupPrivate = st_gid == st_uid
    return st_mode & 0o002 == 0 && (st_mode & 0o020 == 0 || isGroupPrivate)
  }

  fileprivate func isSameFile(as other: stat) -> Bool {
    st_dev == other.st_dev && st_ino == other.st_ino
  }
}

extension Files {
  fileprivate static func isSame(_ path: String, as status: stat) -> Bool {
    var other = stat()
    return unsafe lstat(path, &other) == 0 && other.isSameFile(as: status)
  }
}

extension String {
  fileprivate func isBelow(_ folder: String) -> Bool {
    utf8.starts(with: (folder == "/" ? "/" : folder + "/").utf8)
  }

  /// The suffix of a file name, such as `.yaml` in `profiles/x.yaml`; empty if there is none.
  fileprivate var fileEnding: String {
    let name = split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
  }
}
