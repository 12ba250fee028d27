package import Diagnostics
import YAML

/// An error in a lock, and its place.
package struct LockProblem: Error, Equatable {
  /// The keys that lead to the place, outermost first.
  package let path: [String]
  /// The message, which follows the name of the place.
  package let message: String
  /// The fix.
  package let help: String
  let rule: Rule

  /// The fix for most problems.
  package static let wayOut = "'amm lock --update' writes the file again; git has the old version"

  /// Creates a problem with a message that follows the name of the place.
  package init(
    _ path: [String], _ message: String, help: String = LockProblem.wayOut,
    rule: Rule = LockRules.damaged
  ) {
    self.rule = rule
    self.path = path
    self.message = message
    self.help = help
  }

  /// Returns a diagnostic, and finds the place in the file for it.
  func diagnostic(in source: SourceFile) -> Diagnostic {
    var node = Composer.compose(source).value
    var range = SourceRange.fileStart
    for key in path {
      guard let entry = node?.entries?.first(where: { $0.key == key }) else { break }
      range = entry.keyRange
      node = entry.value
    }
    let name = path.last.map { "'\($0.abbreviated)'" } ?? "the lock"
    return Diagnostic(
      rule, at: SourceLocation(source, range), "\(name) \(message)", help: [help])
  }
}

/// The rules for locks.
package enum LockRules {
  /// The rule for a file that is not a valid lock.
  package static let damaged = Rule(
    "lock-damaged", "The lock is damaged.",
    Explanation(
      """
      Units pin the commits and digests in 'models.lock.json'. If the file is cut off, merged by \
      hand or written by another program, units could pin the wrong versions.
      """,
      wrong: """
        # models.lock.json
        {"version": 1, "models": {"huggingface:BAAI/bge-m3": {"commit": "main"}}}
        # instances.yaml
        instances:
          main: {port: 8080}
        """,
      right: """
        # models.lock.json
        {"version": 1, "models": {}, "images": {}}
        # instances.yaml
        instances:
          main: {port: 8080}
        """))

  /// The rule for a lock with an unsupported version.
  package static let version = Rule(
    "lock-version", "The version of the lock is not supported.",
    Explanation(
      """
      A newer amm can write data that this amm does not understand and would lose.
      """,
      wrong: """
        # models.lock.json
        {"version": 2, "models": {}, "images": {}}
        # instances.yaml
        instances:
          main: {port: 8080}
        """,
      right: """
        # models.lock.json
        {"version": 1, "models": {}, "images": {}}
        # instances.yaml
        instances:
          main: {port: 8080}
        """))

  /// All rules in this file, for the reference.
  package static let all = [damaged, version]
}

extension ModelLock {
  /// Returns a diagnostic for a lock that the system cannot read.
  package static func unreadable(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(
      LockRules.damaged, at: SourceLocation(path: path), "cannot read the lock: \(reason)",
      help: ["check the file"])
  }
}
