import CCatalogues
import Synchronization
import Values

/// A popular model, as described by public sources; available before anything is fetched.
///
/// The table is Sources/CCatalogues/models/public.tsv, written by Tests/Library/regenerate. It uses
/// the keys of `config.json`, so that the same code reads both.
package struct PublicModel: Sendable {
  /// The name on the hub.
  package let name: String
  /// The facts in its `config.json` that two sources agree on.
  package let facts: ModelFacts
  /// The licence, as named on the hub; nil if not known.
  package var license: String? { facts.license }
  /// Whether only accounts that accepted the terms can download the model; nil if not known.
  package let isGated: Bool?
  /// Whether it was found under another name: a GGUF repository or a name in Ollama's library.
  package let isOfOtherFiles: Bool
  /// The sources of the figures: URLs of public files, threads and pages.
  package let sources: [String]

  /// Returns the model with a name on the hub or in Ollama's library; nil if it is not in the
  /// table.
  package static func named(_ name: String) -> PublicModel? {
    if let known = found.withLock({ $0[name] }) { return known }
    guard let model = read(name) else { return nil }
    found.withLock { $0[name] = model }
    return model
  }

  /// A cache of models by name; many profiles use the same few models.
  private static let found = Mutex<[String: PublicModel]>([:])

  private static func read(_ name: String) -> PublicModel? {
    guard let rest = table.rest(of: name) else { return nil }
    guard rest.hasPrefix("=") else { return PublicModel(name, rest[...], isOfOtherFiles: false) }
    let first = String(rest.dropFirst())
    return table.rest(of: first).flatMap { PublicModel(first, $0[...], isOfOtherFiles: true) }
  }

  /// All models, under their own names.
  package static var all: [PublicModel] {
    table.all.compactMap { PublicModel(String($0.name), $0.rest, isOfOtherFiles: false) }
  }

  private static var table: SortedLines {
    let lines = unsafe amm_public_models()
    return unsafe SortedLines(start: lines.bytes, length: lines.length)
  }

  private init?(_ name: String, _ line: Substring, isOfOtherFiles: Bool) {
    guard let value = JSONValue(parsing: Array(line.utf8)), let configuration = value["config"]
    else { return nil }
    self.name = name
    self.isOfOtherFiles = isOfOtherFiles
    var facts = ModelFacts(configuration: configuration)
    facts.parameters = value["parameters"]?.wholeNumber
    facts.pooling = value["pooling"]?.word
    facts.license = value["license"]?.word
    isGated = value["gated"]?.boolean
    sources = value["sources"]?.list?.compactMap(\.text) ?? []
    self.facts = facts
  }
}
