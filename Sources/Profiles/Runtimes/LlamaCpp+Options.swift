package import Deployments
import Diagnostics
package import Schema
import Text
import Values
import YAML

extension LlamaCpp {
  /// The values of options that are on, off or chosen by the launcher.
  package enum Choice: String, Sendable, CaseIterable { case on, off, auto }

  /// The values of `--fit`.
  package enum Fit: String, Sendable, CaseIterable { case on, off }

  /// The values of `--split-mode`.
  package enum SplitMode: String, Sendable, CaseIterable { case none, layer, row, tensor }

  /// The values of `--rope-scaling`.
  package enum RopeScaling: String, Sendable, CaseIterable { case none, linear, yarn }

  /// The values of `--pooling`.
  package enum Pooling: String, Sendable, CaseIterable { case none, mean, cls, last, rank }

  /// The values of `--cache-type-k` and `--cache-type-v`.
  package enum CacheType: String, Sendable, CaseIterable {
    case f32, f16, bf16
    case q8 = "q8_0"
    case q4 = "q4_0"
    case q41 = "q4_1"
    case iq4 = "iq4_nl"
    case q5 = "q5_0"
    case q51 = "q5_1"

    /// Whether values are stored with fewer bits than they are computed with.
    var isQuantized: Bool {
      switch self {
      case .f32, .f16, .bf16: false
      case .q8, .q4, .q41, .iq4, .q5, .q51: true
      }
    }
  }

