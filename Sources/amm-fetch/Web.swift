import CLibCurl
import Host

/// A web client that sends one request at a time.
@safe final class Web {
  private let handle: UnsafeMutableRawPointer
  /// The hosts that did not answer, with the error of each.
  private var silent: [String: WebError] = [:]
  /// The number of attempts for a request if the connection breaks or the server is busy.
  private static let tries = 5
  /// The longest `Retry-After` in seconds that is respected.
  private static let patience = 120.0

  /// Starts libcurl.
  ///
  /// - Throws: If libcurl is out of memory.
  init() throws(HostError) {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    guard let handle = unsafe curl_easy_init() else {
      throw HostError("start", "libcurl", reason: "out of memory")
    }
    unsafe self.handle = handle
  }

  deinit { unsafe curl_easy_cleanup(handle) }

  /// Sends a request and returns the answer; retries if the server is busy or the connection
  /// breaks.
  ///
  /// - Throws: If there is no answer. An answer with an error status is returned.
  func answer(_ request: WebRequest) throws(WebError) -> WebAnswer {
    // Do not wait again for a host that did not answer.
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

  /// Downloads a large file in chunks, and resumes after the connection breaks.
  ///
  /// - Parameters:
  ///   - size: The size of the file in bytes.
  ///   - done: Returns the number of bytes already stored.
  ///   - take: Receives the bytes; returning false stops the download.
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
        // The next attempt continues after the bytes that were already received.
        let answer = try persist(request.host, afterBreaks: false) { () throws(WebError) in
          var room = next.limit
          return unsafe try send(next) { bytes in
            guard bytes.count <= room else { return false }
            room -= bytes.count
            return unsafe take(bytes)
          }
        }
        try Self.require(answer, request.url)
        if done() == before { throw WebError(.wrong, "\(request.url) returns no data") }
      } catch {
        // Resume after a broken connection as long as attempts make progress.
        failures = done() > before ? 0 : failures + 1
        guard error.kind == .unreachable, failures < Self.tries else { throw error }
        Clock.sleep(seconds: 0.2 * Double(1 << failures))
      }
    }
  }

  /// Throws a readable error for an error status.
  static func require(_ answer: WebAnswer, _ url: String) throws(WebError) {
    guard !(200...299).contains(answer.status) else { return }
    let place = url.prefix { $0 != "?" }
    switch answer.status {
    case 401, 403: throw WebError(.refused, "access to \(place) is denied (HTTP \(answer.status))")
    case 404, 410: throw WebError(.missing, "\(place) does not exist")
    case 416: throw WebError(.wrong, "\(place) is shorter than the part already downloaded")
    case 429, 500...599:
      let wait =
        answer.headers["retry-after"].map { "; retry after \($0) seconds" } ?? ""
      throw WebError(
        .busy, "\(place) returns HTTP \(answer.status)\(wait)", help: "try again later")
    default: throw WebError(.wrong, "\(place) returns HTTP \(answer.status)")
    }
  }

  // MARK: One request

  /// Sends a request, and retries while the server is busy.
  ///
  /// - Parameter takesBreaks: Whether to retry after a broken connection, too.
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
    // Less than 1 kB per second for 30 seconds counts as no answer.
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
    // Like the curl program; libcurl from Nix reads these variables itself.
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
        .wrong, "\(place) sends more than \(request.limit) bytes, or they cannot be stored")
    case CURLE_TOO_MANY_REDIRECTS:
      throw WebError(.wrong, "\(place) redirects too many times")
    case CURLE_UNSUPPORTED_PROTOCOL:
      throw WebError(
        .wrong, "\(place) redirects to a URL that is unencrypted or not HTTP")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE:
      throw WebError(
        .unreachable, "\(place): \(words)",
        help: "behind a proxy with its own certificates, set SSL_CERT_FILE")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_PROXY:
      throw WebError(
        .unreachable, "\(request.host): \(words)",
        help: "check the network and https_proxy")
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
