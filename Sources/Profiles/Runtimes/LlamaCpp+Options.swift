package import Deployments
import Diagnostics
package import Schema
import Text
import Values
import YAML

extension LlamaCpp {
  /// The words of options that are on, off or left to the launcher.
  package enum Choice: String, Sendable, CaseIterable { case on, off, auto }

  /// The words of `--fit`.
  package enum Fit: String, Sendable, CaseIterable { case on, off }

  /// The words of `--split-mode`.
  package enum SplitMode: String, Sendable, CaseIterable { case none, layer, row, tensor }

  /// The words of `--rope-scaling`.
  package enum RopeScaling: String, Sendable, CaseIterable { case none, linear, yarn }

  /// The words of `--pooling`.
  package enum Pooling: String, Sendable, CaseIterable { case none, mean, cls, last, rank }

  /// The words of `--cache-type-k` and `--cache-type-v`.
  package enum CacheType: String, Sendable, CaseIterable {
    case f32, f16, bf16
    case q8 = "q8_0"
    case q4 = "q4_0"
    case q41 = "q4_1"
    case iq4 = "iq4_nl"
    case q5 = "q5_0"
    case q51 = "q5_1"

    /// Whether values are stored in fewer bits than they are computed in.
    var isQuantized: Bool {
      switch self {
      case .f32, .f16, .bf16: false
      case .q8, .q4, .q41, .iq4, .q5, .q51: true
      }
    }
  }

