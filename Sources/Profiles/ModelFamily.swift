/// A well-known model, for profiles that are created from a name and a size.
///
/// Figures come from the models' cards and configurations. GPU memory is for 16-bit weights, a
/// cache and 1 GiB (Hugging Face), or for Ollama's 4-bit file.
package struct ModelFamily: Sendable {
  /// The name of the family, such as `llama`.
  package let base: String
  /// The size in the name, such as `8b`.
  package let size: String
  /// The folder of its profiles.
  package let category: String
  /// The model's name on the Hugging Face hub.
  package let hub: String
  /// The model's name in Ollama's library.
  package let ollama: String
  /// The number of parameters in the publisher's form, such as `7B`.
  package let parameters: String
  /// The number of attention heads, which tensor parallelism divides.
  package let heads: Int
  let keyValueHeads: Int
  /// The longest context that it was trained for, in tokens.
  package let context: Int
  /// GiB of GPU memory with 16-bit weights, and with Ollama's default file.
  package let memory: (full: Int, small: Int)
  let isGated: Bool

  private init(
    _ base: String, _ size: String, _ category: String, _ hub: String, _ ollama: String,
    _ parameters: String, heads: (Int, Int), context: Int, memory: (Int, Int), gated: Bool = false
  ) {
    self.base = base
    self.size = size
    self.category = category
    self.hub = hub
    self.ollama = ollama
    self.parameters = parameters
    self.heads = heads.0
    keyValueHeads = heads.1
    self.context = context
    self.memory = memory
    isGated = gated
  }

  /// The families that amm knows, the most requested ones first.
  package static let all = [
    ModelFamily(
      "qwen", "9b", "chat", "Qwen/Qwen3.5-9B", "qwen3.5:9b", "9.65B", heads: (16, 4),
      context: 262144, memory: (26, 9)),
    ModelFamily(
      "gpt-oss", "20b", "chat", "openai/gpt-oss-20b", "gpt-oss:20b", "20.91B", heads: (64, 8),
      context: 131072, memory: (26, 15)),
    ModelFamily(
      "llama", "8b", "chat", "meta-llama/Meta-Llama-3-8B-Instruct", "llama3:8b", "8.03B",
      heads: (32, 8), context: 8192, memory: (18, 7), gated: true),
    ModelFamily(
      "mistral", "7b", "chat", "mistralai/Mistral-7B-Instruct-v0.3", "mistral:7b", "7.25B",
      heads: (32, 8), context: 32768, memory: (18, 7)),
    ModelFamily(
      "phi", "14b", "chat", "microsoft/phi-4", "phi4:14b", "14.66B", heads: (40, 10),
      context: 16384, memory: (38, 12)),
    ModelFamily(
      "deepseek-coder", "7b", "coding", "deepseek-ai/deepseek-coder-7b-instruct-v1.5",
      "deepseek-coder:6.7b", "6.91B", heads: (32, 32), context: 4096, memory: (16, 7)),
    ModelFamily(
      "codellama", "7b", "coding", "codellama/CodeLlama-7b-Instruct-hf", "codellama:7b", "6.74B",
      heads: (32, 32), context: 16384, memory: (20, 8)),
    ModelFamily(
      "starcoder", "7b", "coding", "bigcode/starcoder2-7b", "starcoder2:7b", "7.17B",
      heads: (36, 4), context: 16384, memory: (19, 7)),
    ModelFamily(
      "qwen-coder", "7b", "coding", "Qwen/Qwen2.5-Coder-7B-Instruct", "qwen2.5-coder:7b", "7.62B",
      heads: (28, 4), context: 32768, memory: (18, 7)),
    ModelFamily(
      "deepseek-r1", "7b", "reasoning", "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
      "deepseek-r1:7b", "7.62B", heads: (28, 4), context: 131072, memory: (18, 7)),
    ModelFamily(
      "qwq", "32b", "reasoning", "Qwen/QwQ-32B", "qwq:32b", "32.76B", heads: (40, 8),
      context: 131072, memory: (80, 24)),
  ]

  /// Returns a complete profile of the model, with comments that show what to edit.
  ///
  /// - Parameters:
  ///   - name: The profile's name.
  ///   - category: The folder of the profile.
  ///   - runtime: A runtime that has a source for well-known models.
  ///   - model: A different model; nil for the family's own.
  package func profile(
    named name: String, category: String, runtime: any Runtime.Type, model: String?
  ) -> String {
    let source = runtime.familySource ?? .huggingface
    let isFromLibrary = source == .ollama
    let total = min(context, 8192)
    let least = isFromLibrary ? memory.small : memory.full
    var lines = [
      "# Created from '\(base)' in size \(size). Check the lines with 'edit', then run 'amm validate'.",
      "name: \(name)", "description: \(base) \(size.uppercased())  # edit: what it is for",
      "category: \(category)", "version: \"1.0\"", "", "source:",
      "  type: \(source.rawValue)",
      "  model_id: \(model ?? (isFromLibrary ? ollama : hub))",
    ]
    if !isFromLibrary { lines.append("  # revision: pin a commit to always get the same files") }
    lines += ["", "container:", "  runtime: \(runtime.name)", ""]
    if model == nil {
      lines += [
        "model:", "  parameters: \(parameters)", "  attention_heads: \(heads)",
        "  key_value_heads: \(keyValueHeads)", "  context_length: \(context)",
      ]
      if isGated, !isFromLibrary { lines.append("  gated: true  # the instance needs a token") }
      lines.append("")
    }
    lines += [
      "parameters:",
      "  context_length: \(total)  # edit: prompt and answer together, up to \(context)", "",
      "resources:", "  gpu_memory_min: \(least)GB  # edit: what it needs with your settings",
      "  cpu_cores: 4", "  ram: \(max(8, least))GB", "", "tags:", "  - \(category)", "  - \(size)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}
