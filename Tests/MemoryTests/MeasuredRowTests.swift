import Foundation
import Memory
import Models
import TestSupport
import Testing
import Values

/// Compares the predictions of `amm plan` with the figures that servers reported, for every row.
///
/// `make record` writes the table to docs/memory-accuracy.md.
struct MeasuredRowTests {
  /// Relative errors of one kind of figure, and what they may be.
  struct Kind {
    let name: String
    /// In percent.
    let limits: (median: Double, high: Double)
    /// The term, whose range holds the measured value unless a row is excused.
    let term: String?
    let measured: @Sendable (MeasuredRow) -> Double?
    let predicted: @Sendable (MeasuredRow, JSONValue) -> Double?
  }

  static let gibibyte = Double(1 << 30)
  static let mebibyte = Double(1 << 20)

  private static func term(
    _ runtime: String, _ title: String, _ term: String, _ key: String, _ unit: Double,
    _ limits: (Double, Double),
    where isMeant: @escaping @Sendable (MeasuredRow) -> Bool = { _ in true }
  ) -> Kind {
    Kind(
      name: title, limits: limits, term: term,
      measured: { row in
        row.text("runtime") == runtime && isMeant(row) ? row.number(key).map { $0 * unit } : nil
      }, predicted: { _, plan in plan["terms"]?[term]?["bytes"]?.number })
  }

  static let kinds: [Kind] = [
    term("vllm", "vLLM, weights of a GPU", "weights", "m_weights_gib", gibibyte, (0.02, 0.5)),
    term(
      "vllm", "vLLM from 0.17, activation", "activation", "m_activation_gib", gibibyte, (0.3, 5.4),
      where: \.isNew),
    term(
      "vllm", "vLLM before 0.17, activation", "activation", "m_activation_gib", gibibyte,
      (0.2, 0.3), where: { !$0.isNew }),
    term("vllm", "vLLM, libraries", "non_torch", "m_non_torch_gib", gibibyte, (2, 100)),
    term("vllm", "vLLM, CUDA graphs", "cuda_graphs", "m_cudagraph_est_gib", gibibyte, (20, 60)),
    term("vllm", "vLLM, pool of keys and values", "kv_pool", "m_kv_gib", gibibyte, (0.1, 1.5)) {
      $0.value["gpu_total_gib"] != nil && $0.text("gpu")?.contains("H100") == true
    },
    term(
      "vllm", "vLLM, pool on other cards", "kv_pool", "m_kv_gib", gibibyte, (1.5, 20),
      where: { $0.value["gpu_total_gib"] != nil && $0.text("gpu")?.contains("H100") != true }),
    Kind(
      name: "vLLM, tokens of a given pool", limits: (0.02, 0.2), term: nil,
      measured: { row in
        row.text("runtime") == "vllm" && row.number("m_kv_gib") != nil
          ? row.number("m_kv_tokens") : nil
      },
      predicted: { row, plan in
        guard let tokens = plan["kv_tokens"]?.number,
          let pool = plan["terms"]?["kv_pool"]?["bytes"]?.number, pool > 0,
          let given = row.number("m_kv_gib")
        else { return nil }
        return tokens / pool * given * gibibyte
      }),
    Kind(
      name: "vLLM, tokens", limits: (0.1, 2), term: nil,
      measured: { row in
        row.text("runtime") == "vllm" && row.value["gpu_total_gib"] != nil
          ? row.number("m_kv_tokens") : nil
      }, predicted: { _, plan in plan["kv_tokens"]?.number }),
    Kind(
      name: "SGLang, tokens of a given pool", limits: (0.1, 0.2), term: nil,
      measured: { row in row.text("runtime") == "sglang" ? row.number("m_kv_tokens") : nil },
      predicted: { row, plan in
        guard let tokens = plan["kv_tokens"]?.number,
          let pool = plan["terms"]?["kv_pool"]?["bytes"]?.number, pool > 0,
          let given = row.number("m_kv_gib") ?? row.number("m_k_gib").map({ $0 * 2 })
        else { return nil }
        return tokens / pool * given * gibibyte
      }),
    term("llama.cpp", "llama.cpp, keys and values", "kv_pool", "m_kv_mib", mebibyte, (0.01, 0.1)),
    term("llama.cpp", "llama.cpp, states", "recurrent", "m_rs_mib", mebibyte, (0.01, 0.1)),
    term(
      "llama.cpp", "llama.cpp, compute", "compute", "m_compute_mib", mebibyte, (0.4, 1),
      where: { $0.text("gpu") == "CPU" && $0.value["fa"]?.boolean != false }),
    term("ollama", "Ollama, keys and values", "kv_pool", "m_kv_mib", mebibyte, (0.01, 0.1)),
  ]

