import Diagnostics
import Profiles
import Schema
import Text

/// Models that compute embeddings, by their names.
extension ServerImport {
  /// Names of such models, as words that hyphens separate.
  private static let names = [
    "nomic-embed", "mxbai-embed", "snowflake-arctic-embed", "embeddinggemma", "embedding-gemma",
    "qwen3-embedding", "bge-m3", "bge-small", "bge-base", "bge-large", "e5-small", "e5-base",
    "e5-large", "all-minilm", "jina-embeddings", "gte-base", "gte-large", "gte-qwen2",
    "granite-embedding",
  ]

  /// Reports a server whose model computes embeddings, and that answers no requests for them without an option.
  mutating func tellEmbedding() {
    let flags = words.embeddingOptions
    guard !flags.isEmpty, let named = repository ?? model,
      !server.isOpen(named), server.variableFiles.isEmpty,
      !recognised.arguments.contains(where: { word in
        flags.contains(word.value) || word.value.hasPrefix("--embd-") || server.isOpen(word)
      }),
      !(recognised.variables + server.variables).contains(where: { flags.contains($0.name.value) })
    else { return }
    let last = named.value.split(separator: "/").last?.lowercased().replacing("_", with: "-") ?? ""
    guard Self.names.contains(where: { last.hasPrefix($0) || last.contains("-" + $0) }),
      !last.contains("rerank")
    else { return }
    tell(
      ImportRules.value, named.range,
      "the model computes embeddings, but the server refuses requests for them without '--embeddings'",
      help: "add '--embeddings'")
  }
}
