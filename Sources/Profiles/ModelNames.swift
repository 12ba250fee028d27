/// What a model is for, as far as its name says it.
package enum ModelNames {
  /// The families of models that compute embeddings, as parts of names.
  private static let families: Set = ["bge", "e5", "gte", "minilm"]

  /// Whether a model rates documents for a query.
  package static func ranks(_ name: String) -> Bool {
    let plain = plain(name)
    return plain.contains("rerank") || plain.contains("ms-marco")
  }

  /// Whether a model computes embeddings of texts.
  package static func embeds(_ name: String) -> Bool {
    guard !ranks(name) else { return false }
    return plain(name).split { $0 == "-" || $0 == "." }.contains { part in
      families.contains(String(part)) || part.contains("embed") && !part.hasPrefix("embedded")
    }
  }

  /// Returns the last part of a path or of a name of the hub in small letters, with hyphens between its words.
  private static func plain(_ name: String) -> String {
    (name.split(separator: "/").last?.lowercased() ?? "").replacing("_", with: "-")
  }
}
