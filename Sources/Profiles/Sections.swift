package import Deployments
import Diagnostics
package import Schema
import Text
import Values

/// `source`: where the model comes from.
package struct SourceSection: Record {
  /// The place that weights come from, as in `type:`.
  package enum Kind: String, Sendable, CaseIterable { case huggingface, ollama, local }

  package var kind: Located<Kind>?
  var modelID: Located<String>?
  package var revision: Located<String>?
  package var path: Located<HostPath>?

  package init() {}

  package static func section(meantBy text: String) -> String? {
    switch text {
    case "huggingface": return "{type: huggingface, model_id: ORGANISATION/MODEL}"
    case "ollama": return "{type: ollama, model_id: MODEL:TAG}"
    case "local": return "{type: local, path: ~/models/MODEL}"
    default: break
    }
    // Other letters would need quotes.
    guard text.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "-_.:/~".utf8.contains($0) }) else {
      return nil
    }
    if text.hasPrefix("/") || text.hasPrefix("~/") { return "{type: local, path: \(text)}" }
    let hub = "https://huggingface.co/"
    let name = text.hasPrefix(hub) ? String(text.dropFirst(hub.utf8.count)) : text
    return name.contains("/") && !name.contains(":")
      ? "{type: huggingface, model_id: \(name)}" : "{type: ollama, model_id: \(name)}"
  }

  package static let fields = FieldTable<SourceSection, Never>([
    Field(
      "type", \.kind, .choice(), required: true,
      "Where the model comes from: the Hugging Face hub, Ollama's library or this machine."),
    Field(
      "model_id", \.modelID, .modelID,
      "The model's name in that source: 'organisation/model' or 'model:tag'."),
    Field(
      "revision", \.revision, .revision, default: "the hub's 'main'",
      "The branch, tag or commit of the model on the hub; a commit makes it reproducible."),
    Field(
      "path", \.path, .hostPath,
      "The folder or file on this machine that holds a local model."),
  ])
}

/// `container`: the server that runs the model.
package struct ContainerSection: Record {
  package var runtime: Located<String>?
  package var image: Located<ImageReference>?
  package var entrypoint: Located<PlainText>?

  package init() {}

  package static func section(meantBy text: String) -> String? {
    let runtime =
      Suggestion.nearest(to: text, among: Runtimes.names)
      ?? Runtimes.names.first { text.contains($0) }
    return "{runtime: \(runtime ?? "NAME")}"
  }

  package static let fields = FieldTable<ContainerSection, Never>([
    Field(
      "runtime", \.runtime,
      .runtimeName, required: true, "The server program that runs the model."),
    Field(
      "image", \.image, .image, default: "the runtime's pinned image for the instance's GPUs",
      "The container image, with registry and tag or digest."),
    Field(
      "entrypoint", \.entrypoint, .entrypoint, default: "the image's",
      "The program to start in the container instead of the image's own."),
  ])
}