  /// `llama_cpp`: what only this server has.
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
        "The file of the repository to load, where its quantization does not name it."),
      Field(
        "quant", \.quant, .quant, default: "Q4_K_M", to: .computed("--hf-repo"),
        "The quantization whose file is loaded from the repository, such as 'Q8_0'."),
      Field(
        "mmproj", \.mmproj, .hostPath, to: .computed("--mmproj"),
        "The file on this machine that lets a model see."),
      Field(
        "n_predict", \.nPredict, .integer(-1...10_000_000), unit: "tokens",
        default: "-1, without limit", to: .argument("--n-predict"), "The longest answer."),
      Field(
        "batch_size", \.batchSize, .integer(1...1_000_000), unit: "tokens", default: "2048",
        to: .argument("--batch-size"), "How many tokens are taken up at once."),
      Field(
        "ubatch_size", \.ubatchSize, .integer(1...1_000_000), unit: "tokens", default: "512",
        to: .argument("--ubatch-size"),
        "How many tokens are computed at once; texts to embed must fit into it."),
      Field(
        "kv_unified", \.kvUnified, .boolean, default: "true where 'max_batch_size' is not set",
        to: .flag("--kv-unified", off: "--no-kv-unified"),
        "Whether all requests share one context instead of having a part of it each."),
      Field(
        "cont_batching", \.contBatching, .boolean, default: "true",
        to: .flag("--cont-batching", off: "--no-cont-batching"),
        "Whether new requests join those that are being answered."),
      Field(
        "flash_attn", \.flashAttn, .choice(), default: "auto", to: .argument("--flash-attn"),
        "Whether flash attention is used."),
      Field(
        "cache_type_k", \.cacheTypeK, .choice(), default: "f16", to: .argument("--cache-type-k"),
        "The number format of the keys in the cache."),
      Field(
        "cache_type_v", \.cacheTypeV, .choice(), default: "f16", to: .argument("--cache-type-v"),
        "The number format of the values in the cache; a small one needs flash attention."),
      Field(
        "n_gpu_layers", \.nGPULayers, .layerCount, unit: "layers", default: "auto",
        to: .argument("--n-gpu-layers"),
        "How many layers run on the GPU: a number, 'auto' or 'all'."),
      Field(
        "split_mode", \.splitMode, .choice(), default: "layer", to: .argument("--split-mode"),
        "How a model is split over several GPUs."),
      Field(
        "tensor_split", \.tensorSplit, .list(of: .number(0...10_000)),
        to: .argument("--tensor-split"), "The share of the model that each GPU takes."),
      Field(
        "main_gpu", \.mainGPU, .integer(0...64), default: "0", to: .argument("--main-gpu"),
        "The GPU that holds what is not split."),
      Field(
        "fit", \.fit, .choice(), default: "on", to: .argument("--fit"),
        "Whether the server lowers what is not set until the model fits into memory."),
      Field(
        "rope_scaling", \.ropeScaling, .choice(), default: "the model's",
        to: .argument("--rope-scaling"), "How positions beyond the trained context are scaled."),
      Field(
        "rope_scale", \.ropeScale, .number(0...1000, aboveLower: true),
        to: .argument("--rope-scale"), "By how much the context is stretched."),
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
        "Whether the model's file is mapped into memory instead of read; short for 'load_mode'."),
      Field(
        "load_mode", \.loadMode, .optionText(limit: 100), default: "auto",
        to: .argument("--load-mode"),
        "How the model's file is loaded: 'auto', 'mmap', 'mlock', 'mmap+mlock', 'dio' or 'none'."),
      Field(
        "min_p", \.minP, .number(0...1), default: "0.05", to: .argument("--min-p"),
        "The least probability, relative to the likeliest token, that is drawn from."),
      Field(
        "repeat_last_n", \.repeatLastN, .integer(-1...10_000_000), unit: "tokens", default: "64",
        to: .argument("--repeat-last-n"),
        "How far back 'repeat_penalty' looks; -1 the whole context."),
      Field(
        "presence_penalty", \.presencePenalty, .number(-2...2), default: "0",
        to: .argument("--presence-penalty"), "Holds back tokens that occurred at all."),
      Field(
        "frequency_penalty", \.frequencyPenalty, .number(-2...2), default: "0",
        to: .argument("--frequency-penalty"), "Holds back tokens by how often they occurred."),
      Field(
        "seed", \.seed, .integer(0...Int(Int32.max)), default: "random", to: .argument("--seed"),
        "Makes answers repeatable."),
      Field(
        "pooling", \.pooling, .choice(), default: "the model's", to: .argument("--pooling"),
        "How a text's vector is made of its tokens'."),
      Field(
        "reranking", \.reranking, .boolean, default: "false", to: .flag("--reranking"),
        "Whether the server ranks documents instead of writing."),
      Field(
        "jinja", \.jinja, .boolean, default: "true", to: .flag("--jinja", off: "--no-jinja"),
        "Whether the model's own chat template is run."),
      Field(
        "chat_template", \.chatTemplate, .optionText(limit: 100), default: "the model's",
        to: .argument("--chat-template"), "The name of a chat template that the server knows."),
      Field(
        "timeout", \.timeout, .integer(1...1_000_000), unit: "seconds", default: "3600",
        to: .argument("--timeout"), "How long a connection may be silent."),
      Field(
        "threads", \.threads, .integer(1...4096), unit: "threads", default: "the physical cores",
        to: .argument("--threads"), "Threads that compute on the processor."),
      Field(
        "threads_http", \.threadsHTTP, .integer(1...4096), unit: "threads", default: "by cores",
        to: .argument("--threads-http"), "Threads that answer connections."),
      Field(
        "cache_ram", \.cacheRAM, .integer(-1...10_000_000), unit: "MiB", default: "8192",
        to: .argument("--cache-ram"),
        "Main memory for prompts that may come again; 0 for none, -1 without limit."),
      Field(
        "metrics", \.metrics, .boolean, default: "false", to: .flag("--metrics"),
        "Whether the server has '/metrics' for Prometheus."),
      Field(
        "slots", \.slots, .boolean, default: "true", to: .flag("--slots", off: "--no-slots"),
        "Whether the server has '/slots', which shows what is under way."),
      Field(
        "props", \.props, .boolean, default: "false", to: .flag("--props"),
        "Whether settings may be changed by a request to '/props'."),
    ])
  }
}

extension ValueType where Value == String {
  /// A file's name in a repository, perhaps in a folder.
  fileprivate static let fileName = grammar(
    "a file of the repository such as 'model-Q4_K_M.gguf'", #"^[A-Za-z0-9][A-Za-z0-9._/-]*\.gguf$"#
  ) { text in
    text.hasSuffix(".gguf") && text.utf8.first?.isASCIIAlphanumeric == true
      && !text.contains("..")
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || ".-_/".utf8.contains($0) }
  }

  /// A quantization as files are named by it.
  fileprivate static let quant = grammar(
    "a quantization such as 'Q4_K_M'", "^[A-Za-z0-9][A-Za-z0-9_.-]*$"
  ) { text in
    text.utf8.count <= 32 && text.utf8.first?.isASCIIAlphanumeric == true
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || ".-_".utf8.contains($0) }
  }

  fileprivate static let layerCount = grammar(
    "a number of layers, 'auto' or 'all'", "^([0-9]{1,4}|-[12]|auto|all)$", numeric: true
  ) { text in
    // -1 and -2 are those words as numbers (common/arg.cpp).
    ["auto", "all", "-1", "-2"].contains(text)
      || ((1...4).contains(text.utf8.count) && text.utf8.allSatisfy(\.isASCIIDigit))
  }
}
