import Diagnostics

/// The state after a failed switch.
package enum SwitchEnd: Equatable {
  /// The link and files are those of the switch.
  case stands
  /// The link, the files and the server are as before.
  case undone
  /// The link and files are as before; the instance does not run, as before, and these services run
  /// again.
  case stopped([String])
  /// The link and files are as before; the instance is not installed, as before.
  case withdrawn
  /// The link and files are as before and were applied, but the server does not answer.
  case notAnswering
  /// The link and files are as before, but were not applied, for the given reason.
  case filesUndone(String?)
  /// Undoing the switch failed before anything was changed.
  case failed(String)

  /// Returns the end of a switch in one line.
  package func text(of switching: SwitchTransaction) -> String {
    let name = switching.instance
    let old = switching.from ?? "nothing"
    let stands = "the link now points to '\(switching.to)'"
    return switch self {
    case .stands where switching.from == nil:
      "\(stands); there is no earlier profile to restore"
    case .stands: "\(stands); 'amm rollback \(name)' undoes the switch"
    case .undone: "'\(name)' serves \(old) again"
    case .stopped(let running):
      "the link and generated/ have \(old) again; '\(name)' does not run, as before"
        + (running.isEmpty
          ? "" : ", and \(Phrase.allOf(running)) \(running.count == 1 ? "runs" : "run") again")
    case .withdrawn:
      "the link and generated/ have \(old) again; '\(name)' is not installed, as before"
    case .notAnswering:
      "the link and generated/ have \(old) again, but the server does not answer; see 'amm logs \(name)'"
    case .filesUndone(let reason):
      "the link and generated/ have \(old) again, but applying them failed, too"
        + (reason.map { " (\($0))" } ?? "") + "; 'amm status' shows what runs"
    case .failed(let reason): "\(stands); undoing the switch failed, too: \(reason)"
    }
  }
}
