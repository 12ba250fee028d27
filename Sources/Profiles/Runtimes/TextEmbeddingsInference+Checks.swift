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

  /// router/src/lib.rs knows embedding models, rerankers and classifiers.
  private static let wrongTask = Check(
    Rule(
      "tei-wrong-task", "A model on TEI is one that embeds, ranks or classifies.",
      Explanation(
        """
        TEI has no endpoint that writes text; a model that does is refused after the \
        download.
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
      "TEI serves only models that embed, rank or classify, and the profile does not say that this one does",
      help:
        "add 'capabilities: [embedding]', '[reranking]' or '[classification]', or choose another runtime"
    )
  }

  private static let twoPrompts = Check(
    Rule(
      "tei-two-prompts", "The default prompt is given by its text or by its name.",
      Explanation(
        """
        The two options exclude each other, and the router stops when it has both.
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
      name.range, "TEI takes 'default_prompt_name' or 'default_prompt', not both",
      help: "remove one of the two", notes: [report.note(prompt.range, "the other stands here")])
  }

  private static let batchBelowContext = Check(
    Rule(
      "tei-batch-below-context", "Where texts are not truncated, a batch holds the longest.",
      Explanation(
        """
        Where texts are not truncated, the router stops at once when a batch cannot hold the \
        longest text that the model reads.
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

  /// Issue 927 of the project: since commit e9b6763 of 2026-04-07 their config.json has two keys
  /// that releases up to 1.9.3 take for one field written twice; mended in pull request 876.
  private static let nomicConfig = Check(
    Rule(
      "tei-nomic-config", "A model's configuration is one that the release can read.",
      Explanation(
        """
        Since a commit of 2026-04-07 the model's config.json has two keys that TEI up to \
        1.9.3 takes for one written twice. The server stops with `duplicate field` after the \
        download.
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
      "TEI up to 1.9.3 cannot read this model's configuration of 2026-04-07 and later",
      help:
        "pin 'source.revision' to an earlier commit of 40 digits, or name an image after 1.9.3")
  }

  /// Whether an image, or the default one, is a release without the mending; not known of a
  /// digest, of an image of a commit (`cpu-sha-30507cb`) or of somebody else's.
  private static func readsOldConfigsOnly(_ image: ImageReference?) -> Bool {
    guard let image else { return true }
    guard image.name == Self.image(for: .cpu)?.name, let tag = image.tag, !tag.contains("sha-"),
      let release = Release(tag: tag)
    else { return false }
    return !("1.9.3" < release)
  }
}
