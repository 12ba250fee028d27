import CLibCurl
import Comparison
import Host

/// A running request.
@safe final class Transfer {
  let handle: UnsafeMutableRawPointer
  private let request: ServerRequest
  private let headers: UnsafeMutablePointer<curl_slist>?
  private let began: Double
  private let runStart: Double
  private var lastByte: Double
  private var byteCount = 0
  private var stream = EventStream()
  private var answer = StreamedAnswer()
  private var body: [UInt8] = []
  private var doneAt: Double?
  /// Why this program ended the request; nil if it did not.
  private var refusal: Measurement.Failure?

  /// The number of bytes that are kept of a body that is only shown in an error.
  private static let excerptLimit = 4096

  /// - Parameter runStart: The start of the run, by the monotonic clock.
  init?(_ request: ServerRequest, runStart: Double) {
    guard let handle = unsafe curl_easy_init() else { return nil }
    unsafe self.handle = handle
    self.request = request
    self.runStart = runStart
    began = Clock.monotonic()
    lastByte = began
    let type = unsafe curl_slist_append(nil, "Content-Type: application/json")
    if let key = request.key {
      unsafe headers = curl_slist_append(type, "Authorization: Bearer " + key)
    } else {
      unsafe headers = type
    }
    unsafe amm_curl_set_text(handle, CURLOPT_URL, request.url)
    unsafe amm_curl_set_list(handle, CURLOPT_HTTPHEADER, headers)
    unsafe amm_curl_set_long(handle, CURLOPT_POSTFIELDSIZE, request.body.utf8.count)
    // curl copies the body.
    unsafe amm_curl_set_text(handle, CURLOPT_COPYPOSTFIELDS, request.body)
    unsafe Self.prepare(handle, limit: request.limits.total)
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe amm_curl_set_pointer(handle, CURLOPT_PRIVATE, me)
    unsafe amm_curl_set_write(
      handle,
      { bytes, _, count, context in
        guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        return unsafe transfer.take(Array(buffer)) ? count : 0
      }, me)
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe curl_slist_free_all(headers)
  }

  /// Sets the options of every request: a time limit, no proxy and no redirects.
  static func prepare(_ handle: UnsafeMutableRawPointer, limit seconds: Int) {
    unsafe amm_curl_set_long(handle, CURLOPT_TIMEOUT_MS, seconds * 1000)
    unsafe amm_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, 5000)
    unsafe amm_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    unsafe amm_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
    unsafe amm_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    unsafe amm_curl_set_text(handle, CURLOPT_PROXY, "")
    unsafe amm_curl_set_text(handle, CURLOPT_USERAGENT, "amm-compare")
  }

  /// Adds received bytes.
  ///
  /// - Returns: Whether to continue the transfer.
  private func take(_ bytes: [UInt8]) -> Bool {
    let now = Clock.monotonic()
    lastByte = now
    byteCount += bytes.count
    guard byteCount <= request.limits.bytes else {
      refusal = .init(.endless, "more than \(request.limits.bytes) bytes")
      return false
    }
    let status = unsafe amm_curl_status(handle)
    let isStream = request.api == .chat || request.api == .completion
    guard status == 200, isStream else {
      let room = status == 200 ? Int.max : Self.excerptLimit - body.count
      body += bytes.prefix(max(0, room))
      return true
    }
    if answer.arrivals.isEmpty { body += bytes.prefix(max(0, Self.excerptLimit - body.count)) }
    for event in stream.take(bytes) { answer.take(event: event, at: now - began) }
    if answer.isDone { doneAt = now }
    // Data after the end mark or after invalid data is not needed.
    return !answer.isDone && answer.problem == nil
  }

  /// Returns whether no data has arrived for too long; the caller then ends the transfer.
  func hasStalled(at now: Double) -> Bool {
    guard !answer.arrivals.isEmpty, now - lastByte > Double(request.limits.stall) else {
      return false
    }
    refusal = .init(.stalled, "no data for \(request.limits.stall) s")
    return true
  }

  /// Returns the measurement of a transfer that has ended.
  ///
  /// - Parameter code: The result of curl; nil if this program ended the transfer.
  func measurement(_ code: CURLcode?) -> Measurement {
    let end = doneAt ?? Clock.monotonic()
    let status = unsafe amm_curl_status(handle)
    if code == CURLE_OK, status == 200, request.api == .embedding {
      answer.take(body: body, api: request.api)
    }
    let arrivals = answer.arrivals
    var measurement = Measurement(
      side: request.side, block: request.block, item: request.item, condition: request.condition,
      started: began - runStart, firstToken: arrivals.first, latency: end - began,
      gaps: zip(arrivals, arrivals.dropFirst()).map { $1 - $0 },
      promptTokens: answer.promptTokens,
      // Servers that do not report a count usually send one token in each piece.
      completionTokens: answer.completionTokens ?? (arrivals.isEmpty ? nil : arrivals.count),
      serverRate: answer.serverRate, serverPromptTime: answer.serverPromptTime,
      answer: String(decoding: answer.text, as: UTF8.self), failure: failure(code, Int(status)))
    if request.isCloser, measurement.failure == nil {
      measurement.score = Scoring.closer(answer.vectors)
    }
    return measurement
  }

  private func failure(_ code: CURLcode?, _ status: Int) -> Measurement.Failure? {
    if let refusal { return refusal }
    switch answer.problem {
    case .garbage(let text): return .init(.garbage, text)
    case .refusal(let text): return .init(.refused, text)
    case nil: break
    }
    if answer.isDone { return isEmpty ? .init(.empty) : nil }
    guard let code else { return .init(.stalled) }
    switch code {
    case CURLE_OK: break
    case CURLE_OPERATION_TIMEDOUT where status == 0 && byteCount == 0 && isConnecting:
      return .init(.connection, Self.words(code))
    case CURLE_OPERATION_TIMEDOUT:
      return .init(.timeout, "more than \(request.limits.total) s")
    case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST:
      return .init(.connection, Self.words(code))
    default: return .init(.closed, Self.words(code))
    }
    guard status == 200 else {
      return .init(.status, "HTTP \(status): " + String(decoding: body.prefix(200), as: UTF8.self))
    }
    // Some servers send no end mark, but send the reason why the answer ended.
    if answer.finish != nil { return isEmpty ? .init(.empty) : nil }
    if answer.arrivals.isEmpty {
      return .init(.garbage, "not a stream: " + String(decoding: body.prefix(80), as: UTF8.self))
    }
    return .init(.closed, "the stream ended before the answer was complete")
  }

  /// Whether the answer is empty; tokens without text, such as control tokens, count as an answer.
  private var isEmpty: Bool {
    answer.arrivals.isEmpty && answer.vectors.isEmpty && (answer.completionTokens ?? 0) < 2
  }

  /// Whether the timeout of the connection ended the request, before the time limit of the answer.
  private var isConnecting: Bool { Clock.monotonic() - began < Double(request.limits.total) - 0.5 }

  private static func words(_ code: CURLcode) -> String {
    unsafe String(cString: curl_easy_strerror(code))
  }
}