  /// Rows whose value no range holds, with the reason.
  static let excused = [
    "vllm19-25": "a stage of a pipeline talks to the next one alone, and holds a fifth of the rest",
    "v-g4-31b": "the card's memory is not in the report",
    "oos-g31b-bf16": "the card's memory is not in the report",
    "oos-g31b-nvfp4": "the card's memory is not in the report",
    "oos-oss120": "the card's memory is not in the report",
  ]

  @Test func `what is predicted is what servers said`() throws {
    let rows = MeasuredRow.all
    #expect(rows.count == 77)
    let folder = try TemporaryFolder()
    var errors: [[Double]] = Self.kinds.map { _ in [] }
    for row in rows {
      let plan = try #require(try row.plan(in: folder), "\(row.id)")
      for (index, kind) in Self.kinds.enumerated() {
        guard let measured = kind.measured(row), measured > 0,
          let predicted = kind.predicted(row, plan)
        else { continue }
        // Files of unknown size leave only a range.
        if !row.flag("weights_unknown") {
          errors[index].append(abs(predicted - measured) / measured)
        }
        guard let term = kind.term.flatMap({ plan["terms"]?[$0] }), Self.excused[row.id] == nil,
          let low = term["low"]?.number, let high = term["high"]?.number
        else { continue }
        // Logs are rounded to a hundredth.
        let rounding = 0.006 * (row.text("runtime") == "vllm" ? Self.gibibyte : Self.mebibyte * 2)
        #expect(
          low - rounding <= measured && measured <= high + rounding,
          "\(row.id), \(kind.name): \(measured) is not within \(low) to \(high)")
      }
    }
    var table = Self.heading
    for (kind, all) in zip(Self.kinds, errors) {
      let sorted = all.map { $0 * 100 }.sorted()
      let median = try #require(
        sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2], "\(kind.name)")
      let high = sorted[min(sorted.count, Int((0.9 * Double(sorted.count)).rounded(.up))) - 1]
      #expect(median <= kind.limits.median, "\(kind.name): median \(median) %")
      #expect(high <= kind.limits.high, "\(kind.name): 90th percentile \(high) %")
      table +=
        "| \(kind.name) | \(sorted.count) | \(String(format: "%.2f", median)) % | \(String(format: "%.2f", high)) % |\n"
    }
    let difference = try Golden.difference(
      of: table, from: Repository.file("docs/memory-accuracy.md"))
    #expect(difference == nil, "\(difference ?? "")")
  }

  /// A profile's `model:` section says six figures: what they leave open makes the range wider.
  @Test func `figures alone give ranges that hold what was measured`() throws {
    var count = 0
    for row in MeasuredRow.all where row.text("runtime") == "vllm" && row.text("quant") == nil {
      guard row.integer("tp") ?? 1 == 1, row.integer("pp") ?? 1 == 1, row.value["ep"] == nil,
        let configuration = row.configuration, let memory = row.number("gpu_total_gib"),
        let weights = row.number("m_weights_gib"), let pool = row.number("m_kv_gib")
      else { continue }
      let known = ModelFacts(configuration: configuration)
      guard known.experts == nil, known.vision == nil, known.quantization == nil,
        row.text("dtype") != "float32", let layers = known.layerCount,
        let heads = known.keyValueHeads, let size = known.headSize
      else { continue }
      var facts = ModelFacts(
        ModelFigures(
          parameters: Int(weights * Self.gibibyte / 2), layers: layers,
          attentionHeads: known.attentionHeads, keyValueHeads: heads, headSize: size,
          contextLength: known.contextLength))
      facts.weights = WeightSizes(ofAll: Int(weights * Self.gibibyte))
      var settings = VLLMSettings()
      settings.release = row.text("version").flatMap { ServerRelease($0) }
      settings.share = row.number("gpu_memory_utilization")
      settings.context = row.integer("max_model_len")
      settings.sequences = row.integer("max_num_seqs")
      settings.batchedTokens = row.integer("max_num_batched_tokens")
      let card = row.text("gpu").flatMap(Card.named)
      let gpu = GPU(card: card, memory: Int(memory * Self.gibibyte))
      let term = try #require(try VLLMMemory(facts, settings, on: gpu).estimate[.kvPool])
      let measured = pool * Self.gibibyte
      #expect(
        Double(term.range.lowerBound) <= measured && measured <= Double(term.range.upperBound),
        "\(row.id): \(measured) is not within \(term.range)")
      count += 1
    }
    #expect(count >= 15, "\(count) rows")
  }

  static let heading = """
    # How accurate `amm plan` is

    This page compares the predictions of `amm plan` with the figures that servers reported. It covers \
    \(MeasuredRow.all.count) starts: from public logs and issues (`Tests/MemoryTests/rows.jsonl`, each with \
    its source), and from running llama.cpp's server with small models. Errors are relative, \
    and their sign is ignored. `make record` writes this file. A test checks its figures, and checks that \
    each measured value is in the range that amm predicts.

    Figures for libraries and CUDA graphs are not calculated but come from logs, so amm gives a wide range for \
    them. With several GPUs, the memory of libraries depends on how the GPUs are connected, and cannot be \
    predicted.

    | figure | rows | median | 90th percentile |
    | --- | --- | --- | --- |

    """
}

