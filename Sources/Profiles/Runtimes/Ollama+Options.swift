package import Deployments
import Diagnostics
package import Schema
import Text
import Values
import YAML

extension Ollama {
  /// The values of `OLLAMA_KV_CACHE_TYPE`, which Ollama passes to llama-server as `--cache-type-k`
  /// and `--cache-type-v` (llm/llama_server.go).
  package typealias KVCacheType = LlamaCpp.CacheType

  /// The section `ollama`: the options that only this server and its models have.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    var keepAlive: Located<String>?
    var loadTimeout: Located<String>?
    var maxLoadedModels: Located<Int>?
    var flashAttention: Located<Bool>?
    var kvCacheType: Located<KVCacheType>?
    var gpuOverhead: Located<ByteCount>?
    var schedSpread: Located<Bool>?
    package var origins: Located<[Located<String>]>?
    package var debug: Located<Bool>?
    package var adapter: Located<HostPath>?
    package var draft: Located<HostPath>?
    package var system: Located<String>?
    package var template: Located<String>?
    package var seed: Located<Int>?
    var numPredict: Located<Int>?
    var numKeep: Located<Int>?
    var numBatch: Located<Int>?
    var numGPU: Located<Int>?
    var mainGPU: Located<Int>?
    var numThread: Located<Int>?
    var useMmap: Located<Bool>?
    var minP: Located<Double>?
    var typicalP: Located<Double>?
    var repeatLastN: Located<Int>?
    var presencePenalty: Located<Double>?
    var frequencyPenalty: Located<Double>?
    package var stop: Located<[Located<String>]>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "keep_alive", \.keepAlive, .goDuration, default: "5m",
        to: .variable("OLLAMA_KEEP_ALIVE"),
        "How long an idle model stays loaded; negative for no limit, 0 for not at all."),
      Field(
        "load_timeout", \.loadTimeout, .goDuration, default: "5m",
        to: .variable("OLLAMA_LOAD_TIMEOUT"), "How long loading can stall before it fails."),
      Field(
        "max_loaded_models", \.maxLoadedModels, .integer(0...1000), unit: "models",
        default: "3 for each GPU", to: .variable("OLLAMA_MAX_LOADED_MODELS"),
        "How many models are loaded at the same time; 0 for the default."),
      Field(
        "flash_attention", \.flashAttention, .boolean, default: "depends on the model",
        to: .variable("OLLAMA_FLASH_ATTENTION"), "Whether flash attention is used."),
      Field(
        "kv_cache_type", \.kvCacheType, .choice(), default: "f16",
        to: .variable("OLLAMA_KV_CACHE_TYPE"), "The number format of the KV cache."),
      Field(
        "gpu_overhead", \.gpuOverhead, .byteCount, default: "none",
        to: .variable("OLLAMA_GPU_OVERHEAD"), "How much GPU memory is left free."),
      Field(
        "sched_spread", \.schedSpread, .boolean, default: "false",
        to: .variable("OLLAMA_SCHED_SPREAD"), "Whether a model is spread over all GPUs."),
      Field(
        "origins", \.origins, .list(of: .commaFree, distinct: true), default: "this machine",
        to: .variable("OLLAMA_ORIGINS"), "Web origins that can call the server."),
      Field(
        "debug", \.debug, .boolean, default: "false", to: .variable("OLLAMA_DEBUG"),
        "Whether the server logs debug messages."),
      Field(
        "adapter", \.adapter, .hostPath, to: .computed("INSTRUCTION.ADAPTER"),
        "The file of a LoRA adapter on this machine, which is added to the model."),
      Field(
        "draft", \.draft, .hostPath, since: "0.24", to: .computed("INSTRUCTION.DRAFT"),
        "The file of a draft model on this machine, for speculative decoding."),
      Field(
        "system", \.system, .modelText(multiline: true), to: .modelInstruction("SYSTEM"),
        "The system prompt that the model starts with."),
      Field(
        "template", \.template, .modelText(multiline: true), to: .modelInstruction("TEMPLATE"),
        "The prompt template that replaces the model's own."),
      Field(
        "seed", \.seed, .integer(-1...Int(Int32.max)), default: "-1, random",
        to: .modelParameter("seed"), "The random seed, for repeatable answers."),
      Field(
        "num_predict", \.numPredict, .integer(-2...10_000_000), unit: "tokens",
        default: "-1, no limit", to: .modelParameter("num_predict"),
        "The length of the longest answer."),
      Field(
        "num_keep", \.numKeep, .integer(-1...10_000_000), unit: "tokens", default: "4",
        to: .modelParameter("num_keep"),
        "How many tokens at the start of the prompt are kept when the context is full."),
      Field(
        "num_batch", \.numBatch, .integer(1...1_000_000), unit: "tokens", default: "512",
        to: .modelParameter("num_batch"), "How many prompt tokens are computed in one step."),
      Field(
        "num_gpu", \.numGPU, .integer(-1...10_000), unit: "layers", default: "as many as fit",
        to: .modelParameter("num_gpu"), "How many layers run on the GPU."),
      Field(
        "main_gpu", \.mainGPU, .integer(0...64), to: .modelParameter("main_gpu"),
        "The GPU for small tensors."),
      Field(
        "num_thread", \.numThread, .integer(0...4096), unit: "threads",
        default: "0, the physical cores", to: .modelParameter("num_thread"),
        "The number of threads for CPU computation."),
      Field(
        "use_mmap", \.useMmap, .boolean, to: .modelParameter("use_mmap"),
        "Whether the model's file is memory-mapped."),
      Field(
        "min_p", \.minP, .number(0...1), default: "0", to: .modelParameter("min_p"),
        "The minimum probability of a token, relative to the most likely token."),
      Field(
        "typical_p", \.typicalP, .number(0...1, aboveLower: true), default: "1",
        to: .modelParameter("typical_p"), "The probability mass for locally typical sampling."),
      Field(
        "repeat_last_n", \.repeatLastN, .integer(-1...10_000_000), unit: "tokens",
        default: "64", to: .modelParameter("repeat_last_n"),
        "How many previous tokens 'repeat_penalty' checks; -1 for the entire context."),
      Field(
        "presence_penalty", \.presencePenalty, .number(-2...2), default: "0",
        to: .modelParameter("presence_penalty"), "The penalty for tokens that occurred at all."),
      Field(
        "frequency_penalty", \.frequencyPenalty, .number(-2...2), default: "0",
        to: .modelParameter("frequency_penalty"), "The penalty for each time a token occurred."),
      Field(
        "stop", \.stop, .list(of: .modelText(multiline: false), distinct: true),
        to: .modelParameter("stop"), "Texts that end an answer."),
    ])
  }
}

