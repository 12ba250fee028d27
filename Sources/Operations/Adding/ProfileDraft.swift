import Deployments
import Memory
import Models
import Profiles
import Values

/// The lines of a profile for a model that was found, with comments that give reasons.
struct ProfileDraft {
  let found: FoundModel
  let choice: RuntimeChoice
  let name: String
  let category: String
  /// The context in tokens that the user requested; nil if none.
  let askedContext: Int?
  /// The GPU memory in bytes that a server of the runtime can use; nil if unknown.
  var gpuMemory: Int?
  /// What the server needs, and the longest context; nil if that cannot be calculated.
  var plan: LargestContext?
  /// The command that created the profile, for the first line.
  let command: String

  private var runtime: any Runtime.Type { choice.runtime }

  /// The memory kept free besides weights and texts if no plan can be made: 1.5 GiB.
  private static let unplanned = 3 << 29
  /// The context for a server with an unknown amount of memory.
  private static let modestContext = 8192

  /// A warning that the model does not fit, in one line; nil if it fits or nothing is known.
  var warning: String? {
    if let plan {
      guard plan.tokens == 0, case .fails(let missing) = plan.estimate.verdict else { return nil }
      return
        "the model and a short text need \(Self.size(missing)) more GPU memory; 'amm plan' shows each part"
    }
    guard let gpuMemory, let weights = found.weightBytes, weights + margin > gpuMemory else {
      return nil
    }
    return
      "\(Self.size(weights)) of weights and \(Self.size(margin)) for everything else exceed the \(Self.size(gpuMemory)) of GPU memory that the server can use"
  }

