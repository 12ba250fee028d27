import Deployments
import Diagnostics
import Models
import Schema

/// What the server checks after minutes of download, or never (release 0.31.0), checked at build
/// time.
extension VLLM {
  package static let checks: [Check] = [
    runnerOfEmbedding, batchedTokens, activeRequests, toolParserMissing, toolParserUnused,
    float16OfModel, ggufFiles, codeRevisionUnused,
    imageInBatch, loraSwitch, loraCounts, speculativeTokens, rerankerOverrides,
    formatOfQuantization,
  ]

  /// vllm/entrypoints/generate: a server of text has no route for embeddings.
  private static let runnerOfEmbedding = Check(
    Rule(
      "vllm-runner", "A model that embeds is not started as one that makes text.",
      Explanation(
        """
        A server that was started to write text has no route for embeddings.
        """,
        wrong: """
          category: embedding
          vllm: {runner: generate}
          """,
        right: """
          category: embedding
          """,
        source: "vLLM 0.31, vllm/entrypoints")),
    of: Self.self
  ) { profile, options, report in
    guard let runner = options.runner, runner.value == .generate else { return }
    if let embedding = profile.isEmbedding {
      report(
        runner.range, "'runner: generate' serves no embeddings",
        help: "remove the line: amm starts such a model with 'pooling'",
        notes: [report.note(embedding.range, "the profile says that it embeds here")])
    } else if let files = profile.files, files.value.task != .writes {
      report(
        runner.range,
        "'runner: generate' does not go with a model that by its files writes nothing",
        help: "remove the line, or write 'runner: pooling'",
        notes: [report.note(files.range, profile.sourceOfFacts)])
    }
  }

  /// vllm/config/scheduler.py, lines 317 and 329.
  private static let batchedTokens = Check(
    Rule(
      "vllm-batched-tokens", "A step has room for the requests that are allowed.",
      Explanation(
        """
        vLLM computes at least one token of each running request in a step, and does not \
        start when a step cannot hold them.
        """,
        wrong: """
          performance: {max_batch_size: 256}
          vllm: {max_num_batched_tokens: 128}
          """,
        right: """
          performance: {max_batch_size: 256}
          vllm: {max_num_batched_tokens: 2048}
          """,
        source: "vLLM 0.31, vllm/config/scheduler.py, lines 317 and 329")),
    of: Self.self
  ) { profile, options, report in
    guard let batched = options.maxNumBatchedTokens else { return }
    if let requests = profile.performance.maxBatchSize, batched.value < requests.value {
      report(
        batched.range,
        "a step of \(batched.value) tokens cannot serve \(requests.value) requests",
        help: "raise it to \(requests.value) or more: each request takes a token at least",
        notes: [report.note(requests.range, "so many requests are computed together")])
    }
    if options.enableChunkedPrefill?.value == false,
      let total = profile.parameters.maxTotalTokens ?? profile.parameters.contextLength,
      batched.value < total.value
    {
      report(
        batched.range,
        "without chunked prefill, a prompt of up to \(total.value) tokens does not fit into \(batched.value)",
        help:
          "raise it to \(total.value) or more, or remove 'vllm.enable_chunked_prefill: false'",
        notes: [report.note(total.range, "prompts may be this long")])
    }
  }

  /// vllm/config/scheduler.py, line 337.
  private static let activeRequests = Check(
    Rule(
      "vllm-active-requests", "No more requests run than are computed together.",
      Explanation(
        """
        Requests run in slots that are computed together; vLLM does not start with more \
        requests than slots.
        """,
        wrong: """
          performance: {max_batch_size: 8}
          vllm: {max_num_active_seqs: 16}
          """,
        right: """
          performance: {max_batch_size: 16}
          vllm: {max_num_active_seqs: 16}
          """,
        source: "vLLM 0.31, vllm/config/scheduler.py, line 337")),
    of: Self.self
  ) { profile, options, report in
    guard let active = options.maxNumActiveSeqs, let requests = profile.performance.maxBatchSize,
      active.value > requests.value
    else { return }
    report(
      active.range,
      "'max_num_active_seqs' (\(active.value)) exceeds 'max_batch_size' (\(requests.value))",
      help: "lower it to \(requests.value) or less, or remove the line",
      notes: [report.note(requests.range, "the batch's size is set here")])
  }

  /// vllm/entrypoints/launchers/cli_args.py, line 468.
  private static let toolParserMissing = Check(
    Rule(
      "vllm-tool-parser-missing", "Calls of tools are read by a parser.",
      Explanation(
        """
        Models write calls of tools in forms of their own. Without a parser for the model's \
        the server does not start.
        """,
        wrong: """
          vllm: {enable_auto_tool_choice: true}
          """,
        right: """
          vllm: {enable_auto_tool_choice: true, tool_call_parser: hermes}
          """,
        source: "vLLM 0.31, vllm/entrypoints/launchers/cli_args.py, line 468")), of: Self.self
  ) { profile, options, report in
    guard let choice = options.enableAutoToolChoice, choice.value, options.toolCallParser == nil,
      !profile.hasArgument("--tool-call-parser")
    else { return }
    report(
      choice.range, "'enable_auto_tool_choice' needs 'vllm.tool_call_parser'",
      help: "name how the model writes calls, such as 'tool_call_parser: hermes'")
  }

