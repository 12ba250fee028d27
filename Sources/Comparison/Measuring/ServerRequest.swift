/// One request, complete.
package struct ServerRequest: Sendable, Equatable {
  /// Where its measurement belongs.
  package let side: Int
  /// The block that it belongs to.
  package let block: Int
  /// The task's item; nil where the question is made by amm.
  package let item: String?
  /// Under which load it is sent.
  package let condition: Condition
  /// Where it is sent.
  package let url: String
  /// How the server is spoken to.
  package let api: API
  /// What is sent, as JSON.
  package let body: String
  /// How long and how large the answer may be.
  package let limits: RequestLimits
  /// Whether the vectors that come are scored.
  package let isCloser: Bool
  /// What the server asks its clients for; never shown and never kept.
  package let key: String?

  package init(
    side: Int, block: Int, item: String?, condition: Condition, url: String, api: API,
    body: String, limits: RequestLimits, isCloser: Bool, key: String? = nil
  ) {
    self.key = key
    self.side = side
    self.block = block
    self.item = item
    self.condition = condition
    self.url = url
    self.api = api
    self.body = body
    self.limits = limits
    self.isCloser = isCloser
  }
}
