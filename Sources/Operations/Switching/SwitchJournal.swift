import Diagnostics
package import Host
import Text
import Values
import Workspaces

/// What a switch is about to do, on the disk before it is done: a link and `generated/` cannot be
/// replaced in one system call, so whoever comes after a crash completes what is written here.
///
/// It carries a seal that only this user's amm on this machine can make: what comes with a cloned
/// workspace is no switch that anybody here began.
package struct SwitchJournal {
  /// The instance that is switched.
  package let instance: String
  /// Where the link led; nil when there was none.
  package let old: String?
  /// What the link points to once the switch is made.
  package let new: String

  /// Its file's name in the workspace.
  package static let name = ".amm-switch"

  /// What stands there.
  package enum Found {
    case own(SwitchJournal)
    /// One that this user's amm did not write, or nobody's; with what there is to say of it.
    case foreign(String)
  }

  /// Writes the journal, before anything is changed; throws where the folder refuses.
  package func write(in folder: WorkspaceFolder) throws(HostError) {
    let state = try StateFolder(folder.machine)
    // One switch at a time is half done: an old journal that comes back is none.
    let id = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    try state.write(id, to: Self.note(for: folder))
    let seal = try state.madeSeal(
      "switch", Self.place(of: folder), instance, old ?? "", new, id)
    try folder.write("\(instance)\n\(old ?? "")\n\(new)\n\(seal)\n", to: Self.name)
  }

  /// Where the state folder says which switch of a workspace is half done.
  private static func note(for folder: WorkspaceFolder) -> String {
    "switching/" + SHA256.digest(of: place(of: folder)).prefix(32)
  }

  private static func place(of folder: WorkspaceFolder) -> String {
    Files.canonical(folder.path) ?? folder.path
  }

  /// Removes the journal, once everything is done; throws where the folder refuses.
  package static func remove(in folder: WorkspaceFolder) throws(HostError) {
    try folder.remove(name)
    try? StateFolder(folder.machine).remove(note(for: folder))
  }

  /// Looks for a switch that is half done; costs one system call where there is none.
  package static func find(in folder: WorkspaceFolder) throws(HostError) -> Found? {
    guard let kind = try folder.kind(of: name) else { return nil }
    guard kind == .file else { return .foreign("it is no file") }
    guard let (journal, seal) = try parsed(in: folder) else {
      return .foreign("it tells of no switch that this amm understands")
    }
    let state = try? StateFolder(folder.machine)
    let id = ((try? state?.read(note(for: folder), limit: 64)) ?? nil) ?? []
    let own = try? state?.seal(
      "switch", place(of: folder), journal.instance, journal.old ?? "", journal.new,
      String(decoding: id, as: UTF8.self))
    return seal != nil && own == seal
      ? .own(journal)
      : .foreign("it tells of a switch of '\(journal.instance)' to '\(journal.new)'")
  }

  /// One that another amm wrote, where it says what this one understands.
  package static func adopted(in folder: WorkspaceFolder) throws(HostError) -> SwitchJournal? {
    try parsed(in: folder)?.journal
  }

  private static func parsed(
    in folder: WorkspaceFolder
  ) throws(HostError) -> (journal: SwitchJournal, seal: String?)? {
    guard let bytes = try folder.writable.read(name, limit: 1 << 16) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 3, lines[0].isInstanceName, lines[2].isProfileLink,
      lines[1].isEmpty || lines[1].isProfileLink
    else { return nil }
    let journal = SwitchJournal(
      instance: lines[0], old: lines[1].isEmpty ? nil : lines[1], new: lines[2])
    return (journal, lines.count > 3 && !lines[3].isEmpty ? lines[3] : nil)
  }

  /// Completes a switch that was interrupted, or undoes it where it can no longer be completed.
  ///
  /// - Parameter isLocked: Whether the caller has the lock of `active/` already.
  /// - Returns: What was done; nil where somebody else has done it.
  package func finish(in folder: WorkspaceFolder, isLocked: Bool = false) throws(HostError)
    -> String?
  {
    let lock = isLocked ? nil : try folder.lock("active")
    defer { withExtendedLifetime(lock) {} }
    // Who had the lock may have completed it.
    guard let (current, _) = try Self.parsed(in: folder) else { return nil }
    let link = "active/\(current.instance).yaml"
    try folder.replaceLink(link, with: current.new)
    let isComplete: Bool
    if let workspace = try WorkspaceLoader(folder).load().value {
      try OutputFolder(of: folder).write(workspace)
      isComplete = true
    } else {
      if let old = current.old {
        try folder.replaceLink(link, with: old)
      } else {
        try folder.remove(link)
      }
      if let workspace = try WorkspaceLoader(folder).load().value {
        try OutputFolder(of: folder).write(workspace)
      }
      isComplete = false
    }
    try Self.remove(in: folder)
    return "\(isComplete ? "completed" : "undid") an interrupted switch of '\(current.instance)'"
  }
}

extension String {
  /// Whether it may stand as an instance's name in a journal that anybody could have written.
  fileprivate var isInstanceName: Bool {
    !isEmpty && utf8.count < 64
      && utf8.allSatisfy { byte in
        switch byte {
        case 0x2D: true
        case _ where byte.isASCIIWord: true
        default: false
        }
      }
  }

  /// Whether it leads from `active/` to a profile of the workspace.
  fileprivate var isProfileLink: Bool {
    guard hasPrefix("../profiles/") || hasPrefix("../custom/"), hasSuffix(".yaml") else {
      return false
    }
    return !split(separator: "/").dropFirst().contains("..")
  }
}
