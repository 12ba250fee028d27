import Diagnostics
import Host
import Workspaces

/// What a switch is about to do, on the disk before it is done: a link and `generated/` cannot be
/// replaced in one system call, so whoever comes after a crash completes what is written here.
struct SwitchJournal {
  let instance: String
  /// Where the link led; nil when there was none.
  let old: String?
  let new: String

  private static func path(in folder: WorkspaceFolder) -> String { folder.file(".amm-switch") }

  func write(in folder: WorkspaceFolder) throws(HostError) {
    try Links.write("\(instance)\n\(old ?? "")\n\(new)\n", to: Self.path(in: folder))
  }

  static func remove(in folder: WorkspaceFolder) throws(HostError) {
    try Links.remove(path(in: folder))
  }

  /// - Throws: Where what stands there is no journal that this release knows: it may be another's, who
  ///   knows what is half-done, or somebody's own file.
  private static func read(in folder: WorkspaceFolder) throws(HostError) -> SwitchJournal? {
    let path = path(in: folder)
    guard let bytes = try Files.read(path, limit: 1 << 16) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 3, UnitFileName.isLegal(lines[0]), !lines[2].isEmpty else {
      throw HostError(
        "complete the switch in", path,
        reason: "it is none that this amm knows: let the amm that wrote it complete it, or remove "
          + "the file, see what 'amm status' says, and run 'amm generate'")
    }
    return SwitchJournal(
      instance: lines[0], old: lines[1].isEmpty ? nil : lines[1], new: lines[2])
  }

  /// Completes a switch that was interrupted, or undoes it where it can no longer be completed.
  ///
  /// Called before a workspace is looked at; costs one system call where there is nothing to do.
  ///
  /// - Parameter isLocked: Whether the caller has the lock of `active/` already.
  static func recover(_ folder: WorkspaceFolder, isLocked: Bool = false) throws(HostError) {
    guard try Files.kind(of: path(in: folder)) != nil else { return }
    let lock = isLocked ? nil : try FolderLock(folder.file("active")) { _ in }
    defer { withExtendedLifetime(lock) {} }
    // Who had the lock may have completed it.
    guard let journal = try read(in: folder) else { return try remove(in: folder) }
    let link = folder.file("active/\(journal.instance).yaml")
    try Links.replace(link, with: journal.new)
    if let plan = try WorkspaceLoader(recovering: folder).load().value?.plan() {
      try plan.write(to: folder.file("generated"))
      Console.say("amm: completed an interrupted switch of '\(journal.instance)'")
    } else {
      if let old = journal.old {
        try Links.replace(link, with: old)
      } else {
        try Links.remove(link)
      }
      if let plan = try WorkspaceLoader(recovering: folder).load().value?.plan() {
        try plan.write(to: folder.file("generated"))
      }
      Console.say("amm: undid an interrupted switch of '\(journal.instance)'")
    }
    try remove(in: folder)
  }
}

/// What may stand as an instance's name in a journal that anybody could have written.
private enum UnitFileName {
  static func isLegal(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count < 64
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
      }
  }
}
