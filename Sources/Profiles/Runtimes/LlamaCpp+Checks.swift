import Deployments
import Diagnostics
import Schema

/// Checks that llama.cpp makes only when it loads a model, or not at all.
extension LlamaCpp {
  package static let checks: [Check] = [
    ggufFile, noRevision, fileAndQuant, batchSizes, quantizedValues, embeddingBatch, promptCache,
    firstPart, loadModeTwice, splitWithoutEffect, routerWithModel, templateText,
  ]

  private static let ggufFile = Check(
    Rule(
      "llama-cpp-gguf-file", "The model's file does not end with '.gguf'.",
      Explanation(
        """
        llama.cpp reads only its own format. It exits if the path is a folder of safetensors files.
        """,
        wrong: """
          source:
            type: local
            path: ~/models/demo
          """,
        right: """
          source:
            type: local
            path: ~/models/demo-Q4_K_M.gguf
          """,
        source: "llama.cpp b11347, tools/server/README.md (--model)"))
  ) { profile, report in
    guard case .local(let path) = profile.model, !path.value.text.hasSuffix(".gguf") else { return }
    report(
      path.range, "llama.cpp cannot load '\(path.value.text)': it is not a GGUF file",
      help: "name a '.gguf' file; llama.cpp's 'convert_hf_to_gguf.py' creates one")
  }

  /// common/arg.cpp has no option for a revision; the server loads the hub's main branch.
  private static let noRevision = Check(
    Rule(
      "llama-cpp-revision", "llama.cpp cannot load a revision.",
      Explanation(
        """
        The server has no option for a revision and loads the main branch. Its weights can differ \
        from those that the profile pins.
        """,
        wrong: """
          source:
            type: huggingface
            model_id: org/model-GGUF
            revision: v1.0
          """,
        right: """
          source:
            type: huggingface
            model_id: org/model-GGUF
          """,
        source: "llama.cpp b11347, common/arg.cpp"))
  ) { profile, report in
    guard case .huggingFace(_, let revision?) = profile.model, revision.value != "main" else {
      return
    }
    report(
      revision.range, "llama.cpp loads the main branch: it has no option for a revision",
      help: "remove the line, or download the file and use 'type: local'")
  }

  private static let fileAndQuant = Check(
    Rule(
      "llama-cpp-file", "The model's file is chosen twice.",
      Explanation(
        """
        A file name determines the quantization, and a local path determines the file. The server \
        would ignore the second choice, or look for a file that does not exist.
        """,
        wrong: """
          llama_cpp:
            file: model-Q8_0.gguf
            quant: Q4_K_M
          """,
        right: """
          llama_cpp:
            quant: Q4_K_M
          """,
        source: "llama.cpp b11347, tools/server/README.md (--hf-repo, --hf-file)")),
    of: LlamaCpp.self
  ) { profile, options, report in
    if let file = options.file, let quant = options.quant {
      report(
        quant.range, "'file' already names the file", help: "remove one of the two",
        notes: [report.note(file.range, "the file is named here")])
    }
    guard case .local = profile.model, let range = options.file?.range ?? options.quant?.range
    else { return }
    report(range, "'source.path' already names the model's file", help: "remove the line")
  }

  /// src/llama-context.cpp: a micro-batch is part of a batch.
  private static let batchSizes = Check(
    Rule(
      "llama-cpp-batch", .warning, "The micro-batch is larger than the batch.",
      Explanation(
        """
        A micro-batch is the part of a batch that is computed in one step. llama.cpp lowers it to \
        the size of the batch, so speed and memory differ from what you expect.
        """,
        wrong: """
          llama_cpp:
            ubatch_size: 4096
          """,
        right: """
          llama_cpp:
            ubatch_size: 4096
            batch_size: 4096
          """,
        source: "llama.cpp b11347, src/llama-context.cpp")), of: LlamaCpp.self
  ) { _, options, report in
    guard let small = options.ubatchSize else { return }
    let large = options.batchSize?.value ?? 2048
    guard small.value > large else { return }
    report(
      small.range, "'ubatch_size' (\(small.value)) exceeds 'batch_size' (\(large))",
      help: "raise 'batch_size' to \(small.value)",
      notes: options.batchSize.map { [report.note($0.range, "the batch size is set here")] } ?? [])
  }