/// `parameters`: how the model runs.
package struct Parameters: Record {
  package typealias Destination = CommonField

  package var written = FieldSet()
  var maxInputLength: Located<Int>?
  package var maxTotalTokens: Located<Int>?
  var context: Located<ContextLength>?
  package var quantization: Located<Quantization>?
  package var dtype: Located<DataType>?
  package var temperature: Located<Double>?
  package var topP: Located<Double>?
  var topK: Located<Int>?
  var repeatPenalty: Located<Double>?
  var numShard: Located<Int>?
  var trustRemoteCode: Located<Bool>?

  package init() {}

  /// The context in tokens; nil if it is not set, or left to the launcher.
  package var contextLength: Located<Int>? {
    guard let context, case .tokens(let count) = context.value else { return nil }
    return Located(count, context.range)
  }

  package static let fields = FieldTable<Parameters, CommonField>([
    Field(
      "max_input_length", \.maxInputLength, .integer(1...10_000_000), unit: "tokens",
      to: .maxInputLength, "The longest prompt that a request may have."),
    Field(
      "max_total_tokens", \.maxTotalTokens, .integer(2...10_000_000), unit: "tokens",
      to: .maxTotalTokens, "The maximum length of prompt and answer together."),
    Field(
      "context_length", \.context, .contextLength, unit: "tokens", to: .contextLength,
      "The context window, same as 'max_total_tokens'; 'auto' (vLLM): what fits into memory; 0 (llama.cpp): the model's."
    ),
    Field(
      "quantization", \.quantization, .choice(), default: "from the model's files",
      to: .quantization, "How the weights are stored in memory; 'none' leaves them as they are."),
    Field(
      "dtype", \.dtype, .choice(), default: "from the model's files", to: .dtype,
      "The number format of the model's computations."),
    Field(
      "temperature", \.temperature, .number(0...100), to: .temperature,
      "The randomness of sampling; 0 always takes the most likely token."),
    Field(
      "top_p", \.topP, .number(0...1, aboveLower: true), to: .topP,
      "Samples from the most likely tokens that together have this probability."),
    Field(
      "top_k", \.topK, .integer(0...1_000_000), unit: "tokens", to: .topK,
      "Samples from this many of the most likely tokens; 0 means all tokens."),
    Field(
      "repeat_penalty", \.repeatPenalty,
      .number(0...Double.greatestFiniteMagnitude, aboveLower: true), to: .repeatPenalty,
      "The penalty for tokens that already occurred; 1 means none."),
    Field(
      "num_shard", \.numShard, .integer(1...64), unit: "GPUs", to: .numShard,
      "How many GPUs the model is split over; it must divide the number of attention heads."),
    Field(
      "trust_remote_code", \.trustRemoteCode, .boolean, default: "false", to: .trustRemoteCode,
      "Whether code from the model's repository may run; if so, pin 'source.revision'."),
  ])
}

/// `performance`: request limits and batch sizes.
package struct Performance: Record {
  package typealias Destination = CommonField

  package var written = FieldSet()
  var maxBatchSize: Located<Int>?
  var maxConcurrentRequests: Located<Int>?
  var waitingServedRatio: Located<Double>?

  package init() {}

  package static let fields = FieldTable<Performance, CommonField>([
    Field(
      "max_batch_size", \.maxBatchSize, .integer(1...100_000), unit: "requests",
      to: .maxBatchSize, "How many requests are computed together."),
    Field(
      "max_concurrent_requests", \.maxConcurrentRequests, .integer(1...1_000_000),
      unit: "requests", to: .maxConcurrentRequests,
      "How many requests may be in progress before the server rejects more."),
    Field(
      "waiting_served_ratio", \.waitingServedRatio,
      .number(0...Double.greatestFiniteMagnitude), to: .waitingServedRatio,
      "The ratio of waiting to running requests above which the server interrupts a batch."),
  ])
}

/// `resources`: what the model needs on the machine.
package struct Resources: Record {
  package var gpuMemoryMin: Located<ByteCount>?
  package var gpuMemoryRecommended: Located<ByteCount>?
  package var cpuCores: Located<Int>?
  package var ram: Located<ByteCount>?

  package init() {}

  package static let fields = FieldTable<Resources, Never>([
    Field(
      "gpu_memory_min", \.gpuMemoryMin, .byteCount,
      "The minimum GPU memory for the model; compared with the host's."),
    Field(
      "gpu_memory_recommended", \.gpuMemoryRecommended, .byteCount,
      "The GPU memory that the model needs to run well."),
    Field(
      "cpu_cores", \.cpuCores, .integer(1...4096), unit: "cores",
      "Processor cores that the container may use."),
    Field(
      "ram", \.ram, .byteCount, "Main memory that the container may use; not GPU memory."),
  ])
}

/// How weights are stored in memory.
///
/// `none` means no quantization; no runtime has it as an option.
package enum Quantization: String, Sendable, CaseIterable {
  case none
  case awq, gptq, eetq, exl2, marlin, fp8
  case compressedTensors = "compressed-tensors"
  case bitsandbytes
  case bitsandbytesNF4 = "bitsandbytes-nf4"
  case bitsandbytesFP4 = "bitsandbytes-fp4"
  case gguf
  case awqMarlin = "awq_marlin"
  case gptqMarlin = "gptq_marlin"
  case mxfp4
  case mxfp8
  case modelopt
  case modeloptFP4 = "modelopt_fp4"
  case moeWNA16 = "moe_wna16"
  case quark
  case torchao
  case w8a8INT8 = "w8a8_int8"
  case w8a8FP8 = "w8a8_fp8"
}

/// The number format of a computation.
package enum DataType: String, Sendable, CaseIterable {
  case float16, bfloat16, float32
}
