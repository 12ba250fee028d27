import Comparison
package import Diagnostics
import Locks
import Policies
import Profiles
import Schema
import Targets
import Workspaces
import YAML

/// Every rule that amm can report, by its code.
package enum RuleBook {
  /// Every rule, in order of their codes.
  package static let all: [Rule] = Set(
    YAMLRules.all + SchemaRules.all + Checks.rules + FileRules.all
      + WorkspaceChecks.all.map(\.rule) + WorkspaceChecks.moreRules + Targets.rules
      + LimitRules.all + LockRules.all
      + TaskRules.all + PolicyRules.all
  ).sorted { $0.code < $1.code }

  /// The rule of a code; nil where there is none.
  package static func named(_ code: String) -> Rule? { all.first { $0.code == code } }

  /// `docs/diagnostics.md`.
  package static var page: String {
    Markdown.page(
      "Diagnostics",
      """
      What amm says of a profile or a workspace ends with a code in brackets. `amm explain CODE`
      prints what stands here.
      """,
      all.map { Markdown.section("`\($0.code)`", $0.markdown.trimmed) })
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
