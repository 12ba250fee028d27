import CLibCurl
import Host

/// Sends requests, one at a time.
@safe final class Web {
  private let handle: UnsafeMutableRawPointer
  /// Hosts that nobody answered for, each with what was said then.
  private var silent: [String: WebError] = [:]
  /// Times that a request is sent again after a cut or a busy server.
  private static let tries = 5
  /// Seconds that a server may ask to be left alone.
  private static let patience = 120.0

  /// - Throws: Where libcurl has no memory.
  init() throws(HostError) {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    guard let handle = unsafe curl_easy_init() else {
      throw HostError("start", "libcurl", reason: "no memory")
    }
    unsafe self.handle = handle
  }

  deinit { unsafe curl_easy_cleanup(handle) }

  /// The answer to a request, sent again where the server is busy or the connection breaks.
  ///
  /// - Throws: Where no answer comes; one with a status of an error is an answer.
  func answer(_ request: WebRequest) throws(WebError) -> WebAnswer {
    // Who did not answer is not waited for again.
    if let failure = silent[request.host] { throw failure }
    var body: [UInt8] = []
    return try persist(request.host) { () throws(WebError) in
      body = []
      var answer = unsafe try send(request) { bytes in
        guard body.count + bytes.count <= request.limit else { return false }
        unsafe body += bytes
        return true
      }
      answer.body = body
      return answer
    }
  }

  /// Fetches what is too large to be held, and goes on where a connection broke.
  ///
  /// - Parameters:
  ///   - size: Bytes that it has.
  ///   - done: Bytes that are there already.
  ///   - take: Gets what comes; false ends it.
  func fetch(
    _ request: WebRequest, size: Int, having done: () -> Int,
    take: (UnsafeRawBufferPointer) -> Bool
  ) throws(WebError) {
    var failures = 0
    while done() < size {
      let before = done()
      var next = request
      next.start = before
      next.limit = size - before
      next.expected = size - before
      do throws(WebError) {
        // What came before a connection broke is there: the next attempt begins behind it.
        let answer = try persist(request.host, afterBreaks: false) { () throws(WebError) in
          var room = next.limit
          return unsafe try send(next) { bytes in
            guard bytes.count <= room else { return false }
            room -= bytes.count
            return unsafe take(bytes)
          }
        }
        try Self.require(answer, request.url)
        if done() == before { throw WebError(.wrong, "\(request.url) answers with nothing") }
      } catch {
        // A connection that broke is taken up again, as long as something comes through it.
        failures = done() > before ? 0 : failures + 1
        guard error.kind == .unreachable, failures < Self.tries else { throw error }
        Clock.sleep(seconds: 0.2 * Double(1 << failures))
      }
    }
  }

  /// Throws for a status of an error, in words for a person.
  static func require(_ answer: WebAnswer, _ url: String) throws(WebError) {
    guard !(200...299).contains(answer.status) else { return }
    let place = url.prefix { $0 != "?" }
    switch answer.status {
    case 401, 403: throw WebError(.refused, "\(place) may not be read (HTTP \(answer.status))")
    case 404, 410: throw WebError(.missing, "there is no \(place)")
    case 416: throw WebError(.wrong, "\(place) is shorter than what was fetched of it")
    case 429, 500...599:
      let wait =
        answer.headers["retry-after"].map { "; it asks for \($0) seconds of patience" } ?? ""
      throw WebError(
        .busy, "\(place) answers with HTTP \(answer.status)\(wait)", help: "try again later")
    default: throw WebError(.wrong, "\(place) answers with HTTP \(answer.status)")
    }
  }

  // MARK: One request

  /// Sends a request until the server is not busy.
  ///
  /// - Parameter takesBreaks: Whether it is sent again after a connection broke, too.
  private func persist(
    _ host: String, afterBreaks takesBreaks: Bool = true, _ send: () throws(WebError) -> WebAnswer
  ) throws(WebError) -> WebAnswer {
    var pause = 0.5
    for attempt in 1...Self.tries {
      let isLast = attempt == Self.tries
      do throws(WebError) {
        let answer = try send()
        guard [429, 500, 502, 503, 504].contains(answer.status), !isLast else { return answer }
        let asked = answer.headers["retry-after"].flatMap { Double($0) }
        guard (asked ?? 0) <= Self.patience else { return answer }
        Clock.sleep(seconds: max(0, asked ?? pause))
      } catch {
        if !error.isBroken, error.kind == .unreachable { silent[host] = error }
        guard takesBreaks, error.isBroken, !isLast else { throw error }
        Clock.sleep(seconds: pause)
      }
      pause *= 2
    }
    preconditionFailure("the last attempt returns or throws")
  }

