/// One request, complete.
package struct ServerRequest: Sendable, Equatable {
  /// Where its measurement belongs.
  package let side: Int
  package let block: Int
  package let item: String?
  package let condition: Condition
  package let url: String
  package let api: API
  package let body: String
  package let limits: RequestLimits
  /// Whether the vectors that come are scored.
  package let isCloser: Bool

  package init(
    side: Int, block: Int, item: String?, condition: Condition, url: String, api: API,
    body: String, limits: RequestLimits, isCloser: Bool
  ) {
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