extension MeasuredRow {
  var isNew: Bool {
    let numbers = (text("version") ?? "").split(separator: ".").compactMap { Int($0) }
    return numbers.count > 1 && (numbers[0] > 0 || numbers[1] >= 17)
  }

  /// What `amm plan` says of it.
  func plan(in folder: TemporaryFolder) throws -> JSONValue? {
    guard let configuration, let runtime = text("runtime") else { return nil }
    try folder.write(JSON.line(configuration.plain), to: "\(id)/config.json")
    var words = ["plan", folder.file(id).path, "--runtime", runtime, "--json"]
    if let release { words += ["--release", release] }
    if let memory = number("gpu_total_gib") {
      words += ["--gpu-total", "\(memory)GiB"]
    } else if runtime == "vllm" || runtime == "sglang" {
      words += ["--gpu-total", "400GiB"]
    }
    if runtime == "vllm", let gpu = text("gpu"), !gpu.contains("card"), !gpu.contains("class") {
      words += ["--gpu", gpu]
    }
    for setting in settings(runtime) { words += ["--set", setting] }
    let result = try Program.run(Program.amm, words)
    #expect(result.status == 0, "\(id): \(result.errors)")
    return JSONValue(parsing: Array(result.output.utf8))
  }

  /// Releases as images have them.
  private var release: String? {
    guard let version = text("version"), version != "unknown" else { return nil }
    if let build = version.firstMatch(of: /b[0-9]{4,6}/) { return String(build.output) }
    return version.replacing(".x", with: ".0")
  }

  private func settings(_ runtime: String) -> [String] {
    var keys: [(String, String)] = []
    switch runtime {
    case "vllm":
      keys = [
        "gpu_memory_utilization", "max_model_len", "max_num_seqs", "max_num_batched_tokens",
        "kv_cache_dtype", "block_size", "dtype",
      ].map { ($0, $0) }
      keys += [("tp", "tensor_parallel_size"), ("pp", "pipeline_parallel_size")]
      keys += [("prefix_caching", "enable_prefix_caching"), ("ep", "data_parallel_size")]
    case "sglang": keys = [("mem_fraction_static", "mem_fraction_static"), ("tp", "tp_size")]
    case "llama.cpp":
      keys = [
        ("type_k", "cache_type_k"), ("type_v", "cache_type_v"), ("n_ubatch", "ubatch_size"),
      ]
    default: break
    }
    var settings = keys.compactMap { key, name in
      value[key].map { "\(name)=\($0.text ?? JSON.line($0.plain))" }
    }
    if value["ep"] != nil { settings.append("enable_expert_parallel=true") }
    guard runtime == "llama.cpp" || runtime == "ollama", let context = integer("n_ctx") else {
      return settings
    }
    // A profile says what one request may have.
    let slots = integer("n_seq") ?? 1
    let shares = flag("unified") || runtime == "ollama"
    settings.append("context_length=\(shares ? context : context / slots)")
    if !shares { settings.append("max_batch_size=\(slots)") }
    if let isOn = value["fa"]?.boolean { settings.append("flash_attn=\(isOn ? "on" : "off")") }
    return settings
  }
}

extension JSONValue {
  /// For writing.
  fileprivate var plain: Value {
    switch self {
    case .null: .null
    case .boolean(let flag): .boolean(flag)
    case .number(let number): number == number.rounded() ? .integer(Int(number)) : .number(number)
    case .text(let text): .text(text)
    case .list(let items): .list(items.map(\.plain))
    case .object(let members):
      .set(members.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.plain) })
    }
  }
}
