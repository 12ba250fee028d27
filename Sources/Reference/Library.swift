import Models

/// The page of `docs/reference` about the public models that amm knows.
enum Library {
  static var page: String {
    Markdown.page(
      "Public models",
      """
      amm knows these models before anything is fetched. It plans and checks with the values of `config.json` on which \
      at least two public sources agree. `Tests/Library/regenerate` compares each model with the hub and reports \
      outdated values. A lock and files on the machine contain more and take precedence.
      """,
      PublicModel.all.map { Markdown.section("`\($0.name)`", text(of: $0)) }
        + [Markdown.section("Missing models", missing)])
  }

  private static func text(of model: PublicModel) -> String {
    let facts = model.facts
    var figures: [String] = []
    if let count = facts.parameters { figures.append("\(count) parameters") }
    if let count = facts.layerCount { figures.append("\(count) layers") }
    if let heads = facts.attentionHeads { figures.append("\(heads) heads") }
    if let heads = facts.keyValueHeads, let size = facts.headSize {
      figures.append("\(heads) key-value heads of \(size)")
    }
    if let experts = facts.experts {
      let active = experts.active.map { ", \($0) at a time" } ?? ""
      figures.append("\(experts.count) experts\(active)")
    }
    if let length = facts.contextLength { figures.append("\(length) tokens") }
    if let license = model.license { figures.append("licence `\(license)`") }
    return figures.joined(separator: ", ") + ".\n\n"
      + model.sources.map { "- <\($0)>" }.joined(separator: "\n")
  }

  private static let missing = """
    For these models, no two public sources agreed on the shape when the table was made:

    | model | what a second source lacks |
    | --- | --- |
    | Qwen/Qwen3.5-2B | its own configuration, and the image encoder |
    | LiquidAI/LFM2.5-1.2B-Instruct | the widths of its convolutions and feed-forward layers |
    | Qwen/Qwen3-Embedding-8B | key-value heads, the width of its feed-forward layers |
    | Qwen/Qwen3-Reranker-0.6B, Qwen/Qwen3-Reranker-4B | their own configurations |
    | Qwen/Qwen3-30B-A3B-Instruct-2507 | its own configuration: that of the base model differs |
    | mistralai/Mistral-Small-3.2-24B-Instruct-2506 | its own configuration: only that of 3.1 is known |
    | deepseek-ai/deepseek-coder-7b-instruct-v1.5 | its own configuration |
    """
}
