package import Memory

/// What a plan is to be of, beside the profile.
package struct PlanRequest: Sendable {
  /// The GPU's name, as people call it.
  package var gpu: String?
  /// Bytes of each GPU's memory that programs can have.
  package var memory: Int?
  /// How many GPUs there are.
  package var gpuCount: Int?
  /// Tokens of a request.
  package var context: Int?
  /// Requests at a time.
  package var concurrency: Int?
  /// Whether the longest request is looked for that certainly has room.
  package var solves = false
  /// The runtime of a folder or file.
  package var runtime: String?
  /// The release of its image.
  package var release: String?
  /// Whether it is of no card in particular.
  var isOfNoCard = false
  /// Whether the setting is looked for that makes the most room.
  var seeksRemedy = true
  /// Settings of a folder's or file's profile, by the names that profiles have for them.
  package var settings: [Setting] = []

  /// A setting.
  package struct Setting: Sendable {
    /// Such as `max_num_seqs`, or `parameters.dtype`.
    package let key: String
    /// As YAML.
    package let value: String

    package init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  package init() {}

  /// Of a server as it is, without what would help it.
  static var brief: PlanRequest {
    var request = PlanRequest()
    request.seeksRemedy = false
    return request
  }

  /// Whether there are as many cards of a kind as a server wants.
  var isOfAnyCards: Bool { gpuCount == nil && (gpu != nil || memory != nil) }

  /// The GPUs that are asked for; nil where nothing is.
  ///
  /// - Throws: An ``OperationError`` for a name that amm does not know, without a size.
  package var gpus: [GPU]? {
    get throws(OperationError) {
      guard gpu != nil || memory != nil else { return nil }
      let card = gpu.flatMap(Card.named) ?? (gpu == nil ? memory.flatMap(Card.likely) : nil)
      guard let size = memory ?? card?.memory(inName: gpu ?? "") else {
        throw OperationError(
          .usage, "amm does not know the card '\(gpu ?? "")'",
          help: "say how much memory programs can have of it: '--memory 23.6GiB'")
      }
      return Array(repeating: GPU(card: card, memory: size), count: max(1, gpuCount ?? 1))
    }
  }
}
