import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

extension TextEmbeddingsInference {
  package static let checks: [Check] = [
    wrongTask, twoPrompts, batchBelowContext, nomicConfig, float32Model,
  ]

  private static let tasks: Set = [
    "embedding", "embeddings", "rerank", "reranking", "reranker", "classification", "classifier",
  ]

  /// router/src/lib.rs supports embedding models, rerankers and classifiers.
  private static let wrongTask = Check(
    Rule(
      "tei-wrong-task", "The profile does not declare a task that TEI serves.",
      Explanation(
        """
        TEI has no endpoint that writes text. After the download, it refuses a model that writes \
        text.
        """,
        wrong: """
          category: chat
          """,
        right: """
          category: embedding
          """,
        source: "TEI 1.9.3, router/src/lib.rs"))
  ) { profile, report in
    let words = [profile.document.category] + (profile.document.capabilities?.value ?? [])
    guard !words.contains(where: { $0.map { tasks.contains($0.value) } ?? false }) else { return }
    report(
      profile.runtime.range,
      "TEI serves only models that embed, rank or classify, and the profile declares none of these tasks",
      help:
        "add 'capabilities: [embedding]', '[reranking]' or '[classification]', or choose another runtime"
    )
  }

  private static let twoPrompts = Check(
    Rule(
      "tei-two-prompts", "The default prompt is set by both its text and its name.",
      Explanation(
        """
        The two options are mutually exclusive. The router stops if both are set.
        """,
        wrong: """
          category: embedding
          tei: {default_prompt: "query: ", default_prompt_name: query}
          """,
        right: """
          category: embedding
          tei: {default_prompt_name: query}
          """,
        source: "TEI 1.9.3, router/src/main.rs")),
    of: Self.self
  ) { _, options, report in
    guard let prompt = options.defaultPrompt, let name = options.defaultPromptName else { return }
    report(
      name.range, "TEI accepts 'default_prompt_name' or 'default_prompt', but not both",
      help: "remove one of the two",
      notes: [report.note(prompt.range, "'default_prompt' is set here")])
  }

  private static let batchBelowContext = Check(
    Rule(
      "tei-batch-below-context", "A batch is too small for the longest text.",
      Explanation(
        """
        If texts are not truncated, the router stops immediately when a batch cannot hold the \
        longest text that the model accepts.
        """,
        wrong: """
          category: embedding
          model: {context_length: 8192}
          tei: {auto_truncate: false, max_batch_tokens: 4096}
          """,
        right: """
          category: embedding
          model: {context_length: 8192}
          tei: {auto_truncate: false, max_batch_tokens: 8192}
          """,
        source: "TEI 1.9.3, router/src/lib.rs")),
    of: Self.self
  ) { profile, options, report in
    guard let truncate = options.autoTruncate, !truncate.value,
      let context = profile.facts.contextLength
    else { return }
    let batch = options.maxBatchTokens?.value ?? defaultBatchTokens
    guard batch < context.value else { return }
    report(
      options.maxBatchTokens?.range ?? truncate.range,
      options.maxBatchTokens == nil
        ? "without truncation, a text of \(context.value) tokens does not fit into the default batch of \(batch)"
        : "without truncation, a text of \(context.value) tokens does not fit into a batch of \(batch)",
      help: "set 'tei.max_batch_tokens' to \(context.value) or more, or 'tei.auto_truncate: true'",
      notes: [
        report.note(
          context.range, profile.origin(of: context.range, "the model's context is given here"))
      ])
  }

  private static let defaultBatchTokens = 16384

  /// Issue 927 of the project: since commit e9b6763 of 2026-04-07, their config.json has two keys
  /// that versions up to 1.9.3 read as one duplicate field; pull request 876 fixes this.
  private static let nomicConfig = Check(
    Rule(
      "tei-nomic-config", "TEI cannot read the model's configuration.",
      Explanation(
        """
        Since a commit of 2026-04-07, the model's config.json has two keys that TEI up to 1.9.3 \
        reads as the same field. The server stops with `duplicate field` after the download.
        """,
        wrong: """
          category: embedding
          source:
            type: huggingface
            model_id: nomic-ai/nomic-embed-text-v1.5
          """,
        right: """
          category: embedding
          source:
            type: huggingface
            model_id: nomic-ai/nomic-embed-text-v1.5
            revision: 0123456789abcdef0123456789abcdef01234567
          """,
        source: "TEI, issue 927 and pull request 876"))
  ) { profile, report in
    guard case .huggingFace(let id, let revision) = profile.model,
      ["nomic-ai/nomic-embed-text-v1", "nomic-ai/nomic-embed-text-v1.5"].contains(id.value),
      readsOldConfigsOnly(profile.image?.value)
    else { return }
    if let commit = revision?.value, commit.utf8.count == 40, commit.allSatisfy(\.isHexDigit),
      commit != "e9b6763023c676ca8431644204f50c2b100d9aab"
    {
      return
    }
    report(
      revision?.range ?? id.range,
      "TEI up to 1.9.3 cannot read this model's configuration since 2026-04-07",
      help:
        "set 'source.revision' to an earlier commit (40 digits), or use an image newer than 1.9.3")
  }

  /// Returns whether an image, by default the pinned one, is a version without the fix; false for
  /// digests, images of commits (`cpu-sha-30507cb`) and images of other projects.
  private static func readsOldConfigsOnly(_ image: ImageReference?) -> Bool {
    guard let image else { return true }
    guard image.name == Self.image(for: .cpu)?.name, let tag = image.tag, !tag.contains("sha-"),
      let release = Release(tag: tag)
    else { return false }
    return !("1.9.3" < release)
  }
}
