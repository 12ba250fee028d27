package import Diagnostics
import Text

/// What `amm validate` checked, and its problems.
package struct Findings {
  /// The problems, in any order.
  package var diagnostics: [Diagnostic] = []
  /// The paths of the checked files.
  package internal(set) var files: [String] = []
  /// The number of profiles.
  package internal(set) var profiles = 0
  /// The number of instances.
  package internal(set) var instances = 0
  /// The number of companions.
  package internal(set) var companions = 0
  /// The number of tasks.
  package internal(set) var tasks = 0
  /// The number of servers in files of other tools.
  package internal(set) var servers = 0
  /// The number of files of other tools.
  package internal(set) var foreign = 0
  /// What the workspace would run on this machine, and the user did not agree to.
  package internal(set) var untrusted: [Trust.Part] = []

  /// The numbers as text: "3 profiles, 1 instance".
  package var counted: String {
    let parts = [
      (instances, "instance"), (companions, "companion"), (tasks, "task"), (servers, "server"),
    ]
    .filter { $0.0 > 0 }
    let isOther = profiles + instances + companions == 0 && tasks + foreign > 0
    let isWithoutServer = isOther && parts.isEmpty
    let all =
      (isOther ? [] : [(profiles, "profile")]) + (isWithoutServer ? [(foreign, "file")] : parts)
    return all.map { Phrase.count($0.0, $0.1) }.joined(separator: ", ")
  }
}
