import Diagnostics
import Schema

/// Whether somebody still mends what a profile runs on.
extension Checks {
  static let unmaintained = Check(
    Rule(
      "unmaintained-runtime", .warning, "The runtime's project still mends its mistakes.",
      Explanation(
        """
        New models, new cards and holes in its security are no longer looked after. What runs today goes on \
        running; the next model may not.
        """,
        wrong: """
          container: {runtime: tgi}
          parameters: {context_length: 8192}
          """,
        right: """
          container: {runtime: vllm}
          parameters: {context_length: 8192}
          """,
        source: "huggingface/text-generation-inference, README.md of the archived repository"),
      isAdvice: true)
  ) { profile, report in
    let runtime = profile.runtime.value
    guard let since = runtime.unmaintainedSince else { return }
    let words = MigrationTarget.allCases.map { "'\($0.rawValue)'" }
    report(
      profile.runtime.range, "'\(runtime.name)' is no longer maintained since \(since)",
      help:
        "'amm migrate \(profile.name.value) --to RUNTIME' writes it for \(Phrase.oneOf(words))"
    )
  }
}
