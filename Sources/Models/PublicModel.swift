import CCatalogues
import Synchronization
import Values

/// A model that many people run, as public sources describe it: known before anything is fetched.
///
/// The table is Sources/CCatalogues/models/public.tsv, which Tests/Library/regenerate writes. It
/// holds what `config.json` says, in its own words, so that one reader turns both into facts.
package struct PublicModel: Sendable {
  /// By the hub's name.
  package let name: String
  /// What its `config.json` says, as far as two sources agree.
  package let facts: ModelFacts
  /// By the hub's word; nil where nobody says.
  package var license: String? { facts.license }
  /// Whether the hub gives it only to accounts that accepted its terms; nil where nobody says.
  package let isGated: Bool?
  /// Whether it was found under another name: a repository of GGUF files or a name of Ollama's library.
  package let isOfOtherFiles: Bool
  /// Where its figures stand: addresses of public files, threads and pages.
  package let sources: [String]

  /// That of a name of the hub, or of Ollama's library; nil for one that the table does not have.
  package static func named(_ name: String) -> PublicModel? {
    if let known = found.withLock({ $0[name] }) { return known }
    guard let model = read(name) else { return nil }
    found.withLock { $0[name] = model }
    return model
  }

  /// Those that were asked for, at most as many as the table has: many profiles are of few models.
  private static let found = Mutex<[String: PublicModel]>([:])

  private static func read(_ name: String) -> PublicModel? {
    guard let rest = table.rest(of: name) else { return nil }
    guard rest.hasPrefix("=") else { return PublicModel(name, rest[...], isOfOtherFiles: false) }
    let first = String(rest.dropFirst())
    return table.rest(of: first).flatMap { PublicModel(first, $0[...], isOfOtherFiles: true) }
  }

  /// Every one, under its own name.
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
