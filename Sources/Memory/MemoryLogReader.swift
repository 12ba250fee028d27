/// Reads the memory figures that servers print while they start, line by line.
///
/// The reader looks for the lines of all servers, because their formats do not overlap.
///
/// It supports vLLM 0.6 to 0.33 (worker/gpu_worker.py, v1/core/kv_cache_utils.py), SGLang 0.4 to
/// 0.5.23 (model_executor/model_runner.py, mem_cache), llama.cpp b3000 to b11669 (src/), Ollama 0.9
/// to 0.32 (ml/backend/ggml, llm/server.go) and TGI 3.3.7 (models/flash_causal_lm.py).
struct MemoryLogReader {
  private(set) var measured = MeasuredMemory()
  /// llama.cpp's buffers by kind and device; buffers that are reserved again count once.
  private var buffers: [Buffer: Int] = [:]
  /// The buffers of the contexts before the current one: a model that drafts with its own layers has
  /// two contexts.
  private var earlier: [Buffer: Int] = [:]
  /// Whether the current context has reported a buffer for computing.
  private var hasComputed = false
  /// Whether a draft model is being loaded after the main model.
  private var isOfDraft = false
  /// Bytes of SGLang's pools by the part of the server that reports them.
  private var pools: [String: Int] = [:]
  private var loads: [String: Int] = [:]

  private struct Buffer: Hashable {
    let name: MemoryTerm.Name
    let device: String
  }

  mutating func read(_ line: LogLine) {
    if isStart(line) {
      let release = measured.release
      self = MemoryLogReader()
      measured.release = release
    }
    readRelease(line)
    if line.has(" size") || line.has(" n_ctx ") || line.has("load_tensors: loading") {
      readLlamaCpp(line)
    }
    readVLLM(line)
    readSGLang(line)
    readTGI(line)
  }

  /// Checks whether a line is the first of a new start; earlier lines belong to another start.
  private func isStart(_ line: LogLine) -> Bool {
    line.has("API server version ") || line.has("LLM engine (v")
      || line.has("server_args=ServerArgs(") || line.has("build: ") && line.has(") with ")
      || line.has("common_params_print_info: build ")
      || line.has("text_generation_launcher: Args {")
      || line.has("msg=\"starting runner\"") || line.has("msg=\"starting llama server\"")
      || line.has("systemd[") && (line.has("]: Started ") || line.has("]: Starting "))
  }

  private mutating func readRelease(_ line: LogLine) {
    let found =
      line.word(after: "API server version ") ?? line.word(after: "LLM engine (v")
      ?? line.word(after: "common_params_print_info: build ").map { "b" + $0 }
    if let found { measured.release = String(found.drop { $0 == "v" }) }
  }

  private mutating func keepLargest(_ name: MemoryTerm.Name, _ bytes: Int?) {
    guard let bytes else { return }
    measured.gpu[name] = max(measured.gpu[name] ?? 0, bytes)
  }

  private mutating func keepFewest(tokens: Double?) {
    guard let tokens else { return }
    let count = Bytes.whole(tokens)
    measured.tokens = min(measured.tokens ?? count, count)
  }
}

// MARK: vLLM