  var text: String {
    var lines = [
      "# Created by '\(command)'.",
      found.origin.map { "# The model's facts come from \($0)." }
        ?? "# The model's facts are unknown: its files are not on this machine.",
      "name: \(Self.word(name))", "description: \(description)",
      "category: \(Self.word(category))", "version: \"1.0\"",
    ]
    if found.facts?.task == .ranks { lines.append("capabilities: [reranking]") }
    lines += ["", "source:"]
    lines += source
    lines += ["", "container:", "  runtime: \(runtime.name)  # \(choice.reason)"]
    if let context {
      lines += ["", "parameters:", "  context_length: \(context.tokens)  # \(context.why)"]
    }
    if found.isGated == true {
      lines += [
        "", "model:",
        "  gated: true  # according to the hub: accept the terms there; the instance needs a token",
      ]
    }
    if !notes.isEmpty { lines += ["", "# " + notes.joined(separator: "\n# ")] }
    if let memory {
      lines += ["", "resources:", "  gpu_memory_min: \(memory.amount)GB  # \(memory.why)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var description: String {
    var words = [shortName]
    if let layers = found.facts?.layerCount { words.append("\(layers) layers") }
    if let experts = found.facts?.experts { words.append("\(experts.count) experts") }
    if let format { words.append(format) }
    return JSON.quoted(words.joined(separator: ", "))
  }

  /// The storage format of the weights, if its name is short enough.
  private var format: String? {
    found.facts?.quantization.flatMap { $0.method.utf8.count <= 24 ? $0.method : nil }
  }

  private static let ranking = "  reranking: true  # the model ranks texts"

  private var shortName: String {
    switch found.source {
    case .huggingFace(let id, _, _, _): id
    case .ollama(let name): name
    case .local(let path): path.lastPart
    }
  }

  private var source: [String] {
    switch found.source {
    case .huggingFace(let id, let revision, let quantization, let file):
      var lines = ["  type: huggingface", "  model_id: \(id)"]
      if let revision { lines.append("  revision: \(JSON.quoted(revision))  # as given") }
      if runtime.sectionKey == "llama_cpp" {
        if let file {
          lines += ["", "llama_cpp:", "  file: \(JSON.quoted(file))  # as given"]
        } else {
          lines += [
            "", "llama_cpp:",
            quantization.map { "  quant: \(Self.word($0))  # as given" }
              ?? "  quant: Q4_K_M  # llama.cpp's default: about 5 bits per weight",
          ]
        }
        if found.facts?.task == .ranks { lines.append(Self.ranking) }
      }
      return lines
    case .ollama(let name): return ["  type: ollama", "  model_id: " + JSON.quoted(name)]
    case .local(let path):
      let ranks = found.facts?.task == .ranks && runtime.sectionKey == "llama_cpp"
      return ["  type: local", "  path: \(path.text)"]
        + (ranks ? ["", "llama_cpp:", Self.ranking] : [])
    }
  }

  /// Comments on optional settings, and why they are not set.
  private var notes: [String] {
    var notes: [String] = []
    if found.facts?.hasOwnCode == true {
      notes.append(
        "Its repository contains code. If the server does not support the model, pin 'source.revision' and set 'trust_remote_code: true'."
      )
    }
    if found.facts?.template?.hasTools == true, let help = runtime.toolCallHelp {
      notes.append("Its template supports tools: \(help).")
    }
    if let sampling = found.facts?.sampling?.inWords {
      notes.append("Its author recommends \(sampling); servers use that by default.")
    }
    if let format, found.facts?.format == .configuration {
      notes.append("Its weights are stored as \(format); the server detects that.")
    }
    return notes
  }

  // MARK: What fits

  /// The longest context of the model in tokens; nil if it does not write text or the context is
  /// unknown.
  var longest: Int? {
    guard runtime.writesText, let facts = found.facts else { return nil }
    return facts.reachableContext ?? facts.contextLength
  }

  /// The memory for everything except weights and texts.
  private var margin: Int {
    guard let terms = plan?.estimate.terms else { return Self.unplanned }
    return terms.filter { ![.weights, .kvPool].contains($0.name) }.map(\.bytes).reduce(0, +)
  }

  /// The longest context that fits together with the weights, up to the one the model was trained
  /// for.
  private var context: (tokens: Int, why: String)? {
    if let askedContext { return (askedContext, "as requested") }
    guard let facts = found.facts, let limit = longest else { return nil }
    if let plan {
      guard plan.tokens > 0 else {
        return (min(limit, 1024), "of \(limit): the minimum, as no memory is left for texts")
      }
      return (
        plan.tokens,
        plan.tokens == limit
          ? "the context that the model was trained for; it fits"
          : "of \(limit): the most that certainly fits; 'amm plan' shows each part"
      )
    }
    if let gpuMemory, let weights = found.weightBytes, let cache = facts.cache, cache.perToken > 0 {
      let room = gpuMemory - weights - margin - cache.windows
      // Steps of 1024 tokens, at least one.
      let fitting = min(limit, max(0, room) / cache.perToken) / 1024 * 1024
      guard fitting > 0 else {
        return (
          min(limit, 1024),
          "of \(limit): the minimum, as \(Self.size(weights)) of weights leave no memory for texts"
        )
      }
      return (
        min(limit, fitting),
        "of \(limit): the most that fits with \(Self.size(weights)) of weights, at \(cache.perToken >> 10) KiB per token"
      )
    }
    let tokens = min(limit, Self.modestContext)
    return (
      tokens,
      tokens == limit
        ? "the context that the model was trained for"
        : "of \(limit) that the model was trained for; more needs more memory"
    )
  }

  private var memory: (amount: Int, why: String)? {
    guard let weights = found.weightBytes else { return nil }
    let tokens = context?.tokens ?? 0
    // Each part is at most 2^53, so the sum fits an Int.
    let (perToken, isTooLarge) = tokens.multipliedReportingOverflow(
      by: found.facts?.cache?.perToken ?? 0)
    let cache =
      (isTooLarge ? 1 << 53 : min(perToken, 1 << 53))
      + (tokens > 0 ? found.facts?.cache?.windows ?? 0 : 0)
    let total = weights + cache + margin
    var parts = ["\(Self.size(weights)) of weights"]
    if cache > 0 { parts.append("\(Self.size(cache)) for \(tokens) tokens") }
    parts.append("\(Self.size(margin)) for everything else")
    return (max(1, (total + (1 << 30) - 1) >> 30), parts.joined(separator: ", "))
  }

  /// Returns a text as YAML, in quotes if it would have another meaning without them.
  private static func word(_ text: String) -> String {
    let isPlain = text.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false
    let meansMore = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    return isPlain && !meansMore.contains(text.lowercased()) ? text : "\"\(text)\""
  }

  /// Formats bytes for people, to a tenth of a GiB.
  private static func size(_ bytes: Int) -> String {
    let tenths = (bytes * 10 + (1 << 29)) >> 30
    return "\(tenths / 10).\(tenths % 10) GiB"
  }
}

extension GenerationDefaults {
  /// The values as text: "temperature 0.6, top_p 0.95"; nil if there are none.
  fileprivate var inWords: String? {
    let words = [
      temperature.map { "temperature \($0)" }, topP.map { "top_p \($0)" },
      topK.map { "top_k \($0)" },
    ].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }
}
