package import Diagnostics
import YAML

/// What cannot be so in a lock, and where.
package struct LockProblem: Error, Equatable {
  /// The keys that lead to it, from the outermost on.
  package let path: [String]
  /// In words that follow the name of the place.
  package let message: String
  /// What would help.
  package let help: String
  let rule: Rule

  /// What helps with most of them.
  package static let wayOut = "'amm lock --update' writes it anew; git has what it was"

  /// Of a place, in words that follow its name.
  package init(
    _ path: [String], _ message: String, help: String = LockProblem.wayOut,
    rule: Rule = LockRules.damaged
  ) {
    self.rule = rule
    self.path = path
    self.message = message
    self.help = help
  }

  /// The place in the file, which is looked for only now.
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

/// What can be wrong with a lock.
package enum LockRules {
  /// A file that cannot be one.
  package static let damaged = Rule(
    "lock-damaged", "A lock is what 'amm lock' wrote.",
    Explanation(
      """
      Units pin the commits and digests that stand in 'models.lock.json'. One that was cut off, merged by \
      hand or written by another program could pin something else than anybody meant.
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

  /// A file of a release that writes another form.
  package static let version = Rule(
    "lock-version", "A lock is of the version that amm reads.",
    Explanation(
      """
      A newer amm may write what this one does not understand, and would lose.
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

  /// Every rule of this file, for the reference.
  package static let all = [damaged, version]
}

extension ModelLock {
  /// That a lock cannot be read, for a reason of the system's.
  package static func unreadable(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(
      LockRules.damaged, at: SourceLocation(path: path), "cannot read the lock: \(reason)",
      help: ["look at the file"])
  }
}
