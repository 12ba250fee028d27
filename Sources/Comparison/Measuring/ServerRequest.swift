/// A complete request to a server.
package struct ServerRequest: Sendable, Equatable {
  /// The index of the side in the report.
  package let side: Int
  /// The number of its block.
  package let block: Int
  /// The id of the task's item; nil for a generated prompt.
  package let item: String?
  /// The prompt length and load of the request.
  package let condition: Condition
  /// The URL that it is sent to.
  package let url: String
  /// The endpoint of `url`.
  package let api: API
  /// The body, as JSON.
  package let body: String
  /// The largest duration and size of the answer.
  package let limits: RequestLimits
  /// Whether the returned vectors are scored.
  package let isCloser: Bool
  /// The server's API key; it is never shown or stored.
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
