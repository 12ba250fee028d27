import Deployments
import Diagnostics
import Models
import Schema

/// Checks that the server makes only after it has downloaded the model, or not at all (version
/// 0.31.0).
extension VLLM {
  package static let checks: [Check] = [
    runnerOfEmbedding, batchedTokens, activeRequests, toolParserMissing, toolParserUnused,
    float16OfModel, ggufFiles, codeRevisionUnused,
    imageInBatch, loraSwitch, loraCounts, speculativeTokens, rerankerOverrides,
    formatOfQuantization, modality,
  ]

  /// vllm/entrypoints/generate: a server of text has no route for embeddings.
  private static let runnerOfEmbedding = Check(
    Rule(
      "vllm-runner", "'runner: generate' is set for a model that does not write text.",
      Explanation(
        """
        A server that is started to write text has no route for embeddings.
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
        runner.range, "'runner: generate' does not serve embeddings",
        help: "remove the line: amm starts embedding models with 'pooling'",
        notes: [report.note(embedding.range, "the model is declared as an embedding model here")])
    } else if let files = profile.files, files.value.task != .writes {
      report(
        runner.range,
        "'runner: generate' is set, but according to its files the model does not write text",
        help: "remove the line, or write 'runner: pooling'",
        notes: [report.note(files.range, profile.sourceOfFacts)])
    }
  }

  /// vllm/config/scheduler.py, lines 317 and 329.
  private static let batchedTokens = Check(
    Rule(
      "vllm-batched-tokens", "A step is too small for the requests that are allowed.",
      Explanation(
        """
        vLLM computes at least one token of each running request in a step. It does not start \
        if a step cannot hold them.
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
        help: "raise it to \(requests.value) or more: each request needs at least one token",
        notes: [report.note(requests.range, "the number of requests is set here")])
    }
    if options.enableChunkedPrefill?.value == false,
      let total = profile.parameters.maxTotalTokens ?? profile.parameters.contextLength,
      batched.value < total.value
    {
      report(
        batched.range,
        "without chunked prefill, a step of \(batched.value) tokens cannot hold a prompt of \(total.value)",
        help:
          "raise it to \(total.value) or more, or remove 'vllm.enable_chunked_prefill: false'",
        notes: [report.note(total.range, "prompts can be this long")])
    }
  }

  /// vllm/config/scheduler.py, line 337.
  private static let activeRequests = Check(
    Rule(
      "vllm-active-requests", "More requests can run than fit into a batch.",
      Explanation(
        """
        Requests run in the slots of a batch. vLLM does not start if more requests can run \
        than there are slots.
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
      notes: [report.note(requests.range, "the batch size is set here")])
  }

  /// vllm/entrypoints/launchers/cli_args.py, line 468.
  private static let toolParserMissing = Check(
    Rule(
      "vllm-tool-parser-missing", "Automatic tool choice is enabled without a tool call parser.",
      Explanation(
        """
        Models write tool calls in different formats. The server does not start without a parser \
        for the model's format.
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
      help: "add the parser for the model's format, such as 'tool_call_parser: hermes'")
  }

  /// vllm/entrypoints/openai/chat_completion/serving.py, line 1025: without the switch, vLLM
  /// parses only the calls that a request demands.
  private static let toolParserUnused = Check(
    Rule(
      "vllm-tool-parser-unused", .warning, "A tool call parser is set but not enabled.",
      Explanation(
        """
        Without 'enable_auto_tool_choice', vLLM parses only the calls that a request demands. \
        All others reach the client as text.
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
      "without 'enable_auto_tool_choice', the model cannot decide to call a tool",
      help: "add 'enable_auto_tool_choice: true', or remove the line")
  }

  /// vllm/config/model.py, line 2330: the kinds gemma2, gemma3, gemma3_text and glm4.
  private static let float16OfModel = Check(
    Rule(
      "vllm-float16-model", "The model is not stable in float16.",
      Explanation(
        """
        The numbers of Gemma 2, Gemma 3 and GLM 4 exceed the range of float16, so vLLM does not \
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
      dtype.range, "vLLM refuses float16 for \(kind) models because they are not stable in it",
      help: "write 'bfloat16', or 'float32' if the GPU does not support it",
      notes: [report.note(range, profile.sourceOfFacts)])
  }

  /// Returns the kind from the model's files (config/model.py, _FLOAT16_NOT_SUPPORTED_MODELS), or
  /// from its name if the files were not read.
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

  /// Returns the kind from the name of an original model; models with similar names can differ.
  private static func kindWithoutFloat16(_ id: String) -> String? {
    let name = id.lowercased().split(separator: "/").last ?? ""
    if name.hasPrefix("gemma-2-") { return "Gemma 2" }
    if name.hasPrefix("gemma-3-") || name.hasPrefix("embeddinggemma-") { return "Gemma 3" }
    // The first GLM-4 models are of kind chatglm; those from April 2025 are of kind glm4.
    if name.hasPrefix("glm-"), name.contains("-0414") { return "GLM-4" }
    return nil
  }

  /// vLLM 0.24 removed its GGUF loader.
  private static let ggufFiles = Check(
    Rule(
      "vllm-gguf-files", "vLLM does not load GGUF files.",
      Explanation(
        """
        vLLM 0.24 removed its GGUF loader. The server stops after the download.
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
      report(path.range, "vLLM does not load GGUF files", help: help)
    case .huggingFace(let id, _) where id.value.lowercased().hasSuffix("-gguf"):
      report(
        id.range, "the repository's name suggests GGUF files, which vLLM does not load",
        help: help)
    default: return
    }
  }

  private static let codeRevisionUnused = Check(
    Rule(
      "vllm-code-revision-unused", .warning,
      "A code revision is set, but the repository's code is not run.",
      Explanation(
        """
        Without 'trust_remote_code', vLLM does not run the repository's code, so its revision has \
        no effect.
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
      "'code_revision' has no effect: without 'trust_remote_code', no code is run",
      help: "remove the line, or add 'parameters.trust_remote_code: true'")
  }
}
