import Diagnostics
package import Memory

/// The options of a plan, besides the profile.
package struct PlanRequest: Sendable {
  /// The GPU's common name.
  package var gpu: String?
  /// The memory of each GPU that programs can use, in bytes.
  package var memory: Int?
  /// The number of GPUs.
  package var gpuCount: Int?
  /// The tokens of a request.
  package var context: Int?
  /// The number of concurrent requests.
  package var concurrency: Int?
  /// Whether to find the longest request that certainly fits.
  package var solves = false
  /// The runtime for a folder or file.
  package var runtime: String?
  /// The version of its image.
  package var release: String?
  /// Whether the plan is for no particular card.
  var isOfNoCard = false
  /// Whether other servers use the same cards.
  var sharesCard = false
  /// Whether to find the setting that frees the most memory.
  var seeksRemedy = true
  /// Settings for a folder or file, by their keys in a profile.
  package var settings: [Setting] = []

  /// A setting.
  package struct Setting: Sendable {
    /// The key, such as `max_num_seqs` or `parameters.dtype`.
    package let key: String
    /// The value as YAML.
    package let value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  package init() {}

  /// A plan of a server as it is, without a remedy.
  static var brief: PlanRequest {
    var request = PlanRequest()
    request.seeksRemedy = false
    return request
  }

  /// Whether to assume as many cards as a server needs.
  var isOfAnyCards: Bool { gpuCount == nil && (gpu != nil || memory != nil) }

  /// The card that is assumed because of its memory size, if only the size is given.
  var assumedCard: Card? { gpu == nil && !isOfNoCard ? memory.flatMap(Card.likely) : nil }

  /// The requested GPUs; nil if none were requested.
  ///
  /// - Throws: An ``OperationError`` for an unknown card without a size.
  package var gpus: [GPU]? {
    get throws(OperationError) {
      guard gpu != nil || memory != nil else { return nil }
      let card = gpu.flatMap(Card.named) ?? assumedCard
      guard let size = memory ?? card?.memory(inName: gpu ?? "") else {
        let similar = Card.names(similarTo: gpu ?? "").map { "'\($0)'" }
        let memory = "set the memory that programs can use: '--memory 23.6GiB'"
        throw OperationError(
          .usage, "amm does not know the card '\(gpu ?? "")'",
          help: similar.isEmpty
            ? memory : "did you mean \(Phrase.oneOf(similar))? For another card, \(memory)")
      }
      return Array(repeating: GPU(card: card, memory: size), count: max(1, gpuCount ?? 1))
    }
  }
}

extension Card {
  /// Returns the names of up to five cards with a text in their name, or else the nearest name.
  fileprivate static func names(similarTo text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    let names = all.map(\.name)
    let found = names.filter { $0.lowercased().contains(text.lowercased()) }.prefix(5)
    guard found.isEmpty else { return Array(found) }
    return Suggestion.nearest(to: text, among: names).map { [$0] } ?? []
  }
}
