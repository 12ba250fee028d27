import Deployments
package import Host

/// What an interrupted command left in a workspace: a switch that is half done, and a tree that never
/// took its place.
///
/// Only what this user's amm wrote on this machine is finished or cleared. The rest came with the
/// workspace, or with another machine's copy of it: it is told, and left alone.
package struct Leftovers {
  private let folder: WorkspaceFolder
  private var machine: Machine { folder.machine }
  private let journal: SwitchJournal.Found?
  private let hasOwnTree: Bool
  /// Trees of others, by their names.
  private let foreignTrees: [Files.Entry]

  /// Looks, and changes nothing.
  package init(in folder: WorkspaceFolder) throws(HostError) {
    self.folder = folder
    journal = try SwitchJournal.find(in: folder)
    guard let place = folder.generated else {
      hasOwnTree = false
      foreignTrees = []
      return
    }
    let trees = try FolderWriter.foreignTrees(beside: place, except: nil)
    // Nobody's mark is looked up where there is nothing that it could be on.
    let own =
      trees.isEmpty
      ? nil : OwnMark.known(in: place.parent, on: folder.machine)?.staging(of: place.name)
    hasOwnTree = trees.contains { $0.name == own }
    foreignTrees = trees.filter { $0.name != own }
  }

  /// Says what is unfinished, and which command finishes it.
  package func tell() {
    switch journal {
    case .own(let journal):
      machine.tell(
        .warning(
          "a switch of '\(journal.instance)' was interrupted, and is half done",
          help: "'amm recover' finishes it; so does the next 'amm switch'"))
    case .foreign(let reason): tellForeign(SwitchJournal.name, reason)
    case nil: break
    }
    if hasOwnTree {
      machine.tell(
        .warning(
          "an interrupted amm left files beside '\(folder.file("generated"))'",
          help: "'amm recover' clears them; so does the next 'amm generate'"))
    }
    for tree in foreignTrees { tellForeign(tree.name, nil) }
  }

  private func tellForeign(_ name: String, _ reason: String?) {
    machine.tell(
      .warning(
        "'\(folder.file(name))' is not of this user's amm on this machine, and is left alone"
          + (reason.map { ": \($0)" } ?? ""),
        help: "'amm recover --adopt' takes over what your own amm left; else remove it"))
  }

  /// Finishes what this user's amm began, and tells of the rest.
  ///
  /// - Parameter isAdopting: Whether the rest is finished, too, as far as it can be understood.
  /// - Returns: What was done, a sentence each.
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
    if hasOwnTree { done.append("cleared what an interrupted amm left beside '\(place.path)'") }
    for tree in foreignTrees {
      guard isAdopting, tree.kind == .folder else {
        tellForeign(tree.name, tree.kind == .folder ? nil : "it is no folder")
        continue
      }
      try writer.clear(tree.name)
      done.append("cleared '\(folder.file(tree.name))'")
    }
    return done
  }
}