extension MemoryLogReader {
  private mutating func readVLLM(_ line: LogLine) {
    guard
      line.has(" took ") || line.has("iB") || line.has("GPU ") || line.has(" GB")
        || line.has("# cuda ")
    else {
      return
    }
    keepLargest(
      .weights,
      line.size(after: "Model loading took ") ?? line.size(after: "oading model weights took "))
    keepLargest(.weights, line.size(after: "model weights take "))
    if line.has("emory profiling takes ") {
      keepLargest(.weights, line.size(after: "weights memory: "))
      keepLargest(.nonTorch, line.size(after: "non-torch forward increase memory: "))
      keepLargest(.activation, line.size(after: "torch peak memory increase: "))
    }
    // The pool leaves room for the estimate, not for what the graphs take in the end.
    keepLargest(.cudaGraphs, line.size(after: "Estimated CUDA graph memory: "))
    keepLargest(.nonTorch, line.size(after: "non_torch_memory takes "))
    keepLargest(.activation, line.size(after: "PyTorch activation peak memory takes "))
    // The fullest GPU has the smallest pool.
    if let pool = line.size(after: "Available KV cache memory: ")
      ?? line.size(after: "memory reserved for KV Cache is ")
    {
      measured.gpu[.kvPool] = min(measured.gpu[.kvPool] ?? pool, pool)
    }
    // 0.6 prints the peak of weights and activation together (worker/worker.py, 0.6.4).
    if line.has("emory profiling results: ") {
      keepLargest(.nonTorch, line.size(after: "non_torch_memory="))
      if let peak = line.size(after: "peak_torch_memory="), let weights = measured.gpu[.weights] {
        keepLargest(.activation, max(0, peak - weights))
      }
      if let pool = line.size(after: "kv_cache_size=") {
        measured.gpu[.kvPool] = min(measured.gpu[.kvPool] ?? pool, pool)
      }
      measured.card = line.size(after: "total_gpu_memory=") ?? measured.card
    }
    keepLargest(.weights, sizeBefore(" for weight,", line))
    keepLargest(.activation, sizeBefore(" for peak activation,", line))
    keepLargest(.nonTorch, sizeBefore(" for non-torch memory,", line))
    if let size = sizeBefore(" for CUDAGraph memory", line) { measured.gpu[.cudaGraphs] = size }
    if line.has("Graph capturing finished in ") {
      keepLargest(.cudaGraphs, line.size(after: ", took "))
    }
    if line.has("GPU KV cache size: "), line.has(" tokens") {
      keepFewest(tokens: line.number(after: "GPU KV cache size: "))
    }
    // Versions before 0.8 print the number of blocks of 16 tokens.
    let blocks = line.number(after: "# GPU blocks: ") ?? line.number(after: "# cuda blocks: ")
    keepFewest(tokens: blocks.map { $0 * 16 })
    if let card = line.size(after: "can use total_gpu_memory (") { measured.card = card }
  }

  /// Returns the size before a text, as in "12.56 GiB for weight".
  private func sizeBefore(_ words: StaticString, _ line: LogLine) -> Int? {
    let unit = line.word(before: words)
    guard unit == "GiB" || unit == "MiB", let value = Double(line.word(before: words, skipping: 1))
    else { return nil }
    return Bytes.whole(value * (unit == "GiB" ? Bytes.gibibyte : Bytes.mebibyte))
  }
}

// MARK: SGLang

extension MemoryLogReader {
  private mutating func readSGLang(_ line: LogLine) {
    guard
      line.has("em usage=") || line.has("Cache is allocated") || line.has("max_total_num_tokens=")
    else { return }
    // The prefix is a part such as "TP3", or the time if the server has a single part.
    let word = line.word(before: "] ")
    let part = word.first?.isLetter == true ? word : ""
    if line.has("Load weight end") {
      loads[part, default: 0] += 1
      if loads[part] == 1 { keepLargest(.weights, line.size(after: "mem usage=")) }
    }
    // The draft model is loaded after the main model.
    guard loads[part] ?? 1 == 1 else { return }
    if line.has("KV Cache is allocated") {
      let sizes = [
        line.size(after: " K size: "), line.size(after: " V size: "),
        line.size(after: " KV size: "),
      ].compactMap { $0 }
      pools[part, default: 0] += sizes.reduce(0, +)
      measured.gpu[.kvPool] = pools.values.max()
      if let tokens = line.number(after: "#tokens: ") {
        // With a separate pool for windows, the larger pool limits the length of texts.
        measured.tokens = max(measured.tokens ?? 0, Bytes.whole(tokens))
      }
    }
    if line.has("Mamba Cache is allocated") {
      let sizes = [
        line.size(after: "conv_state size: "), line.size(after: "ssm_state size: "),
      ].compactMap { $0 }
      keepLargest(.recurrent, sizes.reduce(0, +))
    }
    if line.has("apture cuda graph end") {
      keepLargest(.cudaGraphs, line.size(after: "mem usage="))
    }
    if let tokens = line.number(after: "max_total_num_tokens=") {
      measured.tokens = Bytes.whole(tokens)
    }
  }
}

