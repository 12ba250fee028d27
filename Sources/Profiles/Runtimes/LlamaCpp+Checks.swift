import Deployments
import Diagnostics
import Schema

/// What llama.cpp finds out when it loads a model, or never says, checked at build time.
extension LlamaCpp {
  package static let checks: [Check] = [
    ggufFile, noRevision, fileAndQuant, batchSizes, quantizedValues, embeddingBatch, promptCache,
    firstPart, loadModeTwice, splitWithoutEffect, routerWithModel,
  ]

  private static let ggufFile = Check(
    Rule(
      "llama-cpp-gguf-file", "llama.cpp loads a file that ends with '.gguf'.",
      Explanation(
        """
        llama.cpp reads its own format only. Given a folder of safetensors, it exits without \
        having loaded anything.
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
      path.range, "llama.cpp cannot load '\(path.value.text)': it is no GGUF file",
      help: "name the '.gguf' file itself; 'convert_hf_to_gguf.py' of llama.cpp makes one")
  }

  /// common/arg.cpp has no option for a revision: the hub's main branch is loaded.
  private static let noRevision = Check(
    Rule(
      "llama-cpp-revision", "A revision is asked for only of runtimes that load one.",
      Explanation(
        """
        The server has no option for it and loads the main branch, so the weights would not be \
        those that the profile pins.
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
      "llama-cpp-file", "A repository's file is chosen once, and only in a repository.",
      Explanation(
        """
        A file's name settles the quantization, and a local path settles the file. The second \
        choice would be dropped, or the server would look for a file that does not exist.
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
        quant.range, "'file' names the file already", help: "remove one of the two",
        notes: [report.note(file.range, "the file is named here")])
    }
    guard case .local = profile.model, let range = options.file?.range ?? options.quant?.range
    else { return }
    report(range, "'source.path' names the model's file", help: "remove the line")
  }

  /// src/llama-context.cpp: a micro-batch is a part of a batch.
  private static let batchSizes = Check(
    Rule(
      "llama-cpp-batch", "A micro-batch is no larger than a batch.",
      Explanation(
        """
        A micro-batch is the part of a batch that is computed at once, so llama.cpp lowers it to \
        the batch. The memory and the speed that were asked for do not come.
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
      help: "raise 'batch_size' to \(small.value), too",
      notes: options.batchSize.map { [report.note($0.range, "the batch is set here")] } ?? [])
  }

  /// src/llama-context.cpp: "V cache quantization requires flash_attn".
  private static let quantizedValues = Check(
    Rule(
      "llama-cpp-quantized-cache", "Values are quantized in the cache with flash attention.",
      Explanation(
        """
        Only flash attention reads quantized values. Without it the server prints "V cache \
        quantization requires flash_attn" and exits once the model is loaded.
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
      notes: [report.note(attention.range, "it is switched off here")])
  }

  /// tools/server/server-context.cpp refuses a text that is longer than a micro-batch.
  private static let embeddingBatch = Check(
    Rule(
      "llama-cpp-embedding-batch", .warning,
      "A text that the model could embed fits into a micro-batch.",
      Explanation(
        """
        An embedding needs its whole text in one micro-batch. Longer texts get the answer "input \
        is too large to process", although the context has room for them.
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
    guard profile.isEmbedding != nil,
      let context = profile.parameters.contextLength ?? profile.parameters.maxTotalTokens
    else { return }
    let batch = options.ubatchSize?.value ?? 512
    guard context.value > batch else { return }
    let help =
      context.value > options.batchSize?.value ?? 2048
      ? "set 'llama_cpp.ubatch_size' and 'batch_size' to \(context.value)"
      : "set 'llama_cpp.ubatch_size: \(context.value)'"
    report(
      context.range,
      "texts of more than \(batch) tokens would be refused: they must fit into 'ubatch_size'",
      help: help)
  }

  /// tools/server/README.md, `--cache-ram`: kept in main memory, which the container's limit counts.
  private static let promptCache = Check(
    Rule(
      "llama-cpp-prompt-cache", .warning, "The prompt cache fits into the memory that is allowed.",
      Explanation(
        """
        The server keeps old prompts in main memory, 8 GiB of them if nothing is said. When they \
        reach the container's limit, the kernel kills the server in the middle of an answer.
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
      "the prompt cache \(size) could take all of the \(ram.value.text) that the container may use",
      help: "set 'llama_cpp.cache_ram' to a part of it, or 0")
  }
}
