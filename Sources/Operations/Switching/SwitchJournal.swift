import Diagnostics
package import Host
import Text
import Values
import Workspaces

/// The plan of a switch, written to disk before the switch: a link and `generated/` cannot be
/// replaced in one system call, so the next command after a crash completes the plan.
///
/// It has a seal that only this user's amm on this machine can create. Therefore, a plan that comes
/// with a cloned workspace is not carried out.
package struct SwitchJournal {
  /// The instance that is switched.
  package let instance: String
  /// The old target of the link; nil if there was no link.
  package let old: String?
  /// The new target of the link.
  package let new: String

  /// The name of its file in the workspace.
  package static let name = ".amm-switch"

  /// The journal in a workspace.
  package enum Found {
    case own(SwitchJournal)
    /// A journal that this user's amm did not write, or an invalid one; with a description.
    case foreign(String)
  }

  /// Writes the journal before anything is changed; throws if the folder cannot be written.
  package func write(in folder: WorkspaceFolder) throws(HostError) {
    let state = try StateFolder(folder.machine)
    // Only one switch at a time is incomplete: an old journal that reappears is invalid.
    let id = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    try state.write(id, to: Self.note(for: folder))
    let seal = try state.madeSeal(
      "switch", Self.place(of: folder), instance, old ?? "", new, id)
    try folder.write("\(instance)\n\(old ?? "")\n\(new)\n\(seal)\n", to: Self.name)
  }

  /// Returns the file in the state folder with the ID of a workspace's incomplete switch.
  private static func note(for folder: WorkspaceFolder) -> String {
    "switching/" + SHA256.digest(of: place(of: folder)).prefix(32)
  }

  private static func place(of folder: WorkspaceFolder) -> String {
    Files.canonical(folder.path) ?? folder.path
  }

  /// Removes the journal after the switch; throws if the folder cannot be written.
  package static func remove(in folder: WorkspaceFolder) throws(HostError) {
    try folder.remove(name)
    try? StateFolder(folder.machine).remove(note(for: folder))
  }

  /// Finds an incomplete switch; takes one system call if there is none.
  package static func find(in folder: WorkspaceFolder) throws(HostError) -> Found? {
    guard let kind = try folder.kind(of: name) else { return nil }
    guard kind == .file else { return .foreign("it is not a file") }
    guard let (journal, seal) = try parsed(in: folder) else {
      return .foreign("it does not describe a switch that this amm understands")
    }
    let state = try? StateFolder(folder.machine)
    let id = ((try? state?.read(note(for: folder), limit: 64)) ?? nil) ?? []
    let own = try? state?.seal(
      "switch", place(of: folder), journal.instance, journal.old ?? "", journal.new,
      String(decoding: id, as: UTF8.self))
    return seal != nil && own == seal
      ? .own(journal)
      : .foreign("it describes a switch of '\(journal.instance)' to '\(journal.new)'")
  }

  /// Returns a journal that another amm wrote, if this amm understands it.
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

  /// Completes an interrupted switch, or undoes it if it can no longer be completed.
  ///
  /// - Parameter isLocked: Whether the caller already has the lock of `active/`.
  /// - Returns: The action; nil if another process has already done it.
  package func finish(in folder: WorkspaceFolder, isLocked: Bool = false) throws(HostError)
    -> String?
  {
    let lock = isLocked ? nil : try folder.lock("active")
    defer { withExtendedLifetime(lock) {} }
    // The process that had the lock may have completed it.
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
  /// Whether it is a valid instance name; the journal can be untrusted.
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

  /// Whether it points from `active/` to a profile of the workspace.
  fileprivate var isProfileLink: Bool {
    guard hasPrefix("../profiles/") || hasPrefix("../custom/"), hasSuffix(".yaml") else {
      return false
    }
    return !split(separator: "/").dropFirst().contains("..")
  }
}