// MARK: TGI

extension MemoryLogReader {
  private mutating func readTGI(_ line: LogLine) {
    if let blocks = line.number(after: "KV-cache blocks: "),
      let size = line.number(after: ", size: ")
    {
      keepFewest(tokens: blocks * size)
    } else if let tokens = line.number(after: "etting max batch total tokens to ") {
      keepFewest(tokens: tokens)
    }
  }
}

// MARK: llama.cpp and Ollama

extension MemoryLogReader {
  private mutating func readLlamaCpp(_ line: LogLine) {
    if line.has("load_tensors: loading model tensors") {
      let isLoaded = buffers.contains { $0.key.name == .weights && $0.value > 0 }
      // A first pass only measures and has no tensors. A second model is a draft model.
      if isLoaded { isOfDraft = true } else { buffers = [:] }
      (earlier, hasComputed) = ([:], false)
      return
    }
    guard !isOfDraft else { return }
    // The image encoder has separate buffers.
    guard !line.has("clip"), !line.has("alloc_compute_meta") else { return }
    if let tokens = line.number(after: " n_ctx         = ") ?? line.number(
      after: " n_ctx                 = ")
      ?? line.number(after: " n_ctx      = ")
    {
      measured.tokens = Bytes.whole(tokens)
    }
    let found: (MemoryTerm.Name, String, Int?)
    if line.has(" buffer size = ") {
      let size = line.size(after: " buffer size = ")
      switch line.word(before: " buffer size = ") {
      case "model": found = (.weights, line.word(before: " model buffer size"), size)
      case "KV": found = (.kvPool, line.word(before: " KV buffer size"), size)
      case "RS": found = (.recurrent, line.word(before: " RS buffer size"), size)
      case "compute": found = (.compute, line.word(before: " compute buffer size"), size)
      case "output": found = (.output, line.word(before: " output buffer size"), size)
      case let device where line.has("load_tensors:"): found = (.weights, device, size)
      default: return
      }
    } else if line.has("msg=\""),
      let device = line.word(after: " device=") ?? line.word(after: " buffer=")
        ?? line.word(after: " buffer_type="), let size = line.size(after: " size=\"")
    {
      if line.has("msg=\"model weights\"") {
        found = (.weights, device, size)
      } else if line.has("msg=\"kv cache\"") {
        found = (.kvPool, device, size)
      } else if line.has("msg=\"compute graph\"") {
        found = (.compute, device, size)
      } else {
        return
      }
    } else {
      return
    }
    guard let size = found.2 else { return }
    // Ollama's own engine prints one decimal.
    if line.has("msg=\"") { measured.isCoarse = true }
    let buffer = Buffer(name: found.0, device: found.1)
    // A context reports its cache before it reserves its graphs.
    if hasComputed, found.0 == .output || found.0 == .kvPool {
      for (other, bytes) in buffers where other.name == .compute || other.name == .output {
        earlier[other, default: 0] += bytes
        buffers[other] = 0
      }
      hasComputed = false
    }
    if found.0 == .compute { hasComputed = true }
    // A server has several caches, which are added. Graphs are reserved more than once.
    let adds = found.0 == .kvPool && line.has("buffer size")
    buffers[buffer] = adds ? (buffers[buffer] ?? 0) + size : size
    sum()
  }

  private mutating func sum() {
    measured.gpu = [:]
    measured.host = [:]
    measured.fullest = [:]
    var devices: Set<String> = []
    for (buffer, last) in buffers {
      let bytes = last + (earlier[buffer] ?? 0)
      if buffer.device.hasPrefix("CPU") || buffer.device.hasSuffix("_Host") {
        measured.host[buffer.name, default: 0] += bytes
      } else {
        measured.gpu[buffer.name, default: 0] += bytes
        measured.fullest[buffer.name] = max(measured.fullest[buffer.name] ?? 0, bytes)
        devices.insert(buffer.device)
      }
    }
    measured.devices = max(1, devices.count)
  }
}