extension ValueType where Value == String {
  /// A duration in Go's format (`5m`, `1h30m`, `-1`), or a number of seconds.
  fileprivate static let goDuration = parsed(
    "a duration", pattern: "^-?([0-9]+|([0-9]+(\\.[0-9]+)?(ms|s|m|h))+)$", numeric: true,
    plain: { .text($0) }
  ) { (text) throws(Refusal) in
    let bytes = Array(text.utf8)
    guard isGoDuration(bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]) else {
      throw Refusal(
        "must be a duration such as '5m' or '1h30m', or seconds, found '\(text.abbreviated)'")
    }
    return text
  }

  /// Returns a type for text that a Modelfile can contain unchanged.
  fileprivate static func modelText(multiline: Bool) -> Self {
    parsed(
      "text", limit: 100_000, multiline: multiline,
      pattern: multiline ? "^(?![\\s\\S]*\"\"\")[\\s\\S]+$" : "^(?!.*\"\"\").+$", numeric: true,
      plain: { .text($0) }
    ) {
      (text) throws(Refusal) in
      if let problem = ModelFile.problem(with: text) { throw Refusal(problem) }
      return text
    }
  }
}

/// Returns whether a text is only digits, or numbers with units, as in Go's time.ParseDuration
/// without signs.
private func isGoDuration(_ text: ArraySlice<UInt8>) -> Bool {
  guard !text.isEmpty else { return false }
  if text.allSatisfy(\.isASCIIDigit) { return true }
  let point = UInt8(ascii: ".")
  var rest = text
  while !rest.isEmpty {
    let number = rest.prefix { $0.isASCIIDigit || $0 == point }
    rest = rest.dropFirst(number.count)
    guard let unit = ["ms", "s", "m", "h"].first(where: { rest.starts(with: $0.utf8) }),
      number.first?.isASCIIDigit == true, number.last?.isASCIIDigit == true,
      number.count(where: { $0 == point }) <= 1
    else { return false }
    rest = rest.dropFirst(unit.utf8.count)
  }
  return true
}