  /// src/llama-context.cpp: "V cache quantization requires flash_attn".
  private static let quantizedValues = Check(
    Rule(
      "llama-cpp-quantized-cache", "The value cache is quantized without flash attention.",
      Explanation(
        """
        Only flash attention reads quantized values. Without it, the server prints "V cache \
        quantization requires flash_attn" and exits after it has loaded the model.
        """,
        wrong: """
          llama_cpp:
            cache_type_v: q8_0
            flash_attn: off
          """,
        right: """
          llama_cpp:
            cache_type_v: q8_0
            flash_attn: on
          """,
        source: "llama.cpp b11347, src/llama-context.cpp")),
    of: LlamaCpp.self
  ) { profile, _, report in
    guard let type = profile.word("--cache-type-v"),
      CacheType(rawValue: type.value)?.isQuantized == true,
      let attention = profile.word("--flash-attn"),
      ["off", "disabled", "false", "0"].contains(attention.value)
    else { return }
    report(
      type.range, "'cache_type_v: \(type.value)' needs flash attention",
      help: "set 'flash_attn: on', or store values as 'f16'",
      notes: [report.note(attention.range, "flash attention is disabled here")])
  }

  /// tools/server/server-context.cpp refuses a text that is longer than a micro-batch.
  private static let embeddingBatch = Check(
    Rule(
      "llama-cpp-embedding-batch", .warning,
      "The micro-batch is too small for the longest text.",
      Explanation(
        """
        The server embeds or ranks an entire text in one micro-batch. It answers longer texts with "input \
        is too large to process", even if they fit into the context.
        """,
        wrong: """
          category: embedding
          parameters:
            context_length: 8192
          """,
        right: """
          category: embedding
          parameters:
            context_length: 8192
          llama_cpp:
            ubatch_size: 8192
            batch_size: 8192
          """,
        source: "llama.cpp b11347, tools/server/server-context.cpp")), of: LlamaCpp.self
  ) { profile, options, report in
    let ranks = profile.flag("--reranking")?.value == true
    guard ranks || profile.isEmbedding != nil || profile.flag("--embedding")?.value == true,
      ranks || !computesInParts(profile),
      let context = profile.parameters.contextLength ?? profile.parameters.maxTotalTokens
        ?? profile.number("--ctx-size").map({ total in
          // The slots share it.
          Located(total.value / max(1, profile.number("--parallel")?.value ?? 1), total.range)
        })
    else { return }
    let batch = options.ubatchSize?.value ?? 512
    guard context.value > batch else { return }
    let help =
      context.value > options.batchSize?.value ?? 2048
      ? "set 'llama_cpp.ubatch_size' and 'batch_size' to \(context.value)"
      : "set 'llama_cpp.ubatch_size: \(context.value)'"
    report(
      context.range,
      "the server refuses texts of more than \(batch) tokens: they must fit into 'ubatch_size'",
      help: help)
  }

  /// Whether a text may be longer than a micro-batch: the last token's state is the embedding of models such as
  /// Qwen3-Embedding (tools/server/server-context.cpp, can_split).
  private static func computesInParts(_ profile: Profile) -> Bool {
    if let pooling = profile.word("--pooling") { return pooling.value == "last" }
    return profile.model.text.lowercased().contains("qwen")
  }

  /// tools/server/README.md, `--cache-ram`: the cache is in main memory and counts towards the
  /// container's limit.
  private static let promptCache = Check(
    Rule(
      "llama-cpp-prompt-cache", .warning, "The prompt cache can exceed the container's memory.",
      Explanation(
        """
        The server keeps old prompts in main memory, by default up to 8 GiB. If they reach the \
        container's limit, the kernel kills the server while it answers requests.
        """,
        wrong: """
          resources:
            ram: 8GB
          """,
        right: """
          resources:
            ram: 8GB
          llama_cpp:
            cache_ram: 2048
          """,
        source: "llama.cpp b11347, tools/server/README.md (--cache-ram)")),
    of: LlamaCpp.self
  ) { profile, options, report in
    guard let ram = profile.resources.ram, options.cacheRAM?.value != 0 else { return }
    let cache = options.cacheRAM?.value ?? 8192
    guard cache < 0 || cache << 20 >= ram.value.bytes else { return }
    let size = cache < 0 ? "without limit" : "of \(cache) MiB"
    report(
      options.cacheRAM?.range ?? ram.range,
      "the prompt cache \(size) can take all of the container's \(ram.value.text) of memory",
      help: "set 'llama_cpp.cache_ram' to a smaller size in MiB, or to 0")
  }
}
