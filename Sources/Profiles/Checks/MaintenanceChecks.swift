import Diagnostics
import Schema

/// Checks whether the software that a profile runs on is still maintained.
extension Checks {
  static let unmaintained = Check(
    Rule(
      "unmaintained-runtime", .warning, "The runtime is no longer maintained.",
      Explanation(
        """
        The project no longer supports new models and GPUs, and no longer fixes security holes. A model \
        that runs today continues to run, but the next one may not.
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
      profile.runtime.range, "'\(runtime.name)' has not been maintained since \(since)",
      help:
        "run 'amm migrate \(profile.name.value) --to RUNTIME', with \(Phrase.oneOf(words)) as RUNTIME"
    )
  }
}
