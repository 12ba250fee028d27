import Comparison
package import Diagnostics
import Imports
import Locks
import Policies
import Profiles
import Schema
import Targets
import Workspaces
import YAML

/// Every rule that amm can report, by its code.
package enum RuleBook {
  /// All rules, sorted by code.
  package static let all: [Rule] = Set(
    YAMLRules.all + SchemaRules.all + Checks.rules + FileRules.all
      + WorkspaceChecks.all.map(\.rule) + WorkspaceChecks.moreRules + Targets.rules
      + LimitRules.all + LockRules.all
      + TaskRules.all + PolicyRules.all + ImportRules.all
  ).sorted { $0.code < $1.code }

  /// Returns the rule of a code; nil if there is none.
  package static func named(_ code: String) -> Rule? { all.first { $0.code == code } }

  /// `docs/diagnostics.md`.
  package static var page: String {
    Markdown.page(
      "Diagnostics",
      """
      Each problem that amm reports ends with a code in brackets. `amm explain CODE` prints the
      text on this page.
      """,
      all.map { Markdown.section("`\($0.code)`", $0.markdown.trimmed) })
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
