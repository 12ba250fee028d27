import CLibCurl

/// The state of one request and its answer.
@safe final class Exchange {
  private(set) var headers: [String: String] = [:]
  private(set) var status = 0
  /// The problem with the answer, as text that follows the URL; nil if there is none.
  private(set) var problem: String?
  private let request: WebRequest
  /// Whether no answer was received.
  var isSilent: Bool { status == 0 }
  var take: ((UnsafeRawBufferPointer) -> Bool)?

  init(_ request: WebRequest) { self.request = request }

  static let header: amm_curl_write = { bytes, _, count, context in
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
    exchange.addHeader(unsafe String(decoding: buffer, as: UTF8.self))
    return count
  }

  private func addHeader(_ line: String) {
    if line.hasPrefix("HTTP/") {
      // The next answer in a chain of redirects.
      headers = [:]
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      return
    }
    guard let colon = line.firstIndex(of: ":"), headers.count < 200 else { return }
    let value = line[line.index(after: colon)...]
    headers[line[..<colon].lowercased()] = value.trimmed
  }

  /// The problem with a server that ignores a range request and sends the entire file.
  static let withoutParts = "does not support range requests"

  func add(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // Bodies of redirects and errors are not content.
    guard (200...299).contains(status) else { return true }
    if request.isPartial, status != 206 {
      problem = Self.withoutParts
      return false
    }
    // The answer can be a proxy's page, or Git's pointer to a large file.
    if let expected = request.expected, let told = headers["content-length"].flatMap({ Int($0) }),
      told != expected
    {
      problem = "sends \(told) bytes instead of \(expected)"
      return false
    }
    return unsafe take?(bytes) ?? false
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
