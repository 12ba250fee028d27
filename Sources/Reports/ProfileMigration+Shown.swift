import Diagnostics
package import Operations
import Profiles
package import Values

extension ProfileMigration {
  /// Returns the migration for people: a line for each setting, and counts at the end.
  ///
  /// - Parameter isDiff: Whether to show the difference between the old and the new text first.
  package func shown(_ layout: Layout, diff isDiff: Bool) -> [Shown] {
    let style = layout.style
    var lines: [Shown] = []
    if isDiff {
      let old = String(decoding: migrated.before.bytes, as: UTF8.self)
      lines.append(
        Shown(
          difference: UnifiedDiff.text(from: old, to: migrated.text, path: "profiles/\(id).yaml")))
    }
    for step in migrated.steps {
      switch step.outcome {
      case .carried(let members):
        lines += layout.sentence(
          "\(step.key): converted to \(Self.words(members))", indent: 0, style.good)
      case .changed(let members, let why):
        lines += layout.sentence(
          "\(step.key): changed to \(Self.words(members)): \(why)", indent: 0, style.warning)
      case .dropped(let why):
        lines += layout.sentence("\(step.key): dropped: \(why)", indent: 0, style.warning)
      }
    }
    return lines + ["\(counts)"]
  }

  private var counts: String {
    let outcomes = migrated.steps.map(\.outcome)
    let dropped = outcomes.count(where: \.isDropped)
    let changed = outcomes.count { if case .changed = $0 { true } else { false } }
    return
      "\(Phrase.count(outcomes.count - dropped - changed, "setting")) converted, \(changed) changed, \(dropped) dropped; all others are unchanged"
  }

  private static func words(_ members: [Value.Member]) -> String {
    Phrase.allOf(members.map { "'\($0.name): \(JSON.line($0.value))'" })
  }

  /// The migration for programs.
  package var value: Value {
    .document([
      "id": .text(id), "file": .text(file), "text": .text(migrated.text),
      "valid": .boolean(!migrated.hasErrors),
      "steps": .list(
        migrated.steps.map { step in
          switch step.outcome {
          case .carried(let members):
            .set(["key": .text(step.key), "outcome": "carried", "settings": .set(members)])
          case .changed(let members, let why):
            .set([
              "key": .text(step.key), "outcome": "changed", "settings": .set(members),
              "because": .text(why),
            ])
          case .dropped(let why):
            .set(["key": .text(step.key), "outcome": "dropped", "because": .text(why)])
          }
        }),
    ])
  }
}