  private func send(
    _ request: WebRequest, _ take: (UnsafeRawBufferPointer) -> Bool
  ) throws(WebError) -> WebAnswer {
    unsafe curl_easy_reset(handle)
    prepare(request)
    var list: UnsafeMutablePointer<curl_slist>?
    if let accept = request.accept { unsafe list = curl_slist_append(list, "Accept: " + accept) }
    if let authorization = request.authorization {
      unsafe list = curl_slist_append(list, "Authorization: " + authorization)
    }
    defer { unsafe curl_slist_free_all(list) }
    unsafe amm_curl_set_list(handle, CURLOPT_HTTPHEADER, list)
    let state = Exchange(request)
    let code = unsafe withoutActuallyEscaping(take) { take in
      unsafe state.take = { bytes in unsafe take(bytes) }
      defer { unsafe state.take = nil }
      let me = unsafe Unmanaged.passUnretained(state).toOpaque()
      unsafe amm_curl_set_header(handle, Exchange.header, me)
      unsafe amm_curl_set_write(
        handle,
        { bytes, _, count, context in
          guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
          let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
          let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
          return unsafe exchange.add(buffer) ? count : 0
        }, me)
      return unsafe curl_easy_perform(handle)
    }
    let status = Int(unsafe amm_curl_status(handle))
    try Self.check(code, state, request)
    return WebAnswer(status: status, headers: state.headers)
  }

  private func prepare(_ request: WebRequest) {
    unsafe amm_curl_set_text(handle, CURLOPT_URL, request.url)
    unsafe amm_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, 20_000)
    // Less than a kilobyte a second for half a minute is nothing.
    unsafe amm_curl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1000)
    unsafe amm_curl_set_long(handle, CURLOPT_LOW_SPEED_TIME, 30)
    if request.isOwn { unsafe amm_curl_set_text(handle, CURLOPT_PROXY, "") }
    unsafe amm_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    unsafe amm_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 1)
    unsafe amm_curl_set_long(handle, CURLOPT_MAXREDIRS, 5)
    let protocols = request.url.hasPrefix("https://") ? "https" : "http,https"
    unsafe amm_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, protocols)
    unsafe amm_curl_set_text(handle, CURLOPT_REDIR_PROTOCOLS_STR, protocols)
    unsafe amm_curl_set_text(handle, CURLOPT_USERAGENT, "amm-fetch")
    // As curl's own program does; a library built by Nix looks by itself.
    for name in ["CURL_CA_BUNDLE", "SSL_CERT_FILE"] {
      guard let file = Terminal.variable(name), !file.isEmpty else { continue }
      unsafe amm_curl_set_text(handle, CURLOPT_CAINFO, file)
      break
    }
    if request.isPartial {
      let last = request.end.map { String($0 - 1) } ?? ""
      unsafe amm_curl_set_text(handle, CURLOPT_RANGE, "\(request.start)-\(last)")
    }
  }

  private static func check(
    _ code: CURLcode, _ state: Exchange, _ request: WebRequest
  ) throws(WebError) {
    if let problem = state.problem {
      throw WebError(.wrong, "\(request.url.prefix { $0 != "?" }) \(problem)")
    }
    guard code != CURLE_OK else { return }
    let place = request.url.prefix { $0 != "?" }
    let words = unsafe String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_WRITE_ERROR:
      throw WebError(
        .wrong, "\(place) sends more than \(request.limit) bytes, or they cannot be kept")
    case CURLE_TOO_MANY_REDIRECTS:
      throw WebError(.wrong, "\(place) leads from one address to the next, without end")
    case CURLE_UNSUPPORTED_PROTOCOL:
      throw WebError(
        .wrong, "\(place) leads to an address that is not encrypted, or none of the web")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE:
      throw WebError(
        .unreachable, "\(place): \(words)",
        help: "behind a proxy with certificates of its own, set SSL_CERT_FILE")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_PROXY:
      throw WebError(
        .unreachable, "\(request.host): \(words)",
        help: "look at the network, and at https_proxy")
    case CURLE_OPERATION_TIMEDOUT where state.isSilent:
      throw WebError(
        .unreachable, "\(request.host) does not answer", help: "try again later")
    default:
      var error = WebError(.unreachable, "\(place): \(words)", help: "try again later")
      error.isBroken = true
      throw error
    }
  }
}