  /// The section `llama_cpp`: the options that only this server has.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    package var file: Located<String>?
    package var quant: Located<String>?
    package var mmproj: Located<HostPath>?
    var nPredict: Located<Int>?
    var batchSize: Located<Int>?
    var ubatchSize: Located<Int>?
    var kvUnified: Located<Bool>?
    var contBatching: Located<Bool>?
    var flashAttn: Located<Choice>?
    var cacheTypeK: Located<CacheType>?
    var cacheTypeV: Located<CacheType>?
    var nGPULayers: Located<String>?
    var splitMode: Located<SplitMode>?
    var tensorSplit: Located<[Located<Double>]>?
    var mainGPU: Located<Int>?
    package var fit: Located<Fit>?
    var ropeScaling: Located<RopeScaling>?
    var ropeScale: Located<Double>?
    var ropeFreqBase: Located<Double>?
    var yarnOrigCtx: Located<Int>?
    package var mmap: Located<Bool>?
    package var loadMode: Located<String>?
    var minP: Located<Double>?
    var repeatLastN: Located<Int>?
    var presencePenalty: Located<Double>?
    var frequencyPenalty: Located<Double>?
    package var seed: Located<Int>?
    package var pooling: Located<Pooling>?
    package var reranking: Located<Bool>?
    package var jinja: Located<Bool>?
    var chatTemplate: Located<String>?
    package var timeout: Located<Int>?
    package var threads: Located<Int>?
    var threadsHTTP: Located<Int>?
    var cacheRAM: Located<Int>?
    package var metrics: Located<Bool>?
    package var slots: Located<Bool>?
    package var props: Located<Bool>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "file", \.file, .fileName, to: .argument("--hf-file"),
        "The file to load from the repository, if 'quant' is not enough to choose it."),
      Field(
        "quant", \.quant, .quant, default: "Q4_K_M", to: .computed("--hf-repo"),
        "The quantization of the file to load from the repository, such as 'Q8_0'."),
      Field(
        "mmproj", \.mmproj, .hostPath, to: .computed("--mmproj"),
        "The image encoder's file on this machine, with which the model reads images."),
      Field(
        "n_predict", \.nPredict, .integer(-1...10_000_000), unit: "tokens",
        default: "-1, no limit", to: .argument("--n-predict"), "The length of the longest answer."),
      Field(
        "batch_size", \.batchSize, .integer(1...1_000_000), unit: "tokens", default: "2048",
        to: .argument("--batch-size"), "How many tokens are submitted together."),
      Field(
        "ubatch_size", \.ubatchSize, .integer(1...1_000_000), unit: "tokens", default: "512",
        to: .argument("--ubatch-size"),
        "How many tokens are computed in one step; texts to embed must fit into it."),
      Field(
        "kv_unified", \.kvUnified, .boolean, default: "true if 'max_batch_size' is not set",
        to: .flag("--kv-unified", off: "--no-kv-unified"),
        "Whether all requests share one context, instead of each having a part of it."),
      Field(
        "cont_batching", \.contBatching, .boolean, default: "true",
        to: .flag("--cont-batching", off: "--no-cont-batching"),
        "Whether new requests join a running batch."),
      Field(
        "flash_attn", \.flashAttn, .choice(), default: "auto", to: .argument("--flash-attn"),
        "Whether flash attention is used."),
      Field(
        "cache_type_k", \.cacheTypeK, .choice(), default: "f16", to: .argument("--cache-type-k"),
        "The number format of the keys in the KV cache."),
      Field(
        "cache_type_v", \.cacheTypeV, .choice(), default: "f16", to: .argument("--cache-type-v"),
        "The number format of the values in the KV cache; quantized ones need flash attention."),
      Field(
        "n_gpu_layers", \.nGPULayers, .layerCount, unit: "layers", default: "auto",
        to: .argument("--n-gpu-layers"),
        "How many layers run on the GPU: a number, 'auto' or 'all'."),
      Field(
        "split_mode", \.splitMode, .choice(), default: "layer", to: .argument("--split-mode"),
        "How a model is split over several GPUs."),
      Field(
        "tensor_split", \.tensorSplit, .list(of: .number(0...10_000)),
        to: .argument("--tensor-split"), "The share of the model on each GPU."),
      Field(
        "main_gpu", \.mainGPU, .integer(0...64), default: "0", to: .argument("--main-gpu"),
        "The GPU for everything that is not split."),
      Field(
        "fit", \.fit, .choice(), default: "on", to: .argument("--fit"),
        "Whether the server adjusts settings that are not set until the model fits into memory."),
      Field(
        "rope_scaling", \.ropeScaling, .choice(), default: "the model's",
        to: .argument("--rope-scaling"), "How positions beyond the trained context are scaled."),
      Field(
        "rope_scale", \.ropeScale, .number(0...1000, aboveLower: true),
        to: .argument("--rope-scale"), "The factor by which the context is extended."),
      Field(
        "rope_freq_base", \.ropeFreqBase, .number(0...1e12, aboveLower: true),
        default: "the model's", to: .argument("--rope-freq-base"),
        "The base frequency of the model's positions."),
      Field(
        "yarn_orig_ctx", \.yarnOrigCtx, .integer(0...100_000_000), unit: "tokens",
        default: "the model's", to: .argument("--yarn-orig-ctx"),
        "The context that the model was trained for, for YaRN."),
      Field(
        "mmap", \.mmap, .boolean, default: "true", to: .computed("--mmap"),
        "Whether the model's file is memory-mapped instead of read; short for 'load_mode'."),
      Field(
        "load_mode", \.loadMode, .optionText(limit: 100), default: "auto",
        to: .argument("--load-mode"),
        "How the model's file is loaded: 'auto', 'mmap', 'mlock', 'mmap+mlock', 'dio' or 'none'."),
      Field(
        "min_p", \.minP, .number(0...1), default: "0.05", to: .argument("--min-p"),
        "The minimum probability of a token, relative to the most likely token."),
      Field(
        "repeat_last_n", \.repeatLastN, .integer(-1...10_000_000), unit: "tokens", default: "64",
        to: .argument("--repeat-last-n"),
        "How many previous tokens 'repeat_penalty' checks; -1 for the entire context."),
      Field(
        "presence_penalty", \.presencePenalty, .number(-2...2), default: "0",
        to: .argument("--presence-penalty"), "The penalty for tokens that occurred at all."),
      Field(
        "frequency_penalty", \.frequencyPenalty, .number(-2...2), default: "0",
        to: .argument("--frequency-penalty"), "The penalty for each time a token occurred."),
      Field(
        "seed", \.seed, .integer(0...Int(Int32.max)), default: "random", to: .argument("--seed"),
        "The random seed, for repeatable answers."),
      Field(
        "pooling", \.pooling, .choice(), default: "the model's", to: .argument("--pooling"),
        "How the vectors of a text's tokens are combined into one."),
      Field(
        "reranking", \.reranking, .boolean, default: "false", to: .flag("--reranking"),
        "Whether the server ranks documents instead of writing text."),
      Field(
        "jinja", \.jinja, .boolean, default: "true", to: .flag("--jinja", off: "--no-jinja"),
        "Whether the server uses the model's own chat template."),
      Field(
        "chat_template", \.chatTemplate, .optionText(limit: 100), default: "the model's",
        to: .argument("--chat-template"), "The text of a chat template, or 'chatml'."),
      Field(
        "timeout", \.timeout, .integer(1...1_000_000), unit: "seconds", default: "3600",
        to: .argument("--timeout"), "How long a connection can be idle."),
      Field(
        "threads", \.threads, .integer(1...4096), unit: "threads", default: "the physical cores",
        to: .argument("--threads"), "The number of threads for CPU computation."),
      Field(
        "threads_http", \.threadsHTTP, .integer(1...4096), unit: "threads",
        default: "depends on the cores", to: .argument("--threads-http"),
        "The number of threads that serve connections."),
      Field(
        "cache_ram", \.cacheRAM, .integer(-1...10_000_000), unit: "MiB", default: "8192",
        to: .argument("--cache-ram"),
        "Main memory for caching prompts; 0 for none, -1 for no limit."),
      Field(
        "metrics", \.metrics, .boolean, default: "false", to: .flag("--metrics"),
        "Whether the server has '/metrics' for Prometheus."),
      Field(
        "slots", \.slots, .boolean, default: "true", to: .flag("--slots", off: "--no-slots"),
        "Whether the server has '/slots', which shows the running requests."),
      Field(
        "props", \.props, .boolean, default: "false", to: .flag("--props"),
        "Whether a request to '/props' can change settings."),
    ])
  }
}

extension ValueType where Value == String {
  /// The name of a file in a repository, optionally in a folder.
  fileprivate static let fileName = grammar(
    "a file in the repository such as 'model-Q4_K_M.gguf'", #"^[A-Za-z0-9][A-Za-z0-9._/-]*\.gguf$"#
  ) { text in
    text.hasSuffix(".gguf") && text.utf8.first?.isASCIIAlphanumeric == true
      && !text.contains("..")
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || ".-_/".utf8.contains($0) }
  }

  /// A quantization, as it occurs in file names.
  fileprivate static let quant = grammar(
    "a quantization such as 'Q4_K_M'", "^[A-Za-z0-9][A-Za-z0-9_.-]*$"
  ) { text in
    text.utf8.count <= 32 && text.utf8.first?.isASCIIAlphanumeric == true
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || ".-_".utf8.contains($0) }
  }

  fileprivate static let layerCount = grammar(
    "a number of layers, 'auto' or 'all'", "^([0-9]{1,4}|-[12]|auto|all)$", numeric: true
  ) { text in
    // -1 and -2 are the numbers for 'auto' and 'all' (common/arg.cpp).
    ["auto", "all", "-1", "-2"].contains(text)
      || ((1...4).contains(text.utf8.count) && text.utf8.allSatisfy(\.isASCIIDigit))
  }
}
