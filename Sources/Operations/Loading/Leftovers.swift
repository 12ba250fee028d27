import Deployments
package import Host

/// Leftovers of an interrupted command in a workspace: an incomplete switch, and a tree that was
/// not moved into place.
///
/// Only files that this user's amm wrote on this machine are completed or removed. Other files came
/// with the workspace, or with a copy from another machine: they are reported and not changed.
package struct Leftovers {
  private let folder: WorkspaceFolder
  private var machine: Machine { folder.machine }
  private let journal: SwitchJournal.Found?
  private let hasOwnTree: Bool
  /// The trees that this user's amm did not write.
  private let foreignTrees: [Files.Entry]

  /// Finds the leftovers; changes nothing.
  package init(in folder: WorkspaceFolder) throws(HostError) {
    self.folder = folder
    journal = try SwitchJournal.find(in: folder)
    guard let place = folder.generated else {
      hasOwnTree = false
      foreignTrees = []
      return
    }
    let trees = try FolderWriter.foreignTrees(beside: place, except: nil)
    // Without trees, the mark is not needed.
    let own =
      trees.isEmpty
      ? nil : OwnMark.known(in: place.parent, on: folder.machine)?.staging(of: place.name)
    hasOwnTree = trees.contains { $0.name == own }
    foreignTrees = trees.filter { $0.name != own }
  }

  /// Reports the leftovers, and the commands that complete or remove them.
  package func tell() {
    switch journal {
    case .own(let journal):
      machine.tell(
        .warning(
          "a switch of '\(journal.instance)' was interrupted, and is incomplete",
          help: "'amm recover' or the next 'amm switch' completes it"))
    case .foreign(let reason): tellForeign(SwitchJournal.name, reason)
    case nil: break
    }
    if hasOwnTree {
      machine.tell(
        .warning(
          "an interrupted amm left files next to '\(folder.file("generated"))'",
          help: "'amm recover' or the next 'amm generate' removes them"))
    }
    for tree in foreignTrees { tellForeign(tree.name, nil) }
  }

  private func tellForeign(_ name: String, _ reason: String?) {
    machine.tell(
      .warning(
        "'\(folder.file(name))' is not from your amm on this machine, and is not changed"
          + (reason.map { ": \($0)" } ?? ""),
        help: "if your own amm left it, run 'amm recover --adopt'; otherwise remove it"))
  }

  /// Completes or removes the leftovers of this user's amm, and reports the others.
  ///
  /// - Parameter isAdopting: Whether the others are completed or removed, too, if amm understands
  ///   them.
  /// - Returns: The actions, as a phrase each.
  package func finish(adopting isAdopting: Bool = false) throws(HostError) -> [String] {
    var done: [String] = []
    switch journal {
    case .own(let journal): done += try journal.finish(in: folder).map { [$0] } ?? []
    case .foreign(let reason):
      if isAdopting {
        guard let journal = try SwitchJournal.adopted(in: folder) else {
          throw HostError("finish the switch in", folder.file(SwitchJournal.name), reason: reason)
        }
        done += try journal.finish(in: folder).map { [$0] } ?? []
      } else {
        tellForeign(SwitchJournal.name, reason)
      }
    case nil: break
    }
    guard hasOwnTree || (isAdopting && !foreignTrees.isEmpty) else {
      if !isAdopting { for tree in foreignTrees { tellForeign(tree.name, nil) } }
      return done
    }
    let place = try folder.writableGenerated
    let writer = try FolderWriter(place, .made(in: place.parent, on: machine)) { holder in
      machine.tell(.waiting(holder: holder, folder: place.path))
    }
    if hasOwnTree { done.append("removed what an interrupted amm left next to '\(place.path)'") }
    for tree in foreignTrees {
      guard isAdopting, tree.kind == .folder else {
        tellForeign(tree.name, tree.kind == .folder ? nil : "it is not a folder")
        continue
      }
      try writer.clear(tree.name)
      done.append("removed '\(folder.file(tree.name))'")
    }
    return done
  }
}
