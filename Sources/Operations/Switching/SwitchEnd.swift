/// In what state a failed switch left things.
package enum SwitchEnd: Equatable {
  /// As the switch meant them.
  case stands
  /// As they were before, on the machine, too.
  case undone
  /// As they were before: the instance was not installed then, and is not now.
  case withdrawn
  /// Link and files as they were before, and applied, but the server does not answer.
  case notAnswering
  /// Link and files as they were before; that was not applied, for the reason given.
  case filesUndone(String?)
  /// Taking it back failed before anything was changed.
  case failed(String)

  /// One line that says how a switch ended.
  package func text(of switching: SwitchTransaction) -> String {
    let name = switching.instance
    let old = switching.from ?? "nothing"
    let stands = "the link leads to '\(switching.to)' now"
    return switch self {
    case .stands where switching.from == nil:
      "\(stands); nothing was served before that could come back"
    case .stands: "\(stands); 'amm rollback \(name)' takes it back"
    case .undone: "'\(name)' serves \(old) again"
    case .withdrawn:
      "link and generated/ say \(old) again; '\(name)' was not installed, and is not now"
    case .notAnswering:
      "link and generated/ say \(old) again, but the server does not answer; 'amm logs \(name)' tells more"
    case .filesUndone(let reason):
      "link and generated/ say \(old) again, but applying them failed, too"
        + (reason.map { " (\($0))" } ?? "") + "; 'amm status' shows what runs"
    case .failed(let reason): "\(stands); taking it back failed, too: \(reason)"
    }
  }
}
