package import Diagnostics
import Host
import Locks
import Policies
package import Profiles
package import Workspaces

/// A policy with its trusted lock, which judges the profiles and instances of a workspace.
package struct PolicyFile: Sendable {
  private let policy: Policy
  /// The lock that contributors cannot change; nil if there is none.
  private let lock: ModelLock?
  private let verified: VerifiedEntries
  private let home: String?
  /// Diagnostics about the policy itself.
  private let remarks: [Diagnostic]

  /// Reads the policy in a file that the user named, for a workspace.
  package static func read(
    _ path: String, for folder: WorkspaceFolder
  ) -> Outcome<PolicyFile> {
    SourceFile.read(path).then(Policy.read).then { policy in
      let lock = policy.lockPath.map { readLock($0, besides: path) }
      return Outcome(
        PolicyFile(policy, at: path, lock: lock?.value, for: folder), lock?.diagnostics ?? [])
    }
  }

  private init(_ policy: Policy, at path: String, lock: ModelLock?, for folder: WorkspaceFolder) {
    self.policy = policy
    self.lock = lock
    verified = VerifiedEntries(folder)
    home = folder.machine.variable("HOME")
    let root = Files.canonical(folder.path).map { $0 == "/" ? $0 : $0 + "/" }
    let place = Files.canonical(path)
    let lockPlace = policy.lockPath.flatMap { Files.canonical(Self.place(of: $0, besides: path)) }
    let isWithin = [place, lockPlace].contains { place in
      root.flatMap { root in place.map { $0.hasPrefix(root) } } ?? false
    }
    remarks =
      isWithin
      ? [
        Diagnostic(
          PolicyRules.within, at: SourceLocation(path: path),
          "the policy or its lock is in the workspace that it judges",
          help: ["move it to a place that contributors to the workspace cannot change"])
      ] : []
  }

  private static func place(of written: String, besides path: String) -> String {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    return written.hasPrefix("/") ? written : folder + written
  }

  private static func readLock(_ written: String, besides path: String) -> Outcome<ModelLock> {
    let place = place(of: written, besides: path)
    return SourceFile.read(place) { (limit) throws(HostError) in
      try Files.read(place, limit: ModelLock.limit).map { FileContent(bytes: $0, isQuotable: true) }
    }.then(ModelLock.read)
  }

  /// Returns the violations of a profile.
  package func judge(_ profile: Profile) -> [Diagnostic] {
    policy.judge(profile, verified: evidence(of: profile))
  }

  /// Returns the violations of a workspace's instances, and diagnostics about the policy itself.
  package func judge(_ workspace: Workspace?) -> [Diagnostic] {
    let broken = workspace.map { policy.judge($0, home: home, paths: Self.paths) }
    return remarks + (broken ?? [])
  }

  private static let paths = MachinePaths(
    canonical: Files.canonical, isThere: { ((try? Files.kind(of: $0)) ?? nil) != nil })

  /// Returns the facts about a profile's model that contributors cannot change.
  private func evidence(of profile: Profile) -> VerifiedModel? {
    guard let name = profile.lockName else { return nil }
    // A licence applies to one commit: the one that is loaded.
    if let commit = profile.locked?.commit ?? profile.pinnedCommit,
      let trusted = lock?.models.first(where: {
        $0.key.isSame(as: name) && $0.value.commit == commit
      })
    {
      return VerifiedModel(trusted.value)
    }
    return profile.locked.flatMap { verified.has(name, $0) ? VerifiedModel($0) : nil }
  }
}

extension ModelName {
  /// Returns whether it is the same model, at any branch or commit.
  fileprivate func isSame(as other: ModelName) -> Bool {
    switch (self, other) {
    case (.hub(let id, _, let pick), .hub(let otherID, _, let otherPick)):
      id == otherID && pick == otherPick
    default: self == other
    }
  }
}
