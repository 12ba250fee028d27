import Diagnostics
import Profiles
import Schema
import Text

/// Models that compute embeddings, by their names.
extension ServerImport {
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
    guard ModelNames.embeds(named.value) else { return }
    tell(
      ImportRules.value, named.range,
      "the model computes embeddings, but the server refuses requests for them without '--embeddings'",
      help: "add '--embeddings'")
  }
}
