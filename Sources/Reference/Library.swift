import Models

/// The page of `docs/reference` about the models that amm knows by themselves.
enum Library {
  static var page: String {
    Markdown.page(
      "Public models",
      """
      What amm knows of these models before anything is fetched: the values of `config.json` by which it plans and \
      checks, as far as at least two public sources agree. `Tests/Library/regenerate` asks the hub for each \
      and tells what aged. A lock and files on the machine say more, and come first.
      """,
      PublicModel.all.map { Markdown.section("`\($0.name)`", text(of: $0)) }
        + [Markdown.section("What is missing", missing)])
  }

  private static func text(of model: PublicModel) -> String {
    let facts = model.facts
    var figures: [String] = []
    if let count = facts.parameters { figures.append("\(count) parameters") }
    if let count = facts.layerCount { figures.append("\(count) layers") }
    if let heads = facts.attentionHeads { figures.append("\(heads) heads") }
    if let heads = facts.keyValueHeads, let size = facts.headSize {
      figures.append("\(heads) of keys and values of \(size)")
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
    Models that were looked for, and whose shapes no two public sources agreed on when the table was made:

    | model | what a second source lacks |
    | --- | --- |
    | Qwen/Qwen3.5-2B | its own configuration, and the part that looks at images |
    | LiquidAI/LFM2.5-1.2B-Instruct | the widths of its convolutions and feed-forward parts |
    | Qwen/Qwen3-Embedding-8B | heads of keys and values, the width of feed-forward parts |
    | Qwen/Qwen3-Reranker-0.6B, Qwen/Qwen3-Reranker-4B | their own configurations |
    | Qwen/Qwen3-30B-A3B-Instruct-2507 | its own configuration: the base model's differs |
    | mistralai/Mistral-Small-3.2-24B-Instruct-2506 | its own configuration: that of 3.1 is known |
    | deepseek-ai/deepseek-coder-7b-instruct-v1.5 | its own configuration |
    """
}