  /// vllm/entrypoints/openai/chat_completion/serving.py, line 1025: without the switch only
  /// calls that a request demands are looked for.
  private static let toolParserUnused = Check(
    Rule(
      "vllm-tool-parser-unused", .warning, "A parser of tool calls is switched on.",
      Explanation(
        """
        Without the switch only calls that a request demands are looked for; all others \
        reach the client as text.
        """,
        wrong: """
          vllm: {tool_call_parser: hermes}
          """,
        right: """
          vllm: {enable_auto_tool_choice: true, tool_call_parser: hermes}
          """,
        source: "vLLM 0.31, vllm/entrypoints/openai/chat_completion/serving.py, line 1025")),
    of: Self.self
  ) { profile, options, report in
    guard let parser = options.toolCallParser, options.enableAutoToolChoice?.value != true,
      !profile.hasArgument("--enable-auto-tool-choice")
    else { return }
    report(
      parser.range,
      "without 'enable_auto_tool_choice' the model never decides itself to call a tool",
      help: "add 'enable_auto_tool_choice: true', or remove the line")
  }

  /// vllm/config/model.py, line 2330: the kinds gemma2, gemma3, gemma3_text and glm4.
  private static let float16OfModel = Check(
    Rule(
      "vllm-float16-model", "A model that is unstable in float16 computes in another format.",
      Explanation(
        """
        The numbers of Gemma 2, Gemma 3 and GLM 4 leave float16's range, so vLLM does not \
        start with it.
        """,
        wrong: """
          source: {type: huggingface, model_id: google/gemma-3-4b-it}
          parameters: {dtype: float16}
          """,
        right: """
          source: {type: huggingface, model_id: google/gemma-3-4b-it}
          parameters: {dtype: bfloat16}
          """,
        source: "vLLM 0.31, vllm/config/model.py, line 2330"))
  ) { profile, report in
    guard let dtype = profile.word("--dtype"), ["float16", "half"].contains(dtype.value),
      let (kind, range) = kindWithoutFloat16(profile)
    else { return }
    report(
      dtype.range, "vLLM refuses float16 for \(kind) models: they are unstable in it",
      help: "write 'bfloat16', or 'float32' on a GPU without it",
      notes: [report.note(range, profile.sourceOfFacts)])
  }

  /// By its files (config/model.py, _FLOAT16_NOT_SUPPORTED_MODELS), or by its name where nobody read them.
  private static func kindWithoutFloat16(_ profile: Profile) -> (String, SourceRange)? {
    if let files = profile.files {
      let kinds = [
        ("Gemma 2", ["gemma2"]), ("Gemma 3", ["gemma3", "gemma3_text"]), ("GLM-4", ["glm4"]),
        ("PLaMo 2", ["plamo2"]),
      ]
      return kinds.first { files.value.isOf(Set($0.1)) }.map { ($0.0, files.range) }
    }
    guard case .huggingFace(let id, _) = profile.model else { return nil }
    return kindWithoutFloat16(id.value).map { ($0, id.range) }
  }

  /// By the names that their makers gave them; those that only sound alike are of other kinds.
  private static func kindWithoutFloat16(_ id: String) -> String? {
    let name = id.lowercased().split(separator: "/").last ?? ""
    if name.hasPrefix("gemma-2-") { return "Gemma 2" }
    if name.hasPrefix("gemma-3-") || name.hasPrefix("embeddinggemma-") { return "Gemma 3" }
    // The first GLM-4 is of the kind chatglm; those of April 2025 are of the kind glm4.
    if name.hasPrefix("glm-"), name.contains("-0414") { return "GLM-4" }
    return nil
  }

  /// vLLM 0.24 took its loader of GGUF files out.
  private static let ggufFiles = Check(
    Rule(
      "vllm-gguf-files", "vLLM loads models in Hugging Face's format, not GGUF files.",
      Explanation(
        """
        vLLM 0.24 took its loader of GGUF files out; the server stops after the download.
        """,
        wrong: """
          source: {type: local, path: ~/models/demo.gguf}
          """,
        right: """
          source: {type: local, path: ~/models/demo}
          """,
        source: "vLLM 0.24, vllm/model_executor/model_loader"))
  ) { profile, report in
    if let release = profile.table?.release, release < "0.24" { return }
    let help = "use 'runtime: llama-cpp', or the model's repository in Hugging Face's format"
    switch profile.model {
    case .local(let path) where path.value.text.lowercased().hasSuffix(".gguf"):
      report(path.range, "vLLM loads no GGUF files", help: help)
    case .huggingFace(let id, _) where id.value.lowercased().hasSuffix("-gguf"):
      report(
        id.range, "by its name this repository holds GGUF files, which vLLM does not load",
        help: help)
    default: return
    }
  }

  private static let codeRevisionUnused = Check(
    Rule(
      "vllm-code-revision-unused", .warning, "A revision of code is written where code is run.",
      Explanation(
        """
        The code of the repository is not run, so that its revision has no effect.
        """,
        wrong: """
          vllm: {code_revision: main}
          """,
        right: """
          parameters: {trust_remote_code: true}
          source:
            type: huggingface
            model_id: org/model
            revision: 0123456789abcdef0123456789abcdef01234567
          vllm: {code_revision: main}
          """,
        source: "vLLM 0.31, vllm/config/model.py")),
    of: Self.self
  ) { profile, options, report in
    guard let revision = options.codeRevision, profile.parameters.trustRemoteCode?.value != true,
      !profile.hasArgument("--trust-remote-code")
    else { return }
    report(
      revision.range,
      "'code_revision' has no effect: without 'trust_remote_code' no such code is run",
      help: "remove the line, or add 'parameters.trust_remote_code: true'")
  }
}
