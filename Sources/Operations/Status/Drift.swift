import Deployments
import Host
import Workspaces

/// A difference between the workspace and what was generated, installed or started.
package struct Drift: Sendable, Equatable {
  /// The location of the difference.
  package enum Kind: String, Sendable, CaseIterable {
    /// A file of `generated/` is not what 'amm generate' would write.
    case stale
    /// The same, and someone edited the file after amm wrote it.
    case edited
    /// The installed units belong to another workspace.
    case foreign
    /// An installed unit file is not what would be installed.
    case outdated
    /// The running server was started from another profile.
    case running
    /// A cluster's object was made from another profile, or the workspace has no such server.
    case cluster
  }

  /// The location of the difference.
  package let kind: Kind
  /// The file or instance.
  package let subject: String
  /// The difference, after the subject: `is missing`, `differs from line 3 on`.
  package let detail: String
  /// The command that resolves it.
  package let help: String
}

extension Drift {
  /// Files of `generated/` that are not what would be written.
  static func stale(_ changes: [OutputChanges.Change], edited: Set<String>) -> [Drift] {
    changes.map { change in
      let isEdited = edited.contains(change.path) && !change.isRemoved && change.old != nil
      return Drift(
        kind: isEdited ? .edited : .stale, subject: "generated/\(change.path)",
        detail: change.explanation + (isEdited ? ", edited by hand" : ""),
        help: "run 'amm generate'")
    }
  }

  /// Installed unit files that are not what would be installed.
  static func outdated(_ changes: [OutputChanges.Change], in folder: String) -> [Drift] {
    changes.map { change in
      Drift(
        kind: .outdated, subject: "\(folder)/\(change.path)", detail: change.explanation,
        help: "'amm switch INSTANCE PROFILE' or 'home-manager switch' installs it")
    }
  }

  /// Installed units of another workspace.
  static func foreign(_ owner: String, in folder: String) -> Drift {
    Drift(
      kind: .foreign, subject: folder, detail: "has units that belong to the workspace '\(owner)'",
      help: "'amm recover --adopt' hands them over to this workspace")
  }

  /// A server that was started from another profile.
  static func running(_ instance: InstanceStatus) -> Drift {
    let name = instance.name
    return Drift(
      kind: .running, subject: name,
      detail:
        "runs with another image or other settings than \(instance.workload.provenance.profile)",
      help: "'amm restart \(name)' starts the new one")
  }
}
