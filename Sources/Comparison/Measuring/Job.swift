package import Values

/// What amm asks of `amm-compare`, a line of JSON each.
package enum Job: Sendable {
  /// Requests to be under way at once; answered by a measurement each, and `Job.done`.
  case ask([Request])
  /// Answered by an object with `matches`, or `problem`.
  case match(Pattern, answer: String)
  /// Answered by an object with `status`, or `problem`.
  case command(CommandScoring, input: String)
  /// Answered by an object with `status` and `body`, or `problem`.
  case get(url: String)

  /// The line after the last measurement of a job.
  package static let done: Value = .set(["done": true])

  /// One request, complete.
  package struct Request: Sendable, Equatable {
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

  package var value: Value {
    switch self {
    case .ask(let requests):
      .set(["job": "ask", "requests": .list(requests.map(\.value))])
    case .match(let pattern, let answer):
      .set([
        "job": "match", "pattern": .text(pattern.text),
        "ignoreCase": .boolean(pattern.ignoresCase), "answer": .text(answer),
      ])
    case .command(let command, let input):
      .set([
        "job": "command", "words": .texts(command.words), "image": command.image.map(Value.text),
        "timeout": .integer(command.timeout), "input": .text(input),
      ])
    case .get(let url): .set(["job": "get", "url": .text(url)])
    }
  }

  /// Nil for what is no job.
  package init?(_ json: JSONValue) {
    switch json["job"]?.text {
    case "ask":
      guard let list = json["requests"]?.list else { return nil }
      let requests = list.compactMap(Request.init)
      guard requests.count == list.count else { return nil }
      self = .ask(requests)
    case "match":
      guard let text = json["pattern"]?.text, let ignoresCase = json["ignoreCase"]?.boolean,
        let answer = json["answer"]?.text
      else { return nil }
      self = .match(Pattern(text: text, ignoresCase: ignoresCase), answer: answer)
    case "command":
      guard let words = json["words"]?.list?.compactMap(\.text), !words.isEmpty,
        let timeout = json["timeout"]?.integer, let input = json["input"]?.text
      else { return nil }
      self = .command(
        CommandScoring(words: words, image: json["image"]?.text, timeout: timeout), input: input)
    case "get":
      guard let url = json["url"]?.text else { return nil }
      self = .get(url: url)
    default: return nil
    }
  }
}

extension Job.Request {
  fileprivate var value: Value {
    .set([
      "side": .integer(side), "block": .integer(block), "item": item.map(Value.text),
      "promptTokensWished": condition.promptTokens.map(Value.integer),
      "depth": condition.depth.map(Value.integer), "clients": .integer(condition.clients),
      "url": .text(url), "api": .text(api.rawValue), "body": .text(body),
      "total": .integer(limits.total), "stall": .integer(limits.stall),
      "bytes": .integer(limits.bytes), "closer": .boolean(isCloser),
    ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let side = json["side"]?.integer, let block = json["block"]?.integer,
      let clients = json["clients"]?.integer, let url = json["url"]?.text,
      let api = json["api"]?.text.flatMap(API.init), let body = json["body"]?.text,
      let total = json["total"]?.integer, let stall = json["stall"]?.integer,
      let bytes = json["bytes"]?.integer, let isCloser = json["closer"]?.boolean
    else { return nil }
    self.init(
      side: side, block: block, item: json["item"]?.text,
      condition: Condition(
        promptTokens: json["promptTokensWished"]?.integer, depth: json["depth"]?.integer,
        clients: clients),
      url: url, api: api, body: body,
      limits: RequestLimits(total: total, stall: stall, bytes: bytes), isCloser: isCloser)
  }
}
