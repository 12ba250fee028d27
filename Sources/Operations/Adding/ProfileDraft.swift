import Deployments
import Memory
import Models
import Profiles
import Values

/// The lines of a profile for a model that was found, each with why it is there.
struct ProfileDraft {
  let found: FoundModel
  let choice: RuntimeChoice
  let name: String
  let category: String
  /// Tokens that the user asked for; nil where they did not.
  let askedContext: Int?
  /// Bytes of GPU memory that a server of the runtime can use; nil where nothing says it.
  var gpuMemory: Int?
  /// What its server takes, and how long texts may be; nil where that cannot be worked out.
  var plan: LargestContext?
  /// The command that made it, for the first line.
  let command: String

  private var runtime: any Runtime.Type { choice.runtime }

  /// What is kept free beside weights and texts where no plan can be made: 1.5 GiB.
  private static let unplanned = 3 << 29
  /// The context of a server of which nothing says how much memory it has.
  private static let modestContext = 8192

  /// What does not fit, in one line; nil where all does, or nothing is known of it.
  var warning: String? {
    if let plan {
      guard plan.tokens == 0, case .fails(let missing) = plan.estimate.verdict else { return nil }
      return
        "\(Self.size(missing)) of GPU memory are missing for the model and a short text; 'amm plan' shows each part"
    }
    guard let gpuMemory, let weights = found.weightBytes, weights + margin > gpuMemory else {
      return nil
    }
    return
      "\(Self.size(weights)) of weights and \(Self.size(margin)) beside them are more than the \(Self.size(gpuMemory)) of the GPU that its server takes"
  }

  var text: String {
    var lines = [
      "# Made by '\(command)'.",
      found.origin.map { "# What the model is was read from \($0)." }
        ?? "# What the model is was not read: its files are not on this machine.",
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
        "  gated: true  # as the hub says: accept its terms there; the instance needs a token",
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

  /// How its weights are stored, where the word is as short as such words are.
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
      if let revision { lines.append("  revision: \(JSON.quoted(revision))  # as it was named") }
      if runtime.sectionKey == "llama_cpp" {
        if let file {
          lines += ["", "llama_cpp:", "  file: \(JSON.quoted(file))  # as it was named"]
        } else {
          lines += [
            "", "llama_cpp:",
            quantization.map { "  quant: \(Self.word($0))  # as it was named" }
              ?? "  quant: Q4_K_M  # what llama.cpp takes by itself: about 5 bits a weight",
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

  /// What a person may want to add, and why it is not there.
  private var notes: [String] {
    var notes: [String] = []
    if found.facts?.hasOwnCode == true {
      notes.append(
        "Its repository has code of its own. Where the server lacks the model, pin 'source.revision' and set 'trust_remote_code: true'."
      )
    }
    if found.facts?.template?.hasTools == true, let help = runtime.toolCallHelp {
      notes.append("Its template writes tools: \(help).")
    }
    if let sampling = found.facts?.sampling?.inWords {
      notes.append("Its author samples with \(sampling); servers take that by themselves.")
    }
    if let format, found.facts?.format == .configuration {
      notes.append("Its weights are stored as \(format); the server reads that from its files.")
    }
    return notes
  }

  // MARK: What fits

  /// Tokens of the longest text that the model takes; nil for one that writes none, or that does not say it.
  var longest: Int? {
    guard runtime.writesText, let facts = found.facts else { return nil }
    return facts.reachableContext ?? facts.contextLength
  }

  /// What is beside weights and texts.
  private var margin: Int {
    guard let terms = plan?.estimate.terms else { return Self.unplanned }
    return terms.filter { ![.weights, .kvPool].contains($0.name) }.map(\.bytes).reduce(0, +)
  }

  /// Texts as long as fit beside the weights, up to what the model was trained for.
  private var context: (tokens: Int, why: String)? {
    if let askedContext { return (askedContext, "as it was asked for") }
    guard let facts = found.facts, let limit = longest else { return nil }
    if let plan {
      guard plan.tokens > 0 else {
        return (min(limit, 1024), "of \(limit): there is no room for texts, so this is the least")
      }
      return (
        plan.tokens,
        plan.tokens == limit
          ? "what the model was trained for: there is room for it"
          : "of \(limit): what certainly has room; 'amm plan' shows each part"
      )
    }
    if let gpuMemory, let weights = found.weightBytes, let cache = facts.cache, cache.perToken > 0 {
      let room = gpuMemory - weights - margin - cache.windows
      // Steps of 1024, and never less than one.
      let fitting = min(limit, max(0, room) / cache.perToken) / 1024 * 1024
      guard fitting > 0 else {
        return (
          min(limit, 1024),
          "of \(limit): \(Self.size(weights)) of weights leave no room for texts, so this is the least"
        )
      }
      return (
        min(limit, fitting),
        "of \(limit): \(Self.size(weights)) of weights leave room for that, at \(cache.perToken >> 10) KiB a token"
      )
    }
    let tokens = min(limit, Self.modestContext)
    return (
      tokens,
      tokens == limit
        ? "what the model was trained for"
        : "of \(limit) that the model was trained for; more takes more memory"
    )
  }

  private var memory: (amount: Int, why: String)? {
    guard let weights = found.weightBytes else { return nil }
    let tokens = context?.tokens ?? 0
    // Each below 2^53, and so their sum below what an Int has.
    let (perToken, isTooLarge) = tokens.multipliedReportingOverflow(
      by: found.facts?.cache?.perToken ?? 0)
    let cache =
      (isTooLarge ? 1 << 53 : min(perToken, 1 << 53))
      + (tokens > 0 ? found.facts?.cache?.windows ?? 0 : 0)
    let total = weights + cache + margin
    var parts = ["\(Self.size(weights)) of weights"]
    if cache > 0 { parts.append("\(Self.size(cache)) for \(tokens) tokens") }
    parts.append("\(Self.size(margin)) beside them")
    return (max(1, (total + (1 << 30) - 1) >> 30), parts.joined(separator: ", "))
  }

  /// A word as YAML has it: in quotes where it would mean something else without.
  private static func word(_ text: String) -> String {
    let isPlain = text.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false
    let meansMore = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    return isPlain && !meansMore.contains(text.lowercased()) ? text : "\"\(text)\""
  }

  /// Bytes for people, to a tenth of a GiB.
  private static func size(_ bytes: Int) -> String {
    let tenths = (bytes * 10 + (1 << 29)) >> 30
    return "\(tenths / 10).\(tenths % 10) GiB"
  }
}

extension GenerationDefaults {
  /// "temperature 0.6, top_p 0.95"; nil where it says nothing.
  fileprivate var inWords: String? {
    let words = [
      temperature.map { "temperature \($0)" }, topP.map { "top_p \($0)" },
      topK.map { "top_k \($0)" },
    ].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }
}
