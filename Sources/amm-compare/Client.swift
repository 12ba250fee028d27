import CLibCurl
import Comparison
import Host
import Values

/// An HTTP client that runs concurrent requests in one thread.
///
/// It takes each time directly when bytes arrive.
@safe final class Client {
  private let multi: UnsafeMutableRawPointer
  private let runStart = Clock.monotonic()

  init?() {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    guard let multi = unsafe curl_multi_init() else { return nil }
    unsafe self.multi = multi
  }

  deinit { unsafe curl_multi_cleanup(multi) }

  /// Creates a client.
  ///
  /// - Throws: `HostError` if libcurl has no memory.
  static func made() throws(HostError) -> Client {
    guard let client = Client() else { throw HostError("start", "libcurl", reason: "no memory") }
    return client
  }

  /// Sends requests concurrently, and returns the measurements in the order in which they end.
  func ask(_ requests: [ServerRequest]) -> [Measurement] {
    var measurements: [Measurement] = []
    func report(_ measurement: Measurement) { measurements.append(measurement) }
    var running: [Transfer] = []
    for request in requests {
      guard let transfer = Transfer(request, runStart: runStart) else { continue }
      running.append(transfer)
      unsafe curl_multi_add_handle(multi, transfer.handle)
    }
    while !running.isEmpty {
      var count: Int32 = 0
      unsafe curl_multi_perform(multi, &count)
      var code = CURLE_OK
      while let handle = unsafe amm_curl_finished(multi, &code) {
        guard let index = running.firstIndex(where: { unsafe $0.handle == handle }) else { break }
        let transfer = running.remove(at: index)
        unsafe curl_multi_remove_handle(multi, handle)
        report(transfer.measurement(code))
      }
      let now = Clock.monotonic()
      for (index, transfer) in running.enumerated().reversed() where transfer.hasStalled(at: now) {
        running.remove(at: index)
        unsafe curl_multi_remove_handle(multi, transfer.handle)
        report(transfer.measurement(nil))
      }
      if !running.isEmpty { unsafe curl_multi_poll(multi, nil, 0, 50, nil) }
    }
    return measurements
  }

  /// Returns the body of the response to a `GET` request.
  ///
  /// - Returns: Nil for a status other than 200, for more than a mebibyte, and after ten seconds.
  func page(_ url: String) -> String? {
    guard let handle = unsafe curl_easy_init() else { return nil }
    defer { unsafe curl_easy_cleanup(handle) }
    let page = Page()
    unsafe amm_curl_set_text(handle, CURLOPT_URL, url)
    unsafe Transfer.prepare(handle, limit: 10)
    unsafe amm_curl_set_write(
      handle,
      { bytes, _, count, context in
        guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
        let page = unsafe Unmanaged<Page>.fromOpaque(context).takeUnretainedValue()
        unsafe page.bytes += UnsafeRawBufferPointer(start: bytes, count: count)
        return page.bytes.count <= 1 << 20 ? count : 0
      }, Unmanaged.passUnretained(page).toOpaque())
    let code = unsafe curl_easy_perform(handle)
    guard code == CURLE_OK, unsafe amm_curl_status(handle) == 200 else { return nil }
    return String(decoding: page.bytes, as: UTF8.self)
  }

  private final class Page { var bytes: [UInt8] = [] }
}
